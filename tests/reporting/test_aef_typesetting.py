"""Rows set from forms, and records told by others, read as if every cell and every record had been told for itself."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting.aef_samples import ACQUISITION, AEF, BLOCK, HOLDING, USE

from article6.reporting import aef_typesetting
from article6.reporting.aef_csv import neutral, write_csv
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_json import write_json
from article6.reporting.aef_nomenclatures import Metric, Profile
from article6.reporting.aef_records import Aef, Alike, Cell, Likened, Row, action_of, holding_of
from article6.reporting.aef_rows import action_row, holding_row, keyed_rows, rows
from article6.reporting.aef_sheets import LAYOUTS
from article6.reporting.aef_versions import row_line, row_lines, rows_of
from article6.reporting.aef_xlsx import write_xlsx

TRICKY = ("NA", "", "%", "%s %d %%", 'a "quoted" text', "two\nlines", "a,b", "=1+1", " -1", "\\", "é", "1", "1.0")
CELLS = st.one_of(
    st.none(),
    st.sampled_from(TRICKY),
    st.integers(-(2**62), 2**62),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.sampled_from((Decimal(1), Decimal("1.0"), Decimal("1.00"), 1)),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
WIDTH = len(FIELDS[Table.ACTIONS])


def of_rows(*found: Row) -> Aef:
    """An AEF whose actions are these rows."""
    kept = [(str(place), row) for place, row in enumerate(found)]
    return Aef(submission=AEF.submission, written=lambda table: iter(kept if table is Table.ACTIONS else ()))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[CELLS] * WIDTH), max_size=2).map(lambda found: [*found, *found]))
def test_a_row_reads_as_if_each_of_its_cells_had_been_spelled(found: list[tuple[Cell, ...]]) -> None:
    aef = of_rows(*found)
    expected = io.StringIO()
    plain = csv.writer(expected)
    plain.writerow(field.label for field in FIELDS[Table.ACTIONS])
    plain.writerows([neutral(cell) for cell in row] for row in found)
    written = io.StringIO()
    assert write_csv(aef, Table.ACTIONS, written) == len(found)
    assert written.getvalue() == expected.getvalue()
    keyed = list(keyed_rows(aef, Table.ACTIONS))
    lines = list(row_lines(aef, Table.ACTIONS))
    assert lines == [row_line(Table.ACTIONS, each) for each in keyed]
    assert list(map(repr, rows_of(line.rstrip(b"\n") for line in lines))) == list(map(repr, keyed))


def test_json_names_every_cell_whatever_other_rows_have_in_common_with_it() -> None:
    one: Row = tuple(f"{place} %s" for place in range(WIDTH))
    other: Row = (*one[:7], 8, Decimal("9.50"), *one[9:])
    written = io.StringIO()
    write_json(of_rows(one, other, one, one), written)
    actions = json.loads(written.getvalue())["actions"]
    names = [field.technical_name for field in FIELDS[Table.ACTIONS]]
    expected = [dict(zip(names, row, strict=True)) for row in (one, (*one[:7], 8, 9.5, *one[9:]), one, one)]
    assert actions == expected
    assert [list(each) for each in actions] == [names] * 4


def test_equal_numbers_that_are_spelled_differently_stay_so() -> None:
    party, amount = 5, 15
    texts: list[Cell] = ["x"] * WIDTH
    found = []
    for number in (1, Decimal("1.0"), Decimal("1.00"), 1):
        texts[party] = texts[amount] = number
        found.append(tuple(texts))
    written = io.StringIO()
    write_csv(of_rows(*found), Table.ACTIONS, written)
    lines = list(csv.reader(io.StringIO(written.getvalue())))[1:]
    assert [(line[party], line[amount]) for line in lines] == [("1", "1"), ("1.0", "1.0"), ("1.00", "1.00"), ("1", "1")]


def test_forms_that_no_longer_find_room_are_made_again() -> None:
    count = aef_typesetting._FORMS_KEPT * 2 + 3
    found = [tuple(f"entity {place % (count // 2)}" if cell == 2 else "NA" for cell in range(WIDTH))
             for place in range(count)]  # fmt: skip
    written = io.StringIO()
    assert write_csv(of_rows(*found), Table.ACTIONS, written) == count
    assert [tuple(line) for line in csv.reader(io.StringIO(written.getvalue()))][1:] == found


def test_records_told_by_others_make_the_rows_that_they_would_make_themselves() -> None:
    moment = ACQUISITION.executed_at.replace(day=9)
    told = [
        Alike(ACQUISITION, "1:GHA01/GHA:5", 5, 9, None, moment),
        Alike(ACQUISITION, "1:GHA01/GHA:10", 10, 10, None, moment),
        Alike(USE, "2:GHA01/GHA:20", 20, 22, 700, moment.replace(month=11)),
        Alike(ACQUISITION, "3:GHA01/GHA:30", 30, 2**62, None, moment),
    ]
    held = [Alike(HOLDING, "GHA01/GHA:5", 5, 9, None), Alike(replace(HOLDING, itmos=USE.itmos), "k", 20, 22, 700)]
    actions, holdings = list(map(action_of, told)), list(map(holding_of, held))
    assert (actions[2].itmos.underlying, actions[2].itmos.quantity_tco2e) == (replace_underlying(700, 702), 3)
    assert [each.executed_at for each in actions] == [each.executed_at for each in told]
    aef = Aef(
        submission=AEF.submission,
        actions=Likened(lambda: told, action_of),
        holdings=Likened(lambda: held, holding_of),
    )
    assert (list(aef.actions()), list(aef.holdings())) == (actions, holdings)
    for profile in Profile:
        assert list(rows(aef, Table.ACTIONS, profile)) == [action_row(each, profile) for each in actions]
        assert list(rows(aef, Table.HOLDINGS, profile)) == [holding_row(each, profile) for each in holdings]
    assert [key for key, _row in keyed_rows(aef, Table.ACTIONS)] == [each.key for each in told]


def test_files_of_records_told_by_others_are_byte_for_byte_those_of_the_records() -> None:
    units = ((1, 1), (7, 9), (10**15 - 2, 10**15 - 1), (10**15 - 1, 10**15), (2**61, 2**61 + 2**60))
    starts = itertools.cycle((1, 10**15 - 2, 700))
    moments = itertools.cycle(ACQUISITION.executed_at.replace(day=day, microsecond=day * 1_000) for day in (1, 1, 9))

    def told(likes: list[Any], *, is_action: bool) -> list[Alike[Any]]:
        found = []
        for (first, last), like in itertools.product(units, likes):
            itmos, moment = like.itmos, next(moments) if is_action else None
            if itmos.metric is not Metric.GHG:  # is only like itself
                first, last = itmos.identifier.serial_first, itmos.identifier.serial_last
                moment = like.executed_at if is_action else None
            key = f"{itmos.identifier.registry}/{itmos.identifier.party}:{first}"
            underlying = None if itmos.underlying is None else next(starts)
            found.append(Alike(like, f'1é"%s:{key}' if is_action else key, first, last, underlying, moment))
        return found

    actions, holdings = told(LIKE_ACTIONS, is_action=True), told(LIKE_HOLDINGS, is_action=False)
    itself = Aef(
        submission=AEF.submission, actions=lambda: map(action_of, actions), holdings=lambda: map(holding_of, holdings)
    )
    by_others = replace(
        itself, actions=Likened(lambda: actions, action_of), holdings=Likened(lambda: holdings, holding_of)
    )
    for one, other in zip(in_all_forms(by_others), in_all_forms(itself), strict=True):
        assert one == other


POWER = replace(
    BLOCK, metric=Metric.NON_GHG, non_ghg_metric="MWh", quantity_tco2e=Decimal("1.50"), quantity_non_ghg="1"
)
LIKE_ACTIONS: list[Any] = [
    ACQUISITION, USE, replace(ACQUISITION, itmos=POWER),
    *(replace(USE, remarks=text, using_entity=text, purpose=text) for text in (*TRICKY, "word " * 40)),
    *(replace(USE, itmos=replace(USE.itmos, authorization_id=text, gwp_values=text)) for text in TRICKY),
]  # fmt: skip
LIKE_HOLDINGS: list[Any] = [
    HOLDING, replace(HOLDING, itmos=USE.itmos), replace(HOLDING, itmos=POWER, registry="%s"),
    *(replace(HOLDING, registry=text) for text in TRICKY),
]  # fmt: skip


def in_all_forms(aef: Aef) -> list[str]:
    """Every text of the AEF as CSV, JSON, the sheets of a workbook, and the lines of a version; with the progress."""
    found: list[str] = []
    progress: list[int] = []
    for profile in Profile:
        for table in (Table.ACTIONS, Table.HOLDINGS):
            text = io.StringIO()
            write_csv(aef, table, text, profile, progress.append)
            found.append(text.getvalue())
        text = io.StringIO()
        write_json(aef, text, profile)
        found.append(text.getvalue())
    book = io.BytesIO()
    write_xlsx(aef, book)
    with zipfile.ZipFile(book) as archive:
        found += [archive.read(name).decode() for name in archive.namelist() if "worksheets" in name]
    found += [line.decode() for table in (Table.ACTIONS, Table.HOLDINGS) for line in row_lines(aef, table)]
    return [*found, str(progress)]


def replace_underlying(first: int, last: int) -> object:
    assert USE.itmos.underlying is not None
    return replace(USE.itmos.underlying, first=first, last=last)


def test_a_workbook_keeps_every_text_as_it_is() -> None:
    texts = (
        "<r><t>no</t></r>",
        "a & b < c > d",
        " blanks ",
        "two\nlines",
        "bell\x07",
        "_x0041_",
        "\ufffe",
        "é 漢 😀",
        "%s",
    )
    actions = [replace(ACQUISITION, itmos=BLOCK, remarks=text) for text in texts]
    file = io.BytesIO()
    write_xlsx(replace(AEF, actions=lambda: actions), file)
    sheet = openpyxl.load_workbook(file)[Table.ACTIONS.sheet]
    layout = LAYOUTS[Table.ACTIONS]
    column = layout.column(WIDTH)
    found = [sheet.cell(layout.first_data_row + place, column).value for place in range(len(texts))]
    # openpyxl leaves what is escaped as it stands; spreadsheet programs do not.
    assert found == [
        *texts[:4], "bell_x0007_", "_x005F_x0041_", "_xFFFE_", *texts[7:]
    ]  # fmt: skip


def test_rows_of_long_texts_are_as_high_as_they_need() -> None:
    long = [replace(ACQUISITION, remarks="word " * count) for count in (1, 40, 1, 2_000)]
    file = io.BytesIO()
    write_xlsx(replace(AEF, actions=lambda: long), file)
    sheet = openpyxl.load_workbook(file)[Table.ACTIONS.sheet]
    first = LAYOUTS[Table.ACTIONS].first_data_row
    assert [sheet.row_dimensions[first + place].height for place in range(4)] == [None, 84.0, None, 406.0]
