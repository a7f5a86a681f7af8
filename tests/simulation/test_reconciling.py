"""After the faults, every pair of the simulated registries compares its books, while processes crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random

import pytest

from article6.exchange.cases import Reconciliation, Status
from article6.exchange.reconciling import Reconciling
from article6.exchange.simulation.cases import MemoryCases
from article6.exchange.simulation.network import MINUTE
from article6.exchange.simulation.registry import Registry
from article6.exchange.simulation.storage import Crash
from article6.exchange.simulation.world import World
from article6.exchange.turns import Turn

SEEDS = range(40)


def _with_service(registry: Registry) -> Reconciling:
    reconciling = Reconciling(MemoryCases(registry.books))
    registry.subjects = lambda: (reconciling.subject(),)  # type: ignore[method-assign]
    with registry.books.transaction():
        for code in registry.peers():
            peer = registry.books.peer(code)
            assert peer is not None
            registry.books.save_peer(type(peer)(**{**_fields(peer), "services": peer.services | {"reconciliation"}}))
    registry.restart()
    return reconciling


def _fields(peer: object) -> dict[str, object]:
    return {name: getattr(peer, name) for name in peer.__slots__}  # type: ignore[attr-defined]


def _compare(world: World, one: Registry, other: Registry, start: Reconciling) -> tuple[Reconciliation, ...]:
    """Messages go back and forth until nothing is left to say; either process may crash between any two writes."""
    random = Random(world.seed)
    at = world.now(one)
    with one.books.transaction():
        found = start.start(Turn(one.books, one.desk.channel, world.limits, at), other.code, "on_demand")
    for _ in range(60):
        world.at += MINUTE
        idle = True
        for here, there in ((one, other), (other, one)):
            idle &= not _safely(random, here, there, lambda h=here, t=there: _turn(world, h, t))
        if idle:
            break
    return tuple(
        case
        for side, peer in ((one, other), (other, one))
        if (case := side.storage.table("cases").get((peer.code, found.id))) is not None
    )


def _turn(world: World, here: Registry, there: Registry) -> bool:
    now = world.now(here)
    body = here.desk.to_send(there.code, now)
    if body is not None:
        here.desk.take_receipts(there.code, there.desk.receive(body, world.now(there)), now)
    return bool(here.desk.handle(there.code, now)) or body is not None


def _safely(random: Random, here: Registry, there: Registry, turn: Callable[[], bool]) -> bool:
    if random.random() < 0.2:
        random.choice([here, there]).storage.crash_after = random.randint(1, 8)
    try:
        return turn()
    except Crash:
        for each in (here, there):
            each.storage.crash_after = None
            each.restart()
        return True
    finally:
        here.storage.crash_after = there.storage.crash_after = None


@pytest.fixture(scope="module")
def compared() -> list[tuple[bool, World, Registry, Registry, tuple[Reconciliation, ...]]]:
    return list(_all())


def _all() -> Iterator[tuple[bool, World, Registry, Registry, tuple[Reconciliation, ...]]]:
    for seed in SEEDS:
        world = World(seed)
        assert not world.run().faults
        services = {code: _with_service(each) for code, each in world.registries.items()}
        for one, other in combinations(world.registries.values(), 2):
            cases = _compare(world, one, other, services[one.code])
            yield one.is_liar or other.is_liar, world, one, other, cases


def test_honest_pairs_agree_whatever_the_network_and_the_crashes_did(compared: list) -> None:
    honest = [each for each in compared if not each[0]]
    assert len(honest) > 50
    moved = 0
    for _, world, one, other, cases in honest:
        disputed = [
            each.id for side in (one, other) for each in side.books.transfers()
            if each.status == "disputed" and each.peer in (one.code, other.code)
        ]  # fmt: skip
        if disputed:
            continue
        assert [each.status for each in cases] == [Status.COMPLETED] * 2, (world.seed, one.code, other.code)
        assert [each.peer_result for each in cases] == ["agreed"] * 2
        moved += len(MemoryCases(one.books).flows(other.code, world.now(one)))
    assert moved > 100


def test_who_lied_about_what_passed_is_found_with_the_completion_that_it_signed(compared: list) -> None:
    found = 0
    for is_liars, _world, one, other, cases in compared:
        if not is_liars or not cases or cases[0].status is not Status.BY_HAND:
            continue
        honest, liar = (other, one) if one.is_liar else (one, other)
        kept = MemoryCases(honest.books)
        [case] = [each for each in kept.cases() if each.peer == liar.code]
        for each in kept.differences(case.id, liar.code):
            if each.is_ours and each.way == "taken":
                titles = [line.evidence for line in kept.trail([each.serials])]
                assert any(titles)
                found += 1
    assert found > 0
