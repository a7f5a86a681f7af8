"""Two people at two browsers: one proposes a transfer, the other looks at what it does and approves it."""

from __future__ import annotations

import pytest
from browser.axe import axe
from browser.journeys import at_work, carry_out
from browser.pictures import Camera
from playwright.sync_api import Browser, expect
from web import sample
from web.working import WORKS_FROM, with_people

from article6.services import accounts, lookup
from article6.services.accounts import NewAccount

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def test_a_transfer_goes_from_one_person_s_desk_over_another_s_to_its_account(
    browser: Browser, site: str, picture: Camera
) -> None:
    made = with_people(sample.international())
    cy, bo = at_work(browser, site, "cy"), at_work(browser, site, "bo")

    cy.get_by_role("link", name="Transfer units to another section").click()
    cy.get_by_label("To account").fill(made.accounts["swiss"])
    cy.get_by_label("Units").fill("1,0000")
    cy.get_by_role("button", name="Look it over").click()
    expect(cy.locator("main")).to_contain_text("Write a whole number")
    cy.get_by_label("Units").fill("120")
    cy.get_by_role("button", name="Look it over").click()
    expect(cy.locator("main")).to_contain_text("Yes, of 120 units")
    expect(cy.locator("main")).to_contain_text("Ghana adds 120 t CO2 eq to its balance for 2023")
    # The back button, a change of mind, and forward again.
    cy.go_back()
    cy.get_by_label("Units").fill("110")
    cy.get_by_role("button", name="Look it over").click()
    expect(cy.locator("main")).to_contain_text("Yes, of 110 units")
    picture(cy, "review", part="main")
    review = cy.url
    cy.get_by_role("button", name="Propose").click()
    expect(cy.get_by_role("heading", name="What happens next")).to_be_visible()
    assert cy.url != review
    cy.go_back()
    cy.reload()
    assert lookup.transactions(status="proposed").total == 2

    bo.goto(f"{site}/desk")
    expect(bo.locator("main")).to_contain_text("2 things wait for you")
    bo.goto(f"{site}/approvals")
    bo.get_by_role("row").filter(has_text="110:").get_by_role("link").click()
    expect(bo.locator("main")).to_contain_text("Ghana adds 110 t CO2 eq")
    bo.get_by_label("Comment").fill("Agreed.")
    picture(bo, "approve", part="main")
    bo.get_by_role("button", name="Approve").click()
    expect(bo.locator("body")).to_contain_text("Approved.")

    cy.goto(f"{site}/desk")
    expect(cy.locator("main")).to_contain_text("Agreed.")
    newest = lookup.transactions(limit=1).items[0]
    assert (newest["status"], newest["quantity"]) == ("completed", 110)
    for each in (cy, bo):
        each.context.close()


def test_a_use_towards_an_ndc_is_approved_and_a_cancellation_rejected_by_the_second_person(
    browser: Browser, site: str
) -> None:
    made = with_people(sample.international(), "CHE")
    new = NewAccount("cancellation_voluntary", "CHE", "Voluntary cancellation, Switzerland")
    accounts.open_account(new, by=made.ama, now=WORKS_FROM)
    cy, bo = at_work(browser, site, "cy", to="/tasks/retire"), at_work(browser, site, "bo")
    cy.get_by_label("Year of use").fill("2026")
    cy.get_by_label("Units").fill("20")
    cy.get_by_role("button", name="Look it over").click()
    expect(cy.locator("main")).to_contain_text("Switzerland takes 20 t CO2 eq off its balance for 2026")
    cy.get_by_role("button", name="Propose").click()
    cy.goto(f"{site}/tasks/cancel")
    cy.get_by_label("Units").fill("30")
    carry_out(cy)

    for what, decision, said in (
        ("20:", "Approve", "Approved."),
        ("30:", "Reject", "Rejected."),
    ):
        bo.goto(f"{site}/approvals")
        bo.get_by_role("row").filter(has_text=what).get_by_role("link").click()
        bo.get_by_label("Comment").fill("As agreed by letter.")
        bo.get_by_role("button", name=decision).click()
        expect(bo.locator("body")).to_contain_text(said)
    newest = lookup.transactions(limit=2).items
    assert [(each["type"], each["status"]) for each in newest] == [
        ("cancellation_voluntary", "rejected"), ("use_ndc", "completed"),
    ]  # fmt: skip
    for each in (cy, bo):
        each.context.close()


def test_the_pages_of_work_are_read_by_everybody(browser: Browser, site: str) -> None:
    made = with_people(sample.international())
    page = at_work(browser, site, "ama")
    state = page.context.storage_state()
    page.context.close()
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    for path in ("/desk", "/tasks", "/tasks/onboard-entity", "/tasks/authorization-change", "/drafts", "/approvals"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site + path)
            assert axe(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.goto(f"{site}/tasks/transfer-section?target={made.accounts['swiss']}&quantity=10")
    page.get_by_label("From account").select_option(made.accounts["ghana"])
    page.get_by_role("button", name="Look it over").click()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
