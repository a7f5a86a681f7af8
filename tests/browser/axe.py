"""What axe finds on a page: WCAG 2.2, level AA, and what axe's authors hold to be good practice."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

SCRIPT = AXE_FILE_PATH.read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page, *rules: str) -> list[str]:
    """Each violation as a line: the rule, the element, what to do. Empty: there is none.

    With `rules`, only these are asked, which is quicker.
    """
    chosen: dict[str, Any] = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    options = {"resultTypes": ["violations"], "runOnly": chosen}
    found = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
    return [
        f"{each['id']}: {node['html'][:120]} ({' '.join(node['failureSummary'].split())[:200]})"
        for each in found
        for node in each["nodes"][:3]
    ]
