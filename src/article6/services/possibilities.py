"""What a person may ask for in this registry: from which accounts, between which, in which sections.

These are the law's own tables and questions (`domain.kinds`, `domain.roles`), asked before anything is asked for, so
that pages offer what can be done. Whatever is then asked for is judged again, as if nothing had been offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.authorizations import Event
from article6.domain.kinds import ELSEWHERE, Kind, KindRules, TransactionType
from article6.domain.lifecycles import ACCOUNT_STATES
from article6.domain.orders import ANY_SECTION, Actor, Order, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import declarations, naming, sight
from article6.services.naming import NamedSerials
from article6.services.titles import account_title
from article6.store.queries import accounts as account_reading
from article6.store.queries import desk, facts, registries

ACCOUNTS_AT_MOST = 300
"""More accounts than these are not offered to choose among; they are named by their numbers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units to be moved as people say it: between which accounts, how many or which, with what particulars."""

    source: str
    target: str
    quantity: int | None = None
    serials: tuple[NamedSerials, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Standing:
    """A person before this registry, as of a moment: the roles held, the accounts acted for, the rules in force."""

    by: PersonId
    actor: Actor
    kind: Kind
    rules: KindRules
    now: datetime

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The registry's sections: id, code, party, name."""
        return registries.section_list()

    @cached_property
    def own_sections(self) -> list[int] | None:
        """The sections of the person's roles; None for all."""
        found = {section_id for section_id, _role in self.actor.roles}
        return None if ANY_SECTION in found else sorted(found)

    @cached_property
    def accounts(self) -> list[dict[str, Any]]:
        """The accounts that the person acts for or may read: as `store.queries.desk.accounts`, and type_title."""
        found = desk.accounts(self.by, self.own_sections, ACCOUNTS_AT_MOST, with_units=False)
        return [{**each, "type_title": account_title(each["type"])} for each in found]

    def may(self, right: Right, section_id: int = ANY_SECTION) -> bool:
        """Whether the person has a right in a section, or (ANY_SECTION) in all."""
        return not self.actor.is_machine and roles.may(self.actor, right, section_id)

    def sections_with(self, right: Right, *, of_parties: bool = True) -> list[dict[str, Any]]:
        """The sections in which the person has a right; only those of Parties unless asked otherwise."""
        return [
            each for each in self.sections if (each["party"] or not of_parties) and self.may(right, each["id"])
        ]  # fmt: skip

    def sources(self, types: Iterable[TransactionType]) -> list[dict[str, Any]]:
        """The accounts from which the person may propose one of these types."""
        wanted = list(types)
        return [each for each in self.accounts if any(self._may_debit(each, one) for one in wanted)]

    def _may_debit(self, account: Mapping[str, Any], type_: TransactionType) -> bool:
        if account["type"] not in type_.sources or not ACCOUNT_STATES[account["status"]].may_debit:
            return False
        standing = account["is_representative"]
        return not [*roles.may_propose(self.actor, type_.proposers, account["section_id"], standing)]

    def between(self, source: str, target: str, types: Iterable[TransactionType]) -> TransactionType:
        """The one of these types by which units go from an account to another.

        Raises:
            Refused: there is no such account, or units do not go so.
        """
        ends = [self.account(number) for number in (source, target)]
        crosses = ends[0]["section"] != ends[1]["section"]
        fitting = [
            each for each in types
            if ends[0]["type"] in each.sources and ends[1]["type"] in each.targets and each.crosses in (None, crosses)
        ]  # fmt: skip
        if not fitting:
            raise refused(Code.TRANSACTION_WRONG_ACCOUNTS, target, f"{ends[0]['type']} -> {ends[1]['type']}")
        return fitting[0]

    def account(self, number: str) -> dict[str, Any]:
        """An account of this registry, whoever holds it: for judging what goes there.

        Raises:
            Refused: there is none.
        """
        with sight.seeing(sight.EVERYTHING):
            found = account_reading.account(number)
        if found is None:
            raise refused(Code.ACCOUNT_UNKNOWN, number)
        return found

    def types(self, wanted: Any) -> list[TransactionType]:
        """The types that stand alone and are as wanted, those first that a representative may propose."""
        found = [
            each for each in self.rules.transactions.values() if each.stands_alone and each.sources and wanted(each)
        ]
        return sorted(found, key=lambda each: len(each.proposers) == 1)

    def transfers(self, *, crosses: bool) -> list[TransactionType]:
        """The types by which units go to another account that is not final, in the same section or another's."""
        return self.types(lambda each: each.crosses in (crosses, None) and self._is_transfer(each))

    def _is_transfer(self, type_: TransactionType) -> bool:
        ends = type_.sources | type_.targets
        is_final = any(self.is_terminal(each) for each in type_.targets)
        return not (is_final or type_.is_act_of_a_party or ends & {ELSEWHERE, "locked", "pending"})

    def cancellations(self) -> list[TransactionType]:
        """The types by which units are cancelled."""
        return self.types(
            lambda each: (
                any(one.startswith("cancellation") for one in each.targets)
                and all(self.is_terminal(one) for one in each.targets)
            )
        )

    def uses(self) -> list[TransactionType]:
        """The types by which units are used towards an NDC."""
        return self.types(lambda each: each.event is Event.USE_NDC)

    def order(self, wanted: Wanted, types: Iterable[TransactionType]) -> Order:
        """What is wanted as an order, by the one of these types that leads from the one account to the other.

        Raises:
            Refused: no such account or series, or units do not go so.
        """
        type_ = self.between(wanted.source, wanted.target, types)
        ranges = naming.ranges(wanted.serials)
        return Order(type_.code, wanted.source, wanted.target, wanted.quantity, ranges, terms=wanted.terms)

    def is_terminal(self, account_type: str) -> bool:
        """Whether what comes into accounts of a type stays there."""
        found = self.rules.accounts.get(account_type)
        return found is not None and found.is_terminal


def standing(by: PersonId, now: datetime) -> Standing:
    """The person before this registry.

    Raises:
        Refused: there is no registry, or no such person.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    with sight.seeing(sight.EVERYTHING):
        actor = facts.actor(by)
    rules = declarations.current(now).rules
    return Standing(by, actor, Kind(identity["kind"]), rules, now)


def because_no_account() -> str:
    """Why a task that begins with an account of one's own is not offered."""
    return _("You may propose nothing like this from any account; a representative of the account may.")


def because_no_right(right: Right) -> str:
    """Why a task is not offered that needs a right."""
    holders = ", ".join(_(roles.ROLES[each].title) for each in roles.ROLES if each in roles.HOLDERS[right])
    return _("This is for: %(roles)s.") % {"roles": holders}
