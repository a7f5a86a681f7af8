"""The CDM's history through the ledger: balanced to the unit, resumed after any interruption, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from services.histories import CANCELLATIONS, FOREIGN, ISSUANCES, files, found

from article6.config import environment
from article6.domain.kinds import Kind
from article6.domain.refusals import Code, Refused
from article6.services import accounts, audit, demo
from article6.services.cdm import generate, replay
from article6.services.cdm.balances import PartyBalance
from article6.store.database import one, rows

pytestmark = pytest.mark.usefixtures("database")

SMALL = Fraction(1, 50)


def counted() -> tuple[int, ...]:
    tables = ("ledger_transaction", "entry", "batch")
    return tuple(one(f"SELECT count(*) FROM {table}")[0] for table in tables)


def audit_is_clean() -> bool:
    return all(each.ok for each in audit.run())


def test_a_small_history_balances_to_the_unit(tmp_path: Path) -> None:
    both = files(tmp_path)
    report = replay.replay_cdm(*both, by=found())
    assert report.parties == (PartyBalance("IND", 2000, 700, 1300, 7), PartyBalance("NAM", 500, 1, 499, 2))
    assert report.total == PartyBalance("", 2500, 701, 1799, 9)
    assert (report.postings, report.left_out, report.is_repeat) == (4 + 4 + 4, (), False)
    assert replay.verify(report, both) == []
    assert audit_is_clean()


def test_each_step_is_booked_at_its_recorded_time(tmp_path: Path) -> None:
    replay.replay_cdm(*files(tmp_path), by=found())
    booked = rows(
        """SELECT type, count(*), min(decided_at)::date::text, max(decided_at)::date::text
           FROM ledger_transaction GROUP BY 1 ORDER BY 1"""
    )
    assert booked == [
        ("cancellation_voluntary", 4, "2013-01-01", "2013-01-03"),
        ("forwarding", 4, "2012-01-01", "2012-03-02"),
        ("issuance", 4, "2012-01-01", "2012-03-02"),
    ]


def test_what_the_reports_say_of_an_issuance_is_kept_with_its_batch(tmp_path: Path) -> None:
    folder = tmp_path / "projects.csv"
    folder.write_text("project_number,host_party,name\n58,IN,Wind at Kutch\n", encoding="utf-8")
    replay.replay_cdm(*files(tmp_path), by=found(), projects=folder)
    [(attributes, title, types)] = rows(
        """SELECT b.attributes, v.title, v.activity_types FROM batch b JOIN activity v ON v.id = b.activity_id
           WHERE b.party = 'IND' AND b.lo = 1"""
    )
    assert attributes == {
        "commitment_period": 1, "project_number": "58", "monitoring_start": "2010-01-01",
        "monitoring_end": "2010-12-31", "issuance_process": "P-1", "activity_kind": "PA", "project_type": "Wind",
        "operational_entity": "DNV",
    }  # fmt: skip
    assert (title, types) == ("Wind at Kutch", ["Wind"])


def test_a_second_run_repeats_nothing(tmp_path: Path) -> None:
    both, by = files(tmp_path), found()
    first = replay.replay_cdm(*both, by=by)
    before = counted()
    again = replay.replay_cdm(*both, by=by)
    assert (again.is_repeat, again.postings, again.parties) == (True, 0, first.parties)
    assert counted() == before


def test_the_foreign_unit_is_refused_by_name_and_stops_nothing(tmp_path: Path) -> None:
    both = files(tmp_path, ISSUANCES, (*CANCELLATIONS, FOREIGN))
    report = replay.replay_cdm(*both, by=found())
    [line] = report.left_out
    assert (line.line, [each.code for each in line.reasons]) == (6, [Code.UNIT_FOREIGN])
    assert report.total.cancelled == 701
    assert replay.verify(report, both) == []


@pytest.mark.parametrize(
    ("issuances", "cancellations", "codes"),
    [
        ((*ISSUANCES, ISSUANCES[1]), CANCELLATIONS, (Code.FILE_ROW_REPEATED,)),
        (ISSUANCES, (*CANCELLATIONS, "2013-01-04T10:00:00.000,CER,1,IN,58,3"), (Code.FILE_ROW_TRUNCATED,)),
        (
            (*ISSUANCES, "2012-04-01T10:00:00.000,CER,1,IN,58,1500,2500,1001,,,,,,"),
            (*CANCELLATIONS, "2013-01-04T10:00:00.000,CER,1,IN,58,101,101,1,No"),
            (Code.BLOCK_FINAL, Code.SERIALS_ALREADY_ISSUED),
        ),
    ],
)
def test_one_bad_line_and_nothing_is_written_unless_asked_to_keep_going(
    tmp_path: Path, issuances: tuple[str, ...], cancellations: tuple[str, ...], codes: tuple[Code, ...]
) -> None:
    both, by = files(tmp_path, issuances, cancellations), found()
    with pytest.raises(Refused) as no:
        replay.replay_cdm(*both, by=by)
    assert no.value.codes == codes
    assert counted() == (0, 0, 0)
    report = replay.replay_cdm(*both, by=by, keep_going=True)
    assert tuple(each.reasons[0].code for each in report.left_out) == codes
    assert report.total == PartyBalance("", 2500, 701, 1799, 9)
    assert replay.verify(report, both) == []


def test_only_a_crediting_registry_replays_it(tmp_path: Path) -> None:
    both, by = files(tmp_path), found(Kind.INTERNATIONAL)
    with pytest.raises(Refused) as no:
        replay.replay_cdm(*both, by=by)
    assert no.value.codes == (Code.REQUEST_MALFORMED,)
    assert counted() == (0, 0, 0)


def test_an_account_that_is_closed_to_it_stops_the_replay_and_nothing_of_the_step_is_written(tmp_path: Path) -> None:
    both, by = files(tmp_path), found()
    stopped = Stop(after=1)
    with pytest.raises(KeyboardInterrupt):
        replay.replay_cdm(*both, by=by, progress=stopped)
    [(number,)] = rows("SELECT number FROM account WHERE type = 'pending'")
    accounts.set_status(number, "blocked", reason="a test", by=by, now=stopped.now)
    with pytest.raises(Refused) as no:
        replay.replay_cdm(*both, by=by)
    assert Code.ACCOUNT_NOT_OPEN in no.value.codes
    assert counted() == (0, 0, 0)


class Stop:
    """Progress that interrupts the replay when it has been told so often that something was done."""

    def __init__(self, after: int) -> None:
        self.left, self.now = after, datetime(2024, 1, 1, tzinfo=UTC)

    def __call__(self, what: str, done: int, total: int) -> None:
        if what in ("replaying", "opening accounts"):
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt


def test_a_generated_history_goes_through_and_is_found_equal(tmp_path: Path) -> None:
    both = generate.generate_cdm(11, tmp_path, SMALL)
    told = Counter[str]()
    report = replay.replay_cdm(*both, by=found(), progress=lambda what, done, total: told.update([what]))
    assert replay.verify(report, both) == []
    assert len(report.parties) == 82
    assert audit_is_clean()
    assert told["replaying"] >= 2


@pytest.mark.parametrize("after", [1, 83, 84])
def test_an_interrupted_replay_continues_to_the_same_totals(tmp_path: Path, after: int) -> None:
    both, by = generate.generate_cdm(12, tmp_path, SMALL), found()
    with pytest.raises(KeyboardInterrupt):
        replay.replay_cdm(*both, by=by, progress=Stop(after))
    report = replay.replay_cdm(*both, by=by)
    assert not report.is_repeat
    assert replay.verify(report, both) == []
    assert audit_is_clean()


REPLAY = """
import sys, django
from pathlib import Path
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from article6.services import people
from article6.services.cdm import replay
replay.CHUNK = 20
def tell(what, done, total):
    print(what, done, flush=True)
