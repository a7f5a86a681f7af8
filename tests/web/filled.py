"""An international registry in which every page has something to show: holdings, a proposal that waits, balances, a
frozen report and an issued one, submissions with findings, a certificate. Ama administers it and may sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ledger.books import NOW
from playwright.sync_api import Page
from reporting.worlds import documents
from services.logs import run
from services.reports import upload
from web import governed, sample, working

from article6.services import aef_versions, certificates, people, submissions
from article6.services.reports import issuing

DAY = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def international() -> sample.Sample:
    """The registry; its pages are public."""
    made = sample.with_balances(sample.international())
    people.set_password(made.ama, sample.PASSWORD, by=made.ama, now=DAY)
    working.with_work(made, DAY)
    governed.with_administration(made, DAY)
    aef_versions.freeze("GHA", 2024, by=made.ama, now=DAY, reason="Annual information")
    issuing.issue("voluntary_cancellations", {}, by=made.ama, now=DAY)
    given = documents()
    for at, name in enumerate(("GHA 2023", "CHE 2023")):
        submissions.submit(upload(name, given[name]), by=made.ama, now=DAY + timedelta(days=at))
    run()
    certificates.issue(4, [], by=made.bo, now=NOW, address="https://registry.example")
    return made


def sign_in(page: Page, site: str, login: str) -> None:
    """Sign in by the form."""
    page.goto(f"{site}/login")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
