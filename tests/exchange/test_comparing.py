"""What passed between two registries: the arithmetic on serials, against a list of single serials."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from article6.exchange import comparing
from article6.exchange.comparing import Flow, Key, Settled, Way
from article6.exchange.facts import Serials

START = datetime(2026, 3, 1, tzinfo=UTC)
KEY = Key("GHA01", "GHA", "MO")


def _serials(first: int, last: int) -> Serials:
    return Serials("GHA01", "GHA", first, last)


def _expand(ranges: comparing.Ranges) -> set[int]:
    return {serial for first, last in ranges for serial in range(first, last + 1)}


def test_the_latest_passage_of_each_serial_counts() -> None:
    for seed in range(200):
        chance = random.Random(seed)  # a test's chance, which is to come again
        flows, latest = [], {}
        for number in range(chance.randrange(1, 25)):
            first = chance.randrange(1, 60)
            last = min(60, first + chance.randrange(0, 20))
            way = chance.choice(list(Way))
            at = START + timedelta(hours=number)
            flows.append(Flow(_serials(first, last), "MO", way, at))
            latest |= dict.fromkeys(range(first, last + 1), (way, at))
        until = START + timedelta(hours=chance.randrange(0, 25))
        settled = [Settled(_serials(10, 30), until)] if seed % 2 else []
        for serial in range(10, 31) if settled else ():
            if serial in latest and latest[serial][1] <= until:
                del latest[serial]
        found = comparing.passed(flows, settled)
        for way in (Way.GIVEN, Way.TAKEN):
            ranges = found[way].get(KEY, ())
            assert _expand(ranges) == {serial for serial, (its, _at) in latest.items() if its is way}, seed
            assert list(ranges) == list(comparing.merged(ranges)), seed


def test_differences_are_the_serials_that_one_side_has_otherwise() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        ours, theirs = ({n for n in range(1, 50) if chance.random() < 0.6} for _ in range(2))
        if seed % 5 == 0:
            theirs = set(ours)
        as_ranges = [comparing.merged((n, n) for n in each) for each in (ours, theirs)]
        mine = {Way.GIVEN: {KEY: as_ranges[0]}, Way.TAKEN: {}}
        told = {Way.GIVEN: {}, Way.TAKEN: {KEY: as_ranges[1]}}
        found = comparing.differences(mine, told, [KEY])
        assert {n for each in found if each.is_ours for n in _expand(((each.serials.first, each.serials.last),))} == (
            ours - theirs
        )
        assert {
            n for each in found if not each.is_ours for n in _expand(((each.serials.first, each.serials.last),))
        } == theirs - ours
        totals = {"given": [], "taken": comparing.totals_json(told[Way.TAKEN])}
        assert comparing.differing_totals(mine, totals) == (set() if ours == theirs else {KEY})


def test_as_many_other_serials_are_other_totals() -> None:
    mine = {Way.GIVEN: {KEY: ((1, 10),)}, Way.TAKEN: {}}
    told = {"given": [], "taken": comparing.totals_json({KEY: ((2, 11),)})}
    assert comparing.differing_totals(mine, told) == {KEY}


def test_parts_in_and_beyond_make_the_whole() -> None:
    whole, others = _serials(5, 25), [_serials(1, 6), _serials(10, 12), _serials(24, 40), Serials("X01", "GHA", 1, 99)]
    assert comparing.overlap(whole, others) == [_serials(5, 6), _serials(10, 12), _serials(24, 25)]
    assert comparing.beyond(whole, others) == [_serials(7, 9), _serials(13, 23)]
