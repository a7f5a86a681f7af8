"""What the ledger writes of transfers between registries: each function is one call of the database.

Beside `journal`, through which everything else of the ledger is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import AccountId, PersonId, TransactionId
from article6.store.database import numbers, one, refusals_translated, row, rows


@dataclass(frozen=True, slots=True)
class Named:
    """Consecutive serials of a series, by the series' names."""

    registry: str
    party: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """A block that comes. `batch` and `digest` are those of the batch that it becomes; `series_id` 0 and the rest are
    not asked where it comes to be, respectively comes back. `told` is what the giver told of it besides:
    first_transferred_at, first_transferred_by, history. `is_marked`: it was first transferred."""

    serials: Named
    authorization_id: int | None
    is_marked: bool
    told: dict[str, Any]
    batch: dict[str, Any] | None = None
    digest: bytes = b""
    series_id: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """By which transfer, from which registry, into which account, when and on what terms, in whose name."""

    transfer_id: str
    peer: str
    account_id: AccountId
    at: datetime
    terms: dict[str, Any]
    by: PersonId


def announce(transaction_id: TransactionId, by: PersonId, now: datetime) -> None:
    """Write down the second person's word on what leaves.

    Raises:
        Refused: decided already, or the same person proposed it.
    """
    with refusals_translated():
        row("SELECT ledger_announce(%s::bigint, %s::integer, %s)", (transaction_id, by, now))


@dataclass(frozen=True, slots=True)
class Expected:
    """Units that are to come into an account; `under` names for each the authorization under which they will be
    counted, or ''."""

    transfer_id: str
    peer: str
    account_id: AccountId
    serials: Sequence[Named]
    under: Sequence[str]


def expect(several: Sequence[Expected], now: datetime) -> None:
    """Expect units.

    Raises:
        Refused: an account is not open, or serials are expected already or stand here.
    """
    given = [
        {
            "transfer": each.transfer_id, "peer": each.peer, "account": each.account_id, "under": list(each.under),
            **_serials(each.serials),
        }
        for each in several
    ]  # fmt: skip
    with refusals_translated():
        rows(
            f"""SELECT 1 FROM ({_IN_ORDER}) t CROSS JOIN LATERAL ledger_expect(t.v ->> 'transfer', t.v ->> 'peer',
                    (t.v ->> 'account')::bigint, %s, {_SERIALS}, {_array("under", "text")}) f""",
            (Jsonb(given), now),
        )


def forget(transfer_ids: Sequence[str]) -> None:
    """Expect the units of transfers no more."""
    rows("SELECT 1 FROM unnest(%s::text[]) AS t(id) CROSS JOIN LATERAL ledger_forget(t.id) f", (list(transfer_ids),))


def take_turn(serials: Sequence[Named]) -> None:
    """Keep others from expecting or taking in units of these series until this database transaction is over."""
    series = sorted({(each.registry, each.party) for each in serials})
    row("SELECT ledger_series_turn(%s::text[], %s::text[])", ([one[0] for one in series], [one[1] for one in series]))


def acquire(several: Sequence[tuple[Arrival, Sequence[Arriving]]]) -> list[tuple[TransactionId, list[int]]]:
    """Let units come to be that were never here: for each arrival the transaction, and the batches in the order of its
    blocks.

    Raises:
        Refused: serials that are here, more units than an authorization covers, underlying units used before, or a
            closed account.
    """
    given = [
        {
            "by": arrival.by, "account": arrival.account_id, "at": arrival.at.isoformat(), "terms": arrival.terms,
            "transfer": arrival.transfer_id, "peer": arrival.peer, **_serials([each.serials for each in blocks]),
            "authorizations": [each.authorization_id for each in blocks],
            "marked": [each.is_marked for each in blocks], "more": _more(blocks),
        }
        for arrival, blocks in several
    ]  # fmt: skip
    with refusals_translated():
        found = rows(
            f"""SELECT f.transaction_id, f.batch_ids FROM ({_IN_ORDER}) t
                CROSS JOIN LATERAL ledger_acquire((t.v ->> 'by')::integer, (t.v ->> 'account')::bigint,
                    (t.v ->> 'at')::timestamptz, t.v -> 'terms', t.v ->> 'transfer', t.v ->> 'peer', {_SERIALS},
                    {_array("authorizations", "bigint")}, {_array("marked", "boolean")}, t.v -> 'more') f
                ORDER BY t.n""",
            (Jsonb(given),),
        )
    return [(TransactionId(each[0]), list(each[1])) for each in found]


def bring_back(arrival: Arrival, source_id: AccountId, blocks: Sequence[Arriving]) -> TransactionId:
    """Let units come back out of an account `elsewhere`.

    Raises:
        Refused: some do not stand there, more units than an authorization covers, or a closed account.
    """
    with refusals_translated():
        found = one(
            """SELECT ledger_bring_back(%s::integer, %s::bigint, %s::bigint, %s, %s, %s, %s, %s::integer[],
                   %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s)""",
            (
                arrival.by,
                source_id,
                arrival.account_id,
                arrival.at,
                Jsonb(arrival.terms),
                arrival.transfer_id,
                arrival.peer,
                numbers(each.series_id for each in blocks),
                numbers(each.serials.first for each in blocks),
                numbers(each.serials.last for each in blocks),
                *_facts(blocks),
            ),
        )
    return TransactionId(found[0])


_IN_ORDER = "SELECT u.* FROM jsonb_array_elements(%s) WITH ORDINALITY AS u(v, n) ORDER BY u.n OFFSET 0"
"""One document for each call of a function, in the order of the calls."""


def _array(name: str, type_: str) -> str:
    """A list of a document as an array of the database, in its order."""
    elements = f"jsonb_array_elements_text(t.v -> '{name}') WITH ORDINALITY AS e(x, n)"
    return f"ARRAY(SELECT e.x::{type_} FROM {elements} ORDER BY e.n)"


_SERIALS = (
    f"{_array('registries', 'text')}, {_array('parties', 'text')}, {_array('firsts', 'bigint')}, "
    f"{_array('lasts', 'bigint')}"
)


def _serials(serials: Sequence[Named]) -> dict[str, Any]:
    return {
        "registries": [each.registry for each in serials],
        "parties": [each.party for each in serials],
        "firsts": [each.first for each in serials],
        "lasts": [each.last for each in serials],
    }


def _more(blocks: Sequence[Arriving]) -> list[dict[str, Any]]:
    return [{"batch": each.batch, "digest": each.digest.hex(), "told": each.told} for each in blocks]


def _facts(blocks: Sequence[Arriving]) -> tuple[Any, ...]:
    return (
        numbers(each.authorization_id for each in blocks),
        numbers(each.is_marked for each in blocks),
        Jsonb(_more(blocks)),
    )
