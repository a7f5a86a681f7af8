"""The demonstration's registries: the first two transfers, and the CDM's history, real or made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from services.histories import files, found

from article6.domain.authorizations import Purpose
from article6.domain.refusals import Code, Refused
from article6.reporting.checks.results import Result
from article6.services import audit, authorizations, balances, demo, people, pioneers
from article6.services.authorizations import NewAuthorization
from article6.services.cdm import generate, replay
from article6.store.database import rows
from article6.store.queries import registries

NOW = datetime(2026, 3, 1, tzinfo=UTC)
COUNTS = "SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM entry), (SELECT count(*) FROM account)"
pytestmark = pytest.mark.usefixtures("database")


def test_both_transfers_are_booked_with_their_real_quantities_and_dates() -> None:
    demo.build_international(now=NOW)
    transfers = rows(
        """SELECT f.party, t.party, x.quantity, x.decided_at::date::text FROM ledger_transaction x
           JOIN account f ON f.id = x.source_id JOIN account t ON t.id = x.target_id
           WHERE x.type = 'international_transfer' AND x.status = 'completed' ORDER BY x.id LIMIT 2"""
    )
    assert transfers == [("THA", "CHE", 1_916, "2023-12-15"), ("GHA", "CHE", 11_733, "2025-07-08")]


def test_the_first_transfer_follows_once_per_serial() -> None:
    demo.build_international(now=NOW)
    firsts = rows(
        """SELECT x.type, e.lo, e.hi FROM entry e JOIN ledger_transaction x ON x.id = e.transaction_id
           WHERE e.is_first_transfer ORDER BY e.id LIMIT 3"""
    )
    assert firsts == [
        ("international_transfer", 1, 1_916), ("cancellation_omge", 1, 240), ("international_transfer", 241, 11_973)
    ]  # fmt: skip


def test_whoever_proposed_did_not_approve() -> None:
    demo.build_international(now=NOW)
    by_two = rows(
        """SELECT p.login, d.login FROM ledger_transaction x JOIN store_person p ON p.id = x.proposed_by
           JOIN store_person d ON d.id = x.decided_by WHERE x.type = 'international_transfer' ORDER BY x.id LIMIT 2"""
    )
    assert by_two == [("tha.representative", "tha.approver"), ("gha.representative", "gha.approver")]


def test_building_twice_changes_nothing_and_the_audit_is_clean() -> None:
    first = demo.build_international(now=NOW)
    assert [each.name for each in first] == ["demo", "verra", "partial", "other-metric", "balances"]
    before = rows(
        "SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM entry), (SELECT count(*) FROM account)"
    )
    assert demo.build_international(now=NOW) == first
    after = rows(
        "SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM entry), (SELECT count(*) FROM account)"
    )
    assert after == before
    assert [each.name for each in audit.run() if not each.ok] == []


def test_balances_rest_on_levels_that_say_where_they_come_from() -> None:
    demo.build_international(now=NOW)
    found = {party: balances.balance(party, now=NOW) for party in ("CHE", "GHA", "THA")}
    swiss, thai = found["CHE"].summary, found["THA"].summary
    assert {each.year: each.level for each in swiss.years}[2021] == 45_135_720
    assert {each.year: each.adjustment for each in swiss.years}[2024] == -1_000  # used for 2024
    assert swiss.target == 27_466_939
    assert {each.year: each.net for each in thai.years}[2022] == 1_916
    # Averaged over the years so far: 1,916 first transferred of 2022, in four years.
    assert {each.year: each.adjustment for each in thai.years}[2024] == Fraction(1_916, 4)
    assert {each.year: each.balance for each in thai.years}[2024] == 422_090_000 + Fraction(1_916, 4)
    assert {each.year: each.net for each in found["GHA"].summary.years}[2024] >= 11_973
    for each in found.values():
        assert all(
            "synthetic" in source or "UNFCCC" in source or "NDC of" in source for source in each.sources.values()
        )
        assert "assumed" in each.ndc.reference


def test_real_inventory_totals_are_taken_where_their_file_is_at_hand(tmp_path: Path) -> None:
    file = tmp_path / "inventories" / "unfccc_annex1_total_without_lulucf.csv"
    file.parent.mkdir()
    file.write_text("iso2,year,t_co2e,datasource_id\nAT,2021,7,S:1\nCH,1990,9,S:1\nCH,2021,44000000,S:1\n")
    demo.build_international(tmp_path, now=NOW)
    found = balances.balance("CHE", now=NOW)
    assert found.sources["covered"] == "S:1"
    assert {each.year: each.level for each in found.summary.years}[2021] == 44_000_000
    before = rows(COUNTS)
    demo.build_international(None, now=NOW)  # what is recorded stays, though the file is gone
    assert rows(COUNTS) == before
    assert balances.balance("CHE", now=NOW).sources == found.sources


def test_all_reports_come_back_consistent_a_forged_one_does_not_and_nothing_is_submitted_twice() -> None:
    demo.build_international(now=NOW)
    first = demo.submit_reports(now=datetime(2026, 11, 20, tzinfo=UTC))
    assert {"CHE 2023 1.0", "CHE 2025 1.0", "GHA 2025 1.0", "THA 2023 1.0"} <= set(first.consistent)
    assert first.inconsistent == ()
    assert first.forged.startswith("CHE")
    assert (first.result, "does not report to have acquired" in first.finding) == (Result.INCONSISTENT, True)
    # Somebody tries the demonstration, and Ghana's report on 2025 would be another now.
    new = NewAuthorization("GHA CHE 2", "GHA", "CA0002", date(2025, 11, 3), Purpose.NDC, parties=("CHE",))
    root = people.person_by_login(demo.ADMINISTRATOR[0])
    authorizations.record_authorization(new, by=root, now=datetime(2026, 11, 20, tzinfo=UTC))
    before = rows(COUNTS)
    assert demo.submit_reports(now=datetime(2026, 11, 21, tzinfo=UTC)) == first
    assert rows(COUNTS) == before


def test_an_interrupted_build_is_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.build_international(now=NOW, progress=stop)
    assert len(demo.build_international(now=NOW)[0].transactions) == 8


def test_every_party_to_the_agreement_has_a_section_and_the_remark_says_what_is_synthetic() -> None:
    demo.build_international(now=NOW)
    sections = registries.sections()
    assert {"THA", "GHA", "CHE", "EUE", "ADM"} <= sections.keys()
    assert len(sections) > 190
    identity = registries.identity()
    assert identity is not None
    assert "synthetic" in identity["remark"]


def test_the_share_for_omge_is_two_per_cent_rounded_up() -> None:
    assert -(-pioneers.GHANA.issued * 2 // 100) == pioneers.GHANA.omge
    assert pioneers.GHANA.issued - pioneers.GHANA.omge == pioneers.GHANA.transferred


def test_a_registry_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    found()
    with pytest.raises(Refused) as no:
        demo.build_international(now=NOW)
    assert no.value.codes == (Code.REGISTRY_EXISTS,)


def test_without_files_the_history_is_made_up_and_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate.generate_cdm
    monkeypatch.setattr(
        generate, "generate_cdm", lambda seed, folder, progress: whole(seed, folder, Fraction(1, 200), progress)
    )
    report, made = demo.build_cdm(demo.cdm_files(tmp_path), folder=tmp_path, seed=5)
    assert made is not None
    assert replay.verify(report, (made.issuances, made.cancellations)) == []
    identity = registries.identity()
    assert identity is not None
    assert identity["remark"].startswith("Generated data")
    # Begun with made-up data, it stays that way, with its own seed.
    again, _ = demo.build_cdm(demo.CdmFiles(*files(tmp_path)), folder=tmp_path, seed=6)
    assert again.is_repeat
    assert again.parties == report.parties


def test_with_files_the_history_is_theirs(tmp_path: Path) -> None:
    folder = tmp_path / "cdm_registry"
    folder.mkdir()
    files(folder)
    report, _ = demo.build_cdm(demo.cdm_files(tmp_path), folder=tmp_path / "made")
    assert report.total.issued == 2_500
    identity = registries.identity()
    assert identity is not None
    assert not identity["remark"].startswith("Generated")
    later, gone = demo.build_cdm(None, folder=tmp_path / "made")
    assert (later.parties, gone) == (report.parties, None)
