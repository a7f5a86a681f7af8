"""With scripts, in a real browser: tables change in place, forms are sent once, nothing is lost with the network, and
the end of a session leads to sign-in."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect
from web import sample, working

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

STAYS = "document.documentElement.stays === true"


def settled(page: Page, said: str) -> None:
    """What a screen reader is told; the page that is open stayed open."""
    expect(page.locator("#spoken")).to_contain_text(said, timeout=15_000)
    assert page.evaluate(STAYS)


def test_a_table_changes_in_place_and_the_way_back_leads_through_it(browser: Browser, site: str) -> None:
    sample.crediting()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/styleguide")
    page.evaluate("document.documentElement.stays = true")
    table = page.locator("#specimen")
    table.get_by_role("link", name="Units", exact=True).press("Enter")
    settled(page, "60 lines")
    expect(table.locator("[aria-sort=descending]")).to_have_text("Units")
    expect(page).to_have_url(f"{site}/styleguide?sort=-quantity#specimen")
    assert page.evaluate("document.activeElement.id") == "specimen-sort-quantity"
    table.get_by_text("Filter", exact=True).click()
    table.locator("#filter-party").select_option("GHA")
    table.locator("#specimen-filter-show").press("Enter")
    settled(page, "30 lines")
    assert page.evaluate("document.activeElement.id") == "specimen-filter-show"
    table.get_by_text("Columns", exact=True).click()
    table.locator("#specimen-column-remark").check()
    table.locator("#specimen-columns-show").press("Enter")
    expect(table.get_by_role("columnheader", name="Remark")).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(25)
    table.get_by_role("link", name="Further").click()
    settled(page, "26 to 30 of 30")
    assert table.locator("tbody tr").count() == 5
    page.go_back()
    expect(table.locator("tbody tr")).to_have_count(25)
    expect(table.locator(".table-count")).to_have_text("30 lines")
    assert said == []
    page.context.set_offline(True)
    table.get_by_role("link", name="When").click()
    expect(page.locator("#no-network")).to_be_visible()
    assert "sort=-quantity" in page.url
    page.close()


def test_a_form_is_sent_once_and_the_end_of_the_session_leads_to_sign_in(
    browser: Browser, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name, for a registry at an address of this machine is reached without a network.
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["registry.localhost"])
    site = site.replace("127.0.0.1", "registry.localhost")
    working.with_people(sample.international())
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/login?next=/desk")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Login").fill("cy")
    page.get_by_label("Password").fill(sample.PASSWORD)
    button = page.locator("main").get_by_role("button", name="Sign in", exact=True)
    context.set_offline(True)
    button.click()
    expect(page.locator("#no-network")).to_be_visible()
    assert page.get_by_label("Login").input_value() == "cy"
    context.set_offline(False)
    button.dblclick()
    page.wait_for_url(f"{site}/desk")
    assert len(sent) == 1
    Session.objects.all().delete()
    page.evaluate("window.htmx.trigger(document.querySelector('[hx-swap=none]'), 'quiet')")
    expect(page.locator("[hx-swap=none]")).not_to_have_attribute("hx-trigger", "quiet")
    page.evaluate("window.htmx.trigger(document.getElementById('waits'), 'quiet')")
    page.wait_for_url(f"{site}/login?next=/desk")
    context.close()
