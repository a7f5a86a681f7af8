"""A crediting programme's registry by its pages: credits divided by shares, passed on in part, labelled."""

from __future__ import annotations

import pytest
from browser.pictures import Camera
from browser.sound import sound
from browser.test_administration import signed_in
from ledger.programme import found_programme
from playwright.sync_api import Browser, Page, expect

from article6.services import lookup

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def test_credits_are_issued_divided_passed_on_in_part_and_labelled(
    browser: Browser, site: str, picture: Camera
) -> None:
    books = found_programme()
    numbers = {name: each.number for name, each in books.accounts.items()}
    root, ama = (signed_in(browser, site, each).new_page() for each in (books.admin, books.ama))
    root.goto(f"{site}/tasks/issue-credits")
    assert root.get_by_label("Programme").input_value() == "JCM"
    for label, typed in (("Decision to issue", "Joint Committee 12"), ("Monitored from", "2024-01-01"),
                         ("Monitored until", "2024-12-31"), ("Vintage", "2024"), ("Credits", "1001"),
                         ("Buffer, in percent", "10"), ("How many for account 1", "1/3"),
                         ("How many for account 2", "1/3")):  # fmt: skip
        root.get_by_label(label).fill(typed)
    for place, name in enumerate(("host", "partner"), start=1):
        root.locator(f"#id_to_{place}").select_option(numbers[name])
    picture(root, "issue-credits")
    root.get_by_label("Vintage").fill("2025")
    root.get_by_role("button", name="Look it over").click()
    expect(root.locator("#id_vintage_year_error")).to_contain_text("monitored from 2024-01-01")
    root.get_by_label("Vintage").fill("2024")
    root.get_by_role("button", name="Look it over").click()
    expect(root.locator("#id_part_1_error")).to_contain_text("ratios that make 1")
    assert sound(root) == []
    root.get_by_label("How many for account 2").fill("2/3")
    root.get_by_role("button", name="Look it over").click()
    for words in ("300 units: newly issued → host", "600 units: newly issued → partner", "101 units: newly issued"):
        expect(root.locator("main")).to_contain_text(words)
    assert sound(root) == []
    picture(root, "issue-credits-review", upto=".review")
    root.get_by_role("button", name="Do it").click()
    expect(root.locator("main")).to_contain_text("It is done.")

    pass_on(ama, site, numbers["host"], numbers["other"])
    assert books.holds("host") == [(121, 300)]

    label_units(root, site)
    assert [each["type"] for each in lookup.transactions().items][:1] == ["transfer"]
    for each in (root, ama):
        each.context.close()


def pass_on(ama: Page, site: str, source: str, target: str) -> None:
    ama.goto(f"{site}/tasks/transfer")
    ama.get_by_label("From account").select_option(source)
    ama.get_by_label("To account").select_option(target)
    ama.get_by_label("Units", exact=False).first.fill("120")
    ama.get_by_role("button", name="Look it over").click()
    expect(ama.locator("main")).to_contain_text("CR-JCM-MNG-MN001-120-2024")
    ama.locator("main button[value=confirm]").click()
    expect(ama.locator("main")).to_contain_text("It is done.")


def label_units(root: Page, site: str) -> None:
    root.goto(f"{site}/tasks/label")
    root.get_by_label("Label", exact=True).fill("Article 6 Authorized - NDC use")
    root.get_by_label("Where it is said").fill("Letter 7")
    root.get_by_label("Serials").fill("MNG:2000-2001")
    root.get_by_role("button", name="Look it over").click()
    expect(root.locator("#id_serials_error")).to_contain_text("label.no_units")
    root.get_by_label("Serials").fill("MNG:1-120")
    root.get_by_role("button", name="Look it over").click()
    assert sound(root) == []
    root.locator("main button[value=confirm]").click()
    root.get_by_role("link", name="CR-JCM-MNG-MN001-1-2024").click()
    expect(root.locator("main")).to_contain_text("Article 6 Authorized - NDC use")
