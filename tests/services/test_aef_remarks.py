"""What people say of a report: what is confidential and what explains it; and what differs between its versions."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from services.frozen_reports import (
    ACTIONS,
    HOLDINGS,
    JUNE,
    LATER,
    NOW,
    There,
    draft,
    frozen,
    ghana_sent,
    keys,
    refused_with,
    table,
    unpacked,
    written,
)

from article6.domain.refusals import Code
from article6.reporting.aef_fields import Table
from article6.reporting.aef_versions import EXPLANATORY
from article6.services import (
    aef_remarks,
    aef_revisions,
    aef_versions,
)
from article6.store.database import rows

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: object) -> There:
    return ghana_sent()


class TestConfidential:
    def test_a_cell_and_a_row_are_left_out_of_the_public_copy(self, there: There) -> None:
        there.send(10, JUNE + timedelta(days=1))
        first, second = keys(ACTIONS)
        there.mark(first, "AcquiringPartyID")
        there.mark(second)
        there.freeze()
        assert len(table(aef_versions.full_copy(frozen()), ACTIONS)) == 2
        report = aef_versions.public_copy(frozen())
        [row] = table(report, ACTIONS)
        assert row[20] == "Confidential"
        assert row[7] == 1
        assert "left out" in report.remarks[ACTIONS]

    @pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
    def test_no_file_of_the_public_copy_tells_what_is_confidential(self, there: There, form: str) -> None:
        there.explain(ACTIONS, "Sold to Fjordkraft", keys(ACTIONS)[0])
        there.mark(keys(ACTIONS)[0], EXPLANATORY, reason="Contract of May")
        there.freeze()
        whole, public_ = (
            unpacked(written(copy(frozen()), form)) for copy in (aef_versions.full_copy, aef_versions.public_copy)
        )
        for secret in ("Fjordkraft", "Contract of May"):
            assert secret in whole
            assert secret not in public_
        assert "Confidential" in public_

    def test_the_copy_that_is_not_public_lists_what_is_confidential(self, there: There) -> None:
        there.mark(keys(ACTIONS)[0])
        there.freeze()
        document = json.loads(written(aef_versions.full_copy(frozen()), "json"))
        assert document["confidential"] == [
            {"table": "actions", "row": keys(ACTIONS)[0], "field": None, "reason": "Asked for by the entity"}
        ]

    def test_marks_are_carried_from_version_to_version_until_they_are_lifted(self, there: There) -> None:
        key = keys(ACTIONS)[0]
        there.mark(key)
        there.freeze()
        there.freeze()
        assert table(aef_versions.public_copy(frozen(version="1.1")), ACTIONS) == []
        assert there.mark(key, is_confidential=False, reason="Published", now=LATER) == []
        there.freeze()
        assert len(table(aef_versions.public_copy(frozen(version="1.2")), ACTIONS)) == 1
        assert table(aef_versions.public_copy(frozen()), ACTIONS) == []

    def test_what_is_marked_later_is_left_out_of_older_versions_too(self, there: There) -> None:
        there.freeze()
        there.mark(keys(ACTIONS)[0])
        assert table(aef_versions.public_copy(frozen()), ACTIONS) == []
        assert len(table(aef_versions.full_copy(frozen()), ACTIONS)) == 1

    def test_what_can_not_be_marked_is_refused(self, there: There) -> None:
        key = keys(ACTIONS)[0]
        for row, field, table_, code in (
            ("9:GHA01/GHA:1", "", ACTIONS, Code.AEF_ROW_UNKNOWN),
            (key, "ResultOfConsistencyChecks", ACTIONS, Code.AEF_ALWAYS_PUBLIC),
            (key, "", Table.SUBMISSION, Code.AEF_ALWAYS_PUBLIC),
            (key, "Price", ACTIONS, Code.REQUEST_MALFORMED),
        ):
            with refused_with(code):
                there.mark(row, field, table_)
        for more, code in (
            ({"by": there.nils}, Code.PERSON_NOT_PERMITTED),
            ({"reason": " "}, Code.REQUEST_MALFORMED),
            ({"reason": "a\nb"}, Code.REQUEST_MALFORMED),
            ({"is_confidential": False}, Code.AEF_ROW_UNKNOWN),
        ):
            with refused_with(code):
                there.mark(key, **more)
        assert aef_remarks.confidential("GHA", 2025) == []

    def test_who_has_no_role_in_the_section_gets_the_public_copy_of_the_report_as_it_stands(self, there: There) -> None:
        there.mark(keys(ACTIONS)[0])
        for by, count in ((None, 0), (there.nils, 0), (there.efua, 1), (there.root, 1)):
            report = aef_versions.for_reader("GHA", 2025, by=by, now=NOW)
            assert len(table(report, ACTIONS)) == count
        there.freeze()
        for by in (None, there.nils):
            with refused_with(Code.PERSON_NOT_PERMITTED):
                aef_versions.copy_for(frozen(), by=by, is_public=False)
            with refused_with(Code.PERSON_NOT_PERMITTED):
                aef_versions.require_member(by, "GHA")
        aef_versions.require_member(there.efua, "GHA")
        assert aef_versions.copy_for(frozen(), by=there.efua, is_public=False).confidential


class TestExplaining:
    def test_a_text_goes_to_the_row_and_is_frozen_with_who_and_when(self, there: There) -> None:
        key = keys(ACTIONS)[0]
        said = there.explain(ACTIONS, "Second delivery of the year", key)
        assert said == [
            {"table": "actions", "row": key, "text": "Second delivery of the year", "person": "Efua", "at": NOW}
        ]
        there.freeze()
        there.explain(ACTIONS, "First delivery of the year", key, now=LATER)
        assert table(aef_versions.full_copy(frozen()), ACTIONS)[0][26] == "Second delivery of the year"
        assert table(draft(), ACTIONS)[0][26] == "First delivery of the year"

    def test_it_stands_behind_what_the_ledger_says(self, there: There) -> None:
        there.authorize(remark="Extended")
        there.explain(Table.AUTHORIZATIONS, "By letter of 3 May", "GHA 1/2")
        assert [row[18] for row in table(draft(), Table.AUTHORIZATIONS)] == [None, "Extended By letter of 3 May"]

    def test_a_table_is_explained_as_a_whole_above_it(self, there: There) -> None:
        there.explain(HOLDINGS, "Nothing was held at the end of the year")
        there.freeze()
        kept = aef_versions.full_copy(frozen())
        assert kept.remark_above(HOLDINGS) == "Nothing was held at the end of the year"
        assert json.loads(written(kept, "json"))["remarks"] == {"holdings": "Nothing was held at the end of the year"}
        for form in ("xlsx", "csv"):
            assert "Nothing was held" in unpacked(written(kept, form))

    def test_an_empty_text_takes_back_what_was_said(self, there: There) -> None:
        there.explain(HOLDINGS, "Mistyped")
        assert there.explain(HOLDINGS, "") == []
        with refused_with(Code.AEF_ROW_UNKNOWN):
            there.explain(HOLDINGS, " ")
        assert rows("SELECT count(*) FROM aef_explanation") == [(2,)]

    @pytest.mark.parametrize(
        ("which", "row", "field"),
        [
            (ACTIONS, "key", "QuantityCO2"),
            (ACTIONS, "key", "ActionType"),
            (Table.AUTHORIZATIONS, "GHA 1/1", "AuthorizationT&Cs"),
            (HOLDINGS, "GHA01/GHA:1", ""),
            (Table.SUBMISSION, "", "ReportedYear"),
            (ACTIONS, "", EXPLANATORY),
        ],
    )
    def test_figures_and_facts_take_no_text(self, there: There, which: Table, row: str, field: str) -> None:
        with refused_with(Code.AEF_NOT_EXPLANATORY):
            there.explain(which, "500", keys(ACTIONS)[0] if row == "key" else row, field=field)
        assert aef_remarks.explanations("GHA", 2025) == []

    def test_what_cannot_be_said_is_refused(self, there: There) -> None:
        key = keys(ACTIONS)[0]
        with refused_with(Code.AEF_ROW_UNKNOWN):
            there.explain(ACTIONS, "x", "1:GHA01/GHA:1")
        with refused_with(Code.PERSON_NOT_PERMITTED):
            there.explain(ACTIONS, "x", key, by=there.bo)
        for text in ("a\nb", "x" * 2_001):
            with refused_with(Code.REQUEST_MALFORMED):
                there.explain(ACTIONS, text, key)
        with refused_with(Code.REQUEST_MALFORMED):
            aef_remarks.table_named("figures")

    def test_a_text_like_a_formula_is_neutral_in_csv(self, there: There) -> None:
        there.explain(ACTIONS, "=HYPERLINK(0)", keys(ACTIONS)[0])
        with zipfile.ZipFile(io.BytesIO(written(draft(), "csv"))) as archive:
            assert b",'=HYPERLINK(0)" in archive.read("Table 3 Actions.csv")


class TestWhatDiffers:
    def difference(self, before: str = "1.0", after: str | None = None, at_most: int = 100) -> dict[str, Any]:
        new = None if after is None else frozen(version=after)
        return aef_revisions.differing(frozen(version=before), new, now=LATER, at_most=at_most)

    def test_nothing_differs_where_nothing_happened(self, there: There) -> None:
        there.freeze()
        assert (self.difference()["total"], self.difference()["rows"]) == (0, [])

    def test_a_transaction_that_was_recorded_later(self, there: There) -> None:
        there.freeze()
        number = there.send(10, datetime(2025, 12, 20, tzinfo=UTC))
        found = self.difference()
        assert found["counts"] == [{"table": "actions", "change": "added", "rows": 1}]
        [row] = found["rows"]
        assert (row["row"], row["cells"]["QuantityCO2"]) == (f"{number}:GHA01/GHA:61", 10)
        assert row["why"] == [f"Transaction {number}, decided on 2025-12-20, was recorded later."]
        there.freeze(now=LATER)
        assert self.difference("1.0", "1.1")["rows"] == found["rows"]
        assert self.difference("1.1")["total"] == 0

    def test_holdings_that_later_transactions_changed(self, there: There) -> None:
        there.freeze("NOR")
        there.send(10, datetime(2025, 12, 20, tzinfo=UTC))
        found = aef_revisions.differing(frozen("NOR"), None, now=LATER, at_most=10)
        [action, holding] = found["rows"]
        assert (action["table"], holding["table"], holding["change"]) == ("actions", "holdings", "changed")
        assert {each["field"]: (each["before"], each["after"]) for each in holding["changed"]} == {
            "LastID": (60, 70), "QuantityCO2": (60, 70)
        }  # fmt: skip
        assert holding["why"] == ["Later transactions moved units of this series."]

    def test_an_authorization_that_was_changed_later(self, there: There) -> None:
        there.freeze()
        there.authorize(quantity=500)
        [row] = self.difference()["rows"]
        assert (row["table"], row["row"], row["change"]) == ("authorizations", "GHA 1/2", "added")
        assert row["why"][0].startswith("Version 2 of authorization GHA 1 was recorded later")

    def test_a_text_that_was_given_later(self, there: There) -> None:
        there.freeze()
        there.explain(ACTIONS, "Second delivery", keys(ACTIONS)[0], now=LATER)
        [row] = self.difference()["rows"]
        assert row["changed"] == [{"field": EXPLANATORY, "before": None, "after": "Second delivery"}]
        assert row["why"] == ["Efua explained it on 2026-03-11."]

    def test_what_no_act_explains_is_said_so(self, there: There) -> None:
        there.freeze()
        old = frozen()
        other = {**old.head, "submission": {**old.head["submission"], "ndc_last_year": 2035}}
        found = aef_revisions.differing(replace(old, head=other), None, now=LATER, at_most=10)
        [row] = found["rows"]
        assert row["changed"] == [{"field": "LastYearOfNDCPeriod", "before": 2035, "after": 2030}]
        assert "No act" in row["why"][0]

    def test_the_first_rows_are_listed_and_all_are_counted(self, there: There) -> None:
        there.freeze()
        numbers = [there.send(1, datetime(2025, 12, 20, 1, each, tzinfo=UTC)) for each in range(5)]
        found = self.difference(at_most=2)
        assert found["total"] == 5
        assert [each["row"].partition(":")[0] for each in found["rows"]] == [str(each) for each in numbers[:2]]
        assert self.difference(at_most=1)["total"] == 5
