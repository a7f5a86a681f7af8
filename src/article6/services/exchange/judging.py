"""The acquirer's own checks of a proposal, on its ledger: the account, where the serials stand, what is told of them.

Signatures and chains of completions are the desk's (`exchange.provenance`).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from article6.domain import cers
from article6.domain.authorizations import Authorization
from article6.domain.issuances import issuance_refusals
from article6.domain.kinds import ACQUISITION, ELSEWHERE, Kind
from article6.domain.orders import Account, Actor, Issuance, PersonId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, refused
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import KYOTO_UNITS
from article6.exchange.facts import Proposed, UnitBlock
from article6.exchange.problems import Objection, Problem
from article6.exchange.provenance import overlap, without
from article6.services.exchange import block_facts, documents, telling, told_units
from article6.services.exchange.documents import Identity, Known
from article6.services.exchange.sources import DATABASE, Source, named
from article6.services.exchange.sources import under as under_of
from article6.store.queries import exchange_ledger as reading


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal as this registry sees it, `blocks` cut where a part was here before and the rest was not: `here` has,
    by position of the block, the parts that stand in its books."""

    kind: Kind
    code: str
    target: Account | None
    known: Known
    here: Mapping[int, Sequence[Mapping[str, Any]]]
    objections: tuple[Objection, ...]
    blocks: tuple[UnitBlock, ...] = ()

    def stands_elsewhere(self, position: int, block: UnitBlock) -> bool:
        """Whether all the units of a block left from here, so that they come back."""
        parts = self.here.get(position, ())
        covered = sum(each["last"] - each["first"] + 1 for each in parts)
        return covered == block.serials.count and all(each["account_type"] == ELSEWHERE for each in parts)


_PROBLEMS: Mapping[Code, Problem] = {
    Code.ACCOUNT_UNKNOWN: Problem.ACCOUNT_UNKNOWN,
    Code.ACCOUNT_NOT_OPEN: Problem.ACCOUNT_NOT_OPEN,
    Code.EXCHANGE_EXPECTED: Problem.BLOCK_ALREADY_HERE,
    Code.SERIALS_ALREADY_ISSUED: Problem.BLOCK_ALREADY_HERE,
    Code.BLOCK_NOT_HELD: Problem.BLOCK_ALREADY_HERE,
    Code.CER_TAKEN_OVER: Problem.BLOCK_ALREADY_HERE,
    Code.BLOCK_ALREADY_FIRST_TRANSFERRED: Problem.BLOCK_FACTS_DIFFER,
    Code.UNDERLYING_USED_TWICE: Problem.BLOCK_FACTS_DIFFER,
    Code.AUTHORIZATION_CEILING_EXCEEDED: Problem.BLOCK_NOT_AUTHORIZED,
    Code.UNIT_NOT_AUTHORIZED: Problem.BLOCK_NOT_AUTHORIZED,
}
"""What the ledger's refusals are in the protocol; the rest is that the account takes no such unit."""


def objection(no: Refusal) -> Objection:
    """A refusal of the ledger as the peer hears it."""
    problem = _PROBLEMS.get(no.code, Problem.ACCOUNT_REFUSES_UNIT)
    is_named = no.code.value == problem.value
    return Objection(problem, str(no.subject), str(no.detail) if is_named else f"{no.code} {no.detail}".strip())


def judge(proposed: Proposed, at: datetime, source: Source = DATABASE) -> Judged:
    """What this registry has against a proposal, with what it found on the way.

    Until the database transaction is over, nobody else accepts or takes in units of these series, nor under these
    authorizations: what is accepted can be booked.
    """
    identity = source.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    kind, code = Kind(identity["kind"]), str(identity["code"])
    target = source.account(proposed.target_account)
    found = list(_malformed(proposed))
    if found:
        return Judged(kind, code, target, Known({}, {}, {}), {}, tuple(found))
    source.take_turns(proposed.blocks)
    known = documents.known(proposed, source)
    proposed, here = parted(proposed, source)
    judged = Judged(kind, code, target, known, here, ())
    found += known.objections
    found += _against_account(proposed, judged)
    found += _against_units(proposed, judged, at)
    found += _against_standing(proposed, judged, source)
    found += _against_authorizations(proposed, judged, source)
    found += _against_cers(proposed, judged)
    return Judged(kind, code, target, known, here, tuple(dict.fromkeys(found)), proposed.blocks)


def parted(proposed: Proposed, source: Source = DATABASE) -> tuple[Proposed, Mapping[int, Sequence[Mapping[str, Any]]]]:
    """The proposal with its blocks cut where a part of one was here before, in whatever account it stands now, and the
    rest was not: who gives them does not know that. And what is here of each."""
    here = _here(proposed, source)
    blocks: list[UnitBlock] = []
    for position, block in enumerate(proposed.blocks):
        known = [replace(block.serials, first=each["first"], last=each["last"]) for each in here.get(position, ())]
        new = [block.serials]
        for part in known:
            new = [left for hole in new for left in (without(hole, part) if overlap(hole, part) else [hole])]
        if known and new:
            blocks += [block_facts.part(block, serials) for serials in sorted([*known, *new])]
        else:
            blocks.append(block)
    if len(blocks) == len(proposed.blocks):
        return proposed, here
    cut = replace(proposed, blocks=tuple(blocks))
    return cut, _here(cut, source)


