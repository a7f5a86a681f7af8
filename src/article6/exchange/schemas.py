"""What the messages may say: a JSON Schema (2020-12) for every type and version, kept beside this module.

The documents are permanent, as their `$id` is. They use a small part of JSON Schema, are closed (no member that they do
not name), and refer to nothing outside themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from article6.exchange.envelope import TYPE_BASE
from article6.exchange.message_types import Type, known
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.shapes import Check, Fault, compiled, path

OBJECTIONS_AT_MOST = 20
"""A message that is wrong in a thousand places is told of so many."""


def validate(message_type: str, data: Mapping[str, Any]) -> None:
    """Refuse content that is not what its type says.

    Raises:
        Rejected: `message.type_unknown` or `message.version_unknown`; `message.malformed` for each place that is wrong.
    """
    faults: list[Fault] = []
    _check(known(message_type))(data, None, faults)
    if faults:
        told = faults[:OBJECTIONS_AT_MOST]
        raise Rejected(*(Objection(Problem.MESSAGE_MALFORMED, path(place)[:200], why) for place, why in told))


@cache
def schema(message_type: Type) -> dict[str, Any]:
    """The schema of a type, as it is published."""
    name = f"{message_type.removeprefix(TYPE_BASE)}.json"
    text = resources.files("article6.exchange").joinpath("schemas", name).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _check(message_type: Type) -> Check:
    return compiled(schema(message_type))
