"""The scenarios of the demonstration, played as stories: what they do, what is refused, and that twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledger.books import audit_is_clean

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.domain.refusals import BrokenInvariant, Code, Refused, refused
from article6.services import lookup, registry
from article6.services.scenarios import a64, cer, joint, other_metric, partial, verra
from article6.services.scenarios.stage import Report, Stage
from article6.store.database import one, rows

NOW = datetime(2023, 1, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


def founded(kind: Kind, code: str) -> PersonId:
    identity = registry.RegistryIdentity(kind, code, "Test registry", is_public=True)
    return registry.init(identity, administrator=("administrator", "Administrator"), now=NOW)


def twice(play: Callable[[], Report]) -> Report:
    """Play a scenario again: it tells the same and writes nothing."""
    first = play()
    written = "SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM entry), (SELECT count(*) FROM account)"
    before = one(written)
    assert play() == first
    assert one(written) == before
    audit_is_clean()
    return first


def codes(report: Report) -> list[str]:
    return [told.rpartition(": ")[2] for told in report.refused]


def standing() -> dict[tuple[str, str], int]:
    """Units by Party of origin and type of account."""
    found = rows(
        """SELECT s.party, a.type, sum(b.hi - b.lo + 1)::bigint FROM block b JOIN series s ON s.id = b.series_id
           JOIN account a ON a.id = b.account_id GROUP BY 1, 2"""
    )
    return {(party, type_): units for party, type_, units in found}


@pytest.mark.parametrize("is_real", [False, True])
def test_vcs_units_are_recorded_one_to_one_and_used_as_their_letters_allow(is_real: bool, tmp_path: Path) -> None:
    by = founded(Kind.INTERNATIONAL, "IR")
    blocks = verra.read(_file(tmp_path, verra.made_up())) if is_real else verra.made_up()
    assert blocks == verra.made_up()
    report = twice(lambda: verra.play(blocks, is_real=is_real, by=by))
    assert report.is_real is is_real
    assert codes(report) == [Code.UNDERLYING_USED_TWICE, Code.AUTHORIZATION_PURPOSE_NOT_COVERED]
    stands = standing()
    cancelled = sum(each.quantity for each in blocks if each.party == "RWA")
    assert stands["RWA", "cancellation_omge"] == cancelled
    assert (stands["SLE", "retirement"], stands["SLE", "cancellation_oimp"]) == (200, 200)
    assert ("KHM", "retirement") not in stands
    one_to_one = one(
        """SELECT count(*), bool_and(underlying_hi - underlying_lo = hi - lo), sum(hi - lo + 1)::bigint
           FROM batch WHERE underlying_registry = 'VCS'"""
    )
    assert one_to_one == (24, True, sum(each.quantity for each in blocks))
    firsts = rows(
        """SELECT t.type, s.party FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
           JOIN series s ON s.id = e.series_id WHERE e.is_first_transfer GROUP BY 1, 2 ORDER BY 2, 1"""
    )
    # Use for other purposes only: the use is the first transfer; for both, the earlier event is.
    assert firsts == [
        ("cancellation_oimp", "KHM"), ("cancellation_omge", "RWA"), ("international_transfer", "SLE")
    ]  # fmt: skip


def _file(folder: Path, blocks: Iterable[verra.VcsBlock]) -> Path:
    path = folder / verra.FILE
    lines = [",".join(verra.COLUMNS)]
    for each in blocks:
        ended = each.cancelled_on or ""
        cells = (each.issued_on, f"{each.vintage}-01-01", each.project, each.title, each.quantity, each.serial,
                 f'"{each.labels}"', ended)  # fmt: skip
        lines.append(",".join(map(str, cells)))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_of_vcs_blocks_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, verra.made_up())
    text = path.read_text(encoding="utf-8")
    for wrong, code in ((text.replace("serial_number", "serial"), Code.FILE_COLUMNS),
                        (text.replace("VER-RW", "VER-XX", 1), Code.FILE_VALUE),
                        (text.replace(",3600,", ",many,", 1), Code.FILE_VALUE)):  # fmt: skip
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(Refused) as no:
            verra.read(path)
        assert no.value.codes == (code,)


def test_part_of_two_holders_units_is_authorized_while_they_move() -> None:
    by = founded(Kind.INTERNATIONAL, "IR")
    report = twice(lambda: partial.play(by=by))
    assert codes(report) == [Code.BLOCK_RESERVED, Code.AUTHORIZATION_CEILING_EXCEEDED, Code.UNIT_NOT_AUTHORIZED]
    authorized = rows(
        """SELECT a.name, b.lo, b.hi FROM block b JOIN account a ON a.id = b.account_id
           WHERE b.authorization_id IS NOT NULL ORDER BY b.lo"""
    )
    assert authorized == [(partial.OWNER, 601, 700), (partial.BUYER, 701, 800), (partial.TRADER, 801, 960)]


def test_outcomes_in_another_metric_keep_to_accounts_of_their_metric() -> None:
    by = founded(Kind.INTERNATIONAL, "IR")
    report = twice(lambda: other_metric.play(by=by))
    assert codes(report) == [Code.METRIC_INCOMPLETE, Code.ACCOUNT_REFUSES_UNIT]
    assert standing() == {("VUT", "holding"): 4_500, ("VUT", "retirement"): 500}


def test_the_mechanisms_issuances_divide_exactly() -> None:
    by = founded(Kind.MECHANISM, "A64")
    report = twice(lambda: a64.issuance_of_10003(by=by))
    assert codes(report) == [
        Code.MECHANISM_INSTRUCTION, Code.MECHANISM_STATEMENT_MISSING, Code.TRANSACTION_NOT_ALONE
    ]  # fmt: skip
    assert standing() == {
        ("THA", "share_of_proceeds"): 501, ("THA", "cancellation_omge"): 201, ("THA", "holding"): 9_301
    }  # fmt: skip
    twice(lambda: a64.issuance_of_an_ldc(by=by))
    assert {each[1]: units for each, units in standing().items() if each[0] == "RWA"} == {
        "share_of_proceeds": 501, "cancellation_omge": 402, "holding": 9_802 + 9_301
    }  # fmt: skip
    later = twice(lambda: a64.contribution_units_authorized_later(by=by))
    assert codes(later) == [Code.MECHANISM_MCU_MOVED]


def test_cers_count_towards_a_first_ndc_once() -> None:
    by = founded(Kind.MECHANISM, "A64")
    report = twice(lambda: cer.play(cer.MADE_UP, by=by))
    assert codes(report) == [Code.CER_INELIGIBLE, Code.CER_TAKEN_OVER, Code.CER_NOT_FIRST_NDC]
    assert standing() == {("BRA", "holding"): 9_000, ("BRA", "retirement"): 1_000}
    assert not report.is_real


def test_cers_of_a_late_enough_project_are_found_in_the_reports(tmp_path: Path) -> None:
    issuances, projects = tmp_path / "issuances.csv", tmp_path / "projects.csv"
    issuances.write_text(
        "unit_type,commitment_period,host_party,project_number,serial_start,serial_end,quantity\n"
        "CER,1,IN,1,1,9000,9000\ntCER,2,BR,2,1,9000,9000\nCER,2,BR,2,9001,9010,10\nCER,2,BR,2,9011,20000,10990\n"
    )
    projects.write_text("project_number,name,validation_start_date\n1,Old,2012-12-31\n2,New,2014-01-01\n3,None,\n")
    found = cer.find(issuances, projects)
    assert (found.first, found.last) == ("BR-5-9011-2-2-0-2", "BR-5-20000-2-2-0-2")
    assert (found.quantity, found.title, found.is_real) == (10_990, "New", True)
    issuances.write_text(issuances.read_text().replace("10990", "10"))
    assert cer.find(issuances, projects) == cer.MADE_UP


def test_one_issuance_is_shared_by_two_parties_of_a_joint_programme() -> None:
    by = founded(Kind.CREDITING, joint.CODE)
    report = twice(lambda: joint.play(by=by))
    assert codes(report) == [
        Code.CREDITING_DIVISION, Code.TRANSACTION_WRONG_ACCOUNTS, Code.PERSON_NOT_PERMITTED, Code.LABEL_NOT_IN_FORCE,
        Code.BLOCK_LOCKED, Code.BLOCK_NOT_HELD,
    ]  # fmt: skip
    assert standing() == {
        ("MNG", "holding"): 3_167 + 6_335 + 100 - 900,
        ("MNG", "buffer"): 351, ("MNG", "cancellation_administrative"): 50, ("MNG", "converted"): 900,
    }  # fmt: skip
    [unit] = lookup.find("CR-JCR-MNG-MN001-4000-2024")
    assert [each["label"] for each in unit.labels] == [joint.LABEL]


def test_a_story_that_goes_otherwise_than_told_is_a_fault_of_ours() -> None:
    stage = Stage("x", "X", founded(Kind.INTERNATIONAL, "IR"), NOW)

    def refuse() -> None:
        raise refused(Code.LEDGER_BUSY)

    for act in (refuse, lambda: None):
        with pytest.raises(BrokenInvariant):
            stage.refuses("It", Code.BLOCK_FINAL, act)
