"""A Party without a registry of its own: each function of 2/CMA.3 annex para 29 by its own people, in its section.

Nobody here has a role outside the section: Efua administers Ghana's by delegation, Ama proposes, Bo approves; Lea, Urs
and Vera do so for Switzerland. Each story is told at the interface and at the shell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from ledger.books import audit_is_clean
from services.own_people import AtTheInterface, AtTheShell, Door, found

from article6.services import aef

NOT_THEIRS = ["person.not_permitted"]
YEAR = datetime.now(UTC).year


@dataclass
class Sections:
    """Ghana's holding account with 100 units, 1-60 of them authorized for Switzerland; Switzerland's, empty."""

    door: Door
    ghana: str
    swiss: str


@pytest.fixture(params=[AtTheInterface, AtTheShell], ids=["interface", "shell"])
def door(request: pytest.FixtureRequest, database: object) -> Door:
    people = found()
    return AtTheInterface(people) if request.param is AtTheInterface else AtTheShell()


@pytest.fixture
def sections(door: Door) -> Sections:
    ghana, swiss = (door.open(by, "holding", section).value for by, section in (("efua", "GHA"), ("lea", "CHE")))
    assert door.approach("efua", "CA0001", "GHA", "CHE").codes == []
    assert door.authorize("efua", "GHA-1", "GHA", "CHE", oimp="CORSIA").codes == []
    assert door.authorize("efua", "GHA-2", "GHA", "CHE").codes == []
    assert door.issue("efua", ghana, "GHA", 100).codes == []
    return Sections(door, ghana, swiss)


def completed(sections: Sections, *given: object, by: tuple[str, str] = ("ama", "bo"), **terms: object) -> int:
    """Proposed and approved by two people of one section."""
    proposed = sections.door.propose(by[0], *given, **terms)  # type: ignore[arg-type]
    assert proposed.codes == []
    assert sections.door.approve(by[1], proposed.value).value == "completed"
    return int(proposed.value)


def test_accounts(door: Door) -> None:
    number = door.open("efua", "holding", "GHA").value
    assert door.holdings("ama", number).value == 0
    for by in ("ama", "bo", "lea"):
        assert door.open(by, "holding", "GHA").codes == NOT_THEIRS
    assert door.open("efua", "holding", "CHE").codes == NOT_THEIRS


def test_unique_identifiers(sections: Sections) -> None:
    again = sections.door.issue("efua", sections.ghana, "GHA", 5)
    assert again.codes == []
    # Another Party's outcomes are not theirs to make, nor another Party's account to fill.
    assert sections.door.issue("lea", sections.swiss, "GHA", 5).codes[0] == "person.not_permitted"
    assert "person.not_permitted" in sections.door.issue("efua", sections.swiss, "GHA", 5).codes
    assert sections.door.holdings("ama", sections.ghana).value == 105
    audit_is_clean()


def test_authorization(sections: Sections) -> None:
    door = sections.door
    assert door.approach("lea", "CA0002", "GHA", "THA").codes == NOT_THEIRS
    assert door.approach("lea", "CA0002", "GHA", "CHE").codes == []
    assert door.authorize("lea", "GHA-3", "GHA").codes == NOT_THEIRS
    assert door.authorize("ama", "GHA-3", "GHA").codes == NOT_THEIRS
    assert door.lay("efua", "GHA-2", "GHA", 1, 60).codes == []
    assert door.lay("lea", "GHA-2", "GHA", 61, 70).codes == NOT_THEIRS
    assert door.withdraw("efua", "GHA-2", "GHA", 51, 60).codes == []
    assert door.withdraw("lea", "GHA-2", "GHA", 1, 10).codes == NOT_THEIRS
    audit_is_clean()


def test_first_transfer_and_acquisition(sections: Sections) -> None:
    door = sections.door
    door.lay("efua", "GHA-2", "GHA", 1, 60)
    sent = door.propose("ama", "international_transfer", sections.ghana, sections.swiss, 40)
    # The section that gives decides; that which gets has no say, and neither has who proposed.
    assert door.approve("vera", sent.value).codes == NOT_THEIRS
    assert door.approve("ama", sent.value).codes == NOT_THEIRS
    assert door.approve("bo", sent.value).value == "completed"
    assert (door.holdings("ama", sections.ghana).value, door.holdings("urs", sections.swiss).value) == (60, 40)
    # One transaction, seen from both as their own action.
    assert door.actions("efua", "GHA", YEAR).value == [("First transfer", 40)]
    assert door.actions("lea", "CHE", YEAR).value == [("Acquisition", 40)]
    assert not aef.matching("GHA", "CHE", YEAR, now=datetime.now(UTC))
    assert door.notices("urs").value == ["transfer.received"]
    assert door.notices("ama").value == []
    audit_is_clean()


def test_transfer_within_the_section_and_onwards(sections: Sections) -> None:
    door = sections.door
    other = door.open("efua", "holding", "GHA").value
    assert door.propose("ama", "transfer", sections.ghana, other, 10).codes == []
    assert door.propose("urs", "transfer", sections.ghana, other, 10).codes == NOT_THEIRS
    door.lay("efua", "GHA-2", "GHA", 11, 60)
    completed(sections, "international_transfer", sections.ghana, sections.swiss, 40)
    # What was acquired is transferred on, here back to Ghana: no second first transfer.
    completed(sections, "international_transfer", sections.swiss, other, 5, by=("urs", "vera"))
    assert door.actions("lea", "CHE", YEAR).value == [("Acquisition", 40), ("Transfer", 5)]
    assert door.actions("efua", "GHA", YEAR).value == [("First transfer", 40), ("Acquisition", 5)]
    audit_is_clean()


def test_use_towards_the_ndc(sections: Sections) -> None:
    door = sections.door
    door.lay("efua", "GHA-2", "GHA", 1, 60)
    completed(sections, "international_transfer", sections.ghana, sections.swiss, 40)
    retired = door.open("lea", "retirement", "CHE", period_first=2021, period_last=2030).value
    assert door.propose("ama", "use_ndc", sections.swiss, retired, 10, use_year=YEAR).codes == NOT_THEIRS
    completed(sections, "use_ndc", sections.swiss, retired, 10, by=("urs", "vera"), use_year=YEAR)
    assert ("Use", 10) in door.actions("lea", "CHE", YEAR).value
    audit_is_clean()


def test_authorization_for_and_cancellation_towards_other_purposes(sections: Sections) -> None:
    door = sections.door
    assert door.lay("efua", "GHA-1", "GHA", 1, 60).codes == []
    target = door.open("efua", "cancellation_oimp", "GHA").value
    completed(sections, "cancellation_oimp", sections.ghana, target, 20, purpose="CORSIA")
    assert door.holdings("ama", target).value == 20
    # The approach defines the first transfer as the authorization: all 60 are, and 20 of them are cancelled.
    assert sorted(door.actions("efua", "GHA", YEAR).value) == [("Cancellation", 20), ("First transfer", 60)]
    audit_is_clean()


def test_voluntary_cancellation_for_overall_mitigation(sections: Sections) -> None:
    door = sections.door
    door.lay("efua", "GHA-2", "GHA", 1, 60)
    target = door.open("efua", "cancellation_omge", "GHA").value
    completed(sections, "cancellation_omge", sections.ghana, target, 2)
    assert door.actions("efua", "GHA", YEAR).value == [("First transfer", 2)]
    voluntary = door.open("efua", "cancellation_voluntary", "GHA").value
    completed(sections, "cancellation_voluntary", sections.ghana, voluntary, 3)
    assert door.holdings("ama", sections.ghana).value == 95
    audit_is_clean()


def test_records_of_one_section_are_not_the_others(database: object) -> None:
    door = AtTheInterface(found())
    number = door.open("efua", "holding", "GHA").value
    assert door.holdings("ama", number).codes == []
    for by in ("lea", "urs", "vera"):
        assert door.holdings(by, number).codes == ["account.unknown"]
        assert door.actions(by, "GHA", YEAR).codes == NOT_THEIRS
