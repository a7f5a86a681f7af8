"""The first two transfers between Parties under Article 6, paragraph 2, booked step by step by those who would do it.

Real: the Parties, the quantities, the dates of the transfers, the projects. Synthetic, and said so on every page:
identifiers, vintages, entities' numbers, the days of the authorizations, the share for OMGE and the use.

Source: klik.ch and press coverage of January 2024 (Bangkok E-Bus Programme, 15 December 2023) and July 2025
(Transformative Cookstove Activity in Rural Ghana, 8 July 2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from article6.domain.authorizations import Entity, Purpose
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, issuance, transactions
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.cdm.replay import Progress
from article6.services.issuance import NewActivity
from article6.services.scenarios.stage import HOUR, Report, Stage
from article6.services.titles import party_name
from article6.store.queries import approaches

FOUNDED = datetime(2023, 1, 2, 9, tzinfo=UTC)
"""When the demonstration's registry is founded and its accounts are opened; synthetic."""

GWP = "100-year values from 5th assessment report by the IPCC"
OMGE, BUYER, NDC = "Overall mitigation in global emissions", "KliK Foundation", "NDC 2021-2030"


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

_ACCOUNTS = (
    NewAccount("holding", "THA", "Government of Thailand", "Kingdom of Thailand"),
    NewAccount("holding", "THA", THAILAND.owner, "Energy Absolute Public Company Limited"),
    NewAccount("holding", "GHA", "Government of Ghana", "Republic of Ghana"),
    NewAccount("holding", "GHA", GHANA.owner, "Owner of the cookstove activity"),
    NewAccount("cancellation_omge", "GHA", OMGE, "Republic of Ghana"),
    NewAccount("holding", "CHE", "Government of Switzerland", "Swiss Confederation"),
    NewAccount("holding", "CHE", BUYER, "KliK Foundation"),
    NewAccount("retirement", "CHE", NDC, "Swiss Confederation", period_first=2021, period_last=2030),
)


def book(*, by: PersonId, progress: Progress) -> Report:
    """Book both transfers, with what goes before and after; the transactions are in order of time.

    `by` is the registry's administrator. A step that is done already is not done again.
    """
    return _Booking(Stage("demo", _("The first two transfers under Article 6.2"), by, FOUNDED, True), progress).book()


@dataclass(slots=True)
class _Booking:
    stage: Stage
    progress: Progress

    def book(self) -> Report:
        hosts = [each.party for each in PIONEERS]
        self.stage.staff(*hosts, "CHE")
        self.stage.agree(*hosts)
        self.stage.open(*_ACCOUNTS)
        for position, each in enumerate(PIONEERS, 1):
            self._record(each)
            self._transfer(each)
            if each is THAILAND:
                self._use()
            self.progress("booking transfers", position, len(PIONEERS))
        return self.stage.report()

    def _record(self, each: Pioneer) -> None:
        """The cooperative approach and the authorization, as the Parties gave them."""
        stage, authorized = self.stage, each.authorization.authorized_on
        at = datetime(authorized.year, authorized.month, authorized.day, 12, tzinfo=UTC)
        stage.approach(each.approach, at)
        authorizations.record_authorization(
            each.authorization, by=stage.by, now=at, key=stage.key(f"{each.party}:authorization")
        )

    def _transfer(self, each: Pioneer) -> None:
        """Issue, authorize, cancel the share for OMGE, transfer: the first transfer follows from the authorization."""
        stage, owner = self.stage, self.stage.accounts[each.owner]
        activity = issuance.record_activity(each.activity, by=stage.by, now=each.issued_at)
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
        issued = issuance.issue(outcomes, by=stage.by, now=each.issued_at, key=stage.key(f"{each.party}:issue"))
        stage.done.append(issued.transaction_id)
        order = Order("authorization", owner, owner, each.issued, terms={"authorization": each.authorization.code})
        key = stage.key(f"{each.party}:authorize")
        authorized = transactions.propose(order, by=stage.by, now=each.issued_at + HOUR, key=key)
        stage.done.append(authorized.transaction_id)
        if each.omge:
            share = stage.order("cancellation_omge", each.owner, OMGE, each.omge)
            stage.by_two(share, each.party, each.issued_at + 2 * HOUR, f"{each.party}:omge")
        away = stage.order("international_transfer", each.owner, BUYER, each.transferred)
        stage.by_two(away, each.party, each.transferred_at, f"{each.party}:transfer")
        stage.tell(
            _("%(party)s to Switzerland: %(units)s units, %(title)s")
            % {"party": party_name(each.party), "units": f"{each.transferred:,}", "title": each.activity.title}
        )

    def _use(self) -> None:
        order = self.stage.order("use_ndc", BUYER, NDC, USED, use_year=USE_YEAR)
        self.stage.by_two(order, "CHE", USED_AT, "CHE:use")
