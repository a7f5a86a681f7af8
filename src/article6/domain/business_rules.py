"""Rules that administrators write in the Common Expression Language, over a documented set of facts.

A rule refuses when its expression is true. It sees the facts listed here and nothing else: no clock, no network, no
database. Its cost is bounded before it runs: the text is short, it nests no deeper than the language's own
implementation allows (32), it repeats nothing (no comprehensions), and lists are bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cel_expr_python import cel

from article6.domain.orders import ANY_SECTION, Account, Actor, Facts, Issuance, Order
from article6.domain.refusals import N_, Code, Refusal

LENGTH_AT_MOST = 500
"""Characters of an expression."""

SIZE_AT_MOST = 12_000
"""Bytes of an expression once it is read and checked: its number of steps, each of which it takes once at most."""

LISTED_AT_MOST = 200
"""Entries of a list among the facts: years and Parties; what is beyond is left out, as no order reaches it."""

TEXT_AT_MOST = 2_000
"""Characters of a text among the facts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name that expressions may use. `type` is string, int, bool, list(string) or list(int)."""

    name: str
    type: str
    sentence: str


FACTS: tuple[Fact, ...] = (
    Fact("order.type", "string", N_("type of the transaction, as in international_transfer")),
    Fact("order.step", "string", N_("propose or approve: a rule is asked at both; issue for new units")),
    Fact("order.quantity", "int", N_("units")),
    Fact("order.purpose", "string", N_("the purpose among the particulars, empty where there is none")),
    Fact("order.reason", "string", N_("the reason among the particulars, empty where there is none")),
    Fact("order.beneficiary", "string", N_("the beneficiary among the particulars, empty where there is none")),
    Fact("order.use_year", "int", N_("the year of use among the particulars, 0 where there is none")),
    Fact("source.number", "string", N_("number of the account the units leave, empty for new units")),
    Fact("source.type", "string", N_("its type, as in holding")),
    Fact("source.party", "string", N_("the Party of its section, empty for the administrator's")),
    Fact("source.status", "string", N_("its status")),
    Fact("target.number", "string", N_("number of the account the units come to")),
    Fact("target.type", "string", N_("its type")),
    Fact("target.party", "string", N_("the Party of its section, empty for the administrator's")),
    Fact("target.status", "string", N_("its status")),
    Fact("lots.unit_types", "list(string)", N_("types of the units: MO, ITMO, A6.4ER, CER, tCER, lCER")),
    Fact("lots.vintages", "list(int)", N_("their vintages, in order, each once")),
    Fact("lots.vintage_first", "int", N_("the earliest vintage, 0 where there is none")),
    Fact("lots.vintage_last", "int", N_("the latest vintage, 0 where there is none")),
    Fact("lots.parties", "list(string)", N_("the Parties in which the outcomes occurred")),
    Fact("lots.blocks", "int", N_("how many blocks the units are taken from")),
    Fact("lots.authorized", "bool", N_("whether all the units are authorized")),
    Fact("lots.first_transferred", "bool", N_("whether any of them was first transferred before")),
    Fact("batch.activity", "string", N_("code of the activity of new units, empty where there is none")),
    Fact("batch.approach", "string", N_("cooperative approach of new units, empty where there is none")),
    Fact("batch.authorization", "string", N_("authorization that covers new units, empty where there is none")),
    Fact("batch.metric", "string", N_("metric of new units: GHG or non-GHG; empty for units that exist")),
    Fact("batch.mitigation_type", "string", N_("mitigation type of new units, empty where there is none")),
    Fact("batch.underlying_registry", "string", N_("underlying registry of new units, empty where there is none")),
    Fact("batch.sectors", "list(string)", N_("sectors of new units")),
    Fact("batch.activity_types", "list(string)", N_("activity types of new units")),
    Fact(
        "actor.roles",
        "list(string)",
        N_("roles of who acts, in the section of the source account (for new units: of the target)"),
    ),
    Fact("now.year", "int", N_("the year, UTC")),
    Fact("now.month", "int", N_("the month, 1 to 12, UTC")),
    Fact("now.day", "int", N_("the day of the month, UTC")),
)

_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "string": cel.Type.STRING,
        "int": cel.Type.INT,
        "bool": cel.Type.BOOL,
        "list(string)": cel.Type.List(cel.Type.STRING),
        "list(int)": cel.Type.List(cel.Type.INT),
    }
)
_LANGUAGE = cel.NewEnv(variables={each.name: _TYPES[each.type] for each in FACTS})


@dataclass(frozen=True, slots=True)
class BusinessRule:
    """A version of a rule. It refuses when `refuses_when` is true; `message` tells the person why."""

    id: int
    name: str
    version: int
    refuses_when: str
    message: str
    clause: str = ""


class Broken(Exception):
    """The expression cannot be used; the text says why."""


def broken(refuses_when: str) -> str:
    """What is wrong with an expression; empty when it can be used."""
    try:
        _compiled(refuses_when)
    except Broken as why:
        return str(why)
    return ""


@lru_cache(maxsize=256)
def _compiled(refuses_when: str) -> Any:
    if not refuses_when.strip():
        raise Broken("the expression is empty")
    if len(refuses_when) > LENGTH_AT_MOST:
        raise Broken(f"longer than {LENGTH_AT_MOST} characters")
    if not refuses_when.isprintable():
        raise Broken("has characters that cannot be seen")
    try:
        compiled = _LANGUAGE.compile(refuses_when)
    except RuntimeError as error:
        raise Broken(_told(str(error))) from None
    if compiled.return_type() != cel.Type.BOOL:
        raise Broken(f"gives {compiled.return_type().name()}, not true or false")
    checked = compiled.serialize()
    # The language's macros (all, exists, map, filter) become comprehensions, which keep their result under this name.
    if b"@result" in checked:
        raise Broken("repeats something for each entry of a list; use `in` and the facts that sum lists up")
    if len(checked) > SIZE_AT_MOST:
        raise Broken("has too many steps")
    return compiled


def _told(error: str) -> str:
    line = error.splitlines()[0]
    for prefix in ("INVALID_ARGUMENT: ", "CANCELLED: ", "ERROR: <input>:"):
        line = line.removeprefix(prefix)
    return line[:300]


def facts_of(order: Order, facts: Facts, now: datetime, step: str = "propose") -> dict[str, Any]:
    """The facts of an order as expressions see them; every one of them has a value."""
    lots = facts.lots
    return {
        **_order_facts(order.type, order.quantity or facts.available, order.terms, step),
        **_account_facts("source", facts.source),
        **_account_facts("target", facts.target),
        **lots_facts(
            unit_types=(str(lot.unit_type) for lot in lots if lot.unit_type is not None),
            vintages=(lot.vintage_year for lot in lots if lot.vintage_year is not None),
            parties=(lot.party for lot in lots),
            blocks=len(lots),
            is_authorized=all(lot.authorization_id is not None for lot in lots),
            is_first_transferred=any(lot.is_first_transferred for lot in lots),
        ),
        **NO_BATCH,
        **_moment_facts(now),
        "actor.roles": _roles(facts.actor.roles, facts.source),
    }


def facts_of_issuance(
    issuance: Issuance, type_: str, target: Account | None, actor: Actor, now: datetime, batch: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts of an issuance as expressions see them; `batch` are those of `batch_facts`."""
    vintage = issuance.batch.vintage_year
    return {
        **_order_facts(type_, issuance.quantity, issuance.terms, ISSUE),
        **_account_facts("source", None),
        **_account_facts("target", target),
        **lots_facts(
            unit_types=[str(issuance.batch.unit_type)],
            vintages=[] if vintage is None else [vintage],
            parties=[issuance.party],
            blocks=1,
            is_authorized=issuance.authorization is not None,
            is_first_transferred=False,
        ),
        **batch,
        **_moment_facts(now),
        "actor.roles": _roles(actor.roles, target),
    }


