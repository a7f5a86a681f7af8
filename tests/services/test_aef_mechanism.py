"""The AEF from the mechanism registry's ledger, and contributions to adaptation from any registry's."""

from __future__ import annotations

from datetime import date

import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry
from ledger.mechanism_books import appoint, authorize, issue, kyoto, later_by, mechanism_books, state, take

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.domain.units import UnitType
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionSubtype, ActionType, Profile
from article6.reporting.aef_records import Action
from article6.reporting.aef_rows import action_row
from article6.services import aef, authorization_acts, authorizations, transactions
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.store.database import one

FIRST, ACQUIRED = ActionType.FIRST_TRANSFER, ActionType.ACQUISITION


@pytest.fixture
def books(database: object) -> Books:
    books = mechanism_books()
    books.open("oimp", "cancellation_oimp", "CHE")
    books.open("ndc", "retirement", "CHE", period_first=2021, period_last=2030)
    books.open("voluntary", "cancellation_omge_voluntary", "CHE")
    return books


def actions(party: str) -> list[Action]:
    return list(aef.aef(party, 2026, now=NOW).actions())


def told(party: str) -> list[tuple[object, ...]]:
    """Type, subtype, quantity, and the other Party of each action."""
    return [
        (each.type, each.subtype, each.itmos.quantity_tco2e, each.acquiring_party or each.transferring_party)
        for each in actions(party)
    ]


def held(party: str) -> int:
    return sum(each.itmos.quantity_tco2e or 0 for each in aef.aef(party, 2026, now=NOW).holdings())


def moved(books: Books, source: str, target: str, quantity: int, type_: str, **terms: object) -> None:
    sent = books.move(source, target, quantity, type_=type_, **terms)
    if sent.status == "proposed":
        transactions.approve(sent.transaction_id, by=books.bo, now=NOW)


def test_an_issuance_authorized_in_full_is_reported_by_host_and_acquirer(books: Books) -> None:
    authorize(books)
    state(books, Statement.FULL, authorization="THA-1")
    issue(books, 10_003, ("THA", 9_000), ("CHE", 301))
    assert told("THA") == [
        (FIRST, ActionSubtype.ADAPTATION_FUND_MANDATORY, 501, ADAPTATION_FUND),
        (FIRST, ActionSubtype.OMGE_MANDATORY, 201, None),
        (FIRST, ActionSubtype.TO_ANOTHER_PARTY, 301, "CHE"),
    ]
    assert [each.purpose for each in actions("THA")] == [None, "OMGE", None]
    assert told("CHE") == [(ACQUIRED, None, 301, "THA")]
    assert not aef.matching("THA", "CHE", 2026, now=NOW)
    assert (held("THA"), held("CHE")) == (0, 301)
    assert aef.reported() == [("CHE", 2026), ("THA", 2025), ("THA", 2026)]
    assert [each.authorization_id for each in aef.aef("THA", 2026, now=NOW).authorizations()] == ["THA-1"]


def test_where_the_issuance_is_the_first_transfer_the_rest_are_transfers(books: Books) -> None:
    first = FirstTransferDefinition.ISSUANCE
    authorize(books, first=first, purposes=Purpose.NDC_AND_OIMP, oimp="CORSIA")
    state(books, Statement.FULL, authorization="THA-1")
    issue(books, 100, ("CHE", 53), ("THA", 40))
    assert told("THA") == [
        (FIRST, ActionSubtype.ISSUANCE, 100, None),
        (ActionType.TRANSFER, ActionSubtype.ADAPTATION_FUND_MANDATORY, 5, ADAPTATION_FUND),
        (ActionType.CANCELLATION, ActionSubtype.OMGE_MANDATORY, 2, None),
        (ActionType.TRANSFER, None, 53, "CHE"),
    ]
    assert told("CHE") == [(ACQUIRED, None, 53, "THA")]
    assert not aef.matching("THA", "CHE", 2026, now=NOW)
    assert (held("THA"), held("CHE")) == (40, 53)


def test_contribution_units_are_in_no_report_until_they_are_authorized(books: Books) -> None:
    authorize(books)
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 100, ("THA", 60), ("CHE", 33))
    assert told("THA") == told("CHE") == []
    later_by(books, act)
    assert sorted(told("THA"), key=str) == sorted(
        [
            (FIRST, ActionSubtype.ADAPTATION_FUND_MANDATORY, 5, ADAPTATION_FUND),
            (FIRST, ActionSubtype.OMGE_MANDATORY, 2, None),
            (FIRST, ActionSubtype.TO_ANOTHER_PARTY, 33, "CHE"),
        ],
        key=str,
    )
    assert told("CHE") == [(ACQUIRED, None, 33, "THA")]
    assert not aef.matching("THA", "CHE", 2026, now=NOW)
    assert (held("THA"), held("CHE")) == (0, 33)


