"""Units that stay here while another registry was told the amounts: held for the Party that acquired them.

They stand in an account in that Party's section, one for each such registry, which is its holder. They are in use like
all units of that section, and only that registry says what is done with them: by instructions of two of its people, on
serials that it names. The service on which both registries agreed is its right; there is no mandate beside it.

Source: 6/CMA.4 annex I paras 9-10, in the reading put forward in 2024 that transfers communicate information on ITMOs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from article6.domain import parties
from article6.domain.kinds import BY_INSTRUCTION, HELD_FOR, KINDS, Kind, KindRules
from article6.domain.orders import Order
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.exchange.books import Peer, PeerStatus
from article6.exchange.facts import INFORMATION
from article6.exchange.problems import Objection, Problem
from article6.services import accounts, registry, transactions
from article6.services.exchange.instruction_forms import DONE, REFUSED, Result, order_of, refused_for
from article6.services.exchange.machines import exchange_person, second_person
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import facts, registries
from article6.store.queries import parties as party_records
from article6.store.queries import told as reading

NDC_PERIOD = (2021, 2030)
"""The NDC implementation period of a Party of which none is on record."""


def held_account(peer: str, giver: str, party: str, now: datetime) -> str:
    """The number of the account here that is held for `party`, of whose units `peer` is told; with the Party's section
    it is opened when it is first asked for.

    Raises:
        Refused: this kind of registry holds no units so, or `party` is no other Party than `giver`.
    """
    rules = _rules()
    if HELD_FOR not in rules.accounts:
        raise refused(Code.SERVICE_NOT_AGREED, INFORMATION, rules.kind)
    found = parties.party(party)
    if found is None or party == giver:
        raise refused(Code.EXCHANGE_PARTY, INFORMATION, party)
    section_id = registry.write_sections([found], now, Command(exchange_person()))[party]
    if (number := reading.held_account(section_id, peer)) is not None:
        return number
    with journal.database_transaction():
        journal.wait_for_turn(f"held for {party}:{peer}")
        if (number := reading.held_account(section_id, peer)) is None:
            _open(accounts.NewAccount(HELD_FOR, party, peer, holder=peer), rules, now)
            number = str(reading.held_account(section_id, peer))
    return number


def _open(new: accounts.NewAccount, rules: KindRules, now: datetime) -> None:
    account_id = accounts.write(new, rules.accounts[new.type], now)
    journal.note(Command(exchange_person()), "account.opened", f"account:{account_id}", now)


def _rules() -> KindRules:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    return KINDS[Kind(identity["kind"])]


def named(data: Mapping[str, Any], peer: str) -> dict[str, Any] | None:
    """The account on which a peer instructs, where that is one whose units it was told of, of the Party it names."""
    found = reading.held_for(data["source_account"])
    return found if found is not None and (found["peer"], found["party"]) == (peer, data["party"]) else None


def carried_out(data: Mapping[str, Any], peer: Peer, held: Mapping[str, Any], now: datetime) -> Result:
    """Do what the registry that was told of units instructs; its two people stand behind it.

    Raises:
        Refused: only others were in the way; the whole is tried again.
    """
    if wrong := [*_objections(data, peer)]:
        return Result(REFUSED, objections=tuple(each.as_json() for each in wrong))
    try:
        with journal.database_transaction():
            order = order_of(data, peer.code, _target(data, held, now))
            _require_party(order)
            outcome = transactions.take_part(order, by=exchange_person(), now=now)
            transactions.approve_part(outcome.transaction_id, by=second_person(), now=now)
    except Refused as no:
        if Code.LEDGER_BUSY in no.codes:
            raise
        return refused_for(no)
    return Result(DONE, outcome.transaction_id)


def _objections(data: Mapping[str, Any], peer: Peer) -> Iterator[Objection]:
    if peer.status is not PeerStatus.CONNECTED:
        yield Objection(Problem.SENDER_SUSPENDED, peer.code)
    if INFORMATION not in peer.services:
        yield Objection(Problem.SERVICE_NOT_AGREED, INFORMATION)
    if len({data["instructed_by"].strip(), data["approved_by"].strip()} - {""}) < 2:
        yield Objection(Problem.NOT_PERMITTED, data["approved_by"], "two persons have to stand behind it")
    if not data["serials"]:
        yield Objection(Problem.NOT_PERMITTED, data["source_account"], "name the units by serials")
    if data["transaction"] not in BY_INSTRUCTION:
        yield Objection(Problem.NOT_PERMITTED, data["transaction"], f"one of {', '.join(sorted(BY_INSTRUCTION))}")


def _target(data: Mapping[str, Any], held: Mapping[str, Any], now: datetime) -> str:
    """The account into which the units go: where they end, one of their Party's, opened when it is first needed."""
    rules = _rules()
    (*others, type_) = sorted(rules.transactions[data["transaction"]].targets)
    if data["target_account"] or others or not rules.accounts[type_].is_terminal:
        return str(data["target_account"])
    year = data["terms"].get("use_year") if type_ == "retirement" else None
    if type_ == "retirement" and year is None:
        raise refused(Code.TRANSACTION_TERMS_MISSING, data["transaction"], "use_year")
    number = reading.final_account(held["section_id"], type_, held["peer"], year)
    if number is not None:
        return number
    period = _period(held["section_id"], year)
    new = accounts.NewAccount(
        type_, held["party"], held["peer"], holder=held["peer"], period_first=period[0], period_last=period[1]
    )
    _open(new, rules, now)
    return str(reading.final_account(held["section_id"], type_, held["peer"], year))


def _period(section_id: int, year: int | None) -> tuple[int, int] | tuple[None, None]:
    if year is None:
        return None, None
    known = party_records.periods(section_id) or [NDC_PERIOD]
    for first, last in known:
        if first <= year <= last:
            return first, last
    raise refused(Code.USE_OUTSIDE_PERIOD, str(year), ", ".join(f"{first}-{last}" for first, last in known))


def _require_party(order: Order) -> None:
    """To whom units are given on both registries know by the instruction: it names the Party of the account."""
    if order.type != "international_transfer":
        return
    target = facts.accounts([order.target]).get(order.target)
    named_party = str(order.terms.get("reference") or "")
    if target is None or target.party != named_party:
        raise Refused([Refusal(Code.EXCHANGE_PARTY, order.target, named_party)])
