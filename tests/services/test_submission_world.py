"""A world of trades through the real submission flow: consistent, then one report is forged, then corrected."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from reporting.simulated import Simulation
from services.reports import DAY, Portal, found_portal

from article6.domain.notices import NoticeCode
from article6.domain.submissions import State
from article6.reporting.aef_json import write_json
from article6.reporting.checks import catalogue
from article6.services import inconsistencies, registry, submission_checks, submission_stream, submissions
from article6.store.database import one_moment, rows
from article6.store.queries import submissions as reading

PARTIES = ("CHE", "SWE", "NOR", "GHA", "VUT", "THA")


@pytest.fixture
def portal(database: object) -> Portal:
    portal = found_portal()
    registry.add_sections([each for each in PARTIES if each not in portal.sections], by=portal.root, now=DAY)
    portal.given = {}
    world = Simulation(8, years=2, parties=PARTIES, hosts=PARTIES[3:], buyers=PARTIES[:3], lots=1, trades=3)
    for name, aef in world.aefs():
        text = io.StringIO()
        write_json(aef, text)
        portal.given[name] = json.loads(text.getvalue())
    portal.all()
    return portal


def states() -> dict[str, str]:
    items = submissions.listed(limit=100).items
    counts = (State.CONSISTENT, State.INCONSISTENT)
    return {f"{each['party']} {each['year']}": each["state"] for each in items if each["state"] in counts}


def forged(portal: Portal) -> tuple[str, str, dict[str, Any]]:
    """A Party's report that leaves an acquisition out, who sent it, and the row."""
    for name, document in portal.given.items():
        for row in document["actions"]:
            sender = row["TransferringPartyID"]
            if row["ActionType"] == "Acquisition" and f"{sender} {name[4:]}" in portal.given:
                return name, sender, row
    raise LookupError("nothing was acquired")


def told(code: NoticeCode) -> set[str]:
    found = rows(
        "SELECT DISTINCT s.party FROM notice n JOIN section s ON s.id = n.section_id WHERE n.code = %s", (code,)
    )
    return {each[0] for each in found}


def test_what_is_reported_truly_is_consistent_whoever_submits_first(portal: Portal) -> None:
    assert len(portal.given) >= 10
    assert set(states().values()) == {State.CONSISTENT}
    assert inconsistencies.standing(now=DAY) == []


def test_one_forged_report_is_found_others_are_told_and_a_revision_makes_all_consistent(portal: Portal) -> None:
    name, sender, row = forged(portal)
    true = portal.given[name]
    portal.revise(name, "1.1", lambda document: document["actions"].remove(row))
    wrong = {each for each, state in states().items() if state == State.INCONSISTENT}
    assert f"{sender} {name[4:]}" in wrong
    # Nobody but the two of this transfer is found wanting.
    assert {each[:3] for each in wrong} <= {sender, name[:3]}
    assert {sender, name[:3]} <= told(NoticeCode.SUBMISSION_INCONSISTENT)

    later = DAY + timedelta(days=portal.days + 40)
    lasting = inconsistencies.standing(now=later)
    assert {(each["code"], each["days"], each["is_cross_party"]) for each in lasting} >= {("X1", 40, True)}
    (first, *_others) = [each for each in lasting if each["code"] == "X1"]
    evidence = inconsistencies.checked(first["submission_id"])
    (paired,) = [each for each in evidence if each["code"] == "X1"]
    assert any(place["table"] == "actions" for each in paired["findings"] for place in each["places"])

    portal.given[name] = true
    portal.revise(name, "1.2", lambda document: None)
    assert set(states().values()) == {State.CONSISTENT}
    assert {sender, name[:3]} <= told(NoticeCode.SUBMISSION_CONSISTENT)
    assert inconsistencies.standing(now=later) == []


def test_what_is_recorded_and_passes_in_windows_says_the_same_as_all_of_it_in_memory(database: object) -> None:
    portal = found_portal()
    trees = portal.given["VUT 2025"]
    trees["actions"][0]["QuantityCO2"] += 1
    trees["actions"][1]["MitigationType"] = "Removals"
    portal.given["SWE 2025"]["actions"][1]["FirstTransferringPartyID"] = "VUT"
    portal.given["CHE 2024"]["actions"][1]["AcquiringPartyID"] = "GHA"
    portal.given["GHA 2024"]["authorizations"][0]["AuthorizedQuantity"] = 1_000
    for name in ("GHA 2023", "GHA 2025"):
        portal.given[name]["authorizations"][0]["AuthorizedQuantity"] = 1_000
    extra = {**portal.given["CHE 2024"]["actions"][0], "Vintage": 2021, "FirstID": 1, "LastID": 5, "QuantityCO2": 5}
    portal.given["CHE 2025"]["holdings"].append({
        name: value for name, value in extra.items() if name in portal.given["CHE 2025"]["holdings"][0]
    })  # fmt: skip
    portal.all()
    with one_moment():
        whole = submission_checks.read_back(reading.current(), None)
        thin = submission_checks.read_back(reading.current(), None, is_with_units=False)
        expected = catalogue.check(whole.readings, checks=submission_checks.ON_CONTENT).outcomes
        found = {
            size: submission_stream.ask(thin.readings, thin.items, None, submission_checks.ON_CONTENT, size)
            for size in (6, 20_000)
        }
    assert len({outcome.check.code for outcome in expected if outcome.findings}) >= 4
    for outcomes in found.values():
        for one, other in zip(expected, outcomes, strict=True):
            assert {(each.places, each.said.text) for each in other.findings} == {
                (each.places, each.said.text) for each in one.findings
            }, one.check.code
            assert {(each.file, str(each.said)) for each in other.gaps} == {
                (each.file, str(each.said)) for each in one.gaps
            }, one.check.code
