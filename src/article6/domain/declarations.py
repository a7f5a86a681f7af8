"""What administrators declare without a release: account types, flows, switches (seed 003 para 52(e)).

A declared flow may not weaken the law. It has one of two shapes:

a move: no event, between account types that are not final, within one section. Of the built-in types it may name those
    only between which the registry's own plain transfers go.
a cancellation: into declared final types, as one of the built-in cancellations (`like`), whose event, particulars,
    second person, proposers and units it keeps; it may ask for more, never for less.

So nothing leaves a final account, nothing goes abroad, and nothing is first transferred or used but as the law says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from article6.domain.authorizations import Event
from article6.domain.kinds import AccountType, Kind, KindRules, Role, TransactionType
from article6.domain.parties import party
from article6.domain.refusals import N_, Code, Refusal
from article6.domain.units import UnitType


class Subject(StrEnum):
    """What a declaration is about."""

    ACCOUNT_TYPE = "account_type"
    FLOW = "flow"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One version of what is declared under a name; `content` has the fields of its subject, see `malformed`."""

    subject: Subject
    name: str
    version: int
    content: Mapping[str, Any]
    is_retired: bool = False


CANCELLATION = "cancellation_"
"""How the names of final account types and of cancellations begin: the reports know cancellations by it."""

VOLUNTARY_CANCELLATION = "voluntary_cancellation"
ANY_HOLDER, PARTICIPANTS = "any_holder", "participants"
ISSUANCE_SERVICE = "issuance_service"
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch of the registry; `default` holds where nothing was approved. `of_party`: one for each Party."""

    name: str
    kind: Kind
    values: tuple[str, ...]
    default: str
    of_party: bool
    title: str
    clause: str


SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        each.name: each
        for each in (
            Switch(
                VOLUNTARY_CANCELLATION, Kind.MECHANISM, (ANY_HOLDER, PARTICIPANTS), ANY_HOLDER, False,
                N_("Who may cancel A6.4ERs voluntarily for other purposes"),
                "3/CMA.3 annex para 61; 7/CMA.4 annex I para 42",
            ),
            Switch(
                ISSUANCE_SERVICE, Kind.INTERNATIONAL, (ON, OFF), OFF, True,
                N_("The additional service by which a Party issues mitigation outcomes as units"),
                "4/CMA.6 paras 50-53",
            ),
        )
    }
)  # fmt: skip


def switch_of(name: str) -> Switch | None:
    """The switch that a declaration's name stands for: `voluntary_cancellation`, or `issuance_service.GHA`."""
    base, _dot, code = name.partition(".")
    found = SWITCHES.get(base)
    if found is None or found.of_party != bool(code) or (code and party(code) is None):
        return None
    return found


def party_of(name: str) -> str:
    """The Party whose switch it is, empty where it is the registry's."""
    return name.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of the registry's kind with what was declared, and its switches. `closed` are account types of which no
    account is opened any more; `likes` has every flow there ever was with the built-in type it is like (itself: a
    move), `accounts_like` the declared account types with theirs, `titles` the flows' titles."""

    rules: KindRules
    switches: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    likes: Mapping[str, str] = field(default_factory=dict)
    accounts_like: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def switch(self, name: str) -> str:
        """The value of a switch."""
        found = switch_of(name)
        return self.switches.get(name, found.default if found else "")


def extended(rules: KindRules, declared: Iterable[Declaration]) -> Law:
    """The built-in rules with what is declared; a retired flow is gone, a retired account type opens no accounts."""
    found = list(declared)
    types = {each.name: _account_type(each) for each in found if each.subject is Subject.ACCOUNT_TYPE}
    # What a release builds in under the same name comes first.
    accounts = {**types, **rules.accounts}
    flows = [each for each in found if each.subject is Subject.FLOW]
    transactions = {code: _reaching(each, types) for code, each in rules.transactions.items()}
    for each in flows:
        if not each.is_retired and each.name not in rules.transactions:
            transactions[each.name] = _flow(each, rules, types)
    return Law(
        replace(rules, accounts=MappingProxyType(accounts), transactions=MappingProxyType(transactions)),
        MappingProxyType(
            {each.name: each.content["value"] for each in found
             if each.subject is Subject.SWITCH and not each.is_retired}
        ),
        frozenset(each.name for each in found if each.subject is Subject.ACCOUNT_TYPE and each.is_retired),
        MappingProxyType({each.name: each.content.get("like") or each.name for each in flows}),
        MappingProxyType({each.name: each.content.get("like") or "" for each in found
                          if each.subject is Subject.ACCOUNT_TYPE}),
        MappingProxyType({each.name: each.content["title"] for each in flows}),
    )  # fmt: skip


