"""The tutorial over the pages names what the pages have."""

import re

import catalogues
from house.sources import CHECKOUT

TUTORIAL = CHECKOUT / "docs" / "tutorial" / "over-the-pages.md"
VERSION = "1.1"


def test_what_the_tutorial_says_to_choose_is_written_so_on_a_page() -> None:
    texts = {text for _context, text, _plural in catalogues.messages()}
    named = {" ".join(each.split()) for each in re.findall(r"\*\*([^*]+)\*\*", TUTORIAL.read_text(encoding="utf-8"))}
    assert len(named) > 15
    assert {each for each in named if each.replace(VERSION, "%(version)s") not in texts} == set()
