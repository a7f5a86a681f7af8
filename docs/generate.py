"""Writes the reference pages that follow from the code's tables. `make docs` runs it; a test compares."""

from __future__ import annotations

import sys
from pathlib import Path

from reference_pages import aef, exchange, kinds, lifecycle, rules, units

REFERENCE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "refusals.md": rules.refusals(),
        "kinds.md": kinds.kinds(),
        "lifecycle.md": lifecycle.lifecycle(),
        "units.md": units.units(),
        "first-transfer.md": units.first_transfer(),
        "roles.md": kinds.roles(),
        "business-rules.md": rules.business_rules(),
        "aef.md": aef.aef(),
        "aef-checks.md": aef.aef_checks(),
        "exchange-messages.md": exchange.messages(),
        "../coverage.md": rules.coverage(),
    }


def main() -> int:
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