def _account_type(declared: Declaration) -> AccountType:
    content = declared.content
    holds = frozenset(UnitType(each) for each in content["holds"])
    return AccountType(declared.name, content["number"], content["title"], holds, bool(content.get("like")))


def _reaching(built_in: TransactionType, types: Mapping[str, AccountType]) -> TransactionType:
    # A Party's authorization, its withdrawal and what corrects (a case) reach units wherever they are held: no account
    # type hides them. What goes back among accounts that are not final may go to declared ones as well.
    is_act = built_in.is_act_of_a_party and not built_in.composed
    if not is_act and "case" not in built_in.terms:
        return built_in
    holding = frozenset(each.code for each in types.values() if not each.is_terminal)
    to = holding if built_in.sources == built_in.targets else frozenset()
    return replace(built_in, sources=built_in.sources | holding, targets=built_in.targets | to)


def _flow(declared: Declaration, rules: KindRules, types: Mapping[str, AccountType]) -> TransactionType:
    content = declared.content
    sources = frozenset(content["sources"])
    given = {
        "code": declared.name, "title": content["title"], "sources": sources, "targets": frozenset(content["targets"]),
        "source_clause": content.get("clause", ""),
    }  # fmt: skip
    terms = tuple(content.get("terms", ()))
    only_administrators = bool(content.get("by_administrators"))
    like = content.get("like")
    if not like:
        proposers = {Role.ADMINISTRATOR} if only_administrators else {Role.REPRESENTATIVE, Role.ADMINISTRATOR}
        four_eyes = bool(content.get("four_eyes"))
        return TransactionType(**given, terms=terms, four_eyes=four_eyes, proposers=frozenset(proposers))
    kept = rules.transactions[like]
    return replace(
        kept,
        **given,
        terms=kept.terms + tuple(each for each in terms if each not in kept.terms),
        four_eyes=kept.four_eyes or bool(content.get("four_eyes")),
        proposers=kept.proposers & {Role.ADMINISTRATOR} if only_administrators else kept.proposers,
    )


def cancellations(rules: KindRules) -> Mapping[str, TransactionType]:
    """The built-in cancellations that a declared one may be like: asked for alone, into final accounts, no use."""
    return {
        code: each for code, each in rules.transactions.items()
        if code.startswith(CANCELLATION) and each.sources and each.stands_alone and not each.lays
        and each.crosses is False and all(rules.accounts[target].is_terminal for target in each.targets)
    }  # fmt: skip


def movable(rules: KindRules) -> frozenset[str]:
    """The built-in account types between which plain transfers go, and so a declared move may."""
    plain = (
        each for each in rules.transactions.values()
        if each.event is Event.NONE and each.crosses is False and not each.four_eyes and not each.terms
        and each.stands_alone and not each.lays and each.sources == each.targets
    )  # fmt: skip
    return frozenset(code for each in plain for code in each.sources)


_NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")
_TERM = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELDS = {
    Subject.ACCOUNT_TYPE: ("title", "number", "holds", "like"),
    Subject.FLOW: ("title", "sources", "targets", "like", "terms", "four_eyes", "by_administrators", "clause"),
    Subject.SWITCH: ("value",),
}
_READ_BY_REPORTS = ("cancellation", "authorization")


def refusals(new: Declaration, law: Law, built_in: KindRules, before: Declaration | None) -> list[Refusal]:
    """Why a declaration cannot stand beside the law in force; `before` is the version before it, if there is one."""
    unknown = sorted(set(new.content) - set(_FIELDS[new.subject]))
    if not isinstance(new.content.get("like") or "", str):
        return [_malformed(new, "like: the name of a cancellation")]
    if unknown:
        return [_malformed(new, f"unknown: {', '.join(unknown)}")]
    if new.subject is Subject.SWITCH:
        return list(_switch_refusals(new, built_in))
    found = list(_name_refusals(new, built_in))
    if found:
        return found
    if new.subject is Subject.ACCOUNT_TYPE:
        return list(_account_type_refusals(new, law, built_in, before))
    return list(_flow_refusals(new, law, built_in))


def _malformed(new: Declaration, detail: str) -> Refusal:
    return Refusal(Code.DECLARATION_MALFORMED, new.name[:60], detail)


def _weakens(new: Declaration, detail: str) -> Refusal:
    return Refusal(Code.DECLARATION_WEAKENS_LAW, new.name[:60], detail)


