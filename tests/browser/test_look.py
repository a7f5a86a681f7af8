"""The main pages in a real browser, on a phone and on a desktop: nothing sticks out, nothing complains."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, Error, Request, sync_playwright
from web import sample

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

PHONE, DESKTOP = 375, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and Django would refuse to ask the database there; but nothing else
    # runs in that loop, so nothing can come between.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        own = playwright.chromium.executable_path
        found = next((path for path in (shutil.which("chromium"), own) if path and Path(path).exists()), None)
        if found is None:
            pytest.skip("there is no Chromium on this machine (make browser)")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        except Error as error:
            pytest.skip(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[str]:
    """The pages, served on this machine; the address without a path."""
    from article6.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Quiet(WSGIRequestHandler):
    """Serves without a line for every request."""

    def log_message(self, *_: object) -> None:
        pass


def unanswered(request: Request) -> list[str]:
    """What a request that failed has to complain of: nothing where the browser itself gave it up to go on."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"no answer: {request.url}"]


def look(browser: Browser, site: str, paths: list[str]) -> None:
    for width in (PHONE, DESKTOP):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(unanswered(request)))
        page.on("response", lambda answer: complaints.extend([answer.url] if answer.status >= 400 else []))
        for path in paths:
            answer = page.goto(site + path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            outside = page.evaluate(OUTSIDE)
            assert outside == [], (path, width)
            assert not complaints, (path, width)
        context.close()


OUTSIDE = """() => [...document.querySelectorAll('main *')]
    .filter(each => !each.closest('.scroll') && !each.closest('.unseen') && !each.closest('svg'))
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.outerHTML.slice(0, 80))"""
"""Elements that stick out of the page, except inside a table that scrolls by itself."""


def test_a_crediting_registry_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    where = sample.crediting().accounts
    paths = ["/", "/?by=type", "/search?q=IN+160", "/search?q=project", "/parties", "/parties/IND", "/projects"]
    paths += ["/projects/IND/1", "/batches/1", "/accounts", f"/accounts/{where['india']}", "/transactions"]
    look(browser, site, [*paths, "/transactions/1", "/units/CDM/IND/160", "/aef", "/login"])


def test_an_international_registry_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    where = sample.international().accounts
    paths = ["/", "/search?q=650", "/parties/GHA", "/batches/1", f"/accounts/{where['ghana']}", "/transactions"]
    look(browser, site, [*paths, "/transactions/3", "/units/GHA01/GHA/100", "/aef"])


def test_a_person_signs_in_and_looks_a_unit_up_with_the_keyboard(browser: Browser, site: str) -> None:
    sample.crediting(is_public=False)
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto(f"{site}/")
    assert page.url.startswith(f"{site}/login")
    page.get_by_label("Login").fill("bo")
    page.get_by_label("Password").fill(sample.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sample CDM registry").wait_for()
    page.get_by_role("searchbox").fill("IN 160")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="IN-5-160-1-1-0-1").wait_for()
    assert page.get_by_role("heading", name="How it got there").is_visible()
    assert page.locator(".timeline li").count() == 3
    page.get_by_role("button", name="Sign out").click()
    assert page.url.startswith(f"{site}/login")
    page.close()


def test_the_skip_link_comes_first(browser: Browser, site: str) -> None:
    sample.crediting()
    page = browser.new_page()
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.close()
