"""Every environment variable is read somewhere and described in the reference; none is an orphan."""

from __future__ import annotations

import ast
import re

from house.sources import CHECKOUT, modules, tree

REFERENCE = CHECKOUT / "docs" / "reference" / "settings.md"
VARIABLE = re.compile(r"(?<![A-Z_])(?:ARTICLE6_[A-Z][A-Z_]*[A-Z]|DATABASE_URL)(?![A-Z_])")
HEADING = re.compile(r"^## `([A-Z0-9_]+)`$", re.MULTILINE)


def documented() -> list[str]:
    return HEADING.findall(REFERENCE.read_text(encoding="utf-8"))


def read_by_the_program() -> set[str]:
    """The names that stand alone in a string: what is looked up, not what is talked about."""
    return {
        node.value
        for path in modules("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }


def test_every_variable_that_is_read_is_described_and_the_other_way_round() -> None:
    assert set(documented()) == read_by_the_program()


def test_every_variable_is_described_once() -> None:
    assert len(documented()) == len(set(documented()))


def test_every_variable_that_is_talked_about_exists() -> None:
    texts = [
        *modules("src"),
        CHECKOUT / "Makefile",
        *CHECKOUT.glob("*.md"),
        *(CHECKOUT / "docs").rglob("*.md"),
    ]
    talked = {word for path in texts for word in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert talked <= set(documented())
