"""Cases of reconciliation in this registry (`exchange.cases.CaseBooks`): the journal is asked, units are held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from article6.domain.kinds import ELSEWHERE, HOLD
from article6.domain.orders import Order, Status, TransactionId
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.exchange import cases as told
from article6.exchange import comparing, envelope, keys
from article6.exchange.cases import Correction, Reconciliation, Signature, TrailEntry
from article6.exchange.comparing import Difference, Flow, Settled, Way
from article6.exchange.facts import Serials
from article6.exchange.message_types import Type
from article6.services.exchange import leaving
from article6.store import journal, reconciliations
from article6.store.journal import Command, Posting
from article6.store.queries import exchange_ledger, facts
from article6.store.queries import reconciliation as reading


class KeptCases:
    """What reconciliation asks of this registry; it keeps nothing of its own."""

    # --- The journal

    def flows(self, peer: str, as_of: datetime) -> list[Flow]:
        """As `CaseBooks.flows`."""
        return [
            Flow(_serials(each), each["unit_type"], Way(each["way"]), each["at"], each["transfer_id"])
            for each in reading.flows(peer, as_of)
        ]

    def used(self, serials: Sequence[Serials]) -> list[Serials]:
        """As `CaseBooks.used`."""
        return [_part(serials, each) for each in _blocks(serials) if each["is_final"]]

    def trail(self, serials: Sequence[Serials]) -> list[TrailEntry]:
        """As `CaseBooks.trail`."""
        known = reading.series([(each.registry, each.party) for each in serials])
        asked = [each for each in serials if (each.registry, each.party) in known]
        ranges = [(number, each.first, each.last, top) for each in asked
                  for number, top in [known[each.registry, each.party]]]  # fmt: skip
        lines = sorted(exchange_ledger.history(ranges), key=lambda each: (each["id"], each["position"], each["first"]))
        transfers = reading.transfers_of([each["id"] for each in lines])
        named = list(transfers.values())
        completions = reading.completions(named, Type.TRANSFER_COMPLETED)
        completions |= reading.completions(named, Type.TRANSFER_TOLD)
        found = []
        for each in lines:
            transfer_id = transfers.get(each["id"], "")
            evidence = completions.get(transfer_id, "")
            serial = _part(asked, each)
            found.append(
                TrailEntry(serial, each["decided_at"], str(each["id"]), each["type"], transfer_id[:64], evidence)
            )
        return found

    def said(self, peer: str, reconciliation_id: str, message_type: str, last: int) -> list[Mapping[str, Any]]:
        """As `CaseBooks.said`."""
        found = reading.said(peer, reconciliation_id, message_type, last)
        return [envelope.kept(keys.content(each)).data for each in found]

    # --- Cases

    def reconciliation(self, reconciliation_id: str, peer: str, *, lock: bool = False) -> Reconciliation | None:
        """As `CaseBooks.reconciliation`."""
        found = reading.reconciliation(reconciliation_id, peer, lock=lock)
        return None if found is None else as_case(found)

    def save(self, found: Reconciliation) -> None:
        """As `CaseBooks.save`."""
        if reading.reconciliation(found.id, found.peer) is None:
            journal.insert(
                "exchange_reconciliation",
                {
                    "reconciliation_id": found.id, "peer": found.peer, "is_ours": found.is_ours, "as_of": found.as_of,
                    "reason": found.reason, "status": found.status, "started_at": found.started_at,
                    "changed_at": found.changed_at,
                },
            )  # fmt: skip
            return
        reconciliations.go_on(
            found.peer, found.id, found.status, found.result, found.peer_result, found.changed_at
        )  # fmt: skip

    def open_cases(self, peer: str) -> list[Reconciliation]:
        """As `CaseBooks.open_cases`."""
        return [as_case(each) for each in reading.open_cases(peer)]

    def add_differences(self, reconciliation_id: str, peer: str, found: Sequence[Difference]) -> None:
        """As `CaseBooks.add_differences`."""
        of_id = reading.number(reconciliation_id, peer)
        lines = [
            (of_id, each.serials.registry, each.serials.party, each.serials.first, each.serials.last, each.unit_type,
             str(each.way), each.is_ours)
            for each in found
        ]  # fmt: skip
        columns = ("of_id", "registry", "party", "lo", "hi", "unit_type", "way", "is_ours")
        journal.insert_many("exchange_difference", columns, lines)

    def differences(self, reconciliation_id: str, peer: str) -> list[Difference]:
        """As `CaseBooks.differences`."""
        return [
            Difference(_serials(each), each["unit_type"], Way(each["way"]), each["is_ours"])
            for each in reading.differences(reading.number(reconciliation_id, peer))
        ]

    # --- What is held

    def hold(self, reconciliation_id: str, peer: str, serials: Sequence[Serials], at: datetime) -> list[Serials]:
        """As `CaseBooks.hold`: a transaction for each account, proposed and never completed."""
        of_id = reading.number(reconciliation_id, peer)
        busy: list[Serials] = []
        accounts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in _blocks(serials):
            if each["is_final"] or each["account_type"] == ELSEWHERE or each["reserved_type"] == HOLD:
                continue
            if each["reserved_by"] is not None:
                busy.append(_part(serials, each))
            else:
                accounts[each["number"]].append(each)
        for number, parts in sorted(accounts.items()):
            try:
                with journal.database_transaction():
                    transaction_id = _reserve(number, parts, {"reconciliation": reconciliation_id, "peer": peer}, at)
                    journal.insert("exchange_hold", {"of_id": of_id, "transaction_id": transaction_id, "at": at})
            except Refused as no:
                if Code.ACCOUNT_NOT_OPEN not in no.codes:
                    raise
                busy += [_part(serials, each) for each in parts]
        return busy

    def release(self, peer: str, serials: Sequence[Serials] | None, at: datetime) -> None:
        """As `CaseBooks.release`. A hold that goes beyond the serials is taken anew for the rest."""
        holds: dict[tuple[int, int], list[Serials]] = defaultdict(list)
        for each in reading.held(peer):
            holds[each["transaction_id"], each["of_id"]].append(_serials(each))
        ids = {each["id"]: each["reconciliation_id"] for each in reading.listed(2**62, 10_000, peer)}
        for (transaction_id, of_id), parts in holds.items():
            if serials is not None and not any(comparing.overlap(each, serials) for each in parts):
                continue
            by = Command(leaving.exchange_person())
            journal.decide(TransactionId(transaction_id), Status.CANCELLED, by, at, "reconciled")
            rest = [] if serials is None else [part for each in parts for part in comparing.beyond(each, serials)]
            if rest:
                self.hold(ids[of_id], peer, rest, at)

    # --- Resolutions

    def sign(self, reconciliation_id: str, peer: str, signature: Signature) -> None:
        """As `CaseBooks.sign`."""
        corrections = [told.correction_json(each) for each in signature.corrections]
        reconciliations.signed(
            reading.number(reconciliation_id, peer), signature.by_us, corrections, signature.decided_by,
            signature.message_id, signature.at,
        )  # fmt: skip

    def signatures(self, reconciliation_id: str, peer: str) -> list[Signature]:
        """As `CaseBooks.signatures`."""
        return _signatures(reading.number(reconciliation_id, peer))

    def settled(self, peer: str) -> list[Settled]:
        """As `CaseBooks.settled`."""
        return [
            Settled(each.serials, case["as_of"])
            for case in reading.stated(peer, told.STATEMENT)
            for each in _agreed(case["id"])
            if each.action == told.STATEMENT
        ]


def as_case(found: Mapping[str, Any]) -> Reconciliation:
    """A row of `queries.reconciliation.reconciliation`."""
    return Reconciliation(
        found["reconciliation_id"], found["peer"], found["is_ours"], found["as_of"], found["reason"],
        told.Status(found["status"]), found["started_at"], found["changed_at"], found["result"], found["peer_result"],
    )  # fmt: skip


def _signatures(of_id: int) -> list[Signature]:
    return [
        Signature(
            each["by_us"], tuple(told.correction(line) for line in each["corrections"]), each["decided_by"],
            each["at"], each["message_id"],
        )
        for each in reading.resolutions(of_id)
    ]  # fmt: skip


def _agreed(of_id: int) -> tuple[Correction, ...]:
    return told.both_signed(_signatures(of_id))


def _reserve(number: str, parts: Sequence[Mapping[str, Any]], terms: Mapping[str, str], at: datetime) -> TransactionId:
    account = facts.accounts([number])[number]
    ranges = tuple(SeriesRange(each["series_id"], each["first"], each["last"]) for each in parts)
    posting = Posting(
        order=Order(HOLD, number, number, ranges=ranges, terms=terms),
        source=account,
        target=account,
        quantity=journal.units(ranges),
        at=at,
        is_completed=False,
        expires_at=None,
        batches=tuple({each["batch_id"] for each in parts}),
        authorizations=tuple({each["authorization_id"] or 0 for each in parts}),
    )
    [transaction_id] = journal.post([posting], Command(leaving.exchange_person()))
    return transaction_id


def _blocks(serials: Sequence[Serials]) -> Iterator[dict[str, Any]]:
    """Where serials stand here; `position` is that in `serials`."""
    known = reading.series([(each.registry, each.party) for each in serials])
    asked = [(position, each) for position, each in enumerate(serials) if (each.registry, each.party) in known]
    ranges = [(known[each.registry, each.party][0], each.first, each.last) for _position, each in asked]
    for found in reading.blocks(ranges):
        yield {**found, "position": asked[found["position"]][0]}


def _part(serials: Sequence[Serials], found: Mapping[str, Any]) -> Serials:
    whole = serials[found["position"]]
    return Serials(whole.registry, whole.party, found["first"], found["last"])


def _serials(found: Mapping[str, Any]) -> Serials:
    return Serials(found["registry"], found["party"], found["first"], found["last"])