report = replay.replay_cdm(Path(sys.argv[1]), Path(sys.argv[2]), by=people.person_by_login("ama"), progress=tell)
"""


@pytest.mark.slow
def test_a_killed_replay_continues_to_the_same_totals(
    tmp_path: Path, process_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, by = generate.generate_cdm(13, tmp_path, SMALL), found()
    chance = random.Random(13)
    kills = 0
    for attempt in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", REPLAY, *map(str, both)],
            env={**process_environment, "DJANGO_SETTINGS_MODULE": "article6.config.settings"},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        wanted = chance.randrange(1, 6) + 4 * attempt
        for line in child.stdout:
            wanted -= line.startswith("replaying")
            if not wanted:
                time.sleep(chance.random() / 50)
                os.kill(child.pid, signal.SIGKILL)
                break
        kills += child.wait() == -signal.SIGKILL
        child.stdout.close()
    assert kills
    monkeypatch.setattr(replay, "CHUNK", 20)
    report = replay.replay_cdm(*both, by=by)
    assert replay.verify(report, both) == []
    assert audit_is_clean()
    # Nothing was booked twice: as many transactions as lines, issuances twice because they are forwarded.
    lines = [len(each.read_text(encoding="utf-8").splitlines()) - 1 for each in both]
    assert one("SELECT count(*) FROM ledger_transaction") == (2 * lines[0] + lines[1] - 1,)


def test_a_difference_is_found_where_there_is_one(tmp_path: Path) -> None:
    both = files(tmp_path)
    report = replay.replay_cdm(*both, by=found())
    # The same files with one cancellation more, and one that moved by a serial.
    files(tmp_path, ISSUANCES, (*CANCELLATIONS[:3], "2013-01-03T10:00:00.000,CER,1,NA,7,499,499,1,Yes"))
    moved = [str(each) for each in replay.verify(report, both)]
    assert any(each.startswith("NAM cancelled serials") for each in moved)
    files(tmp_path, ISSUANCES, (*CANCELLATIONS, "2013-01-04T10:00:00.000,CER,1,NA,7,1,9,9,Yes"))
    more = {(each.party, each.what) for each in replay.verify(report, both)}
    assert ("NAM", "cancelled") in more
    assert ("NAM", "remaining") in more


@pytest.mark.slow
def test_the_real_history_balances_to_the_unit() -> None:
    real = demo.cdm_files(environment.data_folder())
    if real is None:
        pytest.skip("the public reports of the CDM registry are not at hand (ARTICLE6_DATA)")
    both = real.issuances, real.cancellations
    report = replay.replay_cdm(*both, by=found(), projects=real.projects)
    assert report.total.issued == 2_425_409_379
    assert report.total.cancelled == 167_291_484
    assert len(report.parties) == 82
    [line] = report.left_out
    assert [each.code for each in line.reasons] == [Code.UNIT_FOREIGN]
    assert replay.verify(report, both) == []
    assert audit_is_clean()
    assert replay.replay_cdm(*both, by=report_person()).is_repeat


def report_person() -> int:
    return int(one("SELECT id FROM store_person ORDER BY id LIMIT 1")[0])
