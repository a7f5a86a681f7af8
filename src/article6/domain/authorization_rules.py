"""The rules for what is put under an authorization, taken from it, and done with units that stand under one."""

from collections.abc import Iterator

from article6.domain.authorizations import Authorization, Event, is_first_transfer
from article6.domain.kinds import TransactionType
from article6.domain.orders import Facts, Lot, Order
from article6.domain.refusals import Code, Refusal
from article6.domain.units import KYOTO_UNITS

NEEDS_AUTHORIZATION = frozenset(
    {Event.INTERNATIONAL_TRANSFER, Event.USE_NDC, Event.USE_OR_CANCELLATION_OIMP, Event.TRANSFER_ADAPTATION_FUND}
)
FREE_FOR_CERS = frozenset({Event.INTERNATIONAL_TRANSFER, Event.USE_NDC})
"""What CERs do without an authorization (3/CMA.3 annex para 75(d))."""

USES = frozenset({Event.USE_NDC, Event.USE_OR_CANCELLATION_OIMP, Event.CANCELLATION_OMGE})


def is_laid_on_own_units(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """What is put under an authorization must be what it covers (4/CMA.6 paras 5, 7)."""
    if not kind.lays:
        return
    named = facts.named
    if named is None:
        yield Refusal(Code.AUTHORIZATION_UNKNOWN, str(order.terms.get("authorization", "")))
        return
    if any(lot.party != named.party for lot in facts.lots):
        yield Refusal(Code.AUTHORIZATION_NOT_THIS_PARTY, named.code)
    if named.is_revoked and not _all_reach_back(named, facts):
        yield Refusal(Code.AUTHORIZATION_REVOKED, named.code)
    if has_ended(named, facts) and not named.is_revoked:
        yield Refusal(Code.AUTHORIZATION_EXPIRED, named.code, str(named.duration.ends_on))
    if any(_would_reach_back(lot, named, facts) for lot in facts.lots):
        yield Refusal(Code.AUTHORIZATION_WOULD_REACH_BACK, named.code)
    taker = facts.target.party if facts.target is not None else ""
    if Event.INTERNATIONAL_TRANSFER in kind.events and not named.covers_party(taker):
        yield Refusal(Code.AUTHORIZATION_PARTY_NOT_COVERED, named.code, taker)
    yield from _vintages_outside(named, facts.lots)
    if named.scope.serials and not order.ranges:
        yield Refusal(
            Code.AUTHORIZATION_SCOPE_NOT_COVERED, named.code, "covers certain serials: name the units by them"
        )
        return
    for outside in sorted({named.outside(each) for each in facts.covered} - {""}):
        yield Refusal(Code.AUTHORIZATION_SCOPE_NOT_COVERED, named.code, outside)


def _all_reach_back(named: Authorization, facts: Facts) -> bool:
    """Whether all the units were first transferred under earlier versions whose terms let a change reach back."""
    return bool(facts.lots) and all(
        lot.is_first_transferred and not _would_reach_back(lot, named, facts) for lot in facts.lots
    )


def _would_reach_back(lot: Lot, named: Authorization, facts: Facts) -> bool:
    if not lot.is_first_transferred or lot.authorization_id == named.id:
        return False
    under = facts.authorizations.get(lot.authorization_id or 0)
    return under is None or not (under.is_same_as(named) and under.changes.may_reach_back)


def is_withdrawn_from_its_units(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Only units that stand under the authorization lose it, and none that was first transferred (4/CMA.6 para 7)."""
    if kind.event is not Event.AUTHORIZATION_WITHDRAWAL:
        return
    named = facts.named
    if named is None:
        yield Refusal(Code.AUTHORIZATION_UNKNOWN, str(order.terms.get("authorization", "")))
        return
    for lot in facts.lots:
        under = facts.authorizations.get(lot.authorization_id or 0)
        if under is None or not under.is_same_as(named):
            yield Refusal(Code.AUTHORIZATION_UNKNOWN, named.code, f"{lot.first}-{lot.last} do not stand under it")
            break
    if any(lot.is_first_transferred for lot in facts.lots):
        yield Refusal(Code.AUTHORIZATION_WOULD_REACH_BACK, named.code)


def units_are_authorized(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Nothing unauthorized is first transferred or used (4/CMA.6 para 11).

    CERs move and count towards an NDC without authorization (3/CMA.3 annex para 75(d)), not for other purposes.
    """
    if not _needs_authorization(kind):
        return
    is_free = kind.event in FREE_FOR_CERS
    if any(lot.authorization_id is None and not (is_free and lot.unit_type in KYOTO_UNITS) for lot in facts.lots):
        yield Refusal(Code.UNIT_NOT_AUTHORIZED, order.type)


def authorizations_cover(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Taker, purpose and vintage are those authorized, under a version that was not revoked (4/CMA.6 para 5)."""
    if not _needs_authorization(kind) or facts.source is None or facts.target is None:
        return
    for authorization in facts.authorizations.values():
        if authorization.is_revoked:
            yield Refusal(Code.AUTHORIZATION_REVOKED, authorization.code)
        taker = facts.target.party
        if taker not in ("", authorization.party) and not authorization.covers_party(taker):
            yield Refusal(Code.AUTHORIZATION_PARTY_NOT_COVERED, authorization.code, taker)
        purposes = authorization.purposes
        if kind.event is Event.USE_NDC and not purposes.covers_ndc:
            yield Refusal(Code.AUTHORIZATION_PURPOSE_NOT_COVERED, authorization.code, "NDC")
        if kind.event is Event.USE_OR_CANCELLATION_OIMP and not purposes.covers_oimp:
            yield Refusal(Code.AUTHORIZATION_PURPOSE_NOT_COVERED, authorization.code, "OIMP")
        yield from _vintages_outside(authorization, _under(authorization, facts))


def authorizations_last(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """No use after the final date for use; no first transfer after the authorization's end (4/CMA.6 para 5(c))."""
    if kind.is_act_of_a_party or facts.today is None:
        return
    for authorization in facts.authorizations.values():
        until = authorization.duration.use_until
        if kind.event in USES and until is not None and facts.today > until:
            yield Refusal(Code.AUTHORIZATION_EXPIRED, authorization.code, f"use until {until}")
        elif (
            has_ended(authorization, facts)
            and is_first_transfer(authorization, kind.event)
            and not all(lot.is_first_transferred for lot in _under(authorization, facts))
        ):
            yield Refusal(Code.AUTHORIZATION_EXPIRED, authorization.code, f"ended {authorization.duration.ends_on}")


def entities_are_covered(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Where entities are authorized, only an account that one of them holds uses units for OIMP (4/CMA.6 para 5(b))."""
    if kind.event is not Event.USE_OR_CANCELLATION_OIMP or facts.source is None:
        return
    code = facts.source.entity.code if facts.source.entity else ""
    for authorization in facts.authorizations.values():
        if authorization.entities and not authorization.names_holder(facts.source.holder, code):
            yield Refusal(Code.AUTHORIZATION_ENTITY_NOT_COVERED, authorization.code, facts.source.holder)


def has_ended(authorization: Authorization, facts: Facts) -> bool:
    """Whether the authorization's last day has passed."""
    ends_on = authorization.duration.ends_on
    return ends_on is not None and facts.today is not None and facts.today > ends_on


def _needs_authorization(kind: TransactionType) -> bool:
    return kind.event in NEEDS_AUTHORIZATION and not kind.levied and not kind.lays


def _under(authorization: Authorization, facts: Facts) -> tuple[Lot, ...]:
    return tuple(lot for lot in facts.lots if lot.authorization_id == authorization.id)


def _vintages_outside(authorization: Authorization, lots: tuple[Lot, ...]) -> Iterator[Refusal]:
    years = {lot.vintage_year for lot in lots if not authorization.covers_vintage(lot.vintage_year)}
    for year in sorted(years, key=lambda each: each or 0):
        yield Refusal(Code.AUTHORIZATION_VINTAGE_NOT_COVERED, authorization.code, str(year))
