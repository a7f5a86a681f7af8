"""Two people at two browsers: one proposes a transfer, the other looks at what it does and approves it."""

from __future__ import annotations

import pytest
from browser.axe import axe
from playwright.sync_api import Browser, Page, expect
from web import sample
from web.working import PASSWORD, with_people

from article6.services import lookup

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def at_work(browser: Browser, site: str, login: str) -> Page:
    """A browser of its own, in which a person is signed in; scripts are off, for nothing here needs one."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/login?next=/desk")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/desk")
    return page


def test_a_transfer_goes_from_one_person_s_desk_over_another_s_to_its_account(browser: Browser, site: str) -> None:
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
    bo.get_by_role("button", name="Approve").click()
    expect(bo.locator("body")).to_contain_text("Approved.")

    cy.goto(f"{site}/desk")
    expect(cy.locator("main")).to_contain_text("Agreed.")
    newest = lookup.transactions(limit=1).items[0]
    assert (newest["status"], newest["quantity"]) == ("completed", 110)
    for each in (cy, bo):
        each.context.close()


def test_the_pages_of_work_are_read_by_everybody(browser: Browser, site: str) -> None:
    made = with_people(sample.international())
    page = at_work(browser, site, "ama")
    state = page.context.storage_state()
    page.context.close()
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    for path in ("/desk", "/tasks", "/tasks/transfer-section", "/tasks/authorize", "/drafts", "/approvals"):
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
