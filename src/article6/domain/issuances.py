"""The rules for issuance: what a batch must be before its units come to exist."""

from collections.abc import Iterator

from article6.domain import metrics
from article6.domain.authorizations import Authorization
from article6.domain.kinds import KINDS, Kind, KindRules, Role
from article6.domain.lifecycles import ACCOUNT_STATES
from article6.domain.orders import ANY_SECTION, Account, Actor, Issuance
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.underlying import ONE_SPACE
from article6.domain.units import TCO2E, VINTAGE_FIRST

ISSUANCE = "issuance"


def issuance_refusals(
    issuance: Issuance,
    kind: Kind,
    actor: Actor,
    target: Account | None,
    authorization: Authorization | None,
    year_now: int,
    type_: str = ISSUANCE,
) -> list[Refusal]:
    """Every reason against the issuance, most important first.

    `authorization` is the one the issuance names, None where it names none or none is found; `year_now` bounds the
    vintage: an outcome cannot have occurred in a year to come; `type_` is the transaction type, and who may ask for one
    that is part of a larger act was judged with that.
    """
    found = [
        *_account(issuance, KINDS[kind], actor, target, type_),
        *_quantity(issuance),
        *_batch(issuance, kind, year_now),
    ]
    if issuance.authorization is not None:
        found += _authorization(issuance, authorization)
    return found


def _account(
    issuance: Issuance, kind: KindRules, actor: Actor, target: Account | None, type_: str
) -> Iterator[Refusal]:
    transaction_type = kind.transactions[type_]
    if target is None:
        yield Refusal(Code.ACCOUNT_UNKNOWN, issuance.target)
        return
    may = transaction_type.composed or any(actor.has(role, target.section_id) for role in transaction_type.proposers)
    if not may:
        yield Refusal(Code.PERSON_NOT_PERMITTED, actor.name, type_)
    elif not transaction_type.composed and issuance.party != target.party and not _administers_all(actor):
        # A Party's own people make units of its outcomes; those of others are recorded by the registry's administrator.
        yield Refusal(Code.PERSON_NOT_PERMITTED, actor.name, issuance.party)
    if not ACCOUNT_STATES[target.status].may_credit:
        yield Refusal(Code.ACCOUNT_NOT_OPEN, target.number, target.status)
    if target.type not in transaction_type.targets:
        yield Refusal(Code.TRANSACTION_WRONG_ACCOUNTS, type_, f"-> {target.type}")
    elif issuance.batch.unit_type not in kind.accounts[target.type].holds:
        yield Refusal(Code.ACCOUNT_REFUSES_UNIT, target.number, issuance.batch.unit_type)
    if (metric := metrics.named(issuance.batch.metric, issuance.batch.metric_unit)) != target.metric:
        yield Refusal(Code.ACCOUNT_REFUSES_UNIT, target.number, metric or TCO2E)


def _administers_all(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR, ANY_SECTION)


def _quantity(issuance: Issuance) -> Iterator[Refusal]:
    first, last, quantity = issuance.first, issuance.last, issuance.quantity
    if quantity < 1:
        yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(quantity))
    elif quantity > SERIAL_LIMIT:
        yield Refusal(Code.QUANTITY_TOO_LARGE, str(quantity))
    elif first is not None and not 1 <= first <= first + quantity - 1 <= SERIAL_LIMIT:
        yield Refusal(Code.SERIAL_MALFORMED, str(first))
    elif first is not None and last is not None and last - first + 1 != quantity:
        yield Refusal(Code.QUANTITY_RANGE_MISMATCH, str(quantity), f"{first}-{last}")


def _batch(issuance: Issuance, kind: Kind, year_now: int) -> Iterator[Refusal]:
    batch = issuance.batch
    if party(issuance.party) is None:
        yield Refusal(Code.PARTY_UNKNOWN, issuance.party)
    if batch.unit_type not in KINDS[kind].units:
        yield Refusal(Code.UNIT_TYPE_UNKNOWN, batch.unit_type)
    year = batch.vintage_year
    if year is None:
        if batch.unit_type.has_vintage:
            yield Refusal(Code.VINTAGE_OUT_OF_RANGE, "")
    elif not VINTAGE_FIRST <= year <= year_now:
        yield Refusal(Code.VINTAGE_OUT_OF_RANGE, str(year), f"{VINTAGE_FIRST}-{year_now}")
    if batch.underlying_first is not None or batch.underlying_last is not None:
        count = (batch.underlying_last or 0) - (batch.underlying_first or 0) + 1
        if not batch.underlying_registry or count != issuance.quantity:
            yield Refusal(Code.UNDERLYING_NOT_ONE_TO_ONE, batch.underlying_registry, str(count))
    if batch.underlying_series and batch.underlying_registry in ONE_SPACE:
        yield Refusal(Code.UNDERLYING_SERIES, batch.underlying_registry, batch.underlying_series[:100])
    yield from metrics.refusals(batch)


def _authorization(issuance: Issuance, authorization: Authorization | None) -> Iterator[Refusal]:
    if authorization is None:
        yield Refusal(Code.AUTHORIZATION_UNKNOWN, str(issuance.authorization))
        return
    if authorization.party != issuance.party:
        yield Refusal(Code.AUTHORIZATION_NOT_THIS_PARTY, authorization.code, issuance.party)
    if not authorization.covers_vintage(issuance.batch.vintage_year):
        yield Refusal(Code.AUTHORIZATION_VINTAGE_NOT_COVERED, authorization.code, str(issuance.batch.vintage_year))
    if authorization.is_revoked:
        yield Refusal(Code.AUTHORIZATION_REVOKED, authorization.code)
