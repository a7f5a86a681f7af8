"""Many issuances in one call: all or none, each at its own time, once per key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from services.histories import found

from article6.domain.orders import Issuance, PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.services import accounts, audit, issuance
from article6.services.accounts import NewAccount
from article6.services.issuance import NewActivity
from article6.store.database import one, rows

NOW = datetime(2012, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


def issuances(by: PersonId, *ranges: tuple[int, int]) -> list[tuple[Issuance, datetime]]:
    there = rows("SELECT number FROM account WHERE type = 'pending'")
    new = NewAccount("pending", "ADM", "Pending account")
    number = there[0][0] if there else accounts.open_account(new, by=by, now=NOW).number
    return [
        (Issuance(number, "CDM", "GHA", last - first + 1, BatchAttributes(UnitType.CER), first=first), NOW + day)
        for day, (first, last) in zip(map(timedelta, range(len(ranges))), ranges, strict=True)
    ]


def test_each_is_issued_at_its_own_time_in_any_order_of_serials() -> None:
    by = found()
    issued = issuance.issue_many(issuances(by, (101, 200), (1, 50), (51, 100)), by=by)
    assert [(each.serials.first, each.serials.last) for each in issued] == [(101, 200), (1, 50), (51, 100)]
    assert rows("SELECT lo, issued_at::date::text FROM batch ORDER BY id") == [
        (101, "2012-01-01"), (1, "2012-01-02"), (51, "2012-01-03")
    ]  # fmt: skip
    assert all(each.ok for each in audit.run())


@pytest.mark.parametrize(
    ("ranges", "code"),
    [(((1, 50), (50, 60)), Code.SERIALS_ALREADY_ISSUED), (((1, 50), (60, 50)), Code.QUANTITY_NOT_POSITIVE)],
)
def test_one_that_is_refused_and_none_is_issued(ranges: tuple[tuple[int, int], ...], code: Code) -> None:
    by = found()
    with pytest.raises(Refused) as no:
        issuance.issue_many(issuances(by, *ranges), by=by)
    assert code in no.value.codes
    assert one("SELECT count(*) FROM batch") == (0,)


def test_the_same_key_gets_the_first_answer_and_other_content_is_refused() -> None:
    by = found()
    wanted = issuances(by, (1, 50), (51, 60))
    first = issuance.issue_many(wanted, by=by, key="monday")
    assert issuance.issue_many(wanted, by=by, key="monday") == first
    with pytest.raises(Refused) as no:
        issuance.issue_many(wanted[:1], by=by, key="monday")
    assert no.value.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)
    assert one("SELECT count(*) FROM batch") == (2,)
    assert issuance.issue_many([], by=by) == []


def test_activities_are_recorded_once() -> None:
    by = found()
    wind, solar = NewActivity("1", "GHA", "Wind"), NewActivity("2", "GHA", "Solar", activity_types=("Solar",))
    first = issuance.record_activities([wind, solar, wind], by=by, now=NOW)
    assert issuance.record_activities([solar], by=by, now=NOW) == {("GHA", "2"): first["GHA", "2"]}
    assert issuance.record_activity(wind, by=by, now=NOW) == first["GHA", "1"]
    with pytest.raises(Refused) as no:
        issuance.record_activities([NewActivity("1", "XXX")], by=by, now=NOW)
    assert no.value.codes == (Code.PARTY_UNKNOWN,)
    assert one("SELECT count(*) FROM activity") == (2,)
