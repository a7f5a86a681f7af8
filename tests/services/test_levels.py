"""Levels are recorded as whole series with one source, by hand or from a file of inventory totals."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, found_registry

from article6.domain.kinds import Role
from article6.domain.levels import LevelKind, Series
from article6.domain.refusals import Code, Refused
from article6.services import levels, parties, people
from article6.store.database import one

HEAD = "iso2,year,t_co2e,datasource_id\n"
FILE = (HEAD + "NA,2010,21000000,A:1\nNA,2015,23500000.5,A:1\nGH,2015,40000000,A:1\nCH,2015,-5,A:1\n").encode()


@pytest.fixture
def books(database: Database) -> Books:
    return found_registry(sections=("GHA", "NAM"))


def given(kind: LevelKind = LevelKind.COVERED, source: str = "BTR1", unit: str = "", **values: object) -> Series:
    amounts = tuple((int(year[1:]), Decimal(str(each))) for year, each in values.items())
    return Series("GHA", kind, source, amounts, unit)


def record(books: Books, new: Series, **more: object) -> Series:
    return levels.record(new, by=books.admin, now=NOW, **more)  # type: ignore[arg-type]


def import_file(books: Books, content: bytes, **more: object) -> levels.Imported:
    return levels.import_file(content, **{"by": books.admin, "now": NOW, **more})  # type: ignore[arg-type]


def refused(books: Books, content: bytes, **more: object) -> list[tuple[Code, str]]:
    counts = "SELECT (SELECT count(*) FROM party_level), (SELECT count(*) FROM audit_event)"
    before = one(counts)
    with pytest.raises(Refused) as no:
        import_file(books, content, **more)
    assert one(counts) == before
    return [(each.code, each.subject) for each in no.value.reasons]


def test_namibia_is_no_missing_value_and_amounts_stay_exact(books: Books) -> None:
    found = import_file(books, FILE)
    assert [each.party for each in found.recorded] == ["GHA", "NAM"]
    assert found.without_section == ("CHE",)
    [namibia] = levels.listed("NAM")
    assert namibia.values == ((2010, Decimal("21000000")), (2015, Decimal("23500000.5")))
    assert (namibia.source, namibia.version) == ("A:1", 1)


def test_the_same_file_again_records_nothing_and_a_changed_one_a_version(books: Books) -> None:
    import_file(books, FILE)
    assert import_file(books, FILE).unchanged == ("GHA", "NAM")
    changed = import_file(books, FILE.replace(b"40000000", b"41000000"))
    assert [(each.party, each.version) for each in changed.recorded] == [("GHA", 2)]
    assert [each.version for each in levels.versions("GHA", LevelKind.COVERED)] == [1, 2]
    again = import_file(books, FILE.replace(b"40000000", b"42000000"), only=["NAM"], key="once")
    assert again.recorded == ()
    assert import_file(books, FILE.replace(b"40000000", b"42000000"), only=["NAM"], key="once") == again


def test_sources_are_never_mixed(books: Books) -> None:
    mixed = FILE + b"NA,2020,22000000,B:2\n"
    assert refused(books, mixed) == [(Code.LEVELS_SOURCES_MIXED, "NAM")]
    record(books, given(y2020=50, y2021=51))
    assert record(books, given(y2022=52)).values == ((2020, 50), (2021, 51), (2022, 52))
    assert record(books, given(y2022=53), anew=True).values == ((2022, 53),)
    assert record(books, given(source="BTR2", y2023=54)).values == ((2023, 54),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"iso2,year\nGH,2015\n", [(Code.FILE_COLUMNS, "")]),
        ((HEAD + "GH,2015,4\n").encode(), [(Code.FILE_ROW_TRUNCATED, "line 2")]),
        ((HEAD + "ZZ,2015,4,A\nGH,15,4,A\nGH,2016,1e6,A\nGH,2017,4,\n").encode(),
         [(Code.FILE_VALUE, f"line {each}") for each in (2, 3, 4, 5)]),
        ((HEAD + "GH,2015,4,A\nGH,2015,5,A\n").encode(), [(Code.FILE_ROW_REPEATED, "line 3")]),
        ((HEAD + "GH,1800,4,A\n").encode(), [(Code.LEVELS_MALFORMED, "GHA covered")]),
        ((HEAD + 'GH,2015,"4,A\n').encode(), [(Code.FILE_VALUE, "line 2")]),
        (b"\xff\xfe\x00", [(Code.FILE_VALUE, "")]),
        (b"x" * (levels.BYTES_AT_MOST + 1), [(Code.FILE_VALUE, "")]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(
    books: Books, content: bytes, expected: list[tuple[Code, str]]
) -> None:
    assert refused(books, content) == expected


def test_a_party_that_the_file_lacks_or_that_has_no_section_is_refused(books: Books) -> None:
    assert refused(books, FILE, only=["THA"]) == [(Code.LEVELS_MALFORMED, "THA")]
    assert refused(books, FILE, only=["CHE"]) == [(Code.SECTION_UNKNOWN, "CHE")]
    assert refused(books, FILE, kind=LevelKind.TARGET) == [(Code.LEVELS_MALFORMED, "target")]


@pytest.mark.parametrize(
    "wrong",
    [
        given(source=" ", y2020=1), given(), given(y1889=1), given(y2020="0.1234567"), given(unit="MWh", y2020=1),
        given(LevelKind.INDICATOR, y2020=1), given(y2021=1, y2020=2), given(y2020=10**18),
    ],
)  # fmt: skip
def test_a_series_that_contradicts_itself_is_refused(books: Books, wrong: Series) -> None:
    with pytest.raises(Refused) as no:
        record(books, wrong)
    assert set(no.value.codes) == {Code.LEVELS_MALFORMED}


def test_who_does_not_speak_for_the_party_is_refused(books: Books) -> None:
    with pytest.raises(Refused) as no:
        levels.record(given(y2020=1), by=books.cy, now=NOW)
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
    people.give_role(books.cy, parties.section("GHA"), Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    assert refused(books, FILE, by=books.cy) == [(Code.PERSON_NOT_PERMITTED, "Cy")]


def test_the_same_key_records_once(books: Books) -> None:
    first = record(books, given(y2020=1), key="once")
    assert record(books, given(y2020=1), key="once") == first
    with pytest.raises(Refused) as no:
        record(books, given(y2020=2), key="once")
    assert no.value.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)


def test_a_recorded_series_is_never_changed(books: Books, database: Database) -> None:
    record(books, given(y2020=1))
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for statement in ("UPDATE party_level SET source = 'x'", "DELETE FROM party_level", "TRUNCATE party_level"):
            with pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
                owner.execute(statement)
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(
                """INSERT INTO party_level (section_id, party, kind, version, source, years, amounts, recorded_at)
                   SELECT id, party, 'covered', 9, 'x', '{2020}', '{NaN}', now() FROM section WHERE party = 'GHA'"""
            )
