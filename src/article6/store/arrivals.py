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
from article6.store.database import numbers, one, refusals_translated, row


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


def expect(transfer_id: str, peer: str, account_id: AccountId, serials: Sequence[Named], under: Sequence[str],
           now: datetime) -> None:  # fmt: skip
    """Expect units into an account; `under` names for each the authorization under which they will be counted, or ''.

    Raises:
        Refused: the account is not open, or serials are expected already or stand here.
    """
    with refusals_translated():
        row(
            """SELECT ledger_expect(%s, %s, %s::bigint, %s, %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                   %s::text[])""",
            (transfer_id, peer, account_id, now, *_columns(serials), list(under)),
        )


def forget(transfer_id: str) -> None:
    """Expect the units of a transfer no more."""
    row("SELECT ledger_forget(%s)", (transfer_id,))


def take_turn(serials: Sequence[Named]) -> None:
    """Keep others from expecting or taking in units of these series until this database transaction is over."""
    series = sorted({(each.registry, each.party) for each in serials})
    row("SELECT ledger_series_turn(%s::text[], %s::text[])", ([one[0] for one in series], [one[1] for one in series]))


def acquire(arrival: Arrival, blocks: Sequence[Arriving]) -> tuple[TransactionId, list[int]]:
    """Let units come to be that were never here: the transaction, and the batches in the order of the blocks.

    Raises:
        Refused: serials that are here, more units than an authorization covers, underlying units used before, or a
            closed account.
    """
    with refusals_translated():
        found = one(
            """SELECT transaction_id, batch_ids FROM ledger_acquire(%s::integer, %s::bigint, %s, %s, %s, %s, %s::text[],
                   %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s)""",
            (
                arrival.by,
                arrival.account_id,
                arrival.at,
                Jsonb(arrival.terms),
                arrival.transfer_id,
                arrival.peer,
                *_columns([each.serials for each in blocks]),
                *_facts(blocks),
            ),
        )
    return TransactionId(found[0]), list(found[1])


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


def _columns(serials: Sequence[Named]) -> tuple[Any, ...]:
    return (
        [each.registry for each in serials],
        [each.party for each in serials],
        numbers(each.first for each in serials),
        numbers(each.last for each in serials),
    )


def _facts(blocks: Sequence[Arriving]) -> tuple[Any, ...]:
    return (
        numbers(each.authorization_id for each in blocks),
        numbers(each.is_marked for each in blocks),
        Jsonb([{"batch": each.batch, "digest": each.digest.hex(), "told": each.told} for each in blocks]),
    )
