"""The pictures of the manual, taken on the journeys: `make pictures` writes them into docs/pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

FOLDER = "PICTURES_FOLDER"
"""Names the folder that `make pictures` wants them in; a test run without it leaves them with its own files."""

SIZE: Any = {"width": 1100, "height": 760}
TALLEST = 900
EDGE = 12
WITHOUT_WATERMARK = "document.body.removeAttribute('data-practice')"
"""It would be heavy, and hard to read through; the bar on top says the same."""
SETTLED = """() => document.readyState === 'complete' && document.fonts.status === 'loaded'
    && !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping')"""


class Camera:
    """Takes pictures of pages, all in the same size and light."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, page: Page, name: str, *, part: str | Locator = "", upto: str | Locator = "") -> Path:
        """A picture of what a reader sees first; of a part of the page; or from the top as far as something reaches."""
        before = page.viewport_size
        page.set_viewport_size(SIZE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.wait_for_function(SETTLED)
        page.evaluate(WITHOUT_WATERMARK)
        page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
        found = self.folder / f"{name}.png"
        page.screenshot(path=found, animations="disabled", **_cut(page, part, upto))
        page.emulate_media(color_scheme="null", reduced_motion="null")
        if before:
            page.set_viewport_size(before)
        return found


def _cut(page: Page, part: str | Locator, upto: str | Locator) -> dict[str, Any]:
    """What of the page is in the picture."""
    if not part and not upto:
        return {}
    wanted = part or upto
    box = (page.locator(wanted) if isinstance(wanted, str) else wanted).first.bounding_box()
    assert box, f"{wanted} is not to be seen"
    top, left = (max(0, box["y"]), max(0, box["x"] - EDGE)) if part else (0, 0)
    width = min(SIZE["width"] - left, box["width"] + 2 * EDGE) if part else SIZE["width"]
    bottom = box["y"] + box["height"] + EDGE
    clip = {"x": left, "y": top, "width": width, "height": min(bottom - top, TALLEST)}
    return {"full_page": True, "clip": clip}
