"""The manual's pictures: each is shown somewhere, each is taken on a journey, none is heavy."""

import ast
import re

from house.sources import CHECKOUT, modules, tree

PICTURES = CHECKOUT / "docs" / "pictures"
HEAVIEST_BYTES = 120_000


def kept() -> set[str]:
    return {path.stem for path in PICTURES.iterdir()}


def taken() -> set[str]:
    """The names that journeys give to `picture(page, "name")`."""
    calls = [node for path in modules("tests/browser") for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    named = [call.args[1] for call in calls if getattr(call.func, "id", "") == "picture" and len(call.args) > 1]
    return {each.value for each in named if isinstance(each, ast.Constant)}


def shown() -> set[str]:
    """The pictures that a page of the documentation shows."""
    pages = [CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")]
    links = [found for page in pages for found in re.findall(r"!\[[^\]]+\]\(([^)]*pictures/[^)]+)\)", page.read_text())]
    return {link.rpartition("/")[2].removesuffix(".png") for link in links}


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    assert kept() == shown()


def test_every_picture_is_taken_on_a_journey_and_every_one_taken_is_kept() -> None:
    assert kept() == taken()


def test_no_picture_is_heavy() -> None:
    heavy = {path.name: path.stat().st_size for path in PICTURES.iterdir() if path.stat().st_size > HEAVIEST_BYTES}
    assert not heavy
