"""What a Party does with its authorization: put units under it and take them away, in whichever accounts they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from article6.domain import rules
from article6.domain.orders import Facts, Order, PersonId, TransactionId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SeriesRange, first_overlap
from article6.services import business_rules
from article6.services.commands import command, once
from article6.services.transactions import TRIES, laid, posting_for, with_named
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import authorizations, facts

MOVED_ON = frozenset({Code.LEDGER_BUSY, Code.BLOCK_NOT_HELD})
"""What the ledger says under lock when the units have changed hands since they were looked up."""


def authorize_units(
    code: str, ranges: Sequence[SeriesRange], *, by: PersonId, now: datetime, key: str | None = None,
    party: str | None = None,
) -> list[TransactionId]:  # fmt: skip
    """Put units under an authorization, whoever holds them: one act, one transaction for each account, all or none.

    Owners keep their serials; blocks are split as needed. Units that change hands meanwhile are followed; those that
    a waiting transaction reserves are refused until it is decided. `party` says whose authorization is meant.

    Raises:
        Refused: every reason the rules have against any of the units, the ceiling, or `by` is no administrator of the
            authorizing Party's section; nothing was written.
    """
    given = command(by, key, "authorize_units", [code, list(ranges)])

    def act() -> list[TransactionId]:
        _are_its_own(code, ranges, party)
        return post_where_they_stand("authorization", ranges, {"authorization": code}, given, now)

    return once(given, act, lambda answer: [TransactionId(each) for each in answer.ids])


def withdraw_units(
    code: str, ranges: Sequence[SeriesRange], *, reason: str, by: PersonId, now: datetime, key: str | None = None,
    party: str | None = None,
) -> list[TransactionId]:  # fmt: skip
    """Take units out from under an authorization, whoever holds them; none that was first transferred.

    Raises:
        Refused: units that do not stand under it, were first transferred or are reserved, or `by` is no administrator
            of the authorizing Party's section; nothing was written.
    """
    given = command(by, key, "withdraw_units", [code, list(ranges), reason])
    terms = {"authorization": code, "reason": reason}

    def act() -> list[TransactionId]:
        _are_its_own(code, ranges, party)
        return post_where_they_stand("authorization_withdrawal", ranges, terms, given, now)

    return once(given, act, lambda answer: [TransactionId(each) for each in answer.ids])


def _are_its_own(code: str, ranges: Sequence[SeriesRange], party: str | None) -> None:
    """Where a Party is named: it has this authorization, and the units are its own; another may use the same code."""
    if party is None:
        return
    if not authorizations.versions(party, code):
        raise refused(Code.AUTHORIZATION_UNKNOWN, code, party)
    strange = {each.lot.party for each in authorizations.standing_in(ranges)} - {party}
    if strange:
        raise Refused(Refusal(Code.AUTHORIZATION_NOT_THIS_PARTY, code, each) for each in sorted(strange))


def trying_again(act: Callable[[], list[TransactionId]]) -> list[TransactionId]:
    """Act; and again when the units moved between looking and locking."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except Refused as no:
            if not MOVED_ON & set(no.codes):
                raise
    return act()


def post_where_they_stand(
    type_: str, ranges: Sequence[SeriesRange], terms: Mapping[str, Any], given: Command, now: datetime
) -> list[TransactionId]:
    """Post an act on units as a transaction for each account that holds some, all or none, in one call."""
    if not ranges:
        raise refused(Code.REQUEST_MALFORMED, "", "give serials")
    if pair := first_overlap(ranges):
        raise refused(Code.SERIALS_REPEATED, *(f"{each.first}-{each.last}" for each in pair))
    return trying_again(lambda: _post(type_, ranges, terms, given, now))


def _post(
    type_: str, ranges: Sequence[SeriesRange], terms: Mapping[str, Any], given: Command, now: datetime
) -> list[TransactionId]:
    standing = authorizations.standing_in(ranges)
    if sum(each.lot.count for each in standing) < journal.units(ranges):
        raise refused(Code.SERIAL_MALFORMED, str(terms.get("authorization")), "some of these serials were never issued")
    held: dict[str, list[SeriesRange]] = {}
    for each in standing:
        held.setdefault(each.account, []).append(SeriesRange(each.lot.series_id, each.lot.first, each.lot.last))
    orders = [Order(type_, number, number, None, tuple(held[number]), terms=terms) for number in sorted(held)]
    judged = [
        (order, _known(order, read, now))
        for order, read in zip(orders, facts.read_many(orders, given.person_id), strict=True)
    ]
    reasons: list[Refusal] = []
    rule_act = business_rules.last_act()
    for order, known in judged:
        found = rules.refusals(order, known) or business_rules.refusals(order, known, now, rule_act)
        reasons += [each for each in found if each not in reasons]
    if reasons:
        raise Refused(reasons)
    postings = [posting_for(order, known, now) for order, known in judged]
    firsts = {number for order, known in judged for number in rules.first_transfer_authorizations(order, known)}
    return journal.post(postings, given, sorted(firsts), laid(*judged[0]))


def _known(order: Order, read: Facts, now: datetime) -> Facts:
    known = replace(read, today=now.date())
    return with_named(order, known) if rules.names_authorization(order, read.kind) else known
