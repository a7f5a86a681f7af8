"""Requests made from a description: an address that a template fits, a body that a schema fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TEXTS = {
    "^[A-Z]{3}$": "GHA", "^[A-Z0-9]{2,8}$": "GHA01", "^[a-z][a-z0-9_]{0,39}$": "planted", "^[A-Z0-9-]+$": "GHA",
}  # fmt: skip


def body(schema: Mapping[str, Any], shapes: Mapping[str, Any], named: Mapping[str, Any], name: str = "") -> Any:
    """A value that fits a schema, as small as it may be; `named` says what fields of these names hold."""
    if name in named:
        return named[name]
    if "$ref" in schema:
        return body(shapes[str(schema["$ref"]).rpartition("/")[2]], shapes, named, name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return body(schema[several][0], shapes, named, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        needed = schema.get("required", ())
        return {each: body(schema["properties"][each], shapes, named, each) for each in needed}
    if kind == "array":
        return [body(schema.get("items", {}), shapes, named, name)] * max(1, int(schema.get("minItems", 1)))
    return _plain(schema, kind)


def _plain(schema: Mapping[str, Any], kind: Any) -> Any:
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind in ("number", "boolean"):
        return {"number": 1, "boolean": True}[kind]
    if schema.get("format") == "date":
        return "2026-01-01"
    if schema.get("format") == "date-time":
        return "2027-01-01T00:00:00Z"
    return TEXTS.get(str(schema.get("pattern")), "x" * max(5, int(schema.get("minLength", 5))))


def address(template: str, values: Mapping[str, str]) -> str:
    """The address of a route (`<int:number>`) or an operation (`{number}`), with values by name, else 1."""

    def filled(found: re.Match[str]) -> str:
        value = values.get(found[2] or found[3], "1")
        return value if found[1] != "int" or value.isdecimal() else "1"

    return re.sub(r"<(?:(\w+):)?(\w+)>|\{(\w+)\}", filled, template)
