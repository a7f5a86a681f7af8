"""Forwarding of what an issuance left in the pending account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from article6.domain.orders import Order, PersonId, TransactionId
from article6.domain.refusals import Code, refused
from article6.domain.serials import SeriesRange
from article6.services import transactions
from article6.services.commands import command, once
from article6.services.mechanism.acts import Act, Instruction, account_of, act_of, begun_anew, forwarding_type
from article6.services.statements import require_administrator
from article6.store import journal
from article6.store.queries import mechanism as reading


def forward(
    issuance_id: TransactionId,
    forwardings: Sequence[Instruction],
    *,
    by: PersonId,
    now: datetime,
    key: str | None = None,
) -> Act:
    """Forward units of an issuance that stayed in the pending account, as its participants instruct (para 41).

    Raises:
        Refused: no such issuance, more than is left, or an account of somebody who takes no part; nothing was written.
    """
    given = command(by, key, "forward", [issuance_id, list(forwardings)])

    def act() -> Act:
        require_administrator(by)
        batches = reading.issuance_batches(issuance_id)
        if not batches:
            raise refused(Code.TRANSACTION_UNKNOWN, str(issuance_id))
        # One after the other: each sees what the one before has left.
        journal.wait_for_turn(f"activity:{batches[0]['activity_id']}")
        ids = [_forward(each, batches, issuance_id, by, now) for each in forwardings]
        if not ids:
            raise refused(Code.MECHANISM_INSTRUCTION, str(issuance_id), "name accounts and quantities")
        journal.note(given, "issuance.forwarded", f"transaction:{issuance_id}", now, ids)
        return act_of(ids)

    return once(given, lambda: begun_anew(act), lambda answer: act_of(answer.ids))


def _forward(
    wanted: Instruction, batches: Sequence[dict[str, Any]], issuance_id: int, by: PersonId, now: datetime
) -> int:
    if wanted.quantity < 1:
        raise refused(Code.QUANTITY_NOT_POSITIVE, str(wanted.quantity), wanted.account)
    pending = account_of("pending")
    stand = [(batch["vintage_year"], unit) for batch in batches for unit in reading.standing(batch["id"], pending)]
    both = {unit["is_authorized"] for _, unit in stand} == {True, False}
    fitting = [
        unit
        for year, unit in stand
        if (not both or unit["is_authorized"] != wanted.contribution) and wanted.vintage_year in (None, year)
    ]
    ranges: list[SeriesRange] = []
    left = wanted.quantity
    for each in fitting:
        if left:
            ranges.append(SeriesRange(each["series_id"], each["lo"], min(each["hi"], each["lo"] + left - 1)))
            left -= ranges[-1].count
    if left:
        raise refused(Code.MECHANISM_INSTRUCTION, str(wanted.quantity), f"{wanted.quantity - left} are left")
    first = batches[0]
    type_ = forwarding_type(wanted.account, first["party"], first["activity_id"], fitting[0]["is_authorized"])
    order = Order(type_, pending, wanted.account, ranges=tuple(ranges), terms={"issuance": issuance_id})
    return transactions.take_part(order, by=by, now=now).transaction_id
