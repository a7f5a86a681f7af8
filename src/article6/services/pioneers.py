"""The first two transfers between Parties under Article 6, paragraph 2, booked step by step by those who would do it.

Real: the Parties, the quantities, the dates of the transfers, the projects. Synthetic, and said so on every page:
identifiers, vintages, entities' numbers, the days of the authorizations, the share for OMGE and the use.

Source: klik.ch and press coverage of January 2024 (Bangkok E-Bus Programme, 15 December 2023) and July 2025
(Transformative Cookstove Activity in Rural Ghana, 8 July 2025).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from article6.domain.authorizations import Entity, Purpose
from article6.domain.kinds import Role
from article6.domain.orders import Account, Issuance, Order, PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.services import accounts, authorizations, issuance, people, transactions
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.cdm.replay import Progress
from article6.services.issuance import NewActivity
from article6.store.queries import approaches, registries
from article6.store.queries import replay as ledger

FOUNDED = datetime(2023, 1, 2, 9, tzinfo=UTC)
"""When the demonstration's registry is founded and its accounts are opened; synthetic."""

GWP = "100-year values from 5th assessment report by the IPCC"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pioneer:
    """One host Party's outcomes on their way to Switzerland.

    `issued`, `omge` and `transferred` in units; OMGE is a share of two per cent, rounded up, or nothing.
    """

    party: str
    approach: NewApproach
    activity: NewActivity
    authorization: NewAuthorization
    owner: str
    vintage: int
    issued: int
    omge: int
    transferred: int
    issued_at: datetime
    transferred_at: datetime


THAILAND = Pioneer(
    party="THA",
    approach=NewApproach(
        "CA0001",
        "Switzerland - Thailand",
        ("CHE", "THA"),
        remark="Implementing agreement to the Paris Agreement of 24 June 2022; the identifier is synthetic.",
    ),
    activity=NewActivity("EBUS", "THA", "Bangkok E-Bus Programme", ("Transportation",), ("Transport",)),
    authorization=NewAuthorization(
        code="THA CHE 1",
        party="THA",
        approach="CA0001",
        authorized_on=date(2023, 2, 15),
        purposes=Purpose.NDC,
        parties=("CHE",),
        entities=(Entity("Energy Absolute Public Company Limited", "THA", "SYNTHETIC 1"),),
        year_first=2021,
        year_last=2030,
        sectors=("Transportation",),
        activity_types=("Transport",),
        gwp=GWP,
        remark="Authorized in February 2023; the day and the identifiers are synthetic.",
    ),
    owner="Energy Absolute",
    vintage=2022,
    issued=1_916,
    omge=0,
    transferred=1_916,
    issued_at=datetime(2023, 12, 1, 9, tzinfo=UTC),
    transferred_at=datetime(2023, 12, 15, 9, tzinfo=UTC),
)

GHANA = Pioneer(
    party="GHA",
    approach=NewApproach(
        "CA0002",
        "Switzerland - Ghana",
        ("CHE", "GHA"),
        remark="Under the bilateral agreement of the two Parties; the identifier is synthetic.",
    ),
    activity=NewActivity(
        "ACT",
        "GHA",
        "Transformative Cookstove Activity in Rural Ghana",
        ("Building and construction",),
        ("Energy Efficiency households",),
    ),
    authorization=NewAuthorization(
        code="GHA CHE 1",
        party="GHA",
        approach="CA0002",
        authorized_on=date(2024, 3, 1),
        purposes=Purpose.NDC,
        parties=("CHE",),
        entities=(Entity("ACT Programme owner", "GHA", "SYNTHETIC 2"),),
        year_first=2021,
        year_last=2030,
        sectors=("Building and construction",),
        activity_types=("Energy Efficiency households",),
        gwp=GWP,
        remark="The day and the identifiers are synthetic.",
    ),
    owner="ACT Programme owner",
    vintage=2024,
    issued=11_973,
    omge=240,
    transferred=11_733,
    issued_at=datetime(2025, 7, 7, 9, tzinfo=UTC),
    transferred_at=datetime(2025, 7, 8, 9, tzinfo=UTC),
)

PIONEERS = (THAILAND, GHANA)

USED = 1_000
"""Units of the first transfer that Switzerland uses, for 2024; synthetic."""
USED_AT = datetime(2024, 12, 2, 9, tzinfo=UTC)
USE_YEAR = 2024

_PEOPLE = (
    ("tha.representative", "Representative of Thailand", "THA", Role.REPRESENTATIVE),
    ("tha.approver", "Approver of Thailand", "THA", Role.APPROVER),
    ("gha.representative", "Representative of Ghana", "GHA", Role.REPRESENTATIVE),
    ("gha.approver", "Approver of Ghana", "GHA", Role.APPROVER),
    ("che.representative", "Representative of Switzerland", "CHE", Role.REPRESENTATIVE),
    ("che.approver", "Approver of Switzerland", "CHE", Role.APPROVER),
)

