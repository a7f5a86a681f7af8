"""Every refusal's code is in the reference and has at least one test."""

from __future__ import annotations

import re

from house.sources import CHECKOUT, modules

from article6.domain import refusals

REFERENCE = CHECKOUT / "docs" / "reference" / "refusals.md"
CODE = re.compile(r"`([a-z0-9_]+(?:\.[a-z0-9_]+)+)`")


def test_every_code_is_documented() -> None:
    documented = set(CODE.findall(REFERENCE.read_text(encoding="utf-8")))
    assert not sorted({str(code) for code in refusals.Code} - documented)


def test_every_code_has_a_test() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in modules("tests"))
    untold = [
        code for code in refusals.Code
        if not re.search(rf"(?<![\w.]){re.escape(code)}(?![\w.])|\bCode\.{code.name}\b", told)
    ]  # fmt: skip
    assert not untold
