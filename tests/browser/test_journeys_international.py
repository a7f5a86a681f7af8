"""The international registry by its pages: reports received, a mistake put right; and units that leave a registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browser.pictures import Camera
from browser.sound import sound
from browser.test_administration import signed_in
from playwright.sync_api import Browser, expect
from services.network import Fresh, Network, network
from services.reports import found_portal
from web import sample
from web.working import with_people

from article6.domain.kinds import Role
from article6.services import lookup, people
from article6.store import persons

pytestmark = [pytest.mark.browser]


@pytest.mark.usefixtures("database")
def test_a_party_submits_a_file_and_the_secretariat_sees_what_the_checks_say(
    browser: Browser, site: str, picture: Camera
) -> None:
    portal = found_portal(is_public=True)
    portal.submit("GHA 2023")
    swiss = portal.given["CHE 2023"]
    swiss["actions"].clear()
    swiss["holdings"].clear()
    file = {"name": "CHE-2023.json", "mimeType": "application/json", "buffer": json.dumps(swiss).encode()}
    lea, root = (signed_in(browser, site, each).new_page() for each in (portal.lea, portal.root))
    lea.goto(f"{site}/workspace/upload")
    lea.locator("#id_file").set_input_files([file])
    lea.get_by_role("button", name="Look at the file").click()
    expect(lea.locator("main")).to_contain_text("The checks find something.")
    lea.locator("#id_file").set_input_files([file])
    lea.get_by_role("button", name="Submit", exact=True).click()
    expect(lea.get_by_role("heading", name="Switzerland 2023, version 1.0")).to_be_visible()

    root.goto(f"{site}/submissions?state=inconsistent")
    expect(root.locator("main table tbody tr")).to_have_count(2)
    picture(root, "submissions")
    root.get_by_role("link", name="Ghana").first.click()
    expect(root.locator("main")).to_contain_text("nconsistent")
    assert sound(root) == []
    picture(root, "submission-result")
    for each in (lea, root):
        each.context.close()


@pytest.mark.usefixtures("database")
def test_a_mistake_is_put_right_by_two_administrators_and_the_party_is_told(
    browser: Browser, site: str, picture: Camera
) -> None:
    made = with_people(sample.international(is_practice=False))
    ana = people.add_person("ana", "Ana Second", by=made.ama, now=sample.day(2024, 1, 12))
    people.give_role(ana, 0, Role.ADMINISTRATOR, by=made.ama, now=sample.day(2024, 1, 12))
    [wrong] = [each for each in lookup.transactions().items if each["quantity"] == 600]
    cy = persons.by_login("cy")
    assert cy is not None
    first, second, party = (signed_in(browser, site, each).new_page() for each in (made.ama, ana, cy))
    first.goto(f"{site}/tasks/correct")
    first.get_by_label("What is wrong").fill("Sent to the wrong account")
    first.get_by_label("Why the case is opened").fill("Letter of 3 May")
    first.get_by_role("button", name="Look it over").click()
    expect(first.locator("form .notice.bad")).to_contain_text("name the transaction, or the units by their serials")
    first.get_by_label("Transaction").fill(str(wrong["id"]))
    first.get_by_role("button", name="Look it over").click()
    first.locator("main button[value=confirm]").click()
    first.get_by_role("link", name="Propose a remedy").click()
    assert first.get_by_label("From account").input_value() == made.accounts["swiss"]
    assert first.get_by_label("To account").input_value() == made.accounts["ghana"]
    picture(first, "remedy")
    # 250 of the units were used, and nothing leaves a final account.
    first.get_by_role("button", name="Look it over").click()
    expect(first.locator("form .notice.bad")).to_contain_text("Serials")
    first.get_by_label("Remedy").select_option(label="It is recorded, for a revised report")
    first.get_by_role("button", name="Look it over").click()
    expect(first.locator("#id_remark_error")).to_contain_text("say what is recorded")
    expect(first.locator("#id_remedy_error")).to_contain_text("a note moves no units")
    assert sound(first) == []
    first.get_by_label("Remedy").select_option(label="Units are moved to where they belong")
    first.get_by_label("Serials").fill("GHA:251-600")
    first.get_by_role("button", name="Look it over").click()
    expect(first.locator("main")).to_contain_text("350 units: Switzerland, holding")
    assert sound(first) == []
    picture(first, "remedy-review", upto=".review")
    first.get_by_role("button", name="Propose").click()
    expect(first.locator("main")).to_contain_text("A second administrator confirms or rejects the remedy")

    second.goto(f"{site}/approvals")
    second.get_by_role("row").filter(has_text="Sent to the wrong account").get_by_role("link").first.click()
    second.get_by_role("button", name="Approve").click()
    expect(second.locator("body")).to_contain_text("Approved.")
    party.goto(f"{site}/desk")
    expect(party.locator("main")).to_contain_text("Sent to the wrong account")
    newest = lookup.transactions(limit=1).items[0]
    assert (newest["type"], newest["status"], newest["quantity"]) == ("correction", "completed", 350)
    for each in (first, second, party):
        each.context.close()


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect("transfer_itmo", "transfer_information", "reconciliation")
        yield both


def test_units_are_given_to_another_registry_and_two_people_and_it_agree(
    browser: Browser, site: str, net: Network, picture: Camera
) -> None:
    there = net["CHE01"].account.number
    net.now = datetime.now(UTC)  # as the pages have it
    with net.at("GHA01") as side:
        ama, bo = (signed_in(browser, site, each).new_page() for each in (side.ama, side.bo))
        ama.goto(f"{site}/tasks/transfer-registry")
        ama.get_by_label("Account there").fill("CHE01\u202e100")
        ama.get_by_label("Party of that account").select_option("CHE")
        ama.get_by_label("Units", exact=False).first.fill("120")
        ama.get_by_role("button", name="Look it over").click()
        expect(ama.locator("#id_target_error")).to_contain_text("U+202E")
        ama.get_by_label("Account there").fill(there)
        ama.get_by_role("button", name="Look it over").click()
        expect(ama.locator("main")).to_contain_text(f"the units leave for account {there} there")
        expect(ama.locator("main")).to_contain_text("Yes, of 120 units")
        assert sound(ama) == []
        picture(ama, "transfer-registry-review", part=".review")
        ama.get_by_role("button", name="Propose").click()
        expect(ama.locator("main")).to_contain_text("A second person approves or rejects it here")
        bo.goto(f"{site}/approvals")
        bo.get_by_role("row").filter(has_text="120").get_by_role("link").first.click()
        bo.get_by_role("button", name="Approve").click()
        expect(bo.locator("body")).to_contain_text("Approved.")
        ama.reload()
        expect(ama.locator("main")).to_contain_text("The other registry was asked")
    net.now = datetime.now(UTC)
    net.settle()
    assert net.held("CHE01") == 120
    with net.at("GHA01"):
        ama.reload()
        expect(ama.locator("main")).to_contain_text("the other registry has confirmed that it has them")
        for each in (ama, bo):
            each.context.close()
