"""What is wrong with the page that is open, as it stands: filled in, under review, refused."""

from __future__ import annotations

from browser.axe import axe
from browser.test_walk import NARROW, stuck_out
from playwright.sync_api import Page


def sound(page: Page) -> list[str]:
    """What axe finds, and what sticks out, as wide as it is and on a phone."""
    before = page.viewport_size
    wrong = [*axe(page), *stuck_out(page)]
    page.set_viewport_size(NARROW)
    wrong += [f"phone: {each}" for each in stuck_out(page)]
    if before:
        page.set_viewport_size(before)
    return wrong