def _switch_refusals(new: Declaration, built_in: KindRules) -> Iterator[Refusal]:
    switch = switch_of(new.name)
    if switch is None or switch.kind is not built_in.kind:
        yield _malformed(new, "this kind of registry has no such switch")
    elif new.content.get("value") not in switch.values:
        yield _malformed(new, f"value: one of {', '.join(switch.values)}")


def _name_refusals(new: Declaration, built_in: KindRules) -> Iterator[Refusal]:
    title = new.content.get("title")
    if not _NAME.fullmatch(new.name):
        yield _malformed(new, "the name has 3 to 40 small letters, digits and _")
    if new.name in built_in.accounts or new.name in built_in.transactions:
        yield _weakens(new, "the name is built in")
    if not isinstance(title, str) or not title.strip() or len(title) > 100 or not title.isprintable():
        yield _malformed(new, "title: 1 to 100 characters")
    is_cancelling = bool(new.content.get("like"))
    if is_cancelling != new.name.startswith(CANCELLATION):
        yield _malformed(new, f"the names of what cancels, and no others, begin with {CANCELLATION}")
    elif not is_cancelling and new.name.startswith(_READ_BY_REPORTS):
        yield _malformed(new, f"names that begin with {', '.join(_READ_BY_REPORTS)} are kept")


def _account_type_refusals(
    new: Declaration, law: Law, built_in: KindRules, before: Declaration | None
) -> Iterator[Refusal]:
    number, holds, like = new.content.get("number"), _texts(new.content.get("holds")), new.content.get("like")
    others = {each.number for code, each in law.rules.accounts.items() if code != new.name}
    if not isinstance(number, int) or isinstance(number, bool) or not 100 <= number <= 999:
        yield _malformed(new, "number: three digits")
    elif number in others:
        yield _malformed(new, f"number: {number} is another type's")
    if like and like not in cancellations(built_in):
        yield _weakens(new, f"like: one of {', '.join(cancellations(built_in))}")
        return
    may = built_in.units
    if like:
        targets = cancellations(built_in)[like].targets
        may = frozenset(unit for target in targets for unit in built_in.accounts[target].holds)
    if not holds or not set(holds) <= may:
        yield _weakens(new, f"holds: some of {', '.join(sorted(may))}")
    if before is not None and (before.content.get("number"), before.content.get("like")) != (number, like):
        yield _weakens(new, "number and like stay as they were")


def _flow_refusals(new: Declaration, law: Law, built_in: KindRules) -> Iterator[Refusal]:
    content = new.content
    sources, targets, terms = (_texts(content.get(each, ())) for each in ("sources", "targets", "terms"))
    if not sources or not targets:
        yield _malformed(new, "sources and targets: lists of account types")
        return
    if terms is None or not all(_TERM.fullmatch(each) for each in terms):
        yield _malformed(new, "terms: a list of names")
    if not isinstance(content.get("clause", ""), str):
        yield _malformed(new, "clause: a text")
    if unknown := sorted({*sources, *targets} - set(law.rules.accounts)):
        yield _malformed(new, f"no such account type in force: {', '.join(unknown)}")
        return
    declared = {code: each for code, each in law.rules.accounts.items() if code not in built_in.accounts}
    final = {code for code, each in law.rules.accounts.items() if each.is_terminal}
    if stuck := sorted(set(sources) & final):
        yield _weakens(new, f"nothing leaves {', '.join(stuck)}")
    like = content.get("like")
    open_types = {code for code in declared if code not in final}
    if not like:
        may = movable(built_in) | open_types
        if wrong := sorted({*sources, *targets} - may - final):
            yield _weakens(new, f"a move goes between {', '.join(sorted(may))}, not {', '.join(wrong)}")
        if ends := sorted(set(targets) & final):
            yield _weakens(new, f"into {', '.join(ends)} units go by a cancellation: name what it is like")
        return
    kept = cancellations(built_in).get(like)
    if kept is None:
        yield _weakens(new, f"like: one of {', '.join(cancellations(built_in))}")
        return
    if wrong := sorted(set(sources) - kept.sources - open_types - final):
        yield _weakens(new, f"{like} does not take units from {', '.join(wrong)}")
    if wrong := sorted(each for each in targets if each not in declared or law.accounts_like[each] != like):
        yield _weakens(new, f"not declared as accounts of {like}: {', '.join(wrong)}")


def _texts(given: Any) -> tuple[str, ...] | None:
    if isinstance(given, list | tuple) and len(given) <= 50 and all(isinstance(each, str) for each in given):
        return tuple(given)
    return None
