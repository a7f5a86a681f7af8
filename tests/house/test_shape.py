"""Small modules, small functions, telling names, and arrows that run one way."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from house.sources import CHECKOUT, SOURCE, functions, modules, name

MODULE_LINES = 500
FUNCTION_LINES = 50

# What is past its limit and cannot be split, as "path" or "path:function". These lists may only get shorter.
LONG_MODULES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()

EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|managers?|common|data|info|misc)$")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")


def length(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Lines of the function without its docstring and without blank lines."""
    assert function.end_lineno
    counted = set(range(function.lineno, function.end_lineno + 1))
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None and first.end_lineno:
        counted -= set(range(first.lineno, first.end_lineno + 1))
    return sum(bool(lines[number - 1].strip()) for number in counted)


def test_a_module_has_at_most_500_lines() -> None:
    long = {name(path) for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES}
    assert long == LONG_MODULES


def test_a_function_has_at_most_50_lines() -> None:
    long = set()
    for path in modules():
        lines = path.read_text(encoding="utf-8").splitlines()
        long |= {f"{name(path)}:{each.name}" for each in functions(path) if length(each, lines) > FUNCTION_LINES}
    assert long == LONG_FUNCTIONS


def test_names_say_what_is_inside() -> None:
    places = {part for path in modules("src", "tests") for part in path.relative_to(CHECKOUT).with_suffix("").parts}
    assert not sorted(place for place in places if EMPTY_WORDS.search(place))


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph("article6", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_arrows_between_the_rooms_run_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    shown = subprocess.run([linter, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_every_room_is_a_package() -> None:
    rooms = {path.parent for path in SOURCE.rglob("*.py")}
    assert not sorted(name(room) for room in rooms if not (room / "__init__.py").exists())


def test_nothing_is_left_for_later() -> None:
    texts = [*modules(), *(CHECKOUT / "src").rglob("*.sql"), *(CHECKOUT / "src").rglob("*.html")]
    texts += [*(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*.md")]
    found = [name(path) for path in texts if UNFINISHED.search(path.read_text(encoding="utf-8"))]
    assert not found
