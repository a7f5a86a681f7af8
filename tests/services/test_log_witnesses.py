"""Registries that witness each other's logs. Here a registry is its own peer, under its code INT."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ledger.books import NOW, Books
from services.logs import Served, logged, run, with_units

from article6.exchange import schemas
from article6.exchange.message_types import Type
from article6.services.log import keeping, proving, status, witnesses
from article6.services.log.keeping import Role
from article6.store.queries import log as queries
from article6.transparency import auditing, checkpoints, notes, proofs
from article6.transparency.checkpoints import Checkpoint
from article6.transparency.witnessing import Doubt

PEER = "INT"


@pytest.fixture
def books(database: object) -> Books:
    return with_units()


def parse_checkpoint(note: object) -> Checkpoint:
    return checkpoints.parse(notes.parse(str(note).encode()).text)


def offered(peer: str = PEER) -> dict[str, object]:
    found = witnesses.offer(peer, NOW)
    assert found is not None
    schemas.validate(Type.CHECKPOINT_PUBLISHED, found)
    return found


def exchanged(**changed: object) -> dict[str, object]:
    answer = witnesses.cosign(PEER, {**offered(), **changed}, NOW)
    schemas.validate(Type.CHECKPOINT_COSIGNED, answer)
    return answer


def test_a_checkpoint_is_offered_cosigned_and_served_with_the_cosignature(books: Books) -> None:
    run()
    assert witnesses.take(PEER, exchanged(), NOW) is None
    [key] = keeping.verifiers(Role.WITNESS)
    [log] = keeping.verifiers(Role.LOG)
    report = auditing.audit(Served(), log, witnesses=[key])
    assert report.cosigned == {"article6/INT/witness": int(NOW.timestamp())}
    assert witnesses.offer(PEER, NOW) is None  # the newest is cosigned
    books.move("A", "B", 1)
    run()
    witnesses.take(PEER, exchanged(), NOW)
    assert [each.size for each in status.now().witnesses] == [queries.size()]
    proof = proving.prove("transaction", logged()[0])
    assert proofs.verify(proof, log, [key], 1).cosigned


def test_a_witness_keeps_the_evidence_of_a_fork(books: Books) -> None:
    run()
    first = exchanged()
    books.move("A", "B", 1)
    run()
    answer = exchanged(proof=[], old_size=str(parse_checkpoint(first["note"]).size))
    assert (answer["cosigned"], answer["code"]) == (False, Doubt.NOT_CONSISTENT)
    assert str(first["note"]).startswith(str(answer["seen"]))
    [kept] = queries.doubts()
    assert (kept["doubt"], kept["seen"], kept["offered"]) == (answer["code"], answer["seen"], answer["note"])
    assert witnesses.take(PEER, answer, NOW) is None
    assert {each["doubt"] for each in status.now().doubts} == {answer["code"], f"told.{answer['code']}"}


def test_a_witness_that_saw_another_checkpoint_is_offered_the_proof_from_there(books: Books) -> None:
    run()
    exchanged()  # the answer was lost
    books.move("A", "B", 1)
    run()
    answer = exchanged()
    assert answer["code"] == Doubt.OTHER_START
    again = witnesses.take(PEER, answer, NOW)
    assert again is not None
    assert witnesses.cosign(PEER, again, NOW)["cosigned"]
    assert queries.doubts() == []


def test_a_peers_first_key_is_pinned(books: Books) -> None:
    run()
    exchanged()
    books.move("A", "B", 1)
    run()
    answer = witnesses.cosign(PEER, {**witnesses.take(PEER, exchanged(), NOW), "key": "another"}, NOW)
    assert answer["cosigned"]  # what the key is said to be now changes nothing
    assert queries.peer_key(PEER, "log") == str(keeping.verifiers(Role.LOG)[0])


def test_a_log_under_another_registrys_name_is_not_cosigned(books: Books) -> None:
    run()
    assert witnesses.cosign("CHE", offered(), NOW)["code"] == Doubt.SIGNATURE


@pytest.mark.parametrize(
    "change",
    [{"note": "no note"}, {"proof": "x"}, {"proof": ["AAAA"]}, {"old_size": "x"}, {"note": ""}, {"proof": None}],
)
def test_a_malformed_offer_is_answered_and_not_cosigned(books: Books, change: dict[str, object]) -> None:
    run()
    answer = exchanged(**change)
    assert not answer["cosigned"]
    assert answer["code"] == Doubt.MALFORMED


def test_a_cosignature_that_is_wrong_or_from_the_future_is_not_kept(books: Books) -> None:
    run()
    offer = offered()
    future = witnesses.cosign(PEER, offer, NOW + timedelta(days=1))
    answer = witnesses.cosign(PEER, offer, NOW)
    for wrong in (future, {**answer, "note": offer["note"]}, {**answer, "note": "x"}):
        witnesses.take(PEER, wrong, NOW)
        assert status.now().witnesses == []
    witnesses.take(PEER, answer, NOW)
    assert len(status.now().witnesses) == 1