_ACCOUNTS = (
    NewAccount("holding", "THA", "Government of Thailand", "Kingdom of Thailand"),
    NewAccount("holding", "THA", THAILAND.owner, "Energy Absolute Public Company Limited"),
    NewAccount("holding", "GHA", "Government of Ghana", "Republic of Ghana"),
    NewAccount("holding", "GHA", GHANA.owner, "Owner of the cookstove activity"),
    NewAccount("cancellation_omge", "GHA", "Overall mitigation in global emissions", "Republic of Ghana"),
    NewAccount("holding", "CHE", "Government of Switzerland", "Swiss Confederation"),
    NewAccount("holding", "CHE", "KliK Foundation", "KliK Foundation"),
    NewAccount("retirement", "CHE", "NDC 2021-2030", "Swiss Confederation", period_first=2021, period_last=2030),
)


def book(*, by: PersonId, progress: Progress) -> tuple[int, ...]:
    """Book both transfers, with what goes before and after; the numbers of the transactions in order of time.

    `by` is the registry's administrator. A step that is done already is not done again.
    """
    return _Booking(by, progress).book()


@dataclass(slots=True)
class _Booking:
    by: PersonId
    progress: Progress
    people: dict[str, PersonId] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)

    def book(self) -> tuple[int, ...]:
        for login, name, party, role in _PEOPLE:
            self._admit(login, name, party, role)
        for new in _ACCOUNTS:
            number = ledger.account_number(new.section, new.type, new.name)
            opened = accounts.by_number(number) if number else accounts.open_account(new, by=self.by, now=FOUNDED)
            self.accounts[new.name] = opened
        for position, each in enumerate(PIONEERS, 1):
            self._record(each)
            self._transfer(each)
            if each is THAILAND:
                self._use()
            self.progress("booking transfers", position, len(PIONEERS))
        return tuple(self.done)

    def _admit(self, login: str, name: str, party: str, role: Role) -> None:
        try:
            person = people.person_by_login(login)
        except Refused as no:
            if no.codes != (Code.PERSON_UNKNOWN,):
                raise
            person = people.add_person(login, name, by=self.by, now=FOUNDED)
        people.give_role(person, registries.sections()[party], role, by=self.by, now=FOUNDED)
        self.people[login] = person

    def _record(self, each: Pioneer) -> None:
        """The cooperative approach and the authorization, as the Parties gave them."""
        key = f"demo:{each.party}"
        authorized = each.authorization.authorized_on
        at = datetime(authorized.year, authorized.month, authorized.day, 12, tzinfo=UTC)
        authorizations.record_approach(each.approach, by=self.by, now=at, key=f"{key}:approach")
        authorizations.record_authorization(each.authorization, by=self.by, now=at, key=f"{key}:authorization")

    def _transfer(self, each: Pioneer) -> None:
        """Issue, authorize, cancel the share for OMGE, transfer: the first transfer follows from the authorization."""
        key, owner = f"demo:{each.party}", self.accounts[each.owner].number
        activity = issuance.record_activity(each.activity, by=self.by, now=each.issued_at)
        approach = approaches.by_code(each.approach.code)
        batch = BatchAttributes(
            UnitType.MO,
            cooperative_approach_id=approach["id"] if approach else None,
            activity_id=activity,
            vintage_year=each.vintage,
            gwp=GWP,
            sectors=each.activity.sectors,
            activity_types=each.activity.activity_types,
        )
        outcomes = Issuance(owner, f"{each.party}01", each.party, each.issued, batch)
        issued = issuance.issue(outcomes, by=self.by, now=each.issued_at, key=f"{key}:issue")
        self.done.append(issued.transaction_id)
        terms = {"authorization": each.authorization.code}
        order = Order("authorization", owner, owner, each.issued, terms=terms)
        authorized = transactions.propose(order, by=self.by, now=each.issued_at + _HOUR, key=f"{key}:authorize")
        self.done.append(authorized.transaction_id)
        if each.omge:
            target = self.accounts["Overall mitigation in global emissions"].number
            self._decide_by_two(
                Order("cancellation_omge", owner, target, each.omge), each.party, each.issued_at + 2 * _HOUR, "omge"
            )
        order = Order("international_transfer", owner, self.accounts["KliK Foundation"].number, each.transferred)
        self._decide_by_two(order, each.party, each.transferred_at, "transfer")

    def _use(self) -> None:
        source, target = self.accounts["KliK Foundation"].number, self.accounts["NDC 2021-2030"].number
        order = Order("use_ndc", source, target, USED, terms={"use_year": USE_YEAR})
        self._decide_by_two(order, "CHE", USED_AT, "use")

    def _decide_by_two(self, order: Order, party: str, at: datetime, step: str) -> None:
        """The Party's representative proposes; its approver decides an hour later."""
        first, second = (self.people[f"{party.lower()}.{role}"] for role in ("representative", "approver"))
        key = f"demo:{party}:{step}"
        proposed = transactions.propose(order, by=first, now=at, key=f"{key}:propose")
        transactions.approve(proposed.transaction_id, by=second, now=at + _HOUR, key=f"{key}:approve")
        self.done.append(proposed.transaction_id)
