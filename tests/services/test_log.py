"""The transparency log on PostgreSQL: order, late commits, crashes, two sequencers, rights, witnesses, proofs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from ledger.authorizing import record, with_approach
from ledger.books import NOW, Books
from services.logs import audited, breaches, logged, run, with_units

from article6.domain.refusals import Code, Refused
from article6.services import audit, sight
from article6.services.log import checkpointing, keeping, proving, sequencer
from article6.services.log.keeping import Role
from article6.store import database as connection
from article6.store.database import one, rows, seeing
from article6.store.queries import log as queries
from article6.transparency import proofs


@pytest.fixture
def books(database: object) -> Books:
    return with_units()


@pytest.fixture
def owner(database: object) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database.owner_url, autocommit=True) as open_:  # type: ignore[attr-defined]
        yield open_


# --- What becomes a leaf


def test_what_is_done_becomes_leaves_and_the_log_is_right(books: Books) -> None:
    books.move("A", "B", 40)
    run()
    assert len(logged()) == one("SELECT count(*) FROM ledger_transaction")[0] == 2
    assert len(logged("nomenclature")) == one("SELECT count(*) FROM nomenclature_value")[0] > 0
    report = audited()
    assert (report.is_clean, report.is_whole, report.until) == (True, True, queries.size())
    assert breaches() == []


def test_what_only_waits_is_no_leaf_until_it_is_approved(books: Books) -> None:
    books.open("C", needs_approval=True)
    books.issue("C", 10)
    run()
    before = logged()
    waiting = books.move("C", "B", 5)
    run()
    assert logged() == before
    from article6.services import transactions

    transactions.approve(waiting.transaction_id, by=books.bo, now=NOW)
    assert run() == 1
    assert logged() == [*before, str(waiting.transaction_id)]


def test_versions_of_authorizations_are_leaves_that_withhold_entities_and_terms(database: object) -> None:
    books = with_approach()
    record(books)
    run()
    [subject] = logged("authorization")
    proof = proving.prove("authorization", subject)
    assert proof.shown.facts["code"]
    assert {"entities", "terms"} <= set(proving.parts(proof))
    assert proof.shown.disclosed == {}
    assert breaches() == []


def test_nothing_is_appended_twice_even_if_the_cursors_are_lost(
    books: Books, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    run()
    before = queries.size()
    owner.execute("DELETE FROM log_cursor")
    assert run() == 0
    assert queries.size() == before


def test_a_turn_is_bounded_and_a_backlog_keeps_its_order(books: Books) -> None:
    run()
    size, root = queries.size(), queries.checkpoint()
    for _ in range(11):
        books.move("A", "B", 1)
    turns = [sequencer.turn(NOW, limit=4) for _ in range(4)]
    assert [each.appended for each in turns] == [4, 4, 3, 0]
    assert queries.size() == size + 11
    assert logged() == sorted(logged(), key=int)
    assert root is not None
    assert audited(root.note).is_clean


# --- Late commits


class Slow:
    """Another session that writes, and has not ended yet."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def move(self, books: Books, quantity: int) -> int:
        """Half of what a transfer does: its event is numbered; nobody sees it yet."""
        account = books.accounts["A"]
        found = self.connection.execute(
            """INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity, proposed_by,
                   proposed_at, decided_by, decided_at)
               VALUES ('transfer', 'completed', %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            (account.section_id, account.id, books.accounts["B"].id, quantity, books.ama, NOW, books.ama, NOW),
        ).fetchone()
        assert found is not None
        self.connection.execute(
            """INSERT INTO audit_event (at, person_id, section_id, action, subject)
               VALUES (%s, %s, %s, 'transfer.completed', %s)""",
            (NOW, books.ama, account.section_id, f"transaction:{found[0]}"),
        )
        return int(found[0])

    def draw_a_number(self) -> None:
        """A number is drawn and will never be used."""
        self.connection.execute("INSERT INTO audit_event (at, action, subject) VALUES (now(), 'none', 'none')")


@pytest.fixture
def slow(database: object) -> Iterator[Slow]:
    session = Slow(database.owner_url)  # type: ignore[attr-defined]
    yield session
    session.connection.close()


def test_who_commits_late_is_not_missed(books: Books, slow: Slow) -> None:
    run()
    late = slow.move(books, 7)
    early = [str(books.move("A", "B", 1).transaction_id) for _ in range(3)]
    for _ in range(4):
        run()
    assert logged()[-3:] == early  # nobody waits for the slow one
    slow.connection.commit()
    assert run() == 1
    assert logged()[-1] == str(late)  # it was done last
    run()
    assert queries.cursors()["transaction"].holes == ()


def test_who_is_later_still_is_not_missed_either(books: Books, database: object, slow: Slow) -> None:
    run()
    other = Slow(database.owner_url)  # type: ignore[attr-defined]
    first = slow.move(books, 1)
    books.move("A", "B", 1)
    run()
    second = other.move(books, 2)
    books.move("A", "B", 1)
    run()
    slow.connection.commit()
    for _ in range(3):
        run()
    assert str(first) in logged()
    assert str(second) not in logged()
    other.connection.commit()
    other.connection.close()
    for _ in range(3):
        run()
    assert str(second) in logged()
    assert queries.cursors()["transaction"].holes == ()


def test_a_number_that_is_never_used_is_given_up_only_when_its_writer_is_done(books: Books, slow: Slow) -> None:
    run()
    slow.draw_a_number()
    books.move("A", "B", 1)
    for _ in range(3):
        run()
    assert queries.cursors()["transaction"].holes != ()
    slow.connection.rollback()
    for _ in range(2):
        run()
    assert queries.cursors()["transaction"].holes == ()


def test_under_many_writers_and_two_sequencers_nothing_is_lost_or_doubled(books: Books) -> None:
    stop = threading.Event()
    wrong: list[BaseException] = []

    def repeatedly(act: Callable[[], object]) -> Callable[[], None]:
        def work() -> None:
            try:
                while not stop.is_set():
                    act()
            except BaseException as error:  # noqa: BLE001 - told to the test below
                wrong.append(error)
            finally:
                connection.close()

        return work

    def write() -> None:
        try:
            books.move("A", "B", 1)
        except Refused as no:
            # When all have moved, nothing is left to move.
            assert no.reasons[0].code in (Code.LEDGER_BUSY, Code.QUANTITY_EXCEEDS_HOLDING)

    acts = [write, write, lambda: sequencer.turn(NOW, 20), lambda: sequencer.turn(NOW, 20)]
    threads = [threading.Thread(target=repeatedly(act)) for act in acts]
    for thread in threads:
        thread.start()
    threading.Event().wait(4)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    for _ in range(3):
        run()
    done = {str(number) for (number,) in rows("SELECT id FROM ledger_transaction WHERE status = 'completed'")}
    assert len(done) > 20
    assert set(logged()) == done
    assert len(logged()) == len(done)
    assert [each for (each,) in rows("SELECT position FROM log_leaf ORDER BY position")] == list(range(queries.size()))
    assert audited().is_clean
    assert breaches() == []


# --- Crashes


def test_leaves_whose_checkpoint_was_not_signed_get_it_at_the_next_turn(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(now: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(checkpointing, "publish", crash)
        with pytest.raises(SystemExit):
            sequencer.turn(NOW)
    assert queries.size() > 0
    assert queries.checkpoint() is None
    run()
    assert audited().until == queries.size()


def test_a_turn_that_ends_in_its_middle_leaves_no_trace(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    from article6.store import log as writing

    run()
    before = queries.size(), queries.cursors()
    books.move("A", "B", 1)

    def crash(*anything: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(writing, "move_cursor", crash)
        with pytest.raises(SystemExit):
            sequencer.turn(NOW)
    assert (queries.size(), queries.cursors()) == before
    assert run() == 1


def test_while_another_has_the_turn_nothing_is_done(
    books: Books, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    run()
    books.move("A", "B", 1)
    with owner.transaction():
        owner.execute("SELECT log_turn()")
        assert sequencer.turn(NOW).appended == 0
    assert run() == 1


# --- What the database holds to


TABLES = (
    "log_leaf", "log_secret", "log_tile", "log_checkpoint", "log_cosignature", "log_key", "log_peer_key",
    "log_witnessed", "log_doubt",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_log_is_append_only_for_the_program_and_its_owner(
    books: Books, owner: psycopg.Connection[tuple[object, ...]], table: str
) -> None:
    for act in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"UPDATE {table} SET {column(table)} = NULL"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(act)
        with pytest.raises(psycopg.Error, match="append_only"):
            owner.execute(act)


def column(table: str) -> str:
    columns = rows(f"SELECT * FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position")
    return str(columns[-1][3])


@pytest.mark.parametrize("table", ["log_leaf", "log_secret", "log_tile"])
def test_leaves_come_through_the_sequencer_alone(books: Books, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(f"INSERT INTO {table} DEFAULT VALUES")


def test_leaves_leave_no_gap_and_take_no_place_twice(books: Books) -> None:
    from article6.store import log as writing
    from article6.transparency.tree import leaf_hash

    run()
    size = queries.size()
    leaf = writing.NewLeaf("transaction", "77", b"{}", leaf_hash(b"{}"), bytes(32))
    for place in (size + 1, size - 1, 0):
        with pytest.raises(Refused) as no:
            writing.append(place, [leaf], [], NOW)
        assert no.value.reasons[0].code is Code.LEDGER_BUSY


def test_a_checkpoint_is_not_larger_than_the_log_nor_smaller_than_the_last(books: Books) -> None:
    from article6.store import log as writing

    run()
    for size in (queries.size() + 1, 0):
        with pytest.raises(Refused) as no:
            writing.checkpoint(size, bytes(32), "note", NOW)
        assert no.value.reasons[0].code is Code.LEDGER_APPEND_ONLY


def test_secrets_and_keys_are_out_of_a_strangers_sight(books: Books) -> None:
    run()
    with seeing(sight.NOTHING):
        assert rows("SELECT * FROM log_secret") == rows("SELECT * FROM log_key") == []
    assert rows("SELECT * FROM log_secret") != []


def test_a_log_that_was_changed_in_the_database_is_not_signed_again(
    books: Books, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    run()
    damage(owner, "UPDATE log_leaf SET entry = 'x', hash = sha256('\\x0078'::bytea) WHERE position = 3")
    damage(owner, "UPDATE log_tile SET hashes = sha256('x') || substr(hashes, 33), root = sha256('x') WHERE number = 0")
    books.move("A", "B", 1)
    with pytest.raises(Refused) as no:
        run()
    assert no.value.codes == (Code.LOG_DISCONTINUED,)
    assert not audited().is_clean or breaches() != []


def damage(owner: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    """What only who owns the tables, or the disk, can do."""
    with owner.transaction():
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute(statement)


def test_the_ledger_does_nothing_for_the_log(books: Books) -> None:
    """No trigger, constraint or function on the way of a transfer touches the log's tables: it costs what it did."""
    run()
    on_the_way = "('block', 'entry', 'ledger_transaction', 'audit_event', 'batch', 'series', 'account')"
    triggers = rows(
        f"""SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE t.tgrelid::regclass::text IN {on_the_way} AND p.prosrc ~ 'log_'"""
    )
    functions = rows("SELECT proname FROM pg_proc WHERE proname LIKE 'ledger_%' AND prosrc ~ 'log_'")
    keys = rows(
        f"""SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text LIKE 'log_%'
            AND confrelid::regclass::text IN {on_the_way}"""
    )
    assert (triggers, functions, keys) == ([], [], [])
    before = one("SELECT count(*) FROM log_leaf")
    books.move("A", "B", 1)
    assert one("SELECT count(*) FROM log_leaf") == before


# --- The self-audit


def test_the_audit_finds_what_the_log_and_the_ledger_disagree_on(
    books: Books, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    moved = books.move("A", "B", 40).transaction_id
    run()
    [check] = [each for each in audit.run() if each.name == "log"]
    assert check.ok
    assert check.checked == queries.size()
    damage(owner, f"UPDATE ledger_transaction SET quantity = 41 WHERE id = {moved}")
    assert [each for each in breaches() if f"transaction {moved} is not what was recorded" in each]
    damage(owner, f"UPDATE ledger_transaction SET quantity = 40 WHERE id = {moved}")
    assert breaches() == []
    damage(owner, f"DELETE FROM ledger_transaction WHERE id = {moved}")
    assert breaches() != []


def test_the_audit_finds_leaves_that_were_taken_away(
    books: Books, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    run()
    last = queries.size() - 1
    damage(owner, f"DELETE FROM log_leaf WHERE position = {last}")
    found = breaches()
    assert any("it was read over and is no leaf" in each for each in found)
    assert any("there are no such leaves" in each for each in found)


# --- Proofs


def test_a_transaction_is_proven_to_whom_it_is_shown(books: Books) -> None:
    moved = books.move("A", "B", 40, beneficiary="Ama Mensah").transaction_id
    run()
    [log] = keeping.verifiers(Role.LOG)
    proven = proofs.verify(proving.prove("transaction", str(moved)), log)
    assert proven.facts["quantity"] == "40"
    assert proven.facts["entries"][0]["first"] == "1"
    assert proven.disclosed == {}
    told = proofs.verify(proving.prove("transaction", str(moved), ["particulars.beneficiary"]), log)
    assert told.disclosed == {"particulars.beneficiary": "Ama Mensah"}


def test_what_is_no_leaf_yet_is_not_proven(books: Books) -> None:
    moved = books.move("A", "B", 40).transaction_id
    for kind, subject in (("transaction", str(moved)), ("transaction", "x"), ("other", "1")):
        with pytest.raises(Refused) as no:
            proving.prove(kind, subject)
        assert no.value.reasons[0].code is Code.LOG_LEAF_UNKNOWN
    run()
    proving.prove("transaction", str(moved))
    with pytest.raises(Refused) as no:
        proving.prove("transaction", str(moved), ["particulars.secret"])
    assert no.value.reasons[0].code is Code.REQUEST_MALFORMED


def test_another_secret_does_not_open_the_logs_key(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    books.move("A", "B", 1)
    monkeypatch.setenv("ARTICLE6_EXCHANGE_SECRET", "another")
    with pytest.raises(Refused) as no:
        run()
    assert no.value.reasons[0].code is Code.EXCHANGE_SECRET
