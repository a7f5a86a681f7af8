"""Reading the CDM registry's public files: what is refused, and by which line it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.histories import CANCELLATIONS, FOREIGN, ISSUANCES, files

from article6.domain.refusals import Code, Refused
from article6.services.cdm import chronology, history
from article6.services.cdm.history import History, LeftOut


def read(folder: Path, *lines: tuple[str, ...]) -> History:
    past = history.read(*files(folder, *lines))
    chronology.sift(past)
    return past


def only(past: History) -> tuple[str, tuple[Code, ...]]:
    [line] = past.left_out
    return f"{line.file} line {line.line}", tuple(each.code for each in line.reasons)


def test_a_good_history_is_read_whole_and_comes_in_order_of_time(tmp_path: Path) -> None:
    past = read(tmp_path)
    assert [(each.party, each.first, each.count) for each in past.issuances] == [
        ("IND", 1, 1000), ("NAM", 1, 500), ("IND", 1501, 500), ("IND", 1001, 500)
    ]  # fmt: skip
    assert sum(each.count for each in past.cancellations) == 701
    assert past.left_out == []


def test_na_is_namibia(tmp_path: Path) -> None:
    assert "NAM" in {each.party for each in read(tmp_path).issuances}


def test_empty_particulars_are_left_out_not_refused(tmp_path: Path) -> None:
    bare = next(each for each in read(tmp_path).issuances if each.project == "60")
    assert bare.particulars == {}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,999,,,,,,", Code.QUANTITY_RANGE_MISMATCH),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,1001,,,,,,", Code.QUANTITY_RANGE_MISMATCH),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,0,,,,,,", Code.QUANTITY_NOT_POSITIVE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,-1000,,,,,,", Code.QUANTITY_NOT_POSITIVE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,999.5,,,,,,", Code.QUANTITY_NOT_WHOLE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,9999999999999999999999,,,,,,", Code.QUANTITY_TOO_LARGE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,3000,2001,1000,,,,,,", Code.SERIAL_MALFORMED),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,4611686018427387905,1000,,,,,,", Code.SERIAL_MALFORMED),
        ("2012-04-01T10:00:00.000,CER,1,XX,58,2001,3000,1000,,,,,,", Code.PARTY_UNKNOWN),
        ("2012-04-01T10:00:00.000,ERU,1,IN,58,2001,3000,1000,,,,,,", Code.UNIT_TYPE_UNKNOWN),
        ("2012-04-01T10:00:00.000,CER,3,IN,58,2001,3000,1000,,,,,,", Code.FILE_VALUE),
        ("yesterday,CER,1,IN,58,2001,3000,1000,,,,,,", Code.FILE_VALUE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,1000,2010-13-01,,,,,", Code.FILE_VALUE),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,1000,,,,PB,,", Code.FILE_VALUE),
        ("2012-04-01T10:00:00.000,CER,1,IN,,2001,3000,1000,,,,,,", Code.FILE_ROW_TRUNCATED),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,30", Code.FILE_ROW_TRUNCATED),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,1000,,,,,,,", Code.FILE_ROW_TRUNCATED),
        ("2012-04-01T10:00:00.000,CER,1,IN,58,1500,3000,1501,,,,,,", Code.SERIALS_ALREADY_ISSUED),
        (ISSUANCES[0], Code.FILE_ROW_REPEATED),
    ],
)
def test_a_bad_issuance_is_named_by_its_line(tmp_path: Path, line: str, code: Code) -> None:
    place, codes = only(read(tmp_path, (*ISSUANCES, line)))
    assert place == "cdm_issuances.csv line 6"
    assert code in codes


def test_its_neighbour_just_passes(tmp_path: Path) -> None:
    past = read(tmp_path, (*ISSUANCES, "2012-04-01T10:00:00.000,CER,1,IN,58,2001,3000,1000,,,,,,"))
    assert past.left_out == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (CANCELLATIONS[0], Code.FILE_ROW_REPEATED),
        ("2014-01-01T10:00:00.000,CER,1,IN,58,200,201,2,No", Code.BLOCK_FINAL),
        ("2014-01-01T10:00:00.000,CER,1,IN,58,1999,2001,3,No", Code.BLOCK_NOT_HELD),
        ("2014-01-01T10:00:00.000,CER,1,BR,58,1,2,2,No", Code.BLOCK_NOT_HELD),
        ("2011-01-01T10:00:00.000,CER,1,IN,58,1,2,2,No", Code.BLOCK_NOT_HELD),
        ("2014-01-01T10:00:00.000,CER,1,IN,59,1,2,2,No", Code.FILE_VALUE),
        ("2014-01-01T10:00:00.000,tCER,1,IN,58,1,2,2,No", Code.FILE_VALUE),
        ("2014-01-01T10:00:00.000,CER,1,IN,58,1,2,2,Ye", Code.FILE_VALUE),
        ("2014-01-01T10:00:00.000,VCU,1,IN,58,1,2,2,No", Code.UNIT_TYPE_UNKNOWN),
        (FOREIGN, Code.UNIT_FOREIGN),
    ],
)
def test_a_bad_cancellation_is_named_by_its_line(tmp_path: Path, line: str, code: Code) -> None:
    place, codes = only(read(tmp_path, ISSUANCES, (*CANCELLATIONS, line)))
    # Of two that contradict each other the later one is refused.
    assert place == "cdm_cancellations.csv line 6"
    assert codes == (code,)


def test_every_reason_of_a_line_is_given(tmp_path: Path) -> None:
    _, codes = only(read(tmp_path, (*ISSUANCES, "2012-04-01T10:00:00.000,CER,1,XX,58,9,1,0,,,,,,")))
    assert codes == (Code.PARTY_UNKNOWN, Code.SERIAL_MALFORMED, Code.QUANTITY_NOT_POSITIVE)


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    issuances, cancellations = files(tmp_path)
    issuances.write_text(issuances.read_text(encoding="utf-8").replace("quantity", "amount"), encoding="utf-8")
    with pytest.raises(Refused) as no:
        history.read(issuances, cancellations)
    assert no.value.codes == (Code.FILE_COLUMNS,)
    assert no.value.reasons[0].detail == "quantity"


def test_columns_may_stand_in_another_order_with_others_between(tmp_path: Path) -> None:
    issuances, cancellations = files(tmp_path)
    lines = [line.split(",") for line in issuances.read_text(encoding="utf-8").splitlines()]
    turned = "\n".join(",".join(["note", *reversed(line)]) for line in lines)
    issuances.write_text(turned + "\n", encoding="utf-8")
    assert len(history.read(issuances, cancellations).issuances) == 4


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'completed_at,"unclosed'])
def test_what_is_no_csv_file_is_refused(tmp_path: Path, content: bytes) -> None:
    issuances, cancellations = files(tmp_path)
    issuances.write_bytes(content)
    with pytest.raises(Refused) as no:
        history.read(issuances, cancellations)
    assert set(no.value.codes) <= {Code.FILE_COLUMNS, Code.FILE_VALUE}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    _, cancellations = files(tmp_path)
    with pytest.raises(Refused) as no:
        history.read(tmp_path / "nowhere.csv", cancellations)
    assert no.value.codes == (Code.FILE_VALUE,)


def test_a_left_out_line_says_which_and_why(tmp_path: Path) -> None:
    [line] = read(tmp_path, ISSUANCES, (FOREIGN,)).left_out
    assert isinstance(line, LeftOut)
    assert str(line) == "cdm_cancellations.csv line 2: unit.foreign: ERU (from RMU) of RO"


def test_titles_of_projects_come_from_the_public_list(tmp_path: Path) -> None:
    path = tmp_path / "projects.csv"
    path.write_text('project_number,host_party,name\n1,IN,"Wind, at Kutch"\n2,XX,Nowhere\n3,NA,\n', encoding="utf-8")
    assert history.project_titles(path) == {("IND", "1"): "Wind, at Kutch"}
