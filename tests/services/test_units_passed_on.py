"""Ghana gives units to Switzerland, which passes them on to Thailand, and Thailand gives them back to Ghana: what is
told of a batch is the same everywhere, and everybody can show how the units came to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ledger.books import audit_is_clean
from services.network import START, Fresh, Network, network

from article6.domain.attribute_schemas import Subject
from article6.domain.orders import Issuance
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import attribute_schemas, authorization_acts, issuance
from article6.services.attribute_schemas import NewSchema
from article6.services.exchange import transfers
from article6.store.database import one, rows

SCHEMA = NewSchema(
    Subject.UNIT,
    "stoves",
    {
        "type": "object",
        "properties": {
            "project": {"type": "string"},
            "share": {"type": "number"},
            "of": {"type": "array", "items": {"type": "integer"}},
        },
    },
    START.date(),
)
FACTS = """SELECT b.unit_type, b.party, b.vintage_year, b.metric, b.metric_unit, b.conversion_numerator,
    b.conversion_denominator, b.gwp, b.mitigation_type, b.sectors, b.activity_types, b.underlying_registry,
    k.lo - b.lo + b.underlying_lo, k.hi - b.lo + b.underlying_lo, b.original_serial, b.attributes, b.attributes_schema,
    a.code, a.party, a.title, c.code, u.party, u.code, u.version, k.lo, k.hi
    FROM block k JOIN account o ON o.id = k.account_id JOIN batch b ON b.id = k.batch_id
    JOIN activity a ON a.id = b.activity_id JOIN cooperative_approach c ON c.id = b.cooperative_approach_id
    JOIN party_authorization u ON u.id = k.authorization_id
    WHERE o.type = %s AND k.lo > 1000 ORDER BY k.lo"""
"""All that is said of the units of the batch with everything in it, wherever they stand."""


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database, "GHA01", "CHE01", "THA01") as three:
        three.connect()
        with three.at("GHA01") as side:
            new = issuance.NewActivity("STOVES", "GHA", "Stoves", ("Energy generation",), ("Reforestation",))
            activity_id = issuance.record_activity(new, by=side.root, now=START)
            schema = attribute_schemas.declare(SCHEMA, by=side.root, now=START)
            batch = BatchAttributes(
                UnitType.MO, one("SELECT id FROM cooperative_approach")[0], activity_id, 2024, gwp="AR5",
                sectors=("Energy generation", "Waste management"), activity_types=("Reforestation",),
                underlying_registry="GS",
                underlying_first=50_001, underlying_last=50_300, original_serial="GS-50001", underlying_series="V3",
                attributes={"project": "Stoves", "share": 12.5, "of": [1, 2]}, attributes_schema=schema,
            )  # fmt: skip
            issuance.issue(Issuance(side.account.number, "GHA01", "GHA", 300, batch), by=side.root, now=START)
            authorization_acts.authorize_units("GHA-1", [SeriesRange(1, 1001, 1300)], by=side.root, now=START)
        yield three


def pass_on(net: Network, giver: str, peer: str, first: int, last: int) -> None:
    with net.at(giver):
        series_id = one("SELECT id FROM series WHERE registry = 'GHA01'")[0]
    sent = net.send(None, giver=giver, peer=peer, ranges=(SeriesRange(series_id, first, last),))  # type: ignore[arg-type]
    net.settle(minutes=1)
    with net.at(giver):
        shown = transfers.shown(sent.transfer_id)
    assert shown["objections"] == [], (giver, peer)
    assert shown["status"] == "settled"


def facts(net: Network, code: str, type_: str = "holding") -> list[Any]:
    with net.at(code):
        return rows(FACTS, (type_,))


def test_facts_are_the_same_in_every_registry_and_when_units_come_home(net: Network) -> None:
    before = facts(net, "GHA01")
    pass_on(net, "GHA01", "CHE01", 1001, 1300)
    assert facts(net, "CHE01") == before
    pass_on(net, "CHE01", "THA01", 1101, 1200)
    [passed] = facts(net, "THA01")
    assert passed[:12] == before[0][:12]
    assert passed[12:] == (50_101, 50_200, *before[0][14:24], 1101, 1200)
    assert [each[:12] for each in facts(net, "CHE01", "elsewhere")] == [passed[:12]]

    # Home by the third: Ghana sees the whole way, in everybody's own words.
    pass_on(net, "THA01", "GHA01", 1101, 1200)
    [home] = facts(net, "GHA01")
    assert home == passed
    with net.at("GHA01"):
        offer = json.loads(one("SELECT proposed FROM exchange_transfer WHERE side = 'acquirer'")[0])
    assert len(offer["blocks"][0]["provenance"]) == 2
    assert [(each["registry"], each["type"]) for each in offer["blocks"][0]["history"]] == [
        ("GHA01", "issuance"), ("GHA01", "authorization"), ("CHE01", "acquisition"), ("THA01", "acquisition"),
    ]  # fmt: skip

    # Directly home, and away again from there: nothing is told twice, nothing is lost.
    pass_on(net, "CHE01", "GHA01", 1201, 1300)
    pass_on(net, "GHA01", "THA01", 1151, 1250)
    pass_on(net, "THA01", "CHE01", 1151, 1250)
    assert {each[:12] for each in map(tuple, map(_hashable, facts(net, "CHE01")))} == {_hashable(before[0])[:12]}
    for code in net.registries:
        with net.at(code):
            audit_is_clean()
            assert rows("SELECT text FROM exchange_alert") == []
    live = [
        (lo, hi)
        for code in net.registries
        for *_facts, lo, hi in facts(net, code)
    ]  # fmt: skip
    assert sorted(number for lo, hi in live for number in range(lo, hi + 1)) == list(range(1001, 1301))


def _hashable(row: Any) -> tuple[Any, ...]:
    return tuple(json.dumps(each, sort_keys=True) if isinstance(each, dict | list) else each for each in row)
