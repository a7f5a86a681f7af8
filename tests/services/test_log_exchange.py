"""Two registries that trade and witness each other: messages are in both logs, and a rewritten log is caught."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from services.logs import breaches, logged
from services.network import ITMO, Fresh, Network, network

from article6.domain.refusals import Code, Refused
from article6.services.exchange import offering
from article6.services.log import keeping, proving, sequencer, status
from article6.services.log.keeping import Role
from article6.store.database import rows
from article6.store.queries import log as queries
from article6.transparency import proofs
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


def test_messages_are_leaves_on_both_sides(net: Network) -> None:
    net.send(40)
    logs_grow(net)
    with net.at(HERE):
        sent = logged("message_sent")
        proof = proving.prove("message_sent", f"{THERE}:1")
        [jws] = [each for (each,) in rows("SELECT jws FROM exchange_signed WHERE sequence = 1")]
        assert proof.shown.facts["sha256"] == proofs.leaves.sha256(jws.encode()).hexdigest()
        assert breaches() == []
    with net.at(THERE):
        received = logged("message_received")
        assert proving.prove("message_received", f"{HERE}:1").shown.facts["sha256"] == proof.shown.facts["sha256"]
        assert breaches() == []
    assert [each.rpartition(":")[2] for each in received] == [each.rpartition(":")[2] for each in sent]
    assert len(sent) >= 2


def test_peers_cosign_each_others_checkpoints(net: Network) -> None:
    logs_grow(net)
    net.send(40)
    logs_grow(net)
    with net.at(THERE):
        [witness] = keeping.verifiers(Role.WITNESS)
    with net.at(HERE):
        [found] = status.now().witnesses
        assert found.name == THERE
        [log] = keeping.verifiers(Role.LOG)
        proof = proving.prove("transaction", "1")
        assert proofs.verify(proof, log, [witness], 1).cosigned == {"article6/CHE01/witness": found.at.timestamp()}
        assert status.now().doubts == []


def test_while_an_offer_is_under_way_no_other_is_made(net: Network) -> None:
    net.away.add(THERE)
    logs_grow(net)
    for _ in range(3):
        net.send(1)
        logs_grow(net)
    with net.at(HERE):
        offers = "SELECT count(*) FROM exchange_outgoing WHERE type LIKE '%checkpoint.published%'"
        assert rows(offers) == [(1,)]
    net.away.clear()
    logs_grow(net, days=1)
    logs_grow(net)
    with net.at(HERE):
        [found] = status.now().witnesses
        assert found.size > 1


def test_a_registry_that_rewrites_its_history_is_caught_by_its_peer(net: Network) -> None:
    logs_grow(net)
    # What only who has the disk can do: another history, without any trace of the one before.
    with psycopg.connect(net[HERE].database.owner_url) as owner:
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute("TRUNCATE log_leaf, log_secret, log_tile, log_checkpoint, log_cosignature, log_cursor")
    shutil.rmtree(settings.ARTICLE6_HOME / "log")
    net.send(40)
    logs_grow(net)
    with pytest.raises(Refused) as no:
        logs_grow(net)
    assert no.value.codes == (Code.LOG_DISCONTINUED,)  # the witness brought back what was published
    with net.at(THERE):
        [doubt] = {each["doubt"] for each in queries.doubts()}
        assert doubt in (Doubt.NOT_CONSISTENT, Doubt.FORKED, Doubt.SHRUNK)
        [kept, *_] = queries.doubts()
        assert kept["seen"] != kept["offered"]
        alerts = rows("SELECT text FROM exchange_alert WHERE peer = %s", (HERE,))
        assert any("does not continue" in text for (text,) in alerts)
    with net.at(HERE):
        assert status.now().witnesses == []
        stopped = status.now().stopped
        assert stopped is not None
        assert stopped.held_by == THERE
        assert any("did not cosign" in text for (text,) in rows("SELECT text FROM exchange_alert"))
