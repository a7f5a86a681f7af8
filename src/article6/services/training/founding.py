"""The practice registry as a training finds it: an international one, in which Ghana and Switzerland trade.

Ghana's outcomes 1-10000 were issued and authorized, 1-1000 first transferred to Switzerland, which used 1-200 of them.
Three transfers and a request for an account wait for somebody. Party names are real, nothing else is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from article6.domain.account_requests import Identification
from article6.domain.authorizations import Purpose
from article6.domain.entities import Document
from article6.domain.kinds import Kind
from article6.domain.orders import ANY_SECTION, Issuance, Order, PersonId
from article6.domain.refusals import N_, Code, refused
from article6.domain.training import CAST, NEWCOMER, PASSWORD_IS, Participant
from article6.domain.units import BatchAttributes, UnitType
from article6.services import (
    account_requests,
    accounts,
    authorizations,
    declarations,
    issuance,
    people,
    registry,
    transactions,
)
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.training import progress
from article6.store.queries import registries

REMARK = N_("Practice data: nothing here is real but the names of Parties.")
FOUNDED = datetime(2024, 1, 10, 9, 30, tzinfo=UTC)
ISSUED, FIRST, USED = 10_000, 1_000, 200
WAITING = (300, 5_000, 40)
"""Units of the transfers that wait."""


def found(*, now: datetime) -> None:
    """Found it, with everybody who takes part, and begin the first run.

    Raises:
        Refused: the database holds a registry already.
    """
    if registries.identity() is not None:
        raise refused(Code.REGISTRY_EXISTS)
    first, *others = CAST
    identity = registry.RegistryIdentity(
        Kind.INTERNATIONAL, "PRA", "Practice registry", remark=REMARK, is_practice=True,
    )  # fmt: skip
    root = registry.init(identity, administrator=(first.login, first.name), now=FOUNDED)
    sections = registry.add_sections(["GHA", "CHE"], by=root, now=FOUNDED)
    cast = {first.login: root}
    # The second administrator comes last: from then on, roles take two people.
    for each in sorted([*others, NEWCOMER], key=lambda one: one.login == "administrator2"):
        cast[each.login] = _admitted(each, sections, root)
    people.set_password(root, PASSWORD_IS, by=root, now=FOUNDED)
    ghana, swiss, used = _accounts(root, cast)
    _trade(root, cast["approver"], ghana, swiss, used)
    _wait(root, cast, ghana, swiss, now)
    progress.begin(1, now)


def _admitted(who: Participant, sections: dict[str, int], root: PersonId) -> PersonId:
    number = people.add_person(who.login, who.name, by=root, now=FOUNDED, password=PASSWORD_IS)
    if who is not NEWCOMER:
        section = sections[who.party] if who.party else ANY_SECTION
        people.give_role(number, section, who.role, by=root, now=FOUNDED)
    return number


def _accounts(root: PersonId, cast: dict[str, PersonId]) -> tuple[str, str, str]:
    declarations.agree_on_service("GHA", asked_by=cast["authority"], by=root, now=FOUNDED)
    ghana = NewAccount("holding", "GHA", "Ghana, holding")
    swiss = NewAccount("holding", "CHE", "Switzerland, holding")
    used = NewAccount("retirement", "CHE", "Switzerland, NDC 2021-2030", period_first=2021, period_last=2030)
    accounts.open_account(
        NewAccount("cancellation_voluntary", "GHA", "Ghana, voluntary cancellation"), by=root, now=FOUNDED
    )
    first, second, third = (
        accounts.open_account(each, by=root, now=FOUNDED).number for each in (ghana, swiss, used)
    )  # fmt: skip
    return first, second, third


def _trade(root: PersonId, approver: PersonId, ghana: str, swiss: str, used: str) -> None:
    """What happened before the training: issuance, authorization, a first transfer in 2025, a use."""
    sectors, types = ("Energy generation",), ("Energy Efficiency households",)
    approach = authorizations.NewApproach(
        "CA0001", "Ghana and Switzerland", ("CHE", "GHA"), sectors=sectors, activity_types=types
    )
    approach_id = authorizations.record_approach(approach, by=root, now=FOUNDED)
    given = authorizations.NewAuthorization(
        "GHA-A-1", "GHA", "CA0001", date(2024, 1, 5), Purpose.NDC, parties=("CHE",), year_first=2021, year_last=2030,
        sectors=sectors, activity_types=types,
    )  # fmt: skip
    authorizations.record_authorization(given, by=root, now=FOUNDED)
    # One without units yet: it can be changed while transfers wait.
    authorizations.record_authorization(replace(given, code="GHA-B-1"), by=root, now=FOUNDED)
    activity = issuance.record_activity(
        issuance.NewActivity("ICF01", "GHA", "Improved cookstoves"), by=root, now=FOUNDED
    )
    batch = BatchAttributes(
        UnitType.MO, cooperative_approach_id=approach_id, activity_id=activity, vintage_year=2023, sectors=sectors,
        activity_types=types, gwp="AR5",
    )  # fmt: skip
    issued = datetime(2024, 2, 1, 9, tzinfo=UTC)
    issuance.issue(Issuance(ghana, "GHA01", "GHA", ISSUED, batch), by=root, now=issued)
    for order, at in (
        (
            Order("authorization", ghana, ghana, ISSUED, terms={"authorization": "GHA-A-1"}),
            datetime(2024, 3, 1, 9, tzinfo=UTC),
        ),
        (Order("international_transfer", ghana, swiss, FIRST), datetime(2025, 7, 8, 9, tzinfo=UTC)),
        (Order("use_ndc", swiss, used, USED, terms={"use_year": 2025}), datetime(2025, 12, 1, 9, tzinfo=UTC)),
    ):
        proposed = transactions.propose(order, by=root, now=at)
        if proposed.status == "proposed":
            # Ghana's approver decides for Ghana; Switzerland's use is the administrator's own.
            by = approver if order.source == ghana else people.person_by_login("administrator2")
            transactions.approve(proposed.transaction_id, by=by, now=at + timedelta(hours=2))


def _wait(root: PersonId, cast: dict[str, PersonId], ghana: str, swiss: str, now: datetime) -> None:
    """What waits for the participants."""
    for quantity in WAITING:
        transactions.propose(Order("international_transfer", ghana, swiss, quantity), by=root, now=now)
    account_requests.file(
        AccountRequest(
            NewAccount("holding", "GHA", "A project developer in Ghana"),
            Identification("Kwahu Cookstoves (made up)", "GHA", "CS-0000000",
                           (Document("extract", "Register of companies, made up", "0" * 64),)),
            ("representative",),
        ),
        by=cast[NEWCOMER.login], now=now,
    )  # fmt: skip
