"""The log's key is replaced on PostgreSQL: two administrators, the announcement in the log, the overlap, the end."""

from __future__ import annotations

import json
from datetime import timedelta

import psycopg
import pytest
from ledger.books import NOW, Books
from services.logs import Served, audited, breaches, logged, run, with_units

from article6.domain.kinds import Role as PersonRole
from article6.domain.refusals import Code, Refused
from article6.services import certificates, people, sight
from article6.services.log import files, keeping, proving, rotating, sequencer, status
from article6.services.log.keeping import Role
from article6.store.database import rows, seeing
from article6.store.queries import log as queries
from article6.transparency import auditing, checkpoints, notes
from article6.transparency import certificates as checking
from article6.transparency.auditing import State
from article6.transparency.notes import Verifier

DAY = timedelta(days=1)


@pytest.fixture
def books(database: object) -> Books:
    books = with_units()
    people.give_role(books.bo, 0, PersonRole.ADMINISTRATOR, by=books.admin, now=NOW)
    books.move("A", "B", 40)
    run()
    return books


def rotated(books: Books, days: int = 30, at: timedelta = timedelta(0)) -> rotating.Rotation:
    asked = rotating.propose("as every year", timedelta(days=days), by=books.admin, now=NOW + at)
    return rotating.decide(asked.id, approve=True, by=books.bo, now=NOW + at)


def own_keys() -> list[Verifier]:
    """Ours, oldest first."""
    return keeping.verifiers(Role.LOG)[::-1]


def signers(note: str) -> set[bytes]:
    return {each.key_id for each in notes.parse(note.encode()).signatures}


def newest() -> str:
    found = queries.checkpoint()
    assert found is not None
    return found.note


def test_the_new_key_is_announced_signs_beside_the_old_one_and_then_alone(books: Books) -> None:
    before = newest()
    done = rotated(books)
    first, second = own_keys()
    assert (done.status, done.key) == ("approved", str(second))
    sequencer.run_down(NOW)
    assert logged("log_key") == ["1"]
    assert signers(before) == {first.key_id}
    assert signers(newest()) == {first.key_id, second.key_id}
    for anchor in (first, second):
        report = auditing.audit(Served(), anchor)
        assert report.findings == ()
        assert report.keys.verifiers == (first, second)
    books.move("A", "B", 1)
    sequencer.run_down(NOW + 30 * DAY)
    assert signers(newest()) == {second.key_id}
    for since in ("", before):
        assert auditing.audit(Served(), first, State(first.name, checkpoint=since)).findings == ()
    assert breaches() == []
    assert [each["key"] for each in status.now().former_keys] == [str(first)]


def test_a_key_that_others_may_have_ends_at_once(books: Books) -> None:
    rotated(books, days=0)
    _first, second = own_keys()
    sequencer.run_down(NOW)
    assert signers(newest()) == {second.key_id}
    assert audited().is_clean


def test_what_the_log_publishes_of_its_keys_never_runs_ahead_of_its_checkpoint(books: Books) -> None:
    rotated(books)
    first, second = own_keys()

    def told() -> str:
        found = Served().read("key")
        assert found is not None
        return found.decode().splitlines()[0]

    assert told() == str(first)
    assert json.loads(Served().read("keys") or b"")["announcements"] == []
    assert auditing.audit(Served(), first).is_clean
    sequencer.run_down(NOW)
    assert told() == str(second)
    assert len(json.loads(Served().read("keys") or b"")["announcements"]) == 1


def test_certificates_from_before_and_after_are_good_under_either_key(books: Books) -> None:
    [number] = [int(each) for each in logged() if each != "1"]
    before = certificates.issue(number, by=books.ama, now=NOW)
    rotated(books)
    after = certificates.issue(number, by=books.ama, now=NOW + DAY)  # its proof is of a checkpoint under the first key
    sequencer.run_down(NOW + DAY)
    rotated(books, at=2 * DAY)
    sequencer.run_down(NOW + 2 * DAY)
    keys = own_keys()
    assert len(keys) == 3
    made = [certificates.shown(each["code"], by=books.ama)["certificate"] for each in (before, after)]
    assert [each["key"] for each in made] == [str(keys[0]), str(keys[1])]
    assert ["announcements" in each for each in made] == [False, True]
    for whole in made:
        for key in keys:
            assert checking.verify(whole, key, announced=rotating.announcements()).is_trusted
    assert checking.verify(made[1], keys[0]).is_trusted  # with nothing but the key of then
    assert certificates.public_key() == str(keys[2])


