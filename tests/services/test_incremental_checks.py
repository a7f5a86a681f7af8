"""What is checked when one submission comes or goes, against a check of everything anew."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from services.reports import DAY, Portal, found_portal

from article6.domain.submissions import State
from article6.reporting.checks import catalogue
from article6.services import inconsistencies, submission_checks, submissions
from article6.store import journal
from article6.store.database import one, rows
from article6.store.queries import submissions as reading


class Undone(Exception):
    """So that the check of everything leaves nothing behind."""


def said() -> dict[tuple[str, str], Any]:
    """By submission that counts and check: the result, and every line of it as it is kept."""
    ids = [each["id"] for each in reading.current()]
    found: dict[tuple[str, str], Any] = {}
    for number, code, result, key in rows(
        """SELECT DISTINCT ON (submission_id, code) submission_id, code, result, id FROM submission_result
           WHERE submission_id = ANY (%s) ORDER BY submission_id, code, id DESC""",
        (ids,),
    ):
        lines = rows(
            """SELECT is_gap, rests_on, redacts IS NOT NULL, is_cross_party, parties, sentence, params, places
               FROM submission_finding WHERE result_id = %s ORDER BY sentence, params::text, places::text""",
            (key,),
        )
        found[number, code] = result, lines
    return found


def states() -> dict[int, str]:
    return {each["id"]: each["state"] for each in reading.current()}


def assert_same_as_from_scratch(portal: Portal) -> None:
    """A check of everything says the same, and finds nothing new to remember."""
    before, was, homes = said(), states(), one("SELECT count(*) FROM check_home")[0]
    newest = max(reading.current(), key=lambda each: each["id"])
    with suppress(Undone), journal.database_transaction():
        moment = DAY + timedelta(days=portal.days + 1)
        submission_checks.recompute(newest["party"], [newest["id"]], newest["id"], moment, is_whole=True)
        assert said() == before
        assert states() == was
        assert one("SELECT count(*) FROM check_home")[0] == homes
        raise Undone


def _rows(document: dict[str, Any], *tables: str) -> list[dict[str, Any]]:
    return [row for table in tables for row in document.get(table, [])]


def set_cell(name: str, *values: Any, tables: tuple[str, ...] = ("actions", "holdings")) -> Callable[..., None]:
    def change(document: dict[str, Any], chance: random.Random) -> None:
        found = [row for row in _rows(document, *tables) if name in row]
        if found:
            chance.choice(found)[name] = chance.choice(values)

    return change


def drop_row(*tables: str) -> Callable[..., None]:
    def change(document: dict[str, Any], chance: random.Random) -> None:
        filled = [table for table in tables if document.get(table)]
        if filled:
            lines = document[chance.choice(filled)]
            lines.remove(chance.choice(lines))

    return change


def repeat_row(document: dict[str, Any], chance: random.Random) -> None:
    lines = document.get("actions") or document.get("holdings")
    if lines:
        lines.append(dict(chance.choice(lines)))


CHANGES = (
    set_cell("FirstTransferringPartyID", "GHA", "VUT", "CHE"),
    set_cell("TransferringPartyID", "GHA", "VUT", "SWE", tables=("actions",)),
    set_cell("AcquiringPartyID", "CHE", "SWE", "GHA", tables=("actions",)),
    set_cell("CooperativeApproachID", "CA0001", "CA0002", "CA0009"),
    set_cell("CooperativeApproachID", "CA0001", "CA0002", tables=("authorizations", "entities")),
    set_cell("AuthorizationID", "GHA-A1", "VUT-A1", "X1"),
    set_cell("AuthorizationID", "GHA-A1", "X1", tables=("authorizations",)),
    set_cell("AuthorizedQuantity", 500, 1_000, tables=("authorizations",)),
    set_cell("AuthorizedPartyIDs", "CHE", "SWE; CHE", tables=("authorizations",)),
    set_cell("Vintage", 2021, 2022, 2023),
    set_cell("Metric", "GHG"),
    set_cell("MitigationType", "Removals", "Emission reductions"),
    set_cell("FirstID", 1, 5, 1001),
    set_cell("QuantityCO2", 1, 10),
    set_cell("Using/cancellingPartyID", "CHE", "THA", tables=("actions",)),
    drop_row("actions"),
    drop_row("holdings"),
    drop_row("actions", "holdings", "authorizations", "entities"),
    repeat_row,
)


@pytest.mark.parametrize("seed", range(3))
def test_a_new_submission_leaves_what_a_check_of_everything_would_say(database: object, seed: int) -> None:
    chance = random.Random(seed)
    portal = found_portal()
    true = json.loads(json.dumps(portal.given))
    names = list(portal.given)
    chance.shuffle(names)
    versions: dict[str, int] = {}
    inconsistent = 0
    for step in range(18):
        # First mostly what is new, so that reports come in any order; then newer versions, and some are withdrawn.
        fresh = [name for name in names if name not in versions]
        name = fresh[0] if fresh and (step % 3 < 2 or not versions) else chance.choice(sorted(versions))
        document = json.loads(json.dumps(true[name]))
        for _each in range(chance.choice((0, 1, 1, 2, 3))):
            chance.choice(CHANGES)(document, chance)
        versions[name] = versions.get(name, -1) + 1
        document["submission"]["SubmissionVersion"] = f"1.{versions[name]}"
        portal.given[name] = document
        done = portal.submit(name)
        if done["state"] == State.FORM_FAILED:
            versions[name] -= 1
            if versions[name] < 0:
                del versions[name]
                portal.given[name] = true[name]
        elif chance.random() < 0.15:
            moment = DAY + timedelta(days=portal.days, hours=2)
            submissions.withdraw(done["id"], reason="By mistake", by=portal.root, now=moment)
        inconsistent += State.INCONSISTENT in states().values()
        if reading.current():
            assert_same_as_from_scratch(portal)
    assert inconsistent > 5


def test_of_a_new_submission_only_rows_are_read_that_it_can_concern(database: object) -> None:
    portal = found_portal()
    portal.all()
    portal.revise("VUT 2025", "1.1", lambda document: None)
    read, recorded, homes = one("SELECT rows_read, rows_recorded, homes FROM check_run ORDER BY id DESC LIMIT 1")
    assert "VUT" in homes
    assert 0 < read < recorded


def in_memory(name: str, document: dict[str, Any]) -> dict[str, tuple[set[str], set[str]]]:
    """What the checks say of a file, with all that is recorded at hand at once: findings and gaps by check."""
    found, party, year = submissions.read_upload(name, json.dumps(document).encode())
    others = [each for each in reading.current() if (each["party"], each["year"]) != (party, year)]
    whole = submission_checks.read_back(others, None)
    items = {**whole.items, found.file: {"party": party, "year": year}}
    said = {}
    for outcome in catalogue.check([found, *whole.readings]).outcomes:
        about = submission_checks.about(outcome, items)
        findings = {
            f"{each.said} {[(place.file, place.sheet, place.cell) for place in each.places]}"
            for each in outcome.findings
            if found.file in about(each)
        }
        gaps = {str(each.said) for each in outcome.gaps if each.file == found.file}
        said[outcome.check.code] = findings, gaps
    return said


@pytest.mark.parametrize("seed", range(2))
def test_a_file_is_told_what_it_would_be_told_with_everything_at_hand(database: object, seed: int) -> None:
    chance = random.Random(100 + seed)
    portal = found_portal()
    true = json.loads(json.dumps(portal.given))
    for name in ("CHE 2024", "VUT 2025", "SWE 2025"):
        chance.choice(CHANGES)(portal.given[name], chance)
    portal.all()
    wrong = 0
    for name in chance.sample(sorted(true), 6):
        document = json.loads(json.dumps(true[name]))
        document["submission"]["SubmissionVersion"] = "1.1"
        for _each in range(chance.choice((0, 1, 2, 3))):
            chance.choice(CHANGES)(document, chance)
        asked = inconsistencies.precheck(f"{name}.json", json.dumps(document).encode())
        told = {
            each["code"]: (
                {
                    f"{one['said']} {[(place['file'], place['sheet'], place['cell']) for place in one['places']]}"
                    for one in each["findings"]
                },
                set(each["unavailable"]),
            )
            for each in asked["checks"]
        }
        assert told == in_memory(f"{name}.json", document), name
        wrong += any(findings for findings, _gaps in told.values())
    assert wrong > 0
