"""Which characters have no place in a registry's texts."""

from __future__ import annotations

import pytest

from article6.domain.texts import unfit


@pytest.mark.parametrize(
    "text", ["", "Banque de l’État", "بنك \u200f غانا", "银行", "Ü 🌍👩🏽\u200d🔬", "a\u00a0b", "<b>=1+1</b>", "е́"]
)
def test_all_scripts_and_signs_are_kept(text: str) -> None:
    assert unfit(text) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\u202eb", "U+202E"), ("\u2066x", "U+2066"), ("a\0", "U+0000"), ("a\x1b[0m", "U+001B"), ("a\nb", "U+000A"),
        ("\ud800", "U+D800"), ("\ufffe", "U+FFFE"), ("\ufdd0", "U+FDD0"), ("\U0001ffff", "U+1FFFF"), ("\x7f", "U+007F"),
    ],
)  # fmt: skip
def test_what_would_read_other_than_it_is_does_not_pass(text: str, found: str) -> None:
    assert unfit(text) == found


def test_lines_pass_where_a_text_has_lines() -> None:
    assert unfit("a\r\nb\tc", has_lines=True) == ""
    assert unfit("a\nb\u202e", has_lines=True) == "U+202E"
