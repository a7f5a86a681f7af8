"""The administration, the workspace and the training in a real browser: an exercise done through the pages, and axe on
the pages that need another registry or a training to be there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from browser.axe import axe
from browser.test_walk import NARROW, WIDE, stuck_out
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page
from services.frozen_reports import ghana_sent
from services.network import Fresh, Network, network
from web.sessions import as_

from article6.domain.orders import PersonId
from article6.domain.training import PASSWORD_IS
from article6.services.exchange import overview, reconciling
from article6.services.training import founding

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def signed_in(browser: Browser, site: str, person_id: PersonId, **more: Any) -> BrowserContext:
    """A browser in which this person has just signed in, with a second factor."""
    context = browser.new_context(viewport=WIDE, **more)
    value = as_(person_id).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    return context


def look_at(page: Page, site: str, *paths: str) -> list[str]:
    """What is wrong with these pages, wide and narrow."""
    wrong = []
    for path in paths:
        answer = page.goto(site + path)
        if answer is None or answer.status != 200:
            wrong.append(f"{path}: {answer and answer.status}")
            continue
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        wrong += [f"{path}: {each}" for each in [*axe(page), *stuck_out(page)]]
        page.set_viewport_size(NARROW)
        wrong += [f"{path}, phone: {each}" for each in stuck_out(page)]
        page.set_viewport_size(WIDE)
    return wrong


@pytest.mark.usefixtures("database")
def test_an_exercise_is_done_through_the_pages_and_ticked(browser: Browser, site: str) -> None:
    founding.found(now=datetime.now(UTC))
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    assert look_at(page, site, "/training") == []
    page.get_by_role("link", name="Registry administrator").click()
    page.get_by_label("Login").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD_IS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/training")
    exercise = page.locator("#administrator-3")
    assert exercise.get_by_text("Done").count() == 0
    exercise.get_by_role("link", name="Go there").click()
    page.get_by_label("Party").select_option("PER")
    page.get_by_role("button", name="Go on to the review").click()
    assert axe(page) == []
    page.get_by_role("button", name="Open it").click()
    page.wait_for_url("**/administration/sections")
    assert page.get_by_text("The section is open.").is_visible()
    assert look_at(page, site, "/training", "/training/everybody", "/training/feedback", "/training/reset") == []
    page.goto(f"{site}/training")
    assert page.locator("#administrator-3").get_by_text("Done").is_visible()
    page.get_by_label("4", exact=True).check()
    page.get_by_label("What was hard?").fill("Nothing.")
    page.get_by_role("button", name="Send").click()
    page.goto(f"{site}/training/everybody")
    assert page.get_by_text("Nothing.").is_visible()
    context.close()


@pytest.mark.usefixtures("database")
def test_the_workspace_has_nothing_that_axe_finds(browser: Browser, site: str) -> None:
    there = ghana_sent()
    there.freeze()
    there.send(5, datetime(2025, 8, 1, tzinfo=UTC))
    context = signed_in(browser, site, there.efua)
    where = "/workspace/GHA/2025"
    found = look_at(
        context.new_page(), site, "/workspace", f"{where}?table=authorizations&check=1", f"{where}?table=submission",
        f"{where}/check", f"{where}/versions", f"{where}/compare", f"{where}/freeze", f"{where}/mark",
        f"{where}/explain?table=actions", f"{where}/submit/1.0", "/workspace/upload",
    )  # fmt: skip
    assert not found, "\n".join(found)
    context.close()


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def test_the_pages_of_other_registries_have_nothing_that_axe_finds(browser: Browser, site: str, net: Network) -> None:
    with net.at("GHA01") as side:
        reconciling.start("CHE01", by=side.root, now=net.now)
    net.settle()
    with net.at("GHA01") as side:
        [case] = reconciling.listed(by=side.root).items
        numbers = {way: overview.kept_messages("CHE01", way).items[0]["id"] for way in ("out", "in")}
        context = signed_in(browser, site, side.root)
        peer = "/administration/network/peers/CHE01"
        found = look_at(
            context.new_page(), site, "/administration/network", peer, f"{peer}/suspend", f"{peer}/compare",
            f"{peer}/test", "/administration/network/messages",
            *(f"/administration/network/messages/{way}/{number}" for way, number in numbers.items()),
            f"/administration/network/reconciliations/{case['reconciliation_id']}", "/administration/keys",
            "/administration/keys/log/replace",
        )  # fmt: skip
        context.close()
    assert not found, "\n".join(found)
