"""The public face in a real browser: pictures, explorer, advisor, the life of a unit, in every light and direction."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from browser.axe import axe
from browser.pictures import Camera
from browser.test_look import OUTSIDE, UNFIT
from playwright.sync_api import Browser
from web import sample

from article6.services import demo, pioneers
from article6.services.cdm import replay

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

LIMITED = "/advisor?purpose=article6&existing=none&staff=none&money=none&approaches=one&control=outside"
PATHS = (
    "/dashboard", "/dashboard/over-time?party=GHA&from=2024", "/dashboard/flows", "/dashboard/map?show=used_ndc",
    "/dashboard/purposes", "/explore", "/authorizations/GHA/GHA-A-1", "/approaches/CA0001", "/cancellations",
    "/units/GHA01/GHA/100", "/units/GHA01/GHA/1-700", "/search?q=nothing+at+all", "/glossary", "/advisor", LIMITED,
)  # fmt: skip
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "Arabic phone": {"viewport": {"width": 360, "height": 740}, "locale": "ar"},
}


@pytest.mark.parametrize("way", WAYS)
def test_everybody_can_read_the_public_face(browser: Browser, site: str, way: str) -> None:
    sample.international()
    context = browser.new_context(**WAYS[way])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    wrong = []
    for path in PATHS:
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        found = [*page.evaluate(OUTSIDE), *page.evaluate(UNFIT), *axe(page), *said]
        wrong += [f"{path}: {each}" for each in [*found, *(["sticks out"] if width > room else [])]]
        said.clear()
    context.close()
    assert wrong == []


def test_a_picture_leads_by_keyboard_to_its_numbers_and_a_filter_stays_in_the_address(
    browser: Browser, site: str, picture: Camera
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    pioneers.book(by=demo.found_international(now=now), progress=replay.silent)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}/units/GHA01/GHA/300")
    picture(page, "unit", part="main")
    page.goto(f"{site}/dashboard")
    picture(page, "overview", part=".dashboard")
    page.get_by_label("Party", exact=True).select_option(label="Ghana")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/dashboard?party=GHA&**")
    page.get_by_role("link", name=re.compile("^Table and files.*one Party to another")).press("Enter")
    page.get_by_role("heading", name="Units that went from one Party to another").wait_for()
    assert "party=GHA" in page.url
    assert page.get_by_role("cell", name=re.compile("11.733")).is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="SVG", exact=True).click()
    assert download.value.suggested_filename == "flows.svg"
    page.close()


def test_the_advisor_works_by_keyboard_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/advisor")
    page.get_by_role("group", name="3. Are there people").get_by_label("Yes, both").check()
    page.get_by_role("group", name="4. Is money secured").get_by_label("For setting up and for operation").check()
    page.get_by_role("button", name="Show what fits").press("Enter")
    assert page.get_by_role("heading", name="An own registry").first.is_visible()
    assert "staff=enough" in page.url
    assert page.get_by_role("group", name="3. Are there people").get_by_label("Yes, both").is_checked()
    context.close()
