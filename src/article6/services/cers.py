"""CERs taken over from the CDM registry (3/CMA.3 annex para 75; 7/CMA.4 annex I paras 18-20)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from article6.domain.cers import CerTransfer, attributes, eligibility_refusals, kyoto_block
from article6.domain.identifiers import UnitIdentifier
from article6.domain.orders import Issuance, PersonId, TransactionId
from article6.domain.refusals import BrokenInvariant, Code, Refusal, Refused, refused
from article6.domain.serials import SerialRange
from article6.services import issuance, mechanism, statements
from article6.services.commands import command, once
from article6.services.issuance import NewActivity
from article6.store import journal
from article6.store.queries import batches, registries

COLUMNS = ("first_serial", "last_serial", "receiving_account", "registered_on", "activity_title")


@dataclass(frozen=True, slots=True)
class Taken:
    """Units taken over: the batch here, its serials in the series of this registry and the host Party."""

    transaction_id: TransactionId
    batch_id: int
    serials: SerialRange


def read_file(path: Path) -> list[CerTransfer]:
    """What the CDM registry hands over, from a CSV file with the columns of `COLUMNS` (the last may be missing).

    Raises:
        Refused: every line that cannot be read.
    """
    reasons: list[Refusal] = []
    transfers: list[CerTransfer] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        lacking = [name for name in COLUMNS[:-1] if name not in (reader.fieldnames or ())]
        if lacking:
            raise refused(Code.FILE_COLUMNS, path.name, ", ".join(lacking))
        for row in reader:
            place = f"{path.name} line {reader.line_num}"
            if None in row or any(row[name] is None for name in COLUMNS[:-1]):
                reasons.append(Refusal(Code.FILE_ROW_TRUNCATED, place))
                continue
            try:
                day = date.fromisoformat(row["registered_on"])
            except ValueError:
                reasons.append(Refusal(Code.FILE_VALUE, place, f"registered_on {row['registered_on']!r}"))
                continue
            first, last, account = row["first_serial"], row["last_serial"], row["receiving_account"]
            transfers.append(CerTransfer(first, last, account, day, row.get("activity_title") or ""))
    if reasons:
        raise Refused(reasons)
    return transfers


def take_over(transfers: Sequence[CerTransfer], *, by: PersonId, now: datetime, key: str | None = None) -> list[Taken]:
    """Record CERs that the CDM registry hands over, all or none: new serials here, the Kyoto serials kept.

    Raises:
        Refused: the reasons of every transfer that is refused (ineligible, taken over before); nothing was written.
    """
    given = command(by, key, "take_over", list(transfers))

    def act() -> list[Taken]:
        statements.require_administrator(by)
        blocks = [kyoto_block(each) for each in transfers]
        pairs = list(zip(transfers, blocks, strict=True))
        if reasons := [refusal for pair in pairs for refusal in eligibility_refusals(*pair)]:
            raise Refused(reasons)
        # Party by Party, so that two calls at once wait for each other's serials in one order.
        ordered = sorted(enumerate(pairs), key=lambda each: (each[1][1].party or "", each[0]))
        taken = {position: _take_over(*pair, by, now) for position, pair in ordered}
        found = [taken[position] for position in range(len(pairs))]
        ids = [each.transaction_id for each in found]
        journal.note(given, "cers.taken_over", f"transactions:{len(ids)}", now, ids)
        return found

    return once(given, lambda: mechanism.begun_anew(act), lambda answer: [_taken(each) for each in answer.ids])


def _take_over(transfer: CerTransfer, block: UnitIdentifier, by: PersonId, now: datetime) -> Taken:
    identity = registries.identity()
    if identity is None or block.party is None:
        raise BrokenInvariant("CERs without a registry or a Party")
    activity = NewActivity(f"CDM{block.project}", block.party, transfer.activity_title)
    number = issuance.record_activity(activity, by=by, now=now)
    issued = issuance.issue_in_act(
        Issuance(
            target=transfer.account,
            registry=str(identity["code"]),
            party=block.party,
            quantity=block.serial_last - block.serial_first + 1,
            batch=replace(attributes(transfer, block), activity_id=number),
        ),
        by=by,
        now=now,
        type_="take_over",
    )
    journal.insert(
        "cer_taken_over",
        {
            "party": block.party,
            "lo": block.serial_first,
            "hi": block.serial_last,
            "first_serial": transfer.first_serial,
            "last_serial": transfer.last_serial,
            "registered_on": transfer.registered_on,
            "batch_id": issued.batch_id,
            "taken_at": now,
        },
    )
    return Taken(issued.transaction_id, issued.batch_id, issued.serials)


def _taken(transaction_id: int) -> Taken:
    batch_id, first, last = batches.of_transaction(TransactionId(transaction_id))
    return Taken(TransactionId(transaction_id), batch_id, SerialRange(first, last))
