"""Facts about units as messages carry them, and back.

Serials and quantities of blocks are integers here and strings of decimal digits in a message. In batches, histories and
documents whole numbers that may be large are strings of digits on both sides. `attributes`, an open set that may hold
any JSON, travels as the text of a JSON object. What a document leaves out has no value. Lists come back as tuples.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from article6.domain.canonical import with_fractions
from article6.domain.serials import SERIAL_LIMIT
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.problems import Objection, Problem, Rejected

INTEGERS = frozenset({"quantity", "first", "last", "underlying_first", "underlying_last"})
"""Members of documents, at any depth, that are strings of digits in a message, however they are given."""

TEXTS = frozenset({"attributes"})
"""Members that are objects here and the text of a JSON object in a message."""


def proposed_json(proposed: Proposed) -> dict[str, Any]:
    """The content of a proposal as `transfer.proposed` has it."""
    return {
        "transfer_id": proposed.transfer_id,
        "service": proposed.service,
        "source_account": proposed.source_account,
        "target_account": proposed.target_account,
        "quantity": str(proposed.quantity),
        "deadline": proposed.deadline,
        "blocks": [block_json(each) for each in proposed.blocks],
        "terms": _written(proposed.terms),
        "authorizations": _written(proposed.authorizations),
        "approaches": _written(proposed.approaches),
        "activities": _written(proposed.activities),
        "evidence": list(proposed.evidence),
    }


def proposed_from(data: Mapping[str, Any]) -> Proposed:
    """The proposal in a message that its schema has let pass.

    Raises:
        Rejected: `message.malformed`: serials that run backwards, a number past 2^62, attributes that are no object.
    """
    return Proposed(
        transfer_id=data["transfer_id"],
        service=data["service"],
        source_account=data["source_account"],
        target_account=data["target_account"],
        quantity=_integer(data["quantity"]),
        blocks=tuple(block_from(each) for each in data["blocks"]),
        deadline=data["deadline"],
        terms=_read(data["terms"]),
        authorizations=_read(data["authorizations"]),
        approaches=_read(data["approaches"]),
        activities=_read(data["activities"]),
        evidence=tuple(data["evidence"]),
    )


def block_json(block: UnitBlock) -> dict[str, Any]:
    """A block with all its facts."""
    name = block.authorization
    return {
        "serials": serials_json(block.serials),
        "batch": _written(block.batch),
        "authorization": None if name is None else {"party": name[0], "code": name[1], "version": name[2]},
        "first_transferred_at": block.first_transferred_at,
        "first_transferred_by": block.first_transferred_by,
        "history": _written(block.history),
        "provenance": list(block.provenance),
    }


def block_from(found: Mapping[str, Any]) -> UnitBlock:
    """The block that a message has; raises as `proposed_from` does."""
    name = found["authorization"]
    return UnitBlock(
        serials=serials_from(found["serials"]),
        batch=_read(found["batch"]),
        authorization=None if name is None else (name["party"], name["code"], name["version"]),
        first_transferred_at=found["first_transferred_at"],
        first_transferred_by=found["first_transferred_by"],
        history=_read(found["history"]),
        provenance=tuple(found["provenance"]),
    )


def serials_json(serials: Serials) -> dict[str, str]:
    return {
        "registry": serials.registry, "party": serials.party, "first": str(serials.first), "last": str(serials.last)
    }  # fmt: skip


def serials_from(found: Mapping[str, Any]) -> Serials:
    """The serials that a message has; raises as `proposed_from` does."""
    serials = Serials(found["registry"], found["party"], _integer(found["first"]), _integer(found["last"]))
    if not 1 <= serials.first <= serials.last:
        raise _malformed(f"{serials}: serials count from 1, the first before the last")
    return serials


def objections_json(objections: Iterable[Objection]) -> list[dict[str, Any]]:
    """Objections as messages have them."""
    return [each.as_json() for each in objections]


def document_json(found: Mapping[str, Any]) -> dict[str, Any]:
    """A document (authorization, approach, activity, value, unit status) as messages have it."""
    return {
        name: value if type(value) is str and name not in TEXTS else _written(value, name)
        for name, value in found.items()
    }


def document_from(found: Mapping[str, Any]) -> dict[str, Any]:
    """The document that a message has; raises as `proposed_from` does."""
    return {
        name: value if type(value) is str and name not in TEXTS else _read(value, name) for name, value in found.items()
    }


def _written(value: Any, name: str = "") -> Any:
    if value is None or type(value) is str:
        return value
    if name in TEXTS and isinstance(value, Mapping):
        return with_fractions(value)
    if name in INTEGERS and isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return document_json(value)
    if isinstance(value, list | tuple):
        return [str(each) if name == "conversion" else _written(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(value: Any, name: str = "") -> Any:
    if name in TEXTS:
        return _object(value)
    kind = type(value)
    if kind is dict:
        return document_from(value)
    if kind is list:
        return tuple([_read(each) for each in value])
    return value


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or int(text) > SERIAL_LIMIT:
        raise _malformed(f"{text[:40]}: a whole number, at most 2^62")
    return int(text)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        with_fractions(found)
    except (ValueError, RecursionError) as error:
        raise _malformed("attributes: the text of a JSON object") from error
    if not isinstance(found, dict):
        raise _malformed("attributes: the text of a JSON object")
    return found


def _malformed(detail: str) -> Rejected:
    return Rejected(Objection(Problem.MESSAGE_MALFORMED, "", detail[:200]))
