"""Characters that have no place in what people write into a registry: they would make it read other than it is."""

import unicodedata

DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates: text after them is shown in another order than it is kept."""


def unfit(text: str, *, has_lines: bool = False) -> str:
    """The first character that is refused, as `U+202E`; empty where there is none.

    Refused are control characters (new lines and tabs where the text `has_lines` pass), half surrogate pairs, what
    Unicode will never assign, and what turns the direction of the text around it.
    """
    for each in text:
        if has_lines and each in "\n\r\t":
            continue
        point = ord(each)
        is_nothing = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
        if is_nothing or each in DIRECTION_MARKS or unicodedata.category(each) in ("Cc", "Cs"):
            return f"U+{point:04X}"
    return ""
