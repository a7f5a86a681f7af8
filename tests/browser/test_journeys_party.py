"""A Party's registry from its first day, by its pages: people, accounts, entities, authorizations, units, reports."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from browser.journeys import at_work, carry_out, founded
from browser.pictures import Camera
from playwright.sync_api import Browser, Page, expect
from web import sample
from web.working import with_people

from article6.services import entities, recorded, submissions

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def test_an_administrator_lets_a_second_person_in(browser: Browser, site: str, picture: Camera) -> None:
    founded()
    ama = at_work(browser, site, "ama", to="/administration/people")
    ama.get_by_role("link", name="Invite somebody").click()
    ama.get_by_label("Login").fill("bo")
    ama.get_by_label("Name").fill("Bo Owusu")
    ama.get_by_label("Role").select_option(label="Approver")
    ama.locator("[name=section]").select_option("GHA")
    picture(ama, "invite", part="main")
    ama.get_by_role("button", name="Invite").click()
    expect(ama.locator("main")).to_contain_text("It works once")
    link = ama.locator("main code").inner_text()

    bo = browser.new_context().new_page()
    bo.goto(link)
    bo.get_by_label("Password", exact=True).fill("a lantern over the harbour")
    bo.get_by_label("The password again").fill("a lantern over the harbour")
    bo.get_by_role("button", name="Go on").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("Signing in")
    bo.goto(f"{site}/desk")
    expect(bo.locator("main")).to_contain_text("Good day, Bo Owusu")
    bo.goto(link)
    expect(bo.locator("main")).to_contain_text("invitation.ended")
    ama.goto(f"{site}/administration/people")
    expect(ama.get_by_role("row").filter(has_text="Bo Owusu")).to_contain_text("Approver (GHA)")
    for each in (ama, bo):
        each.context.close()


def opened(page: Page, site: str, picture: Camera) -> None:
    """A holding account in Ghana's section."""
    page.goto(f"{site}/tasks/open-account")
    page.get_by_label("Type").select_option(label="Holding account")
    page.get_by_label("Section").select_option("GHA")
    page.get_by_label("Name of the account").fill("Cookstove programme")
    picture(page, "open-account", part="main")
    carry_out(page)
    expect(page.get_by_role("heading", name="The account is open")).to_be_visible()


def onboarded(page: Page, site: str, extract: Path) -> None:
    """An entity, identified by an extract of the register of companies."""
    page.goto(f"{site}/tasks/onboard-entity")
    page.get_by_label("Code").fill("GHA-E-1")
    page.get_by_label("Legal name").fill("Clean Cooking Ltd")
    page.get_by_label("Identification number there").fill("C-1234")
    page.get_by_label("Identification holds until").fill("2030-12-31")
    page.get_by_label("Document that proves it").fill("Extract of the register of companies")
    page.get_by_label("Reference of the document").fill("Archive 7, folio 12")
    page.get_by_label("File of the document").set_input_files(extract)
    page.get_by_label("Check", exact=True).fill("Register of companies looked up")
    page.get_by_label("The check was passed").check()
    carry_out(page)
    expect(page.get_by_role("heading", name="The entity is registered")).to_be_visible()


def authorized(page: Page, site: str, picture: Camera) -> None:
    """A cooperative approach, and an authorization under it for Switzerland and the entity."""
    page.goto(f"{site}/tasks/record-approach")
    page.get_by_label("Identifier").fill("CA0012")
    page.get_by_label("Title").fill("Ghana and Switzerland")
    page.get_by_role("group", name="Parties that take part").get_by_label("Switzerland").check()
    carry_out(page)
    page.get_by_role("link", name="Authorize under it").click()
    expect(page.get_by_label("Cooperative approach")).to_have_value("CA0012")
    page.get_by_label("Identifier").fill("GHA CHE 2")
    page.get_by_label("Authorized on").fill("2026-02-01")
    page.get_by_label("Purposes", exact=True).select_option("NDC")
    page.get_by_role("group", name="Authorized Parties").get_by_label("Switzerland").check()
    page.get_by_label("Clean Cooking Ltd").check()
    page.get_by_label("First vintage").fill("2021")
    page.get_by_label("Last vintage").fill("2030")
    page.get_by_role("group", name="Sectors").get_by_label("Energy generation").check()
    picture(page, "authorize", part="main")
    carry_out(page)


def test_an_authority_opens_an_account_registers_an_entity_authorizes_and_issues(
    browser: Browser, site: str, picture: Camera, tmp_path: Path
) -> None:
    ama = founded()
    extract = tmp_path / "extract.pdf"
    extract.write_bytes(b"An extract of the register.")
    page = at_work(browser, site, "ama", to="/tasks")
    opened(page, site, picture)
    onboarded(page, site, extract)
    authorized(page, site, picture)

    page.goto(f"{site}/tasks/issue")
    page.get_by_label("Into account").select_option(index=0)
    page.get_by_label("Party in which the outcomes occurred").select_option(label="Ghana")
    page.get_by_label("Units").fill("1,000")
    page.get_by_label("Vintage").fill("2025")
    page.get_by_label("Cooperative approach").select_option("CA0012")
    page.get_by_label("Authorization").fill("GHA CHE 2")
    carry_out(page)
    expect(page.locator("main")).to_contain_text("It is done")
    known = recorded.authorization("GHA", "GHA CHE 2")
    assert known is not None
    assert (known["units"], [each["name"] for each in known["entities"]]) == (1000, ["Clean Cooking Ltd"])
    [entity] = entities.history(ama, "GHA", "GHA-E-1")
    assert entity.documents[0].sha256 == hashlib.sha256(extract.read_bytes()).hexdigest()
    page.context.close()


def test_a_reporting_officer_explains_checks_freezes_and_submits_the_year(
    browser: Browser, site: str, picture: Camera
) -> None:
    with_people(sample.international(sectors=("Energy generation",)))
    page = at_work(browser, site, "ama", to="/workspace")
    picture(page, "workspace")
    page.get_by_role("link", name="GHA 2025").click()
    page.get_by_role("link", name="Table 3: Actions").click()
    page.get_by_role("link", name="Explain row 1").click()
    page.get_by_label("Explanation").fill("Sent under the agreement of 2024.")
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Save the explanation").click()
    expect(page.locator("main")).to_contain_text("Sent under the agreement of 2024.")
    page.get_by_role("link", name="Check, and show findings beside the cells").click()
    picture(page, "workspace-tables", part="main")
    page.get_by_role("link", name="Pre-check").click()
    expect(page.locator("main")).to_contain_text("Consistent: the checks find nothing.")
    picture(page, "pre-check")

    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Freeze a version").click()
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("heading", name="Version 1.0")).to_be_visible()
    page.get_by_role("link", name="Submit version 1.0").click()
    page.get_by_role("button", name="Go on to the review").click()
    picture(page, "submit", part="main")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("body")).to_contain_text("The report is submitted. Here is what the checks say.")
    picture(page, "submitted")
    [sent] = submissions.listed(party="GHA", year=2025).items
    assert sent["version"] == "1.0"
    page.goto(f"{site}/workspace")
    expect(page.get_by_role("row").filter(has_text="GHA 2025")).to_contain_text("1.0")
    page.context.close()
