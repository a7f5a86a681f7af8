"""The main pages in a real browser, on a phone and on a desktop: nothing sticks out, nothing complains."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Request
from services.reports import DAY, found_portal
from web import sample

from article6.domain.submissions import Mark, ReviewStatus
from article6.services import aef_versions, reviews
from article6.services.reports import issuing
from article6.services.reviews import NewStatus

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

PHONE, DESKTOP = 375, 1280


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
            assert page.evaluate(UNFIT) == [], (path, width)
            assert not complaints, (path, width)
        context.close()


OUTSIDE = """() => [...document.querySelectorAll('main *')]
    .filter(each => !each.closest('.scroll') && !each.closest('.unseen') && !each.closest('svg'))
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.outerHTML.slice(0, 80))"""
"""Elements that stick out of the page, except inside a table that scrolls by itself."""

UNFIT = """() => {
    const all = (what) => [...document.querySelectorAll(what)];
    const said = (what, found) => found.map(each => what + ': ' + each.outerHTML.slice(0, 80));
    const ids = all('[id]').map(each => each.id);
    const levels = all('h1, h2, h3, h4').map(each => Number(each.tagName[1]));
    const named = (each) => (each.labels && each.labels.length) || each.getAttribute('aria-label');
    return [
        ...ids.filter((each, at) => ids.indexOf(each) !== at).map(each => 'twice: ' + each),
        ...said('no label', all('input:not([type=hidden], [hidden]), select').filter(each => !named(each))),
        ...said('no name', all('a, button, summary').filter(each => !each.textContent.trim())),
        ...said('no name', all('[role=region], nav, section').filter(each =>
            !each.getAttribute('aria-label') && !document.getElementById(each.getAttribute('aria-labelledby')))),
        ...said('not reached by keyboard', all('.scroll').filter(each => each.tabIndex !== 0)),
        ...said('head without scope', all('th').filter(each => !each.getAttribute('scope'))),
        ...levels.filter((each, at) => each > (levels[at - 1] || 0) + 1).map(each => 'heading skips to ' + each),
        ...all('a[href^="#"]').map(each => each.hash.slice(1))
            .filter(each => !document.getElementById(decodeURIComponent(each))).map(each => 'leads nowhere: ' + each),
    ];
}"""
"""What keeps a page from being read with a keyboard or a screen reader."""


def test_a_crediting_registry_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    where = sample.crediting().accounts
    paths = ["/", "/?by=type", "/search?q=IN+160", "/search?q=project", "/parties", "/parties/IND", "/projects"]
    paths += ["/projects/IND/1", "/batches/1", "/accounts", f"/accounts/{where['india']}", "/transactions"]
    look(browser, site, [*paths, "/transactions/1", "/units/CDM/IND/160", "/aef", "/login"])


def test_an_international_registry_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    where = sample.international().accounts
    paths = ["/", "/search?q=650", "/parties/GHA", "/batches/1", f"/accounts/{where['ghana']}", "/transactions"]
    look(browser, site, [*paths, "/transactions/3", "/units/GHA01/GHA/100", "/aef"])


def test_balances_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    sample.with_balances(sample.international())
    look(browser, site, ["/parties/GHA/balance", "/parties/CHE/balance", "/parties/GHA/balance?ndc=second+NDC"])


def test_reports_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    made = sample.international()
    aef_versions.freeze("GHA", 2024, by=made.ama, now=DAY, reason="Annual information")
    issued = issuing.issue("voluntary_cancellations", {}, by=made.ama, now=DAY)
    paths = ["/aef", "/aef/GHA/2024", "/aef/fields", "/reports", f"/reports/verify?code={issued['code']}"]
    look(browser, site, paths)


def test_the_article_6_database_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    portal = found_portal(is_public=True)
    look(browser, site, ["/submissions", "/submissions/summary", "/submissions/disaggregated"])
    portal.submit("GHA 2023", marks=(Mark("actions", 2),))
    portal.given["CHE 2023"]["actions"].clear()
    portal.submit("CHE 2023")
    portal.revise("CHE 2023", "1.1", lambda each: each["holdings"].clear())
    reviews.record(NewStatus("GHA", ReviewStatus.BOTH, "CA0001", remark="x" * 200), by=portal.root, now=DAY)
    paths = ["/submissions", "/submissions?party=CHE&state=obsolete", "/submissions/summary"]
    look(browser, site, [*paths, "/submissions/disaggregated?year=2023", *(f"/submissions/{at}" for at in (1, 2, 3))])


def test_a_person_filters_the_submissions_and_reads_the_checks_with_the_keyboard(browser: Browser, site: str) -> None:
    portal = found_portal(is_public=True)
    portal.submit("GHA 2023")
    portal.submit("VUT 2023")
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto(f"{site}/submissions")
    page.get_by_text("Filter", exact=True).press("Enter")
    page.get_by_label("Party").select_option(label="Vanuatu")
    page.get_by_role("button", name="Show").press("Enter")
    page.locator(".table-count").get_by_text("1 submission, newest first").wait_for()
    page.get_by_role("link", name="Vanuatu").press("Enter")
    page.get_by_role("heading", name="Vanuatu 2023, version 1.0").wait_for()
    assert page.get_by_text("Every cell can be read").is_hidden()
    page.get_by_text("checks that found nothing").press("Enter")
    assert page.get_by_text("Every cell can be read").is_visible()
    page.close()


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
    page.get_by_text("Menu", exact=True).press("Enter")
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
