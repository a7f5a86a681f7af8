"""A registry replaces its log's key, and its witness follows: or refuses, where the key before did not announce it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from services.network import ITMO, Fresh, Network, network

from article6.exchange.message_types import Type
from article6.services.exchange import desks, offering
from article6.services.log import keeping, proving, rotating, sequencer, status
from article6.services.log.keeping import Role
from article6.store.database import rows
from article6.store.queries import log as queries
from article6.transparency import log_keys, notes, proofs
from article6.transparency.witnessing import Doubt

HERE, THERE = "GHA01", "CHE01"


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect(*ITMO, "witness")
        yield both


def logs_grow(net: Network, **later: int) -> None:
    """Both sequencers have their turn, and offer what they signed."""
    net.settle(**(later or {"minutes": 2}))
    for code in (HERE, THERE):
        with net.at(code):
            sequencer.run_down(net.now)
            offering.offer_due(net.now)
    net.settle()


def rotated(net: Network, days: int = 30) -> None:
    with net.at(HERE) as side:
        asked = rotating.propose("as every year", timedelta(days=days), by=side.root, now=net.now)
        rotating.decide(asked.id, approve=True, by=side.ana, now=net.now)


def cosigned(net: Network) -> int:
    """Up to which size the witness cosigned."""
    with net.at(HERE):
        found = status.now().witnesses
        return found[0].size if found else 0


@pytest.mark.parametrize("days", [30, 0])
def test_a_witness_goes_on_under_the_new_key(net: Network, days: int) -> None:
    logs_grow(net)
    before = cosigned(net)
    rotated(net, days)
    logs_grow(net)
    after = cosigned(net)
    assert after > before > 0
    net.send(40)
    logs_grow(net, days=31)
    logs_grow(net)
    assert cosigned(net) > after
    with net.at(HERE):
        first, second = keeping.verifiers(Role.LOG)[::-1]
        checkpoint = queries.checkpoint_of(cosigned(net))
        assert checkpoint is not None
        ids = {each.key_id for each in notes.parse(checkpoint.note.encode()).signatures}
        assert ids == {second.key_id}
        announced = rotating.announcements()
        assert rows("SELECT count(*) FROM log_key_told") == [(1,)]
        assert status.now().doubts == []
        proof = proving.prove("transaction", "1")
    with net.at(THERE):
        assert queries.peer_announcements(HERE) == announced
        assert queries.doubts() == []
        [witness] = keeping.verifiers(Role.WITNESS)
    for key in (first, second):
        assert proofs.verify(proof, log_keys.followed(key, announced), [witness], 1).cosigned


def test_a_witness_that_connects_later_follows_from_the_key_of_then(net: Network) -> None:
    rotated(net, 0)
    logs_grow(net)
    logs_grow(net)
    assert cosigned(net) > 0
    with net.at(THERE):
        assert len(queries.peer_announcements(HERE)) == 1


def test_a_key_that_was_not_announced_by_its_predecessor_is_not_believed(net: Network) -> None:
    logs_grow(net)
    before = cosigned(net)
    # Who has the disk and the secret, but not the key in force, puts another in its place, and announces it by itself.
    with net.at(HERE):
        made = [keeping.made_anew(Role.LOG, net.now) for _ in range(2)]
        note = str(log_keys.announce(made[0], made[1], net.now, net.now))
        desks.channel(net.now).send(THERE, Type.LOG_KEY_ANNOUNCED, {"announcement": note}, net.now)
    net.send(40)
    logs_grow(net)
    logs_grow(net)
    assert cosigned(net) == before
    with net.at(THERE):
        assert queries.peer_announcements(HERE) == []
        assert {each["doubt"] for each in queries.doubts()} == {Doubt.KEY, Doubt.SIGNATURE}
        alerts = {text for (text,) in rows("SELECT text FROM exchange_alert WHERE peer = %s", (HERE,))}
        assert any("did not announce" in text for text in alerts)
    with net.at(HERE):
        assert any("did not cosign" in text for (text,) in rows("SELECT text FROM exchange_alert"))


def test_a_second_successor_of_one_key_is_not_believed(net: Network) -> None:
    logs_grow(net)
    rotated(net)
    logs_grow(net)
    with net.at(HERE):
        [kept] = queries.announcements()
        said = log_keys.read(kept[1])
        sealed = {vkey: keeping._opened(vkey, secret) for vkey, secret, _until in queries.log_keys()}
        other = notes.Signer(said.old.name, said.old.type, Ed25519PrivateKey.generate())
        note = str(log_keys.announce(sealed[str(said.old)], other, net.now, net.now))
        desks.channel(net.now).send(THERE, Type.LOG_KEY_ANNOUNCED, {"announcement": note}, net.now)
    logs_grow(net)
    with net.at(THERE):
        assert queries.peer_announcements(HERE) == [kept[1]]
        [doubt] = queries.doubts()
        assert (doubt["doubt"], doubt["offered"]) == (Doubt.KEY, note)


def test_announcements_stay_as_they_are(net: Network) -> None:
    rotated(net)
    logs_grow(net)
    with psycopg.connect(net[THERE].database.owner_url, autocommit=True) as owner:
        for table in ("log_peer_announcement", "log_key_told"):
            with pytest.raises(psycopg.Error, match="append_only"):
                owner.execute(f"UPDATE {table} SET peer = 'X'")
