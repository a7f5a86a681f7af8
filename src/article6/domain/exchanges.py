"""Units that go to other registries and come from them: the rules, and which transaction types these are.

Units that left stand in the account `elsewhere` of the registry that they were given to, and are never removed; units
that were never here come to be by an acquisition, with the serials they have. Only the exchange between registries
moves them so: it judges who may ask, waits for the peer, and keeps its signed word.

Source: 6/CMA.4 annex I paras 9-10; 4/CMA.6 para 49; 6/CMA.6 para 17.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from article6.domain.kinds import (
    ACQUISITION,
    ELSEWHERE,
    HELD_FOR,
    HOLD,
    LEAVING,
    LEAVING_INTERNATIONAL,
    RETURN,
    Kind,
    TransactionType,
)
from article6.domain.orders import Facts, Order
from article6.domain.refusals import Code, Refusal
from article6.domain.units import KYOTO_UNITS

LEAVINGS = frozenset({LEAVING, LEAVING_INTERNATIONAL})
"""What takes units to another registry."""

BY_THE_EXCHANGE = LEAVINGS | {HOLD}
"""What is proposed here and decided through the exchange alone."""

ARRIVALS = frozenset({ACQUISITION, RETURN})
"""What books units that another registry gave."""

CROSSING = frozenset({LEAVING_INTERNATIONAL, *ARRIVALS})
"""By these types units come from one Party's hands into another's, where the two Parties differ."""


def leaving_type(source_party: str, acquiring_party: str) -> str:
    """A transfer to the same Party's account in another registry is not international (2/CMA.3 annex para 2(a))."""
    return LEAVING if acquiring_party in ("", source_party) else LEAVING_INTERNATIONAL


def acquiring_party(terms: Mapping[str, Any]) -> str:
    """The Party of the account in the other registry, '' where it belongs to none."""
    return str(terms.get("acquiring_party") or "")


def as_seen_from_there(order: Order, facts: Facts) -> Facts:
    """The facts with the Party that takes the units: the rules judge it, and not who keeps the account `elsewhere`."""
    if order.type not in LEAVINGS or facts.target is None:
        return facts
    return replace(facts, target=replace(facts.target, party=acquiring_party(order.terms)))


def only_the_exchange(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """What stands in another registry is moved by nobody but the exchange."""
    if kind.code in LEAVINGS | ARRIVALS:
        return
    for account in (facts.source, facts.target):
        if account is not None and account.type == ELSEWHERE:
            yield Refusal(Code.EXCHANGE_ONLY, account.number, order.type)


def held(facts: Facts) -> str:
    """The account among the two that is held for a Party whose registry was told of its units, '' where none is: what
    is done there that registry has instructed, or it was told of."""
    for account in (facts.source, facts.target):
        if account is not None and account.type == HELD_FOR:
            return account.number
    return ""


def is_to_the_party_named(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """International is what another Party acquires, and nothing else is; CERs have no first transfer."""
    if kind.code not in LEAVINGS or facts.source is None or LEAVING_INTERNATIONAL not in facts.rules.transactions:
        return
    party = acquiring_party(order.terms)
    if not party or kind.code != leaving_type(facts.source.party, party):
        yield Refusal(Code.EXCHANGE_PARTY, order.type, party or "none named")


def leaves_authorized(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Authorized A6.4ERs are what the mechanism registry gives to other registries (4/CMA.6 para 49)."""
    if kind.code != LEAVING or facts.kind is not Kind.MECHANISM:
        return
    if any(lot.authorization_id is None and lot.unit_type not in KYOTO_UNITS for lot in facts.lots):
        yield Refusal(Code.UNIT_NOT_AUTHORIZED, order.type)
