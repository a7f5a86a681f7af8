"""Units that stay in another registry, over the interface: told, instructed, and seen by the Party's people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from api.doors import Caller
from api.test_network import callers
from services.network import Fresh, Network, network

SERVICE = "transfer_information"


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        both.connect(SERVICE)
        yield both


def test_amounts_are_told_and_instructed(net: Network) -> None:
    target = net["CHE01"].account.number
    with net.at("GHA01") as side:
        of = callers(net, "GHA01")
        wanted = {"peer": "CHE01", "source": side.account.number, "target": target, "party": "CHE", "quantity": 90,
                  "service": SERVICE}  # fmt: skip
        made = of["ama"].post("/transfers-between", wanted)
        assert of["bo"].post(f"/transfers-between/{made.json['transfer_id']}/approve").json["status"] == "proposed"
    net.settle()
    with net.at("CHE01"):
        of = callers(net, "CHE01")
        assert Caller().get("/told-units").status == 401
        [told] = of["ama"].get("/told-units", party="CHE").json["items"]
        assert (told["quantity"], told["held"], told["account"], told["acts"]) == (90, 90, target, [])
        asked = {"peer": "GHA01", "party": "CHE", "type": "use_ndc", "source": told["held_in"], "quantity": 30,
                 "terms": {"use_year": net.now.year}}  # fmt: skip
        made = of["ama"].post("/instructions", asked)
        assert of["bo"].post(f"/instructions/{made.json['id']}/approve").json["status"] == "approved"
    net.settle()
    with net.at("CHE01"):
        [told] = of["ama"].get("/told-units").json["items"]
        assert (told["held"], [each["type"] for each in told["acts"]]) == (60, ["use_ndc"])
