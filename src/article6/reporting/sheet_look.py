"""How our workbooks look: one font, one green, thin lines."""

from __future__ import annotations

from collections.abc import Mapping

FONT = {"font_name": "Times New Roman", "font_size": 10, "valign": "top"}
_GREEN, _PALE, _LINE = "#1F5C4D", "#E3EFEA", "#9DB8AF"
_CARP_GREY = "#F2F2F2"
STYLES: Mapping[str, Mapping[str, object]] = {
    "heading": {"bold": True, "font_size": 14, "font_color": _GREEN},
    "remark": {"italic": True, "font_color": "#8A3B12"},
    "caption": {
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": _PALE,
        "border": 1,
        "border_color": _LINE,
    },
    "label": {
        "bold": True,
        "text_wrap": True,
        "indent": 1,
        "valign": "vcenter",
        "font_color": "#FFFFFF",
        "bg_color": _GREEN,
        "border": 1,
        "border_color": _LINE,
    },
    "text": {"text_wrap": True, "align": "left", "indent": 1, "border": 1, "border_color": _LINE},
    "year": {"num_format": "0", "align": "left", "indent": 1, "border": 1, "border_color": _LINE},
    "number": {"num_format": "0", "align": "right", "indent": 1, "border": 1, "border_color": _LINE},
    "quantity": {"num_format": "#,##0", "align": "right", "indent": 1, "border": 1, "border_color": _LINE},
    "carp": {
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        "italic": True,
        "font_color": "#595959",
        "bg_color": _CARP_GREY,
        "border": 1,
        "border_color": _LINE,
    },
    "link": {"font_color": "#0B5394", "underline": 1},
    "plain": {},
}
