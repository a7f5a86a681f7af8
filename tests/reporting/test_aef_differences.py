"""Two reports compared, row by row, on disk."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from reporting.aef_samples import AEF, SUBMISSION, many_actions

from article6.domain.submissions import Version
from article6.reporting.aef_differences import Change, differences
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import Aef, Cell, ConfidentialItem, Keyed
from article6.reporting.aef_rows import keyed_rows, rows
from article6.reporting.aef_versions import (
    EXPLANATORY,
    TABLES,
    Head,
    explained,
    explanatory_fields,
    head_of,
    line,
    markable,
    public,
    row_line,
    row_of,
    version,
)

HOLDINGS = Table.HOLDINGS


def report(**cells: Cell) -> Aef:
    """Holdings of one cell each that matters, by key."""

    def written(table: Table) -> Iterator[Keyed]:
        if table is HOLDINGS:
            for key, cell in cells.items():
                yield key, (cell, *(None for _ in FIELDS[HOLDINGS][1:]))

    return Aef(submission=SUBMISSION, written=written)


def told(before: Aef, after: Aef, at_most: int = 100) -> list[tuple[str, str, object]]:
    found = differences(before, after, at_most)
    return [(each.key, str(each.change), each.cells[0][1:] if each.cells else each.row[0]) for each in found.first]


def test_rows_are_added_removed_and_changed_in_their_order() -> None:
    before, after = report(a="1", b="2", c="3"), report(b="2", c=Decimal("3.5"), d="\t4\n")
    assert told(before, after) == [
        ("a", "removed", "1"), ("c", "changed", ("3", Decimal("3.5"))), ("d", "added", "\t4\n")
    ]  # fmt: skip
    assert differences(before, after, 1).counts == dict.fromkeys([(HOLDINGS, each) for each in Change], 1)
    assert differences(before, after, 1).total == 3
    assert len(told(before, after, 2)) == 2


def test_a_row_that_moved_does_not_differ() -> None:
    assert told(report(a="1", b="2"), report(b="2", a="1")) == []


def test_table_1_differs_only_where_a_version_says_something_new() -> None:
    other = replace(SUBMISSION, version="2.0", submitted_on=SUBMISSION.submitted_on.replace(day=1))
    assert not differences(Aef(submission=SUBMISSION), Aef(submission=other), 9).total
    [found] = differences(
        Aef(submission=SUBMISSION), Aef(submission=replace(other, ndc_last_year=2035)), 9
    ).first  # fmt: skip
    assert found.cells == (("LastYearOfNDCPeriod", 2030, 2035),)


@pytest.mark.slow
def test_many_rows_are_compared_in_bounded_memory() -> None:
    def numbered(count: int) -> Aef:
        each = [(f"{number}:GHA01/GHA:1", row) for number, row in enumerate(_action_rows(2))]
        return Aef(
            submission=SUBMISSION,
            written=lambda table: (
                ((f"{number}", each[number % 2][1]) for number in range(count))
                if table is Table.ACTIONS
                else iter(())
            ),
        )  # fmt: skip

    tracemalloc.start()
    try:
        found = differences(numbered(60_000), numbered(60_001), 5)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [each.key for each in found.first] == ["60000"]
    assert peak < 20_000_000


def _action_rows(count: int) -> list[tuple[Cell, ...]]:
    return list(rows(replace(AEF, actions=lambda: many_actions(count)), Table.ACTIONS))


# --- Numbers, texts, the public copy, the content


def test_versions_are_read_and_go_up() -> None:
    assert [version(text) for text in ("1.0", "2.13", "1", "0.1", "01.0", "1.00", "x", "")] == [
        Version(1, 0), Version(2, 13), None, None, None, None, None, None
    ]  # fmt: skip
    assert Version(1, 9) < Version(1, 10) < Version(2, 0)
    assert str(Version(1, 9).next()) == "1.10"


def test_three_tables_have_a_field_for_explanations() -> None:
    assert [table.number for table in Table if explanatory_fields(table)] == [2, 3, 5]


def test_what_may_be_confidential() -> None:
    assert [len(markable(table)) for table in Table] == [0, 18, 26, 16, 8]


def test_every_row_of_a_report_has_a_key_of_its_own() -> None:
    keys = [key for key, _row in keyed_rows(AEF, Table.AUTHORIZATIONS)]
    assert keys == ["CHE GHA 1/1"]


def test_a_text_stands_behind_what_is_said_already() -> None:
    [(key, row)] = keyed_rows(AEF, Table.AUTHORIZATIONS)
    texts = {(Table.AUTHORIZATIONS, key): "By letter", (HOLDINGS, ""): "Counted twice"}
    said = explained(explained(AEF, texts), texts)
    [again] = rows(said, Table.AUTHORIZATIONS)
    assert again[:18] == row[:18]
    assert str(again[18]).endswith("By letter By letter")
    assert said.remarks == {HOLDINGS: "Counted twice"}


def test_a_cell_keeps_its_kind_in_the_content() -> None:
    keyed = ("key", ("text", 2**62, Decimal("0.333333"), None, "Ø\u2028"))
    assert row_of(row_line(HOLDINGS, keyed)) == keyed


def test_the_head_is_read_again() -> None:
    item = ConfidentialItem(Table.ACTIONS, "1:GHA01/GHA:1", "QuantityCO2", "Asked for")
    head = Head(SUBMISSION, "Provisional", {HOLDINGS: "None"}, (item,))
    assert head_of(head.as_json()) == head
    assert line({"b": 1, "a": "é"}) == '{"a":"é","b":1}\n'.encode()


def test_the_public_copy_leaves_out_rows_and_cells_and_nothing_else() -> None:
    whole = report(a="1", b="2", c="3")
    items = [ConfidentialItem(HOLDINGS, "a", "", "x"), ConfidentialItem(HOLDINGS, "c", "CooperativeApproachID", "x")]
    kept = list(keyed_rows(public(whole, items), HOLDINGS))
    assert [(key, row[0]) for key, row in kept] == [("b", "2"), ("c", "Confidential")]
    assert all(list(keyed_rows(public(whole, items), each)) == [] for each in TABLES if each is not HOLDINGS)
    assert EXPLANATORY not in public(whole, items).remarks.values()