def _here(proposed: Proposed, source: Source) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for part in source.standing(named(proposed.blocks)):
        found[part["position"]].append(part)
    return dict(found)


def _malformed(proposed: Proposed) -> Iterator[Objection]:
    ordered = sorted(proposed.blocks, key=lambda each: each.serials)
    for each in ordered:
        serials = each.serials
        if not 1 <= serials.first <= serials.last <= SERIAL_LIMIT or party(serials.party) is None:
            yield Objection(Problem.BLOCK_FACTS_DIFFER, str(serials), "serials")
        elif wrong := block_facts.malformed(each.batch):
            yield Objection(Problem.BLOCK_FACTS_DIFFER, str(serials), wrong)
    for before, this in itertools.pairwise(ordered):
        one, other = before.serials, this.serials
        if (one.registry, one.party) == (other.registry, other.party) and other.first <= one.last:
            yield Objection(Problem.BLOCK_REPEATED, str(other))
    if proposed.quantity != sum(each.serials.count for each in proposed.blocks) or not proposed.blocks:
        yield Objection(Problem.BLOCK_FACTS_DIFFER, proposed.transfer_id, "quantity")


def _against_account(proposed: Proposed, judged: Judged) -> Iterator[Objection]:
    acquirer = str(proposed.terms.get("acquiring_party") or "")
    if judged.target is None or judged.target.type == ELSEWHERE:
        yield Objection(Problem.ACCOUNT_UNKNOWN, proposed.target_account)
    elif judged.target.party != acquirer:
        yield Objection(Problem.ACCOUNT_UNKNOWN, proposed.target_account, f"acquiring_party {acquirer}")


def _against_units(proposed: Proposed, judged: Judged, at: datetime) -> Iterator[Objection]:
    nobody = Actor(PersonId(0), "", frozenset())
    for each in proposed.blocks:
        batch = block_facts.attributes(each.batch, None, None)
        wanted = Issuance(proposed.target_account, each.serials.registry, each.serials.party, each.serials.count, batch,
                          first=each.serials.first, last=each.serials.last)  # fmt: skip
        for no in issuance_refusals(wanted, judged.kind, nobody, judged.target, None, at.year, ACQUISITION):
            of_account = no.code in (Code.ACCOUNT_UNKNOWN, Code.ACCOUNT_NOT_OPEN, Code.TRANSACTION_WRONG_ACCOUNTS)
            found = objection(no)
            yield found if of_account else Objection(found.problem, str(each.serials), found.detail)
        yield from _unnamed(each, judged)


def _unnamed(block: UnitBlock, judged: Judged) -> Iterator[Objection]:
    """What a block refers to and nobody told of."""
    subject, batch = str(block.serials), block.batch
    if (code := batch.get("cooperative_approach")) and code not in judged.known.approaches:
        yield Objection(Problem.BLOCK_FACTS_DIFFER, subject, "cooperative_approach")
    if (code := batch.get("activity")) and activity_of(block) not in judged.known.activities:
        yield Objection(Problem.BLOCK_FACTS_DIFFER, subject, "activity")


def activity_of(block: UnitBlock) -> tuple[str, str]:
    """The Party and the code of a block's activity."""
    return str(block.batch.get("activity_party") or block.serials.party), str(block.batch.get("activity"))


def _against_standing(proposed: Proposed, judged: Judged, source: Source) -> Iterator[Objection]:
    for position, peer in source.told_of(named(proposed.blocks)):
        yield told_units.objection(proposed.blocks[position], peer)
    for position, transfer_id in source.expected(named(proposed.blocks)):
        if transfer_id != proposed.transfer_id:
            subject = str(proposed.blocks[position].serials)
            yield Objection(Problem.BLOCK_ALREADY_HERE, subject, f"expected by transfer {transfer_id}")
    for position, block in enumerate(proposed.blocks):
        parts = judged.here.get(position, ())
        if not parts:
            continue
        if not judged.stands_elsewhere(position, block):
            stands = next((each for each in parts if each["account_type"] != ELSEWHERE), parts[0])
            detail = f"{stands['first']}-{stands['last']} stand here"
            yield Objection(Problem.BLOCK_ALREADY_HERE, str(block.serials), detail)
            continue
        for part in parts:
            if differing := _differing(block, part, judged.code):
                yield Objection(Problem.BLOCK_FACTS_DIFFER, str(block.serials), differing)
                break


def _differing(block: UnitBlock, part: Mapping[str, Any], code: str) -> str:
    """The field in which a block that comes back is not what left, '' where it is."""
    told = dict(block.batch)
    if "underlying_first" in told and part["underlying_first"] is not None:
        start = int(told["underlying_first"]) + part["first"] - block.serials.first
        told |= {"underlying_first": str(start), "underlying_last": str(start + part["last"] - part["first"])}
    if differing := block_facts.first_difference(block_facts.told(part), told):
        return differing
    at, by = telling.marked(part, code)
    if at and (at, by) != (block.first_transferred_at, block.first_transferred_by):
        return "first_transferred_at" if at != block.first_transferred_at else "first_transferred_by"
    under = telling.authorization(part)
    return "authorization" if at and under != block.authorization else ""