def test_a_later_authorization_that_is_itself_the_first_transfer(books: Books) -> None:
    first = FirstTransferDefinition.AUTHORIZATION
    authorize(books, first=first, purposes=Purpose.OIMP, oimp="CORSIA")
    state(books, Statement.CONTRIBUTION)
    later_by(books, issue(books, 100, ("THA", 60), ("CHE", 33)))
    assert (FIRST, ActionSubtype.AUTHORIZATION, 60, None) in told("THA")
    assert (FIRST, ActionSubtype.AUTHORIZATION, 33, "CHE") in told("THA")
    assert (held("THA"), held("CHE")) == (60, 33)


def test_what_the_acquirer_does_and_what_the_adaptation_fund_sells(books: Books) -> None:
    appoint(books, books.ama, "ADM", Role.TRUSTEE)
    authorize(books, purposes=Purpose.NDC_AND_OIMP, oimp="CORSIA", first=FirstTransferDefinition.USE_OR_CANCELLATION)
    state(books, Statement.FULL, authorization="THA-1")
    issue(books, 100, ("CHE", 93))
    moved(books, "CHE", "ndc", 10, "use_ndc", use_year=2024)
    moved(books, "CHE", "oimp", 20, "cancellation_oimp", purpose="CORSIA", beneficiary="Alp Air")
    moved(books, "CHE", "voluntary", 3, "cancellation_omge_voluntary")
    moved(books, "CHE", "share_of_proceeds", 4, "transfer_adaptation")
    moved(books, "share_of_proceeds", "CHE", 5, "transfer_proceeds")
    assert told("CHE") == [
        (ACQUIRED, None, 93, "THA"),
        (ActionType.USE, None, 10, None),
        (ActionType.CANCELLATION, ActionSubtype.OTHER_CANCELLATIONS, 20, None),
        (ActionType.CANCELLATION, ActionSubtype.OMGE_VOLUNTARY, 3, None),
        (ActionType.TRANSFER, ActionSubtype.ADAPTATION_FUND_VOLUNTARY, 4, ADAPTATION_FUND),
        (ACQUIRED, None, 5, ADAPTATION_FUND),
    ]
    cancelled = actions("CHE")[2]
    assert (cancelled.purpose, cancelled.remarks) == ("CORSIA", "Beneficiary: Alp Air")
    assert "Beneficiary: Alp Air" in action_row(cancelled, Profile.CARP_2026_02)
    assert len(told("THA")) == 3
    assert held("CHE") == 93 - 10 - 20 - 3 - 4 + 5


def test_cers_are_no_itmos(books: Books) -> None:
    take(books, kyoto(books, 1, 9))
    moved(books, "CHE", "ndc", 5, "use_ndc", use_year=2024)
    assert told("CHE") == []
    assert held("CHE") == 0


@pytest.mark.parametrize("kind", [Kind.INTERNATIONAL, Kind.PARTY])
def test_outcomes_given_to_the_adaptation_fund_are_first_transferred(database: object, kind: Kind) -> None:
    books = found_registry(kind, ("GHA", "CHE"))
    books.open("A")
    books.open("fund", "adaptation_fund", "ADM")
    with pytest.raises(Refused) as no:
        books.open("no fund", "adaptation_fund", "CHE")
    assert no.value.codes == (Code.REQUEST_MALFORMED,)
    authorizations.record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE")), by=books.admin, now=NOW)
    new = NewAuthorization("GHA-1", "GHA", "CA0001", date(2025, 1, 1), Purpose.NDC)
    authorizations.record_authorization(new, by=books.admin, now=NOW)
    low, high = books.issue("A", 100, unit_type=UnitType.MO)
    with pytest.raises(Refused) as no:
        books.move("A", "fund", 10, type_="transfer_adaptation")
    assert no.value.codes == (Code.UNIT_NOT_AUTHORIZED,)
    authorization_acts.authorize_units("GHA-1", [SeriesRange(1, low, high)], by=books.admin, now=NOW)
    moved(books, "A", "fund", 10, "transfer_adaptation")
    assert one("SELECT sum(hi - lo + 1) FROM entry WHERE is_first_transfer") == (10,)
    assert told("GHA") == [(FIRST, ActionSubtype.ADAPTATION_FUND_VOLUNTARY, 10, ADAPTATION_FUND)]
    assert held("GHA") == 0
    books.open("C", section="CHE")
    appoint(books, books.ama, "ADM", Role.TRUSTEE)
    moved(books, "fund", "C", 6, "transfer_proceeds")
    assert told("CHE") == [(ACQUIRED, None, 6, ADAPTATION_FUND)]
    assert held("CHE") == 6
    audit_is_clean()
