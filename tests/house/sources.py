"""What the house rules are held against: our own files, as text and as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src" / "article6"


def modules(*folders: str) -> list[Path]:
    """The Python files below the folders, the checkout's four when none is named."""
    places = [CHECKOUT / folder for folder in folders or ("src", "tests", "benchmarks", "docs")]
    return sorted(path for place in places if place.exists() for path in place.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(path: Path) -> str:
    """The path as written in messages."""
    return str(path.relative_to(CHECKOUT))
