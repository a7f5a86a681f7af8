"""Transactions: what waits, what was decided, what they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from article6.domain.kinds import Kind
from article6.domain.orders import Account, Actor, Facts, Lot, Order, PersonId, Proposal, Status, TransactionId
from article6.domain.refusals import Code, refused
from article6.domain.serials import SeriesRange
from article6.store.database import numbers, row, rows
from article6.store.queries import facts


def proposal(transaction_id: TransactionId, by: PersonId | None = None) -> Proposal:
    """The transaction's state, and whether the person is a representative of its source account.

    Raises:
        Refused: there is no such transaction.
    """
    found = row(
        """SELECT x.id, x.type, x.status, x.section_id, x.proposed_by, x.expires_at, (
               SELECT CASE WHEN a.is_represented THEN represents(a.id, %s) END
               FROM account a WHERE a.id = x.source_id)
           FROM ledger_transaction x WHERE x.id = %s""",
        (by, transaction_id),
    )
    if found is None:
        raise refused(Code.TRANSACTION_UNKNOWN, str(transaction_id))
    return Proposal(TransactionId(found[0]), found[1], Status(found[2]), found[3], PersonId(found[4]), *found[5:])


def sections(transaction_id: TransactionId) -> list[int]:
    """The sections of the transaction's accounts, the source's first."""
    found = row(
        """SELECT s.section_id, t.section_id FROM ledger_transaction x
           LEFT JOIN account s ON s.id = x.source_id LEFT JOIN account t ON t.id = x.target_id WHERE x.id = %s""",
        (transaction_id,),
    )
    return [each for each in found or () if each is not None]


def proposed_order(transaction_id: TransactionId) -> tuple[Order, Facts]:
    """A proposed transaction as an order by serials, with the facts of now; authorizations are left to be added."""
    return proposed_orders([transaction_id])[transaction_id]


def proposed_orders(transaction_ids: Sequence[TransactionId]) -> dict[TransactionId, tuple[Order, Facts]]:
    """As `proposed_order`, of several."""
    found = rows(
        """SELECT x.id, x.type, s.number, t.number, x.quantity, x.terms, r.kind,
                  CASE WHEN s.trusted_only THEN trusts(s.id, t.number) END
           FROM ledger_transaction x
           JOIN account s ON s.id = x.source_id JOIN account t ON t.id = x.target_id, registry r
           WHERE x.id = ANY (%s::bigint[])""",
        (numbers(transaction_ids),),
    )
    if missing := set(transaction_ids) - {each[0] for each in found}:
        raise refused(Code.TRANSACTION_UNKNOWN, str(min(missing)))
    lots: dict[int, list[Lot]] = {each[0]: [] for each in found}
    for of, *values in rows(
        """SELECT k.reserved_by, k.series_id, k.lo, k.hi, k.account_id, k.reserved_by, k.batch_id, b.unit_type, b.party,
                  b.vintage_year, k.authorization_id, k.first_transfer_id IS NOT NULL,
                  CASE WHEN b.metric = 'non-GHG' THEN b.metric_unit ELSE '' END
           FROM block k JOIN batch b ON b.id = k.batch_id WHERE k.reserved_by = ANY (%s::bigint[])
           ORDER BY k.series_id, k.hi""",
        (numbers(transaction_ids),),
    ):
        lots[of].append(facts.as_lot(values))
    accounts = facts.accounts({number for each in found for number in each[2:4]})
    return {TransactionId(each[0]): _as_order(each[1:], tuple(lots[each[0]]), accounts) for each in found}


def _as_order(found: Sequence[Any], lots: tuple[Lot, ...], accounts: Mapping[str, Account]) -> tuple[Order, Facts]:
    kind, source, target, quantity, terms, registry_kind, is_trusted = found
    known = Facts(
        kind=Kind(registry_kind),
        actor=Actor(PersonId(0), "", frozenset()),
        source=accounts.get(source),
        target=accounts.get(target),
        lots=lots,
        available=sum(lot.count for lot in lots),
        authorizations={},
        is_trusted=is_trusted,
    )
    ranges = tuple(SeriesRange(lot.series_id, lot.first, lot.last) for lot in lots)
    return Order(kind, source, target, quantity, ranges, terms=terms or {}), known


def due(now: datetime, at_most: int = 1000) -> list[TransactionId]:
    """Proposals whose time is over, oldest first; what was announced to another registry ends as the two agree."""
    found = rows(
        """SELECT id FROM ledger_transaction t WHERE status = 'proposed' AND expires_at <= %s
             AND NOT EXISTS (SELECT FROM leaving_approval a WHERE a.transaction_id = t.id)
           ORDER BY expires_at, id LIMIT %s""",
        (now, at_most),
    )
    return [TransactionId(each[0]) for each in found]


def entries(transaction_id: TransactionId) -> list[tuple[Any, ...]]:
    """The journal's lines of a transaction: series, first, last, from, to, batch, authorization, is first transfer."""
    return rows(
        """SELECT series_id, lo, hi, from_id, to_id, batch_id, authorization_id, is_first_transfer
           FROM entry WHERE transaction_id = %s ORDER BY series_id, lo""",
        (transaction_id,),
    )
