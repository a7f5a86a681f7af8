"""The stage on which a scenario is played: its people, accounts and moments, and what it tells afterwards.

Every step is a use case, taken by a person who would take it, under an idempotency key of the scenario's own: a
scenario that was played, or stopped half-way, is played again without doing anything twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from article6.domain.kinds import Role
from article6.domain.orders import Order, PersonId, TransactionId
from article6.domain.refusals import Code, Refused, invariant
from article6.domain.serials import SeriesRange
from article6.services import accounts, authorizations, declarations, people, registry, transactions
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.services.titles import party_name
from article6.store.queries import approaches, facts, registries, series
from article6.store.queries import replay as ledger

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Report:
    """What happened: `played` and `refused` in sentences, `is_real` whether its facts are, `transactions` in order."""

    name: str
    title: str
    is_real: bool
    played: tuple[str, ...]
    refused: tuple[str, ...]
    transactions: tuple[int, ...]


@dataclass(slots=True)
class Stage:
    """`name` begins every key; `by` is the registry's administrator; `founded` is when people and accounts come."""

    name: str
    title: str
    by: PersonId
    founded: datetime
    is_real: bool = False
    people: dict[str, PersonId] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def key(self, step: str) -> str:
        return f"{self.name}:{step}"

    def tell(self, sentence: str) -> None:
        self.played.append(sentence)

    def report(self) -> Report:
        return Report(
            self.name, self.title, self.is_real, tuple(self.played), tuple(self.refused), tuple(self.done)
        )  # fmt: skip

    def staff(self, *parties: str) -> None:
        """A section for each Party, with a representative who proposes and an approver."""
        registry.add_sections(parties, by=self.by, now=self.founded)
        for party in parties:
            for role in (Role.REPRESENTATIVE, Role.APPROVER):
                self._appoint(f"{party.lower()}.{role}", f"{role.capitalize()} of {party_name(party)}", party, role)

    def second(self) -> None:
        """An approver in the administrator's section."""
        self._appoint("adm.approver", "Approver of the registry", ADMINISTRATOR_SECTION, Role.APPROVER)

    def _appoint(self, login: str, name: str, section: str, role: Role) -> None:
        self.people[login] = self._admitted(login, name, registries.sections()[section], role)

    def _admitted(self, login: str, name: str, section_id: int, role: Role) -> PersonId:
        try:
            person = people.person_by_login(login)
        except Refused as no:
            if no.codes != (Code.PERSON_UNKNOWN,):
                raise
            person = people.add_person(login, name, by=self.by, now=self.founded)
        people.give_role(person, section_id, role, by=self.by, now=self.founded)
        return person

    def open(self, *new: NewAccount) -> None:
        """Accounts, each once by section, type and name."""
        for each in new:
            number = ledger.account_number(each.section, each.type, each.name)
            self.accounts[each.name] = number or accounts.open_account(each, by=self.by, now=self.founded).number

    def agree(self, *parties: str) -> None:
        """A Party asks for the service of issuing outcomes as units, the administrator agrees (4/CMA.6 paras 50-53)."""
        for party in parties:
            asked_by = self.people[f"{party.lower()}.representative"]
            declarations.agree_on_service(
                party, asked_by=asked_by, by=self.by, now=self.founded, key=f"service:{party}"
            )

    def approach(self, new: NewApproach, at: datetime) -> int:
        """The cooperative approach's number; recorded once."""
        found = approaches.by_code(new.code)
        if found is not None:
            return int(found["id"])
        return authorizations.record_approach(new, by=self.by, now=at, key=self.key(f"approach:{new.code}"))

    # --- Steps

    def alone(self, order: Order, party: str, at: datetime, step: str) -> int:
        """A transaction that the Party's representative completes alone."""
        by = self.people[f"{party.lower()}.representative"]
        outcome = transactions.propose(order, by=by, now=at, key=self.key(step))
        self.done.append(outcome.transaction_id)
        return outcome.transaction_id

    def by_two(self, order: Order, party: str, at: datetime, step: str) -> int:
        """The Party's representative proposes; its approver decides an hour later."""
        number = self.alone(order, party, at, f"{step}:propose")
        self.approve(number, party, at + HOUR, step)
        return number

    def approve(self, number: int, party: str, at: datetime, step: str) -> None:
        second = self.people[f"{party.lower()}.approver"]
        transactions.approve(TransactionId(number), by=second, now=at, key=self.key(f"{step}:approve"))

    def refuses(self, told: str, code: Code, act: Callable[[], Any], *, until: str | None = None) -> None:
        """The registry must refuse this with the code, among its reasons; a sentence says what was tried.

        `until` is a step of the administrator's after which it would not refuse any more: once that is done, what was
        refused before it is told and not tried again.
        """
        if until is not None and facts.earlier_answer(self.by, self.key(until)) is not None:
            self.refused.append(f"{told}: {code}")
            return
        try:
            act()
        except Refused as no:
            invariant(code in no.codes, f"{self.name}: {told}: {no}")
            self.refused.append(f"{told}: {code}")
            return
        invariant(False, f"{self.name}: {told}: was not refused")

    def order(
        self, type_: str, source: str, target: str, quantity: int | None = None, *units: SeriesRange, **terms: Any
    ) -> Order:
        """An order between accounts by their names on this stage."""
        return Order(type_, self.accounts[source], self.accounts[target], quantity, tuple(units), terms=terms)

    def propose_as(self, party: str, order: Order, at: datetime) -> Callable[[], object]:
        """The act of proposing without a key, to be refused."""
        return lambda: transactions.propose(order, by=self.people[f"{party.lower()}.representative"], now=at)


def serials(registry_code: str, party: str, first: int, last: int) -> SeriesRange:
    """Serials of a series that exists, as the ledger names them."""
    [(number, _)] = series.named(registry_code, party)
    return SeriesRange(number, first, last)