ISSUE = "issue"
"""The step at which rules are asked about new units."""


def batch_facts(
    *, activity: str | None, approach: str | None, authorization: str | None, metric: str, mitigation_type: str,
    underlying_registry: str, sectors: Iterable[str], activity_types: Iterable[str],
) -> dict[str, Any]:  # fmt: skip
    """The facts that new units have by their batch."""
    return {
        "batch.activity": _text(activity),
        "batch.approach": _text(approach),
        "batch.authorization": _text(authorization),
        "batch.metric": _text(metric),
        "batch.mitigation_type": _text(mitigation_type),
        "batch.underlying_registry": _text(underlying_registry),
        "batch.sectors": [_text(each) for each in sectors][:LISTED_AT_MOST],
        "batch.activity_types": [_text(each) for each in activity_types][:LISTED_AT_MOST],
    }


def _roles(roles: Iterable[tuple[int, str]], source: Account | None) -> list[str]:
    sections = {ANY_SECTION, source.section_id if source else ANY_SECTION}
    return sorted({str(role) for section, role in roles if section in sections})


def _order_facts(type_: str, quantity: int, terms: Mapping[str, Any], step: str) -> dict[str, Any]:
    year = terms.get("use_year")
    return {
        "order.type": type_,
        "order.step": step,
        "order.quantity": quantity,
        **{f"order.{name}": _text(terms.get(name)) for name in ("purpose", "reason", "beneficiary")},
        # Whole numbers of the language have 64 bits.
        "order.use_year": year if isinstance(year, int) and 0 <= year <= 9999 else 0,
    }


