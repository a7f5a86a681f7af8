"""What a registry records its subscribers come to know; what contradicts their records is shown and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from services.network import START, Fresh, Network, network

from article6.domain.authorizations import Purpose
from article6.domain.nomenclatures import Value
from article6.domain.orders import Issuance
from article6.domain.units import BatchAttributes, UnitType
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.services import authorizations, issuance, underlying
from article6.services.exchange import desks, mandates, overview, peers, publishing
from article6.services.exchange.mandates import NewMandate
from article6.store import journal
from article6.store.database import one, rows


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect("transfer_itmo", "subscription")
        both.settle()
        yield both


def came(net: Network, code: str = "CHE01", kind: str | None = None) -> list[tuple[str, str]]:
    with net.at(code):
        return [(kind_, outcome) for kind_, outcome in rows(
            """SELECT kind, outcome FROM exchange_publication WHERE direction = 'in' AND (%s::text IS NULL OR kind = %s)
               ORDER BY id""", (kind, kind)
        )]  # fmt: skip


def alerts(net: Network, code: str = "CHE01") -> list[str]:
    with net.at(code):
        return [each["subject"] for each in overview.alerts(is_open=False).items]


def say(net: Network, kind: str, content: dict[str, Any], source: str = "GHA01", to: str = "CHE01") -> None:
    """A peer publishes something by hand."""
    with net.at(source):
        data = {"kind": kind, "published_at": written(net.now), kind: content}
        with journal.database_transaction():
            desks.channel(net.now).send(to, Type.RECORD_PUBLISHED, data, net.now)
    net.settle()


def resting_on_ghana(net: Network) -> int:
    """A batch in CHE01 on the basis of the units 501 to 600 of GHA01."""
    with net.at("CHE01") as side:
        with journal.database_transaction():
            known = [Value("GHA01", source="CARP")]
            journal.record_nomenclature("underlyingUnitRegistryId", known, net.now)
        batch = BatchAttributes(
            UnitType.MO, vintage_year=2024, underlying_registry="GHA01", underlying_series="GHA",
            underlying_first=501, underlying_last=600,
        )  # fmt: skip
        issuance.issue(Issuance(side.account.number, "CHE01", "CHE", 100, batch), by=side.root, now=net.now)
        return int(one("SELECT max(id) FROM batch")[0])


def test_approaches_and_authorizations_come_with_every_version(net: Network) -> None:
    assert came(net) == [("approach", "recorded"), ("authorization", "recorded")]
    with net.at("GHA01") as side:
        new = authorizations.NewApproach("CA0002", "Lamps", ("GHA", "CHE"))
        authorizations.record_approach(new, by=side.root, now=net.now)
        for version in (1, 2):
            laid = authorizations.NewAuthorization(
                "GHA-2", "GHA", "CA0002", START.date(), Purpose.NDC, version, quantity=1000 * version
            )
            authorizations.record_authorization(laid, by=side.root, now=net.now)
    net.settle()
    assert came(net)[2:] == [("approach", "recorded"), ("authorization", "recorded"), ("authorization", "recorded")]
    with net.at("CHE01"):
        found = rows("SELECT version, quantity FROM party_authorization WHERE code = 'GHA-2' ORDER BY version")
        assert [tuple(each) for each in found] == [(1, 1000), (2, 2000)]
    net.settle(hours=1)
    assert came(net, "GHA01") == []  # what came from there is not told back
    with net.at("GHA01"):
        assert len(publishing.publications(direction="out").items) == 5


def test_what_contradicts_our_records_is_shown_and_changes_nothing(net: Network) -> None:
    with net.at("CHE01") as side:
        new = authorizations.NewApproach("CA0003", "Ours", ("CHE", "PER"))
        authorizations.record_approach(new, by=side.root, now=net.now)
    net.settle()
    assert came(net, "GHA01") == [("approach", "recorded")]
    say(net, "approach", {"code": "CA0003", "title": "Theirs", "parties": ["CHE", "THA"]})
    assert came(net)[-1] == ("approach", "contradicts")
    assert any("CA0003" in each for each in alerts(net))
    with net.at("CHE01"):
        assert one("SELECT title, parties FROM cooperative_approach WHERE code = 'CA0003'")[1] == ["CHE", "PER"]
    # The same again, as it stands here, is nothing new.
    say(net, "approach", {"code": "CA0003", "title": "Ours", "parties": ["CHE", "PER"]})
    assert came(net)[-1] == ("approach", "known")


def test_of_a_party_with_a_section_here_only_its_own_registry_publishes(net: Network) -> None:
    told = {"party": "GHA", "code": "GHA-9", "version": 1, "approach": "CA0001", "authorized_on": "2026-01-01",
            "purposes": "NDC"}  # fmt: skip
    say(net, "authorization", told, "CHE01", "GHA01")
    assert came(net, "GHA01") == [("authorization", "contradicts")]
    with net.at("GHA01") as side:
        given = mandates.give(NewMandate("CHE01", "GHA"), by=side.root, now=net.now)
        mandates.agree(given["id"], by=side.ana, now=net.now)
    say(net, "authorization", told, "CHE01", "GHA01")
    assert came(net, "GHA01")[-1] == ("authorization", "recorded")
    # Other content under the same number, and an approach that nobody knows.
    say(net, "authorization", {**told, "quantity": "5"}, "CHE01", "GHA01")
    say(net, "authorization", {**told, "code": "GHA-8", "approach": "CA7777"}, "CHE01", "GHA01")
    assert [outcome for _, outcome in came(net, "GHA01")[2:]] == ["contradicts", "contradicts"]
    with net.at("GHA01"):
        assert one("SELECT count(*), max(quantity) FROM party_authorization WHERE code IN ('GHA-8', 'GHA-9')") == (
            1,
            None,
        )


def test_values_of_nomenclatures_come_and_are_withdrawn_in_order(net: Network) -> None:
    with net.at("GHA01"), journal.database_transaction():
        value = Value("Geothermal", date(2026, 1, 1), labels={"en": "Geothermal energy"}, source="UNFCCC")
        journal.record_nomenclature("sectors", [value], net.now)
    net.settle()
    assert came(net, kind="nomenclature") == [("nomenclature", "recorded")]
    content = {"list": "sectors", "value": "Geothermal", "valid_from": "2026-01-01", "labels": {"en": "Heat"}}
    say(net, "nomenclature", {**content, "version": 1})
    say(net, "nomenclature", {**content, "version": 3})
    say(net, "nomenclature", {**content, "version": 2, "valid_until": "2027-01-01"})
    say(net, "nomenclature", {**content, "version": 1})
    say(net, "nomenclature", {**content, "list": "nothing", "version": 1})
    assert [outcome for _, outcome in came(net, kind="nomenclature")[1:]] == [
        "contradicts", "contradicts", "recorded", "older", "unused",
    ]  # fmt: skip
    with net.at("CHE01"):
        found = rows(
            """SELECT version, valid_until FROM nomenclature_value WHERE list = 'sectors' AND value = 'Geothermal'
               ORDER BY version"""
        )
        assert [tuple(each) for each in found] == [(1, None), (2, date(2027, 1, 1))]


def test_the_underlying_registry_says_what_was_done_with_its_units(net: Network) -> None:
    batch_id = resting_on_ghana(net)
    locked = {"registry": "GHA01", "series": "GHA", "first": "501", "last": "600", "at": written(net.now),
              "reference": "transaction 7"}  # fmt: skip
    say(net, "unit_status", {**locked, "status": "locked"})
    with net.at("CHE01"):
        [statement] = underlying.statements(batch_id)
        assert (statement["status"], statement["reference"]) == ("locked", "transaction 7")
    say(net, "unit_status", {**locked, "status": "locked"})
    say(net, "unit_status", {**locked, "status": "labelled"})  # says what they are, not that they are free
    say(net, "unit_status", {**locked, "status": "cancelled"})
    say(net, "unit_status", {**locked, "status": "not_locked"})
    say(net, "unit_status", {**locked, "status": "locked", "first": "601", "last": "700"})
    assert [outcome for _, outcome in came(net, kind="unit_status")] == [
        "recorded", "known", "known", "recorded", "contradicts", "unused",
    ]  # fmt: skip
    say(net, "unit_status", {**locked, "status": "locked", "registry": "VCS"})
    assert any("request.not_permitted" in each for each in alerts(net))  # only its own registry says so
    with net.at("CHE01"):
        assert [each["status"] for each in underlying.statements(batch_id)] == ["cancelled", "locked"]


def test_a_registry_hears_what_others_take_to_be_done_with_its_units(net: Network) -> None:
    batch_id = resting_on_ghana(net)
    with net.at("CHE01") as side:
        new = underlying.NewStatement(batch_id, underlying.LockStatus.LOCKED, "by letter",
                                      net.now.date())  # fmt: skip
        underlying.state(new, by=side.root, now=net.now)
    net.settle()
    assert came(net, "GHA01")[-1] == ("unit_status", "contradicts")
    assert any("GHA01 GHA:501-600" in each and "100" in each for each in alerts(net, "GHA01"))


def test_what_no_message_can_hold_is_told_and_keeps_nothing_back(net: Network) -> None:
    with net.at("GHA01") as side:
        for code, remark in (("CA0004", "x" * 20_001), ("CA0005", "short")):
            new = authorizations.NewApproach(code, "Lamps", ("GHA", "CHE"), remark=remark)
            authorizations.record_approach(new, by=side.root, now=net.now)
    net.settle()
    assert came(net)[2:] == [("approach", "recorded")]
    assert [each for each in alerts(net, "GHA01") if "remark" in each]


def test_nobody_publishes_who_is_not_subscribed_to(net: Network) -> None:
    before = came(net)
    with net.at("CHE01") as side:
        peers.suspend("GHA01", "in doubt", by=side.root, now=net.now)
    say(net, "approach", {"code": "CA0009", "title": "x", "parties": ["GHA"]})
    assert came(net) == before
    assert any("sender.suspended" in each for each in alerts(net))
