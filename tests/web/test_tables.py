"""Tables of pages: what the address asks is what is shown, and what is shown is what is taken along."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from openpyxl import load_workbook

from article6.services.paging import Page
from article6.web.tables import Asked, Column, Source, Table

ROWS: list[dict[str, Any]] = [
    {"code": "GHA", "name": "Ghana", "units": 1000, "at": datetime(2025, 7, 8, 9, 30, tzinfo=UTC), "state": "open"},
    {"code": "CHE", "name": "Switzerland", "units": 20, "at": None, "state": "closed"},
    {"code": "VUT", "name": "=Vanuatu()", "units": None, "at": datetime(2024, 1, 2, tzinfo=UTC), "state": "open"},
]
STATES = {"open": "Open", "closed": "Closed"}
COLUMNS = [
    Column("code", "Code", "link", href=lambda row: f"/parties/{row['code']}"),
    Column("name", "Name", filter="text"),
    Column("units", "Units", "units", filter="range"),
    Column("at", "When", "moment", filter="range"),
    Column("state", "State", "badge", choices=STATES, tones={"open": "good"}, filter="choice"),
    Column("more", "More", value=lambda row: len(row["name"]), kind="number", is_shown=False),
]


def table(query: str = "", rows: Any = None, **named: Any) -> Table:
    request = RequestFactory().get(f"/things?{query}")
    return Table(COLUMNS, ROWS if rows is None else rows, request, "things", **{"prefix": "", **named})


def codes(found: Table) -> list[str]:
    return [row["code"] for row in found._part.rows]


def drawn(found: Table) -> str:
    return render_to_string("web/parts/table.html", {"table": found})


def content(found: Table) -> bytes:
    file = found.file()
    assert isinstance(file, HttpResponse)
    return file.content


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["GHA", "CHE", "VUT"]),
        ("sort=code", ["CHE", "GHA", "VUT"]),
        ("sort=-code", ["VUT", "GHA", "CHE"]),
        ("sort=units", ["CHE", "GHA", "VUT"]),  # what has none comes last
        ("sort=-units", ["GHA", "CHE", "VUT"]),
        ("sort=at", ["VUT", "GHA", "CHE"]),
        ("sort=nothing", ["GHA", "CHE", "VUT"]),
        ("name=HAN", ["GHA"]),
        ("state=open", ["GHA", "VUT"]),
        ("state=unknown", []),
        ("units-from=1+000", ["GHA"]),
        ("units-from=20&units-to=999", ["CHE"]),
        ("at-from=2025-01-01", ["GHA"]),
        ("at-to=2025-07-08", ["GHA", "VUT"]),
        ("state=open&sort=-code", ["VUT", "GHA"]),
    ],
)
def test_the_address_sorts_and_filters(query: str, expected: list[str]) -> None:
    assert codes(table(query)) == expected


def test_a_filter_that_cannot_be_read_is_named_with_its_remedy_and_holds_nothing_back() -> None:
    found = table("units-from=many&at-to=8.7.2025")
    assert codes(found) == ["GHA", "CHE", "VUT"]
    shown = drawn(found)
    assert "Write a whole number." in shown
    assert "Write a day as 2025-07-08." in shown
    assert 'value="many"' in shown


def test_pages_are_counted_and_walked() -> None:
    rows = [{"code": f"{at:03}", "name": "", "units": at, "at": None, "state": "open"} for at in range(60)]
    seen: list[str] = []
    query = "size=25&sort=-units"
    while query:
        found = table(query, rows)
        seen += codes(found)
        query = (found.pager["after"] or "").removeprefix("?").partition("#")[0]
    assert seen == [f"{at:03}" for at in reversed(range(60))]
    last = table("size=25&page=3", rows)
    assert last.pager["text"] == "51 to 60 of 60"
    for wrong in ("0", "-1", "99", "x", "9" * 5000, "²"):
        assert len(codes(table(f"size=25&page={wrong}", rows))) in (25, 10)


def test_columns_are_chosen_and_the_first_always_stays() -> None:
    assert [each.key for each in table().shown] == ["code", "name", "units", "at", "state"]
    assert [each.key for each in table("columns=units&columns=more").shown] == ["code", "units", "more"]
    assert [each.key for each in table("columns=nonsense").shown] == ["code", "name", "units", "at", "state"]


def test_each_table_of_a_page_has_names_of_its_own_in_the_address() -> None:
    request = RequestFactory().get("/things?first-sort=-code&second-name=ghana&other=1")
    first, second = Table(COLUMNS, ROWS, request, "first"), Table(COLUMNS, ROWS, request, "second")
    assert (codes(first), codes(second)) == (["VUT", "GHA", "CHE"], ["GHA"])
    assert first.headings[0].href == "?second-name=ghana&other=1&first-sort=code#first"
    assert ("other", "1") in second.kept_by_filters
    assert second.cleared == "?first-sort=-code&other=1#second"


def test_a_file_has_what_is_shown() -> None:
    query = "state=open&sort=-code&columns=name&columns=units&columns=at&columns=state&page=9"
    text = content(table(f"{query}&format=csv")).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Code", "Name", "Units", "When", "State"],
        ["VUT", "'=Vanuatu()", "", "2024-01-02T00:00:00+00:00", "Open"],
        ["GHA", "Ghana", "1000", "2025-07-08T09:30:00+00:00", "Open"],
    ]
    told = json.loads(content(table(f"{query}&format=json")))
    assert told[0] == {
        "code": "VUT", "name": "=Vanuatu()", "units": None, "at": "2024-01-02T00:00:00+00:00", "state": "open",
    }  # fmt: skip
    sheet = load_workbook(io.BytesIO(content(table(f"{query}&format=xlsx")))).active
    assert sheet is not None
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert cells[1] == ["VUT", "=Vanuatu()", None, "2024-01-02T00:00:00+00:00", "Open"]
    assert sheet["B2"].data_type == "s"  # a text, no formula
    assert cells[2][2] == 1000
    assert table("format=exe").file() is None


def test_a_source_is_asked_for_what_the_address_says_page_by_page() -> None:
    asked: list[Asked] = []

    def page(what: Asked) -> Page:
        asked.append(what)
        start = int(what.after or 0)
        items = [{"code": str(at), "name": "n", "units": at, "at": None, "state": "open"} for at in range(start, 2500)]
        part = items[: what.limit]
        return Page(part, 2500, str(start + len(part)) if len(part) < len(items) else None)

    source = Source(page, frozenset({"units"}))
    found = table("sort=-units&state=open&units-from=3&after=50", source)
    assert codes(found)[0] == "50"
    assert asked == [Asked("50", 50, "units", True, {"units": (3, None), "state": "open"})]
    assert [each.href != "" for each in found.headings] == [False, False, True, False, False]
    assert found.pager["before"] == "?sort=-units&state=open&units-from=3#things"
    assert len(json.loads(content(table("format=json", source)))) == 2500


def test_an_empty_table_says_what_to_do() -> None:
    nothing = {"title": "No accounts yet.", "text": "Open the first.", "href": "/open", "action": "Open an account"}
    shown = drawn(table(rows=[], empty=nothing))
    assert "<table" not in shown
    assert '<a class="button" href="/open">Open an account</a>' in shown
    filtered = drawn(table("name=nobody"))
    assert "Nothing fits these filters." in filtered
    assert "Clear the filters" in filtered


def test_what_people_wrote_is_drawn_as_text() -> None:
    rows = [{**ROWS[0], "name": "<script>alert(1)</script>"}]
    shown = drawn(table("name=<script>", rows))
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_days_and_dates_are_compared_by_the_day() -> None:
    rows = [{**ROWS[0], "at": date(2025, 7, 8)}, {**ROWS[1], "at": datetime(2025, 7, 9, 23, tzinfo=UTC)}]
    assert codes(table("at-from=2025-07-09", rows)) == ["CHE"]
    assert codes(table("sort=-at", rows)) == ["CHE", "GHA"]


def test_a_phone_sorts_above_the_table_and_paper_says_what_is_filtered() -> None:
    found = drawn(table("sort=-units&state=open&units-from=1"))
    assert 'id="things-order-units" href="?state=open&amp;units-from=1&amp;sort=units#things"' in found
    assert 'aria-current="true" data-sorted="descending">Units</a>' in found
    assert '<p class="print-only">Units: 1–. State: Open. </p>' in found
    assert "things-order" not in drawn(table("state=unknown"))
