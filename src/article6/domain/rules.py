"""The rules for transactions, as a table. Every reason is given, in the table's order.

A rule is a function from an order and its facts to refusals. What it may judge is in the facts; the ledger judges
again, under lock, what can change in between.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from article6.domain import authorization_rules as authorizing
from article6.domain import corrections, exchanges, roles
from article6.domain.authorizations import Event, is_first_transfer
from article6.domain.entity_rules import holder_is_identified
from article6.domain.kinds import HELD_FOR, KINDS, Kind, TransactionType
from article6.domain.lifecycles import ACCOUNT_STATES
from article6.domain.orders import Facts, Order
from article6.domain.refusals import Code, Refusal
from article6.domain.serials import SERIAL_LIMIT, first_overlap
from article6.domain.units import KYOTO_UNITS, TCO2E, UnitType

Check = Callable[[Order, Facts, TransactionType], Iterator[Refusal]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`clause` is where the rule comes from; rules without a decision behind them say `ledger`."""

    code: Code
    clause: str
    check: Check


def refusals(order: Order, facts: Facts, *, in_act: bool = False) -> list[Refusal]:
    """Every reason against the order, most important first; empty when there is none.

    `in_act` True: the order is part of a larger act, which has judged who may ask for it.
    """
    transaction_type = facts.rules.transactions.get(order.type)
    if transaction_type is None or not transaction_type.sources:
        return [Refusal(Code.TRANSACTION_TYPE_UNKNOWN, order.type)]
    if not (transaction_type.stands_alone or in_act):
        return [Refusal(Code.TRANSACTION_NOT_ALONE, order.type)]
    if not in_act and (number := exchanges.held(facts)):
        return [Refusal(Code.EXCHANGE_ONLY, number, order.type)]
    return [refusal for rule in RULES for refusal in rule.check(order, facts, transaction_type)]


def first_transfer_authorizations(order: Order, facts: Facts) -> list[int]:
    """The authorizations under which this order is the first transfer of units that had none."""
    events = facts.rules.transactions[order.type].events
    candidates = [facts.named] if facts.named is not None else facts.authorizations.values()
    return [each.id for each in candidates if any(is_first_transfer(each, event) for event in events)]


def names_authorization(order: Order, kind: Kind) -> bool:
    """Whether the order lays (or withdraws) the authorization that its particulars name."""
    transaction_type = KINDS[kind].transactions.get(order.type)
    return transaction_type is not None and transaction_type.is_act_of_a_party


def needs_second_person(order: Order, facts: Facts) -> bool:
    """Four eyes: where the type always asks for it, or the source account does (of a Party's act it asks nothing)."""
    transaction_type = facts.rules.transactions[order.type]
    if transaction_type.composed:
        return transaction_type.four_eyes
    asks = facts.source is not None and facts.source.needs_approval
    return transaction_type.four_eyes or (asks and not transaction_type.is_act_of_a_party)


