"""What a proposal tells of the units that are to leave: every block with all that the next registry must know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from article6.domain import exchanges
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, refused
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.moments import written
from article6.services.exchange import block_facts, documents
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import registries

ACTIONS = 200
"""Actions told of a block at most, the latest ones; before them stands how many were left out."""


def facts_of(transaction_id: TransactionId, *, service: str, deadline: datetime) -> Proposed:
    """The proposal of what a transaction of the ledger reserves, but for the chains of completions: these the desk adds
    (`exchange.provenance.with_chains`), which keeps them.

    Raises:
        Refused: it reserves nothing for another registry (any more).
    """
    leaving = reading.leaving(transaction_id)
    rows = reading.reserved(transaction_id)
    if leaving is None or leaving["type"] not in exchanges.LEAVINGS or not rows:
        raise refused(Code.TRANSACTION_NOT_PROPOSED, str(transaction_id))
    identity = registries.identity() or {}
    histories = _histories(rows, str(identity.get("code", "")))
    blocks = tuple(
        UnitBlock(
            Serials(row["registry"], row["party"], row["first"], row["last"]),
            block_facts.told(row),
            authorization(row),
            *marked(row, str(identity.get("code", ""))),
            history=history,
        )
        for row, history in zip(rows, histories, strict=True)
    )
    terms = leaving["terms"]
    return Proposed(
        transfer_id=terms["transfer"],
        service=service,
        source_account=leaving["source"],
        target_account=terms["account"],
        quantity=leaving["quantity"],
        blocks=blocks,
        deadline=written(deadline),
        terms={name: terms[name] for name in ("transferring_party", "acquiring_party", "registered_on")
               if name in terms},
        **_documents(blocks),
    )  # fmt: skip


def authorization(row: Mapping[str, Any]) -> documents.Identity | None:
    """The authorization under which a block stands."""
    if row["authorization_code"] is None:
        return None
    return row["authorization_party"], row["authorization_code"], row["authorization_version"]


def marked(row: Mapping[str, Any], code: str) -> tuple[str, str]:
    """When a block was first transferred, and in which registry; empty where it was not."""
    if row["marked_at"] is None:
        return "", ""
    if row["marked_type"] in exchanges.ARRIVALS:
        return row["told_at"] or "", row["told_by"] or ""
    return written(row["marked_at"]), code


def _documents(blocks: Sequence[UnitBlock]) -> dict[str, Any]:
    laid = reading.authorizations(each.authorization for each in blocks if each.authorization is not None)
    named = {str(each.batch["cooperative_approach"]) for each in blocks if each.batch.get("cooperative_approach")}
    approaches = reading.approaches(named | {each.approach for each in laid.values()})
    activities = reading.activities(
        (str(each.batch["activity_party"]), str(each.batch["activity"]))
        for each in blocks
        if each.batch.get("activity")
    )
    return {
        "authorizations": tuple(documents.authorization_told(laid[each]) for each in sorted(laid)),
        "approaches": tuple(documents.approach_told(approaches[each]) for each in sorted(approaches)),
        "activities": tuple(documents.activity_told(activities[each]) for each in sorted(activities)),
    }


def _histories(rows: Sequence[Mapping[str, Any]], code: str) -> list[tuple[Mapping[str, Any], ...]]:
    """The actions on each block, oldest first: what other registries told when units came, and the journal since."""
    ranges = [(row["series_id"], row["first"], row["last"], row["top"]) for row in rows]
    lines: list[list[dict[str, Any]]] = [[] for _ in rows]
    came: list[list[dict[str, Any]]] = [[] for _ in rows]
    for line in reading.history(ranges):
        lines[line["position"]].append(line)
    for arrival in reading.arrivals(ranges):
        came[arrival["position"]].append(arrival)
    return [_told(mine, theirs, code) for mine, theirs in zip(lines, came, strict=True)]


def _told(
    lines: Sequence[Mapping[str, Any]], came: Sequence[Mapping[str, Any]], code: str
) -> tuple[Mapping[str, Any], ...]:
    told: list[Mapping[str, Any]] = []
    for arrival in came:
        told += [each for each in arrival["history"] if each not in told]
    told += [action for action in (_action(line, code) for line in lines) if action not in told]
    told.sort(key=lambda action: str(action.get("at", "")))
    if len(told) > ACTIONS:
        told = [{"type": "earlier_actions", "count": str(len(told) - ACTIONS)}, *told[-ACTIONS:]]
    return tuple(told)


def _action(line: Mapping[str, Any], code: str) -> dict[str, Any]:
    action = {
        "type": line["type"],
        "at": written(line["decided_at"]),
        "registry": code,
        "first": str(line["first"]),
        "last": str(line["last"]),
    }
    action |= {name: value for name, value in _more(line) if value}
    return action


def _more(line: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "from_party", line["from_party"]
    yield "to_party", line["to_party"]
    yield "authorization", line["under"]
    yield "is_first_transfer", line["is_first_transfer"]