def _against_authorizations(proposed: Proposed, judged: Judged, source: Source) -> Iterator[Objection]:
    acquirer, giver = (str(proposed.terms.get(name) or "") for name in ("acquiring_party", "transferring_party"))
    is_international = bool(acquirer) and acquirer != giver
    must = is_international or judged.kind is Kind.MECHANISM
    coming: dict[tuple[str, str], int] = defaultdict(int)
    for position, each in enumerate(proposed.blocks):
        subject = str(each.serials)
        if each.authorization is None:
            if (must and each.batch["unit_type"] not in KYOTO_UNITS) or each.first_transferred_at:
                yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject)
            continue
        laid = judged.known.authorizations.get(each.authorization)
        if laid is None:
            yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject, "no such authorization is told of")
            continue
        yield from _outside(each, laid, acquirer)
        coming[laid.party, laid.code] += each.serials.count - _counted(
            each.authorization, judged.here.get(position, ())
        )
    standing, expected = source.counted(coming), source.expected_under(f"{of} {code}" for of, code in coming)
    for (of, code), units in coming.items():
        told = [each.quantity for each in judged.known.authorizations.values() if (each.party, each.code) == (of, code)]
        counted, ceiling = standing.get((of, code), (0, told[-1]))
        counted += expected.get(f"{of} {code}", 0)
        if ceiling is not None and counted + units > ceiling:
            yield Objection(Problem.BLOCK_NOT_AUTHORIZED, f"{of} {code}", f"{counted + units} of {ceiling}")


def _counted(laid: Identity, parts: Sequence[Mapping[str, Any]]) -> int:
    """Of a block that comes back: the units that are counted under the authorization all along."""
    under = [each for each in parts if each["authorization_code"] is not None]
    return sum(
        each["last"] - each["first"] + 1
        for each in under
        if (each["authorization_party"], each["authorization_code"]) == laid[:2]
    )


def newly_under(blocks: Sequence[UnitBlock], here: Mapping[int, Sequence[Mapping[str, Any]]]) -> list[str]:
    """For each block the authorization (Party and identifier) under which it is not counted yet, '' for none; `here` as
    in `parted`."""
    under = [under_of(each) for each in blocks]
    for part in itertools.chain.from_iterable(here.values()):
        if f"{part['authorization_party']} {part['authorization_code']}" == under[part["position"]]:
            under[part["position"]] = ""
    return under


def newly(judged: Judged) -> Iterator[tuple[tuple[str, str], int]]:
    """Units that will stand under an authorization (Party and identifier) under which they did not stand before."""
    for position, each in enumerate(judged.blocks):
        if each.authorization is not None:
            before = _counted(each.authorization, judged.here.get(position, ()))
            yield each.authorization[:2], each.serials.count - before


def _outside(block: UnitBlock, laid: Authorization, acquirer: str) -> Iterator[Objection]:
    subject = str(block.serials)
    if laid.party != block.serials.party:
        yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject, f"authorization of {laid.party}")
    if laid.is_revoked and not block.first_transferred_at:
        yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject, "revoked")
    if acquirer not in ("", laid.party) and not laid.covers_party(acquirer):
        yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject, f"not for {acquirer}")
    if not laid.covers_vintage(block.batch.get("vintage_year")):
        yield Objection(Problem.BLOCK_NOT_AUTHORIZED, subject, "vintage_year")


def _against_cers(proposed: Proposed, judged: Judged) -> Iterator[Objection]:
    """The mechanism registry takes CERs of activities registered since 2013, each once.

    Source: 3/CMA.3 annex para 75; 7/CMA.4 annex I paras 18-19.
    """
    coming = [each for each in proposed.blocks if each.batch["unit_type"] in KYOTO_UNITS]
    if not coming or judged.kind is not Kind.MECHANISM:
        return
    if (day := registered_on(proposed)) is None or day < cers.REGISTERED_SINCE:
        told = proposed.terms.get("registered_on") or ""
        yield Objection(Problem.ACCOUNT_REFUSES_UNIT, proposed.target_account, f"{Code.CER_INELIGIBLE} {told}".strip())
    taken = reading.taken_over([(each.serials.party, each.serials.first, each.serials.last) for each in coming])
    for position in taken:
        yield Objection(Problem.BLOCK_ALREADY_HERE, str(coming[position].serials), str(Code.CER_TAKEN_OVER))


def registered_on(proposed: Proposed) -> date | None:
    """The day on which the CDM activity of CERs was registered, as the proposal tells."""
    try:
        return date.fromisoformat(str(proposed.terms.get("registered_on") or ""))
    except ValueError:
        return None


def takes_over(blocks: Iterable[UnitBlock], judged: Judged) -> bool:
    """Whether these are CERs that the mechanism registry takes over."""
    return judged.kind is Kind.MECHANISM and any(each.batch["unit_type"] in KYOTO_UNITS for each in blocks)