def _actor_may_propose(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    # What is held for a Party its own registry instructs, by two persons of it.
    if kind.composed or facts.source is None or facts.source.type == HELD_FOR:
        return
    # An authorization is its Party's, in whose section ever the units stand.
    is_act = facts.named is not None and kind.is_act_of_a_party
    section_id = facts.named_section if is_act else facts.source.section_id
    of_source = None if is_act else facts.is_representative
    for refusal in roles.may_propose(facts.actor, kind.proposers, section_id, of_source):
        yield Refusal(refusal.code, refusal.subject, order.type)


def _accounts_exist(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if facts.source is None:
        yield Refusal(Code.ACCOUNT_UNKNOWN, order.source)
    if facts.target is None:
        yield Refusal(Code.ACCOUNT_UNKNOWN, order.target)


def _accounts_differ(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if (order.source == order.target) != kind.is_act_of_a_party:
        yield Refusal(Code.ACCOUNTS_SAME, order.source)


def _accounts_are_open(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if kind.reaches_blocked:
        for account in (facts.source, facts.target):
            if account is not None and not ACCOUNT_STATES[account.status].next:
                yield Refusal(Code.ACCOUNT_NOT_OPEN, account.number, account.status)
        return
    if facts.source is not None and not ACCOUNT_STATES[facts.source.status].may_debit:
        yield Refusal(Code.ACCOUNT_NOT_OPEN, facts.source.number, facts.source.status)
    if facts.target is not None and not ACCOUNT_STATES[facts.target.status].may_credit:
        yield Refusal(Code.ACCOUNT_NOT_OPEN, facts.target.number, facts.target.status)


LOCKED = "locked"
"""The type of account that holds what is recorded as ITMOs elsewhere."""


def _accounts_fit_the_type(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    source, target = facts.source, facts.target
    if source is None or target is None:
        return
    if _is_locked(facts, kind):
        return
    if facts.rules.accounts[source.type].is_terminal and not (kind.lays and kind.composed):
        yield Refusal(Code.BLOCK_FINAL, source.number, source.type)
    elif not _is_between(source.type, target.type, facts, kind):
        yield Refusal(Code.TRANSACTION_WRONG_ACCOUNTS, order.type, f"{source.type} -> {target.type}")
    elif kind.crosses is not None and (source.section_id != target.section_id) != kind.crosses:
        detail = "other section" if kind.crosses else "same section"
        yield Refusal(Code.TRANSACTION_WRONG_ACCOUNTS, order.type, detail)


def _is_between(source: str, target: str, facts: Facts, kind: TransactionType) -> bool:
    if kind.code == corrections.MOVEMENT_TYPE:
        # Declared types too: whatever is not final.
        return not facts.rules.accounts[target].is_terminal
    return source in kind.sources and target in kind.targets


def _target_is_trusted(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if facts.is_trusted is not False or kind.composed or kind.is_act_of_a_party or facts.target is None:
        return
    # What is cancelled or retired goes nowhere.
    final = {code for code, each in facts.rules.accounts.items() if each.is_terminal}
    if facts.target.type not in final:
        yield Refusal(Code.ACCOUNT_NOT_TRUSTED, facts.target.number, order.source)


def _units_are_not_locked(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if _is_locked(facts, kind):
        yield Refusal(Code.BLOCK_LOCKED, order.source, order.type)


def _is_locked(facts: Facts, kind: TransactionType) -> bool:
    return facts.source is not None and facts.source.type == LOCKED and LOCKED not in kind.sources


def _terms_are_given(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    for term in kind.terms:
        if order.terms.get(term) in (None, ""):
            yield Refusal(Code.TRANSACTION_TERMS_MISSING, order.type, term)


def _quantity_is_possible(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if order.quantity is None:
        if not order.ranges:
            yield Refusal(Code.REQUEST_MALFORMED, "", "give a quantity or serials")
        return
    if order.quantity < 1:
        yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(order.quantity))
    elif order.quantity > SERIAL_LIMIT:
        yield Refusal(Code.QUANTITY_TOO_LARGE, str(order.quantity))
    elif order.ranges and order.quantity != (named := sum(each.count for each in order.ranges)):
        yield Refusal(Code.QUANTITY_RANGE_MISMATCH, str(order.quantity), str(named))


def _serials_are_named_once(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if order.ranges and (pair := first_overlap(order.ranges)):
        yield Refusal(Code.SERIALS_REPEATED, f"{pair[0].first}-{pair[0].last}", f"{pair[1].first}-{pair[1].last}")


def _units_are_held(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if facts.source is None:
        return
    if not order.ranges:
        if order.quantity is not None and 1 <= order.quantity <= SERIAL_LIMIT and facts.available < order.quantity:
            yield Refusal(Code.QUANTITY_EXCEEDS_HOLDING, order.source, f"{facts.available} available")
        return
    elsewhere = [lot for lot in facts.lots if lot.account_id != facts.source.id]
    if elsewhere or facts.available < sum(each.count for each in order.ranges):
        first = f"{elsewhere[0].first}-{elsewhere[0].last}" if elsewhere else ""
        yield Refusal(Code.BLOCK_NOT_HELD, first, order.source)


def _units_are_free(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    for lot in facts.lots:
        if lot.reserved_by is not None and facts.source is not None and lot.account_id == facts.source.id:
            yield Refusal(Code.BLOCK_RESERVED, f"{lot.first}-{lot.last}", f"transaction {lot.reserved_by}")
            return


def _target_may_hold(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if facts.target is None or facts.target.type not in facts.rules.accounts:
        return
    held = facts.rules.accounts[facts.target.type].holds
    for unit_type in sorted({lot.unit_type for lot in facts.lots if lot.unit_type is not None} - held):
        yield Refusal(Code.ACCOUNT_REFUSES_UNIT, facts.target.number, unit_type)
    for metric in sorted({lot.metric for lot in facts.lots} - {facts.target.metric}):
        yield Refusal(Code.ACCOUNT_REFUSES_UNIT, facts.target.number, metric or TCO2E)


def _purpose_is_the_accounts(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if facts.target is None or not facts.target.purpose:
        return
    for name, its in (("purpose", facts.target.purpose), ("sub_purpose", facts.target.sub_purpose)):
        given = order.terms.get(name)
        if given not in (None, "", its):
            yield Refusal(Code.TRANSACTION_PURPOSE_DIFFERS, facts.target.number, f"{its or 'none'}, not {given}")


def _cancels_as_a_participant(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if not facts.takes_part:
        yield Refusal(Code.CANCELLATION_PARTICIPANTS_ONLY, order.source, order.type)


def _use_is_by_another_party(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if kind.event is not Event.USE_NDC or facts.source is None:
        return
    if any(lot.party == facts.source.party for lot in facts.lots):
        yield Refusal(Code.USE_BY_OWN_PARTY, facts.source.party)


def _use_is_in_the_period(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if kind.event is not Event.USE_NDC or facts.target is None:
        return
    first, last = facts.target.period_first, facts.target.period_last
    if first is None or last is None:
        yield Refusal(Code.USE_OUTSIDE_PERIOD, facts.target.number, "the account has no period")
        return
    if not facts.target.period_known:
        yield Refusal(Code.NDC_PERIOD_UNKNOWN, facts.target.number, f"{first}-{last}")
    year = order.terms.get("use_year")
    if not isinstance(year, int) or not first <= year <= last:
        yield Refusal(Code.USE_OUTSIDE_PERIOD, str(year), f"{first}-{last}")
    dated = (lot for lot in facts.lots if lot.unit_type not in KYOTO_UNITS)
    outside = {lot.vintage_year for lot in dated if not first <= (lot.vintage_year or 0) <= last}
    for vintage in sorted(outside, key=lambda each: each or 0):
        yield Refusal(Code.USE_OUTSIDE_PERIOD, f"vintage {vintage}", f"{first}-{last}")


FIRST_NDC_BEGINS_BY = 2021
"""The latest first year of an NDC implementation period that can be a Party's first; later ones are second NDCs."""


def _cers_count_once(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    if kind.event is not Event.USE_NDC or facts.target is None or facts.target.period_first is None:
        return
    if any(lot.unit_type in KYOTO_UNITS for lot in facts.lots) and facts.target.period_first > FIRST_NDC_BEGINS_BY:
        yield Refusal(Code.CER_NOT_FIRST_NDC, facts.target.number, str(facts.target.period_first))


def _omge_is_adjusted(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    # What is authorized is first transferred, and so adjusted, by this very cancellation (4/CMA.6 para 17).
    if kind.event is not Event.CANCELLATION_OMGE or kind.levied or kind.lays or facts.kind is not Kind.MECHANISM:
        return
    if any(lot.authorization_id is None for lot in facts.lots):
        yield Refusal(Code.OMGE_NOT_ADJUSTED, order.source)


def _contribution_units_are_authorized_as_a_whole(
    order: Order, facts: Facts, kind: TransactionType
) -> Iterator[Refusal]:
    if facts.kind is not Kind.MECHANISM or not kind.lays or kind.composed:
        return
    if any(lot.unit_type is UnitType.A64ER and lot.authorization_id is None for lot in facts.lots):
        yield Refusal(Code.TRANSACTION_NOT_ALONE, order.type)


RULES: tuple[Rule, ...] = (  # refusals are reported in this order
    Rule(Code.ACCOUNT_UNKNOWN, "2/CMA.3 annex para 29", _accounts_exist),
    Rule(Code.PERSON_NOT_PERMITTED, "6/CMA.4 annex I para 1(d)", _actor_may_propose),
    Rule(Code.ACCOUNTS_SAME, "ledger", _accounts_differ),
    Rule(Code.ACCOUNT_NOT_OPEN, "7/CMA.4 annex I para 32", _accounts_are_open),
    Rule(Code.ENTITY_IDENTIFICATION_LAPSED, "3/CMA.3 annex para 63", holder_is_identified),
    Rule(Code.TRANSACTION_WRONG_ACCOUNTS, "7/CMA.4 annex I paras 35, 45", _accounts_fit_the_type),
    Rule(Code.EXCHANGE_ONLY, "6/CMA.4 annex I paras 9-10", exchanges.only_the_exchange),
    Rule(Code.EXCHANGE_PARTY, "2/CMA.3 annex para 2(a)", exchanges.is_to_the_party_named),
    Rule(Code.BLOCK_LOCKED, "6/CMA.4 annex I para 18", _units_are_not_locked),
    Rule(Code.ACCOUNT_NOT_TRUSTED, "seed 003 para 53(d)", _target_is_trusted),
    Rule(Code.TRANSACTION_TERMS_MISSING, "2/CMA.3 annex para 20", _terms_are_given),
    Rule(Code.QUANTITY_NOT_POSITIVE, "7/CMA.4 annex I para 28", _quantity_is_possible),
    Rule(Code.SERIALS_REPEATED, "7/CMA.4 annex I para 31", _serials_are_named_once),
    Rule(Code.BLOCK_NOT_HELD, "7/CMA.4 annex I para 31", _units_are_held),
    Rule(Code.BLOCK_RESERVED, "7/CMA.4 annex I para 31", _units_are_free),
    Rule(Code.ACCOUNT_REFUSES_UNIT, "7/CMA.4 annex I para 32", _target_may_hold),
    Rule(Code.TRANSACTION_PURPOSE_DIFFERS, "2/CMA.3 annex para 20(a)", _purpose_is_the_accounts),
    Rule(Code.CANCELLATION_PARTICIPANTS_ONLY, "3/CMA.3 annex para 61", _cancels_as_a_participant),
    Rule(Code.AUTHORIZATION_UNKNOWN, "4/CMA.6 paras 7-9", authorizing.is_laid_on_own_units),
    Rule(Code.AUTHORIZATION_WOULD_REACH_BACK, "4/CMA.6 para 7", authorizing.is_withdrawn_from_its_units),
    Rule(Code.UNIT_NOT_AUTHORIZED, "4/CMA.6 para 11", authorizing.units_are_authorized),
    Rule(Code.UNIT_NOT_AUTHORIZED, "4/CMA.6 para 49; 6/CMA.6 para 17", exchanges.leaves_authorized),
    Rule(Code.AUTHORIZATION_PARTY_NOT_COVERED, "4/CMA.6 para 5", authorizing.authorizations_cover),
    Rule(Code.AUTHORIZATION_EXPIRED, "4/CMA.6 para 5(c)", authorizing.authorizations_last),
    Rule(Code.AUTHORIZATION_ENTITY_NOT_COVERED, "4/CMA.6 para 5(b)", authorizing.entities_are_covered),
    Rule(Code.USE_BY_OWN_PARTY, "2/CMA.3 annex para 1(d)", _use_is_by_another_party),
    Rule(Code.USE_OUTSIDE_PERIOD, "2/CMA.3 annex para 8(b)", _use_is_in_the_period),
    Rule(Code.CER_NOT_FIRST_NDC, "3/CMA.3 annex para 75(c)", _cers_count_once),
    Rule(Code.OMGE_NOT_ADJUSTED, "3/CMA.3 annex para 70; 7/CMA.4 annex I para 65", _omge_is_adjusted),
    Rule(Code.TRANSACTION_NOT_ALONE, "6/CMA.6 paras 12, 14", _contribution_units_are_authorized_as_a_whole),
    Rule(
        Code.CORRECTION_NOT_FIRST_TRANSFERRED,
        "2/CMA.3 annex para 2; 6/CMA.4 annex I para 17(c)",
        corrections.is_no_first_transfer,
    ),
)
