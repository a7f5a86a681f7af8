"""The Article 6.4 mechanism registry by its pages: an issuance with its shares, CERs taken over, what a Party sees."""

from __future__ import annotations

import pytest
from browser.pictures import Camera
from browser.sound import sound
from browser.test_administration import signed_in
from ledger.books import NOW, Books
from ledger.mechanism_books import appoint, authorize, state
from playwright.sync_api import Browser, expect

from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.services import issuance, lookup, people, registry, statements
from article6.services.issuance import NewActivity
from article6.services.statements import Participant

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def founded() -> Books:
    """Thailand's wind farm, authorized in full, with a Swiss participant. Root administers, Bo too, Lea works for
    Switzerland."""
    identity = registry.RegistryIdentity(Kind.MECHANISM, "A64", "Article 6.4 mechanism registry")
    root = registry.init(identity, administrator=("root", "Root"), now=NOW)
    registry.add_sections(("THA", "CHE"), by=root, now=NOW)
    lea, bo = (people.add_person(each.lower(), each, by=root, now=NOW) for each in ("Lea", "Bo"))
    people.give_role(bo, 0, Role.ADMINISTRATOR, by=root, now=NOW)
    books = Books(Kind.MECHANISM, root, lea, bo, lea)
    for name, type_, section in (
        ("Pending account", "pending", "ADM"), ("Adaptation Fund", "share_of_proceeds", "ADM"),
        ("Overall mitigation", "cancellation_omge", "ADM"), ("Thailand, holding", "holding", "THA"),
        ("Switzerland, holding", "holding", "CHE"),
    ):  # fmt: skip
        books.open(name, type_, section)
    issuance.record_activity(NewActivity("77", "THA", "Wind farm"), by=root, now=NOW)
    statements.record_participant("THA", "77", Participant("CHE", "Alp AG", "LoA 5"), by=root, now=NOW)
    authorize(books)
    state(books, Statement.FULL, authorization="THA-1")
    appoint(books, lea, "CHE", Role.REPRESENTATIVE)
    return books


def test_an_instruction_becomes_units_with_their_shares_in_the_participants_accounts(
    browser: Browser, site: str, picture: Camera
) -> None:
    books = founded()
    swiss = books.accounts["Switzerland, holding"].number
    root, lea = (signed_in(browser, site, each).new_page() for each in (books.admin, books.ama))
    root.goto(f"{site}/tasks")
    root.get_by_role("link", name="Issue A6.4ERs").click()
    root.get_by_role("button", name="Look it over").click()
    expect(root.locator("form .notice.bad")).to_contain_text("Units: This field is required.")
    root.goto(f"{site}/tasks/issue-a64")
    root.get_by_label("Activity", exact=True).select_option(label="Thailand · 77 · Wind farm")
    root.get_by_label("Instruction").fill("SB 20/1")
    root.get_by_label("Vintage", exact=True).fill("2024")
    root.get_by_label("Units", exact=True).fill("10,003")
    root.locator("#id_to_1").select_option(swiss)
    picture(root, "issue-a64")
    root.get_by_label("How many for account 1").fill("9 501")
    root.get_by_role("button", name="Look it over").click()
    expect(root.locator("#id_part_1_error")).to_contain_text("9301 are left")
    assert sound(root) == []
    root.get_by_label("How many for account 1").fill("")
    root.get_by_role("button", name="Look it over").click()
    for words in ("501 units: Pending account", "201 units: Pending account", "9 301 units: Pending account",
                  "Yes, of 10 003 units", "Thailand adds 10 003 t CO2 eq to its balance for 2024",
                  "Mandatory cancellation to deliver OMGE"):  # fmt: skip
        expect(root.locator("main")).to_contain_text(words)
    assert sound(root) == []
    picture(root, "issue-a64-review", part=root.locator(".review-section").last)
    root.get_by_role("button", name="Do it").dblclick()
    expect(root.locator("main")).to_contain_text("It is done.")
    assert [each["quantity"] for each in lookup.transactions().items] == [9301, 201, 501, 10_003]
    lea.goto(f"{site}/desk")
    expect(lea.locator("main")).to_contain_text("9 301")
    lea.goto(f"{site}/tasks")
    expect(lea.locator("li.panel.off").filter(has_text="Issue A6.4ERs")).to_contain_text("This is for")
    for each in (root, lea):
        each.context.close()


def test_cers_are_taken_over_once_and_found_by_the_serials_they_had(browser: Browser, site: str) -> None:
    books = founded()
    root = signed_in(browser, site, books.admin, locale="ar").new_page()
    root.goto(f"{site}/tasks/take-over")
    assert sound(root) == []
    root.context.close()
    root = signed_in(browser, site, books.admin).new_page()
    for day, words in (("2012-12-31", "registered on or after 1 January 2013"), ("2014-05-02", ""), ("", "already")):
        root.goto(f"{site}/tasks/take-over")
        root.get_by_label("First serial").fill("IN-5-1-2-2-0-1234")
        root.get_by_label("Last serial").fill("IN-5-100-2-2-0-1234")
        root.get_by_label("Into account").select_option(books.accounts["Switzerland, holding"].number)
        root.get_by_label("CDM activity registered on").fill(day or "2014-05-02")
        root.get_by_role("button", name="Look it over").click()
        if words:
            expect(root.locator("#id_first_serial_error")).to_contain_text(words)
            continue
        expect(root.locator("main")).to_contain_text("100 units: newly issued")
        assert sound(root) == []
        root.get_by_role("button", name="Do it").click()
        expect(root.locator("main")).to_contain_text("· 100 units")
    root.get_by_role("searchbox").fill("IN-5-50-2-2-0-1234")
    root.keyboard.press("Enter")
    expect(root.locator("main")).to_contain_text("IN-5-1-2-2-0-1234")
    expect(root.locator("main")).to_contain_text("Switzerland, holding")
    root.context.close()