def test_one_administrator_alone_replaces_no_key(books: Books) -> None:
    asked = rotating.propose("x", by=books.admin, now=NOW)
    with pytest.raises(Refused) as no:
        rotating.decide(asked.id, approve=True, by=books.admin, now=NOW)
    assert no.value.codes == (Code.PERSON_APPROVES_OWN,)
    assert len(own_keys()) == 1
    assert rotating.decide(asked.id, approve=False, by=books.admin, now=NOW).status == "rejected"
    with pytest.raises(Refused) as no:
        rotating.decide(asked.id, approve=True, by=books.bo, now=NOW)
    assert no.value.codes == (Code.PROPOSAL_DECIDED,)
    with pytest.raises(Refused) as no:
        rotating.decide(77, approve=True, by=books.bo, now=NOW)
    assert no.value.codes == (Code.PROPOSAL_UNKNOWN,)
    for reason, overlap in (("", DAY), ("x", 400 * DAY)):
        with pytest.raises(Refused) as no:
            rotating.propose(reason, overlap, by=books.admin, now=NOW)
        assert no.value.codes == (Code.REQUEST_MALFORMED,)
    for act in (
        lambda: rotating.propose("x", by=books.cy, now=NOW),
        lambda: rotating.decide(asked.id, approve=True, by=books.cy, now=NOW),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)


def test_the_same_request_is_one(books: Books) -> None:
    asked = [rotating.propose("x", by=books.admin, now=NOW, key="k") for _ in range(2)]
    assert asked[0] == asked[1]
    done = [rotating.decide(asked[0].id, approve=True, by=books.bo, now=NOW, key="k") for _ in range(2)]
    assert done[0] == done[1]
    assert len(own_keys()) == 2
    assert [each["status"] for each in rotating.listed()] == ["approved"]


def test_the_database_holds_to_the_second_person_and_to_one_chain(books: Books, database: object) -> None:
    asked = rotating.propose("x", by=books.admin, now=NOW)
    first = own_keys()[0]
    made = str(keeping.made_anew(Role.LOG, NOW).verifier)
    announcement = (
        "INSERT INTO log_key_announcement (rotation_id, old_vkey, new_vkey, note, announced_at, retires_at)"
        f" VALUES ({asked.id}, '{first}', '{made}', 'x', now(), now()) RETURNING 1"
    )
    with pytest.raises(psycopg.Error, match=r"proposal\.unknown"):
        rows(announcement)
    with pytest.raises(psycopg.Error, match="approves_own"):
        rows(
            "INSERT INTO log_rotation_decision (rotation_id, is_approved, decided_by, decided_at)"
            f" VALUES ({asked.id}, true, {books.admin}, now()) RETURNING 1"
        )
    tables = ("log_rotation", "log_rotation_decision", "log_key_announcement", "log_key_told", "log_peer_announcement")
    with psycopg.connect(database.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                rows(f"DELETE FROM {table}")
            with pytest.raises(psycopg.Error, match="append_only"):
                owner.execute(f"DELETE FROM {table}")


def test_who_asked_is_out_of_a_strangers_sight_and_the_announcement_is_public(books: Books) -> None:
    rotated(books)
    run()
    with seeing(sight.NOTHING):
        assert rows("SELECT * FROM log_rotation") == rows("SELECT * FROM log_rotation_decision") == []
        assert len(rotating.announcements()) == 1
        assert files.file("keys") is not None
    proof = proving.prove("log_key", "1")
    assert checkpoints.opened(proof.checkpoint.encode(), own_keys()[1]).checkpoint.size == queries.size()