def _text(value: Any) -> str:
    # Half a surrogate pair, which a text of Python's may hold, is none of the language's.
    return str(value)[:TEXT_AT_MOST].encode(errors="replace").decode() if value is not None else ""


def _account_facts(place: str, account: Account | None) -> dict[str, str]:
    if account is None:
        return {f"{place}.{name}": "" for name in ("number", "type", "party", "status")}
    return {
        f"{place}.number": account.number,
        f"{place}.type": account.type,
        f"{place}.party": account.party,
        f"{place}.status": account.status,
    }


def lots_facts(
    *, unit_types: Iterable[str], vintages: Iterable[int], parties: Iterable[str], blocks: int, is_authorized: bool,
    is_first_transferred: bool,
) -> dict[str, Any]:  # fmt: skip
    """The facts that sum up units, from what each of their blocks has."""
    years = sorted(set(vintages))
    return {
        "lots.unit_types": sorted(set(unit_types)),
        "lots.vintages": years[:LISTED_AT_MOST],
        "lots.vintage_first": years[0] if years else 0,
        "lots.vintage_last": years[-1] if years else 0,
        "lots.parties": sorted(set(parties))[:LISTED_AT_MOST],
        "lots.blocks": blocks,
        "lots.authorized": is_authorized,
        "lots.first_transferred": is_first_transferred,
    }


def _moment_facts(now: datetime) -> dict[str, int]:
    return {"now.year": now.year, "now.month": now.month, "now.day": now.day}


NO_BATCH: Mapping[str, Any] = MappingProxyType(
    batch_facts(
        activity=None, approach=None, authorization=None, metric="", mitigation_type="", underlying_registry="",
        sectors=(), activity_types=(),
    )
)  # fmt: skip
"""The facts of a batch where units exist already."""


def past_facts(
    type_: str, quantity: int, terms: Mapping[str, Any], at: datetime, source: Account | None, target: Account | None,
    lots: Mapping[str, Any], roles: Sequence[str], batch: Mapping[str, Any] = NO_BATCH,
) -> dict[str, Any]:  # fmt: skip
    """The facts of a transaction of the past, as the journal has them.

    `lots` are those of `lots_facts`, `batch` those of `batch_facts`: without a source the units were new.
    """
    return {
        **_order_facts(type_, quantity, terms, ISSUE if source is None else "propose"),
        **_account_facts("source", source),
        **_account_facts("target", target),
        **lots,
        **batch,
        **_moment_facts(at),
        "actor.roles": sorted(set(roles)),
    }


def refusals(rules: Iterable[BusinessRule], known: dict[str, Any]) -> list[Refusal]:
    """Every rule that refuses.

    One that cannot be worked out (a division by zero, a number out of range) refuses too, by a code of its own: what an
    administrator meant to forbid does not pass because of a slip.
    """
    found = []
    # The facts are handed over once for all rules.
    given = _LANGUAGE.Activation(known)
    for rule in rules:
        answer = _answer(rule.refuses_when, given)
        if answer is None:
            found.append(Refusal(Code.RULE_FAILED, rule.name, f"version {rule.version}"))
        elif answer:
            found.append(Refusal(Code.RULE_REFUSED, rule.name, rule.message))
    return found


def _answer(refuses_when: str, given: Any) -> bool | None:
    try:
        answer = _compiled(refuses_when).eval(given).value()
    except (Broken, RuntimeError, ValueError, TypeError, OverflowError):
        return None
    # The language gives its errors (division by zero, overflow) as values.
    return answer if isinstance(answer, bool) else None
