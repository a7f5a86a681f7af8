"""Versions of a Party's report: frozen once, revised by new ones, compared, explained, and confidential in part."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from ledger.books import audit_is_clean
from services.frozen_reports import (
    ACTIONS,
    HOLDINGS,
    JUNE,
    LATER,
    NOW,
    There,
    frozen,
    ghana_sent,
    keys,
    refused_with,
    table,
    written,
)

from article6.domain.refusals import Code, Refused
from article6.domain.submissions import Version
from article6.reporting.aef_fields import Table
from article6.services import (
    aef_files,
    aef_versions,
    sight,
)
from article6.store.database import one, rows, sight_of_sections
from article6.store.queries import aef_versions as reading

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: object) -> There:
    return ghana_sent()


class TestFreezing:
    def test_a_version_keeps_what_the_ledger_said_and_its_digest(self, there: There) -> None:
        done = there.freeze(reason="Annual information")
        assert (done["version"], done["reason"], done["frozen_by_name"]) == ("1.0", "Annual information", "Efua")
        assert done["row_counts"] == {"authorizations": 1, "actions": 1, "holdings": 0, "authorized_entities": 0}
        assert aef_versions.is_intact(frozen())
        kept = aef_versions.full_copy(frozen())
        for each in Table:
            if each is not Table.SUBMISSION:
                assert table(kept, each) == table(aef_versions.draft("GHA", 2025, now=NOW), each)
        assert (kept.submission.version, kept.submission.submitted_on) == ("1.0", NOW.date())

    def test_a_revision_is_a_new_version_and_old_rows_stay(self, there: There) -> None:
        there.freeze()
        before = [*aef_versions.content(frozen())]
        there.send(10, datetime(2025, 12, 20, tzinfo=UTC))
        assert there.freeze(now=LATER)["version"] == "1.1"
        assert there.freeze(now=LATER, version=Version(2, 0), reason="Recounted")["version"] == "2.0"
        assert [*aef_versions.content(frozen())] == before
        assert len(table(aef_versions.full_copy(frozen()), ACTIONS)) == 1
        assert len(table(aef_versions.full_copy(frozen(version="1.1")), ACTIONS)) == 2
        listed = aef_versions.listed("GHA", 2025, is_all=True)
        assert [each["version"] for each in listed] == ["2.0", "1.1", "1.0"]

    @pytest.mark.parametrize("number", [Version(1, 0), Version(1, 1), Version(1, 2)])
    def test_a_version_never_goes_backwards(self, there: There, number: Version) -> None:
        there.freeze(version=Version(1, 2))
        with refused_with(Code.AEF_VERSION_BACKWARDS):
            there.freeze(version=number)
        assert there.freeze()["version"] == "1.3"

    def test_holdings_are_those_of_the_end_of_31_december(self, there: There) -> None:
        there.send(5, datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
        there.send(7, datetime(2026, 1, 1, tzinfo=UTC))
        there.freeze("NOR")
        held = table(aef_versions.full_copy(frozen("NOR")), HOLDINGS)
        assert sum(int(str(row[12])) for row in held) == 65

    def test_an_open_year_is_provisional_and_is_not_frozen(self, there: There) -> None:
        for now in (JUNE, datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)):
            with refused_with(Code.AEF_YEAR_OPEN):
                there.freeze(now=now)
            assert "Provisional" in str(aef_versions.draft("GHA", 2025, now=now).remark)
        assert aef_versions.listed("GHA", 2025, is_all=True) == []
        there.freeze(now=datetime(2026, 1, 1, tzinfo=UTC))

    def test_only_the_partys_administrator_freezes(self, there: There) -> None:
        for by in (there.nils, there.bo):
            with refused_with(Code.PERSON_NOT_PERMITTED):
                there.freeze(by=by)
        assert there.freeze(by=there.root)["version"] == "1.0"

    def test_the_same_command_is_answered_again(self, there: There) -> None:
        first = there.freeze(key="once")
        assert there.freeze(key="once", now=LATER) == first
        with refused_with(Code.IDEMPOTENCY_CONTENT_DIFFERS):
            there.freeze(key="once", version=Version(3, 0))
        assert len(aef_versions.listed("GHA", 2025, is_all=True)) == 1

    def test_unknown_parties_and_versions_are_refused(self, there: There) -> None:
        with refused_with(Code.SECTION_UNKNOWN):
            there.freeze("CHE", by=there.root)
        with refused_with(Code.AEF_VERSION_UNKNOWN):
            frozen()
        for text in ("1", "0.1", "1.01", "1.x", "-1.0"):
            with refused_with(Code.REQUEST_MALFORMED):
                aef_versions.named(text)

    def test_of_two_that_are_frozen_at_once_one_is_refused(self, there: There, monkeypatch: pytest.MonkeyPatch) -> None:
        there.freeze()
        both = threading.Barrier(2, timeout=60)
        original = reading.last_records

        def meet() -> tuple[int, int, int]:
            both.wait()
            return original()

        monkeypatch.setattr(reading, "last_records", meet)
        answers: list[str] = []

        def once(version: Version | None) -> None:
            try:
                answers.append(there.freeze(version=version)["version"])
            except Refused as no:
                answers.append(str(no.codes[0]))
            finally:
                connections.close_all()

        # Different numbers: each is above the version that both saw.
        pair = [threading.Thread(target=once, args=(number,)) for number in (None, Version(2, 0))]
        for each in pair:
            each.start()
        for each in pair:
            each.join(60)
        assert sorted(answers)[1] == "aef.version_backwards"
        assert len(aef_versions.listed("GHA", 2025, is_all=True)) == 2

    def test_many_rows_are_kept_in_several_parts(self, there: There, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(aef_versions, "ROWS_A_PART", 2)
        for number in range(4):
            there.send(1, JUNE + timedelta(hours=number + 1))
        told: list[int] = []
        there.freeze(progress=told.append)
        assert told == [1, 2, 2, 1]
        assert len(table(aef_versions.full_copy(frozen()), ACTIONS)) == 5
        assert aef_versions.is_intact(frozen())


class TestTheDatabaseHoldsToIt:
    @pytest.mark.parametrize("name", ["aef_version", "aef_version_part", "aef_version_seal"])
    def test_nothing_is_changed_or_removed(self, there: There, database: Any, name: str) -> None:
        there.freeze()
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            for statement in (f"UPDATE {name} SET section_id = 0", f"DELETE FROM {name}", f"TRUNCATE {name} CASCADE"):
                with pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
                    owner.execute(statement)

    def test_a_closed_version_takes_no_rows_and_numbers_go_up(self, there: There, database: Any) -> None:
        there.freeze(version=Version(2, 0))
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            with pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
                owner.execute(
                    """INSERT INTO aef_version_part (version_id, section_id, number, table_key, row_count, content)
                       SELECT id, section_id, 9, 'actions', 1, '' FROM aef_version"""
                )
            with pytest.raises(psycopg.Error, match=r"aef\.version_backwards"):
                owner.execute(
                    """INSERT INTO aef_version (section_id, party, year, major, minor, follows, head, last_entry,
                           last_authorization, last_explanation, frozen_by, frozen_at)
                       SELECT section_id, party, year, 1, 9, id, head, 0, 0, 0, frozen_by, frozen_at
                       FROM aef_version"""
                )

    def test_what_was_tampered_with_is_seen(self, there: There, database: Any) -> None:
        there.freeze()
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            owner.execute("ALTER TABLE aef_version DISABLE TRIGGER USER")
            owner.execute("UPDATE aef_version SET head = jsonb_set(head, '{remark}', '\"All is well\"')")
        assert not aef_versions.is_intact(frozen())

    def test_another_partys_people_see_none_of_it(self, there: There) -> None:
        there.freeze()
        there.mark(keys(ACTIONS)[0])
        section = one("SELECT id FROM section WHERE party = 'NOR'")[0]
        with sight.seeing(sight_of_sections([section])):
            for name in ("aef_version", "aef_version_part", "aef_version_seal", "aef_confidential"):
                assert rows(f"SELECT 1 FROM {name}") == []

    def test_the_audit_stays_clean(self, there: There) -> None:
        there.freeze()
        audit_is_clean()


class TestFiles:
    @pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
    def test_the_files_of_a_version_are_the_same_bytes_for_ever(self, there: There, form: str) -> None:
        there.freeze()
        before = written(aef_versions.full_copy(frozen()), form)
        there.send(10, datetime(2025, 12, 20, tzinfo=UTC))
        there.authorize(remark="Extended")
        there.freeze(now=LATER)
        assert written(aef_versions.full_copy(frozen()), form) == before
        assert written(aef_versions.full_copy(frozen(version="1.1")), form) != before

    def test_names_say_version_and_copy(self) -> None:
        assert aef_files.file_name("GHA", 2025, "xlsx") == "AEF-GHA-2025.xlsx"
        assert aef_files.file_name("GHA", 2025, "csv", version="1.0") == "GHA-2025-1.0.csv.zip"
        assert aef_files.file_name("GHA", 2025, "json", version="1.0", is_public=True) == "GHA-2025-1.0-public.json"
