"""The status of technical expert reviews, and a frozen version of the ledger's report as a submission."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from services.reports import DAY, Portal, found_portal

from article6.domain.kinds import Role
from article6.domain.refusals import Code, Refused
from article6.domain.submissions import REVIEW_KEYS, ReviewStatus
from article6.services import inconsistencies, notices, people, reviews, submission_tables
from article6.services.reviews import NewStatus


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal()


def test_the_status_of_a_review_is_recorded_and_its_history_stays(portal: Portal) -> None:
    for key, status in REVIEW_KEYS.items():
        done = reviews.record(NewStatus("GHA", status, "CA0001"), by=portal.root, now=DAY)
        assert done["status"] == status, key
    [now] = inconsistencies.reviews_of("GHA")
    assert now["status"] == ReviewStatus.BOTH
    assert len(inconsistencies.reviews_of("GHA", history=True)) == 7
    assert notices.listed(by=portal.ama).items[0]["code"] == "review.recorded"


def test_reviewers_and_the_secretariat_record_it_and_nobody_else(portal: Portal) -> None:
    rae = people.add_person("rae", "Rae", by=portal.root, now=DAY)
    until = DAY + timedelta(days=36500)
    people.give_role(rae, portal.sections["GHA"], Role.REVIEWER, by=portal.root, now=DAY, until=until)
    assert reviews.record(NewStatus("GHA", ReviewStatus.PENDING), by=rae, now=DAY)["recorded_by"] == "Rae"
    for by, party in ((portal.ama, "GHA"), (rae, "CHE")):
        with pytest.raises(Refused) as no:
            reviews.record(NewStatus(party, ReviewStatus.NONE), by=by, now=DAY)
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
    for new in (NewStatus("GHA", ReviewStatus.NONE, "Stoves"), NewStatus("GHA", ReviewStatus.NONE, report_url="ftp:x")):
        with pytest.raises(Refused) as no:
            reviews.record(new, by=portal.root, now=DAY)
        assert no.value.codes == (Code.SUBMISSION_REVIEW,)
    with pytest.raises(Refused) as no:
        reviews.record(NewStatus("THA", ReviewStatus.NONE), by=portal.root, now=DAY)
    assert no.value.codes == (Code.SECTION_UNKNOWN,)


def test_the_public_copy_shows_the_results_and_the_review(portal: Portal) -> None:
    url = "https://unfccc.int/documents/1"
    reviews.record(NewStatus("GHA", ReviewStatus.NONE, report_url=url), by=portal.root, now=DAY)
    number = portal.submit("GHA 2023")["id"]
    assert of_actions(public(number)) == [WAITS, CONSISTENT], "a counterpart that is missing makes no row inconsistent"
    true = portal.given["CHE 2023"]["actions"].copy()
    portal.given["CHE 2023"]["actions"].clear()
    portal.submit("CHE 2023")
    document = public(number)
    first = document["submission"]
    assert first["ReviewStatusOfInitialReport"] == ReviewStatus.NONE
    assert first["ReferenceToTerReport"] == url
    assert first["ResultOfConsistencyCheck"] == "Checked, inconsistencies identified"
    assert of_actions(document) == ["Checked, inconsistencies identified", CONSISTENT]
    portal.revise("CHE 2023", "1.1", lambda each: each["actions"].extend(true))
    assert of_actions(public(number)) == [CONSISTENT, CONSISTENT]


WAITS, CONSISTENT = "Null, information for check not available", "Checked, no inconsistencies identified"


def public(number: int) -> dict[str, Any]:
    file = io.BytesIO()
    submission_tables.write_public(number, "json", file)
    return dict(json.loads(file.getvalue()))


def of_actions(document: dict[str, Any]) -> list[str]:
    return [each["ResultOfConsistencyChecks"] for each in document["actions"]]
