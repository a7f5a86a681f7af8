"""Every page of the program, found by its links: axe finds nothing, nothing sticks out, nothing complains, nothing
comes from elsewhere, no page is heavy. In English and Arabic, on a desktop and a phone, light and dark, as a stranger
and signed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from browser.axe import axe
from browser.test_look import OUTSIDE, UNFIT, unanswered
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error, Page
from web import filled, governed

from article6.web.urls import urlpatterns

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("database")]

WIDE: Any = {"width": 1280, "height": 800}
NARROW: Any = {"width": 360, "height": 740}
PAGE_BYTES = 200_000
NO_PAGES = {"preferences", "logout", "healthz", "waiting"}
"""Routes that show no page."""

TRIES = 3
"""So many links of a kind are tried, if they lead to no page for this reader."""

ALSO = ("/transactions/4/certificates", "/units/GHA01/GHA/1-100")
"""Pages that are reached from some transactions, or from some searches, only."""

NOT_LINKED = governed.ELSEWHERE | frozenset(
    {
        # for who is not signed in, or comes from elsewhere
        "login", "account_login", "account_logout", "invitation", "openid_connect_login", "openid_connect_callback",
        # for who has a second factor or a passkey
        "mfa_authenticate", "mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_login_webauthn", "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes", "session-end",
        # files by another name
        "explore-proof",
    }
)  # fmt: skip
"""Pages to which no link leads one who administers a practice registry."""

LOADED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(each => [each.name, each.decodedBodySize])"""
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(each => each.href)"
OF_A_PHONE = ("target-size", "scrollable-region-focusable", "label", "button-name", "link-name", "heading-order")
OPEN_ALL = "document.querySelectorAll('main details').forEach(each => { each.open = true })"


def is_page(name: str) -> bool:
    """Whether a route shows a page, not a file."""
    return name not in NO_PAGES and not name.endswith(("-file", "-act", "submission-public"))


def route(path: str) -> str | None:
    """The name of the route that an address leads to."""
    try:
        return resolve(unquote(urlsplit(path).path)).url_name
    except Resolver404:
        return None


class Walk:
    """A reader who goes from link to link, once to each kind of page, and notes what is wrong with it."""

    def __init__(self, browser: Browser, site: str, login: str = "") -> None:
        self.site, self.context = site, browser.new_context(viewport=WIDE)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.seen: dict[str, str] = {}
        self.wrong: list[str] = []
        self.acts: set[str] = set()
        self.tried: Counter[str] = Counter()
        self.also: Callable[[str], list[str]] = lambda _path: []
        if login:
            filled.sign_in(self.page, site, login)
        self.page.on("console", lambda message: self.said.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.said.extend(unanswered(request)))

    def through_all(self) -> None:
        """Look at every kind of page that links lead to, and note what is wrong."""
        waiting = [f"/{each.pattern}" for each in urlpatterns if "<" not in str(each.pattern)] + list(ALSO)
        while waiting:
            path = waiting.pop(0)
            name = route(path)
            if name is None or name in self.seen or not is_page(name) or self.tried[name] == TRIES:
                continue
            self.tried[name] += 1
            if not self._opens(path):
                continue
            self.seen[name] = path
            links = self.page.evaluate(LINKS)
            waiting += [each.removeprefix(self.site) for each in links if each.startswith(self.site)]
            self.wrong += [f"{path}: {each}" for each in [*self.said, *self.looked_at(), *self.also(path)]]

    def _opens(self, path: str) -> bool:
        """Whether a page is there for this reader; not an act, a file, or a way elsewhere."""
        self.said.clear()
        try:
            answer = self.page.goto(self.site + path)
        except Error:  # a file, or an answer without a page
            if self.context.request.get(self.site + path).status == 405:
                self.acts.add(route(path) or "")
            return False
        if answer is None:
            return False
        if answer.status == 405:
            self.acts.add(route(path) or "")
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        return answer.status not in (403, 404, 405) and is_page and route(answer.url) == route(path)

    def looked_at(self) -> list[str]:
        """What is wrong with the page that is open, on a desktop."""
        loaded = self.page.evaluate(LOADED)
        weight = sum(size for _name, size in loaded)
        return [
            *(f"from elsewhere: {name}" for name, _size in loaded if not name.startswith((self.site, "data:"))),
            *([f"{weight} bytes"] if weight > PAGE_BYTES else []),
            *stuck_out(self.page),
            *self.page.evaluate(UNFIT),
            *axe(self.page),
        ]


def stuck_out(page: Page) -> list[str]:
    """What makes the page wider than its window."""
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    told = [f"sticks out at {room}: {each}" for each in page.evaluate(OUTSIDE)]
    return told if width <= room else [f"{width} wide at {room}", *told]


def in_other_ways(page: Page) -> list[str]:
    """What is wrong with the page that is open in the dark with everything opened, and on a phone."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(OPEN_ALL)
    wrong = [f"dark: {each}" for each in axe(page, "color-contrast")]
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="light")
    wrong += [f"phone: {each}" for each in [*stuck_out(page), *axe(page, *OF_A_PHONE)]]
    page.set_viewport_size(WIDE)
    return wrong


def in_arabic(page: Page, address: str) -> list[str]:
    """What is wrong with a page in Arabic, wide and narrow."""
    wrong = []
    page.goto(address)
    if page.evaluate("document.documentElement.dir") != "rtl":
        wrong.append("is not from right to left")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        wrong += stuck_out(page)
    return [f"Arabic: {each}" for each in wrong]


@pytest.mark.timeout(1200)
def test_every_page_is_looked_at_by_who_may_do_everything(browser: Browser, site: str) -> None:
    filled.international()
    walk = Walk(browser, site, login="ama")
    arabic = browser.new_context(locale="ar", storage_state=walk.context.storage_state())
    page = arabic.new_page()
    walk.also = lambda path: [*in_other_ways(walk.page), *in_arabic(page, site + path)]
    walk.through_all()
    pages = {str(each.name) for each in urlpatterns if is_page(str(each.name))}
    walk.wrong += [f"no link leads to {each}" for each in sorted(pages - set(walk.seen) - walk.acts - NOT_LINKED)]
    assert not walk.wrong, "\n".join(walk.wrong)
    for context in (walk.context, arabic):
        context.close()


@pytest.mark.timeout(900)
def test_every_public_page_is_looked_at_by_a_stranger(browser: Browser, site: str) -> None:
    filled.international()
    walk = Walk(browser, site)
    walk.through_all()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert {"home", "parties", "transactions", "aef", "submissions", "verify", "login"} <= set(walk.seen)
    walk.context.close()
