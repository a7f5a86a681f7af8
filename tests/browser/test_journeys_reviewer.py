"""A reviewer by the pages: sees everything for as long as the review lasts, changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from browser.sound import sound
from browser.test_administration import signed_in
from playwright.sync_api import Browser, expect
from web import sample

from article6.domain.kinds import Role
from article6.services import lookup, people

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


def test_a_reviewer_sees_and_searches_and_cannot_act_and_one_whose_time_is_over_sees_nothing(
    browser: Browser, site: str
) -> None:
    made = sample.with_balances(sample.international(is_public=False, is_practice=False))
    now = datetime.now(UTC)
    rita, past = (people.add_person(each.lower(), each, by=made.ama, now=now) for each in ("Rita", "Past"))
    people.give_role(rita, 0, Role.AUDITOR, by=made.ama, now=now, until=now + timedelta(days=14))
    began = sample.day(2025, 3, 1)
    people.give_role(past, 0, Role.AUDITOR, by=made.ama, now=began, until=began + timedelta(days=14))
    before = lookup.transactions().total

    page = signed_in(browser, site, rita).new_page()
    page.goto(f"{site}/tasks")
    expect(page.locator("li.panel.off").filter(has_text="Issue mitigation outcomes")).to_contain_text("This is for")
    assert sound(page) == []
    answer = page.goto(f"{site}/tasks/correct")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("person.not_permitted")
    page.goto(f"{site}/accounts/{made.accounts['ghana']}")
    expect(page.locator("main")).to_contain_text("Ghana, holding")
    page.goto(f"{site}/administration/audit")
    page.get_by_text("Filter", exact=True).first.click()
    page.locator("#filter-kind").select_option(label="issuance")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main table tbody")).to_contain_text("issuance.")
    assert sound(page) == []
    page.goto(f"{site}/aef/GHA/2025")
    report = page.context.request.get(f"{site}/aef/GHA/2025.json")
    assert '"First transfer"' in report.text()
    page.goto(f"{site}/parties/GHA/balance")
    expect(page.locator("main")).to_contain_text("Ghana")
    page.context.close()

    ended = signed_in(browser, site, past).new_page()
    for path in ("/administration/audit", "/workspace/GHA/2025"):
        answer = ended.goto(site + path)
        assert answer is not None
        assert answer.status == 403, path
    ended.context.close()
    assert lookup.transactions().total == before
