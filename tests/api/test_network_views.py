"""Views, mandates and instructions over the interface: who may, and what a Party's people see of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from api.doors import Caller
from api.test_network import callers
from services.network import Fresh, Network, network
from services.test_views_between_registries import SERVICES, swiss_section


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        both.connect(*SERVICES)
        yield both


def test_a_party_looks_and_instructs(net: Network) -> None:
    first, second = swiss_section(net)
    with net.at("GHA01"):
        of = callers(net, "GHA01")
        wanted = {"peer": "CHE01", "party": "CHE", "may_instruct": True, "proposer": "swiss"}
        assert of["ama"].post("/mandates", wanted).codes == ["person.not_permitted"]
        given = of["root"].post("/mandates", wanted)
        place = f"/mandates/{given.json['id']}"
        assert of["root"].post(f"{place}/agree").codes == ["person.approves_own"]
        assert of["ana"].post(f"{place}/agree").json["agreed_at"]
        assert [each["party"] for each in of["root"].get("/mandates").json] == ["CHE"]
    with net.at("CHE01"):
        of = callers(net, "CHE01")
        assert Caller().get("/peers/GHA01/views", party="CHE").status == 401
        assert of["ama"].post("/peers/GHA01/views", {"party": "CHE"}).status == 201
        nothing = of["ama"].get("/peers/GHA01/views", party="CHE").json
        assert (nothing["as_of"], nothing["lines"], nothing["asked"] is None) == (None, [], False)
        assert of["ama"].post("/peers/THA01/views", {"party": "CHE"}).codes == ["peer.unknown"]
        asked = {"peer": "GHA01", "party": "CHE", "type": "transfer", "source": first, "target": second, "quantity": 7}
        made = of["ama"].post("/instructions", asked)
        assert (made.status, made.json["status"]) == (201, "proposed")
        place = f"/instructions/{made.json['id']}"
        assert of["bo"].post(f"{place}/approve").json["status"] == "approved"
        assert of["bo"].post(f"{place}/approve").codes == ["proposal.decided"]
        second_one = of["ama"].post("/instructions", asked).json["id"]
        turned_down = of["bo"].post(f"/instructions/{second_one}/reject", {"reason": "once is enough"})
        assert turned_down.json["status"] == "rejected"
    net.settle()
    with net.at("CHE01"):
        shown = of["ama"].get("/peers/GHA01/views", party="CHE").json
        assert [each["account"] for each in shown["lines"]] == [first]
        assert of["ama"].get(place).json["status"] == "done"
        assert of["ama"].get("/instructions", side="given").json["total"] == 2
        assert of["ama"].get("/instructions/99").codes == ["proposal.unknown"]
        assert of["ama"].get("/network/publications").codes == ["person.not_permitted"]
        assert of["root"].get("/network/publications", direction="in").json["total"] == 2
    with net.at("GHA01"):
        of = callers(net, "GHA01")
        [received] = of["root"].get("/instructions", side="received").json["items"]
        assert (received["status"], received["content"]["quantity"]) == ("done", "7")
        assert of["root"].post("/mandates/1/end", {"reason": "over"}).json["ended_at"]
