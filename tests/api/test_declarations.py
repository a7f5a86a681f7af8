"""Declarations, switches and underlying units through the interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api.doors import Caller, World
from ledger.books import NOW

from article6.domain.kinds import Role
from article6.services import people

ESCROW = {"title": "Escrow", "number": 150, "holds": ["MO"]}
INTO = {"title": "Into escrow", "sources": ["holding"], "targets": ["escrow"]}
VERRA = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"


@pytest.fixture
def di(world: World) -> Caller:
    """A second administrator."""
    number = people.add_person("di", "Di", by=world.books.admin, now=NOW)
    people.give_role(number, 0, Role.ADMINISTRATOR, by=world.books.admin, now=NOW)
    return Caller(people.create_token(number, "t", people.SCOPES, by=world.books.admin, now=NOW))


def declared(world: World, di: Caller, subject: str, name: str, content: dict[str, Any]) -> None:
    said = world.root.post("/declarations", {"subject": subject, "name": name, "content": content})
    assert said.status == 201
    assert di.post(f"/declarations/{subject}/{name}/approve", {}).json["version"] == 1


def test_an_account_type_and_a_flow_are_declared_used_and_retired(world: World, di: Caller) -> None:
    declared(world, di, "account_type", "escrow", ESCROW)
    declared(world, di, "flow", "into_escrow", INTO)
    [listed] = [each for each in world.root.get("/account-types").json if each["code"] == "escrow"]
    assert (listed["is_declared"], listed["is_retired"], listed["title"]) == (True, False, "Escrow")
    opened = world.root.post("/accounts", {"type": "escrow", "section": "GHA", "name": "E"}).json["number"]
    moved = world.ama.post(
        "/transactions", {"type": "into_escrow", "source": world.number("A"), "target": opened, "quantity": 3}
    )
    assert moved.status == 201
    assert world.root.get(f"/transactions/{moved.json['id']}").json["type_title"] == "Into escrow"
    assert di.post("/declarations/flow/into_escrow/retire", {}).status == 200
    assert "into_escrow" not in {each["code"] for each in world.root.get("/transaction-types").json}
    listed = [each for each in world.root.get("/declarations").json if each["subject"] != "switch"]
    assert [(each["name"], each["retired_by"]) for each in listed] == [("escrow", None), ("into_escrow", "di")]


def test_what_an_administrator_may_not_declare(world: World, di: Caller) -> None:
    def draft(who: Caller, **more: Any) -> tuple[int, list[str]]:
        body = {"subject": "flow", "name": "into_escrow", "content": INTO, **more}
        said = who.post("/declarations", body)
        return said.status, said.codes

    assert draft(world.root) == (422, ["declaration.malformed"])
    assert draft(world.root, content={**INTO, "targets": ["retirement"]}) == (422, ["declaration.weakens_law"])
    assert draft(world.ama) == (403, ["person.not_permitted"])
    assert draft(world.root, subject="law") == (400, ["request.malformed"])
    assert di.post("/declarations/flow/nothing/approve", {}).codes == ["declaration.unknown"]
    declared(world, di, "account_type", "escrow", ESCROW)
    assert world.root.post("/declarations/account_type/escrow/retire", {}).codes == ["person.approves_own"]
    assert di.post("/declarations/account_type/escrow/approve", {}).codes == ["declaration.already_decided"]
    assert world.cy.get("/declarations").status == 403


def test_a_party_asks_for_the_service_of_issuing_and_the_administrator_agrees(world: World) -> None:
    [ghana] = [each for each in world.root.get("/switches").json if each["party"] == "GHA"]
    assert (ghana["name"], ghana["value"], ghana["is_default"]) == ("issuance_service.GHA", "on", False)
    off = world.ama.post("/issuance-services", {"party": "GHA", "value": "off"})
    assert off.json["version"] == 2
    assert world.root.post("/declarations/switch/issuance_service.GHA/approve", {}).status == 200
    batch = {"target": world.number("A"), "party": "GHA", "quantity": 5, "unit_type": "MO", "vintage_year": 2024}
    assert world.root.post("/batches", batch).codes == ["service.not_agreed"]


def test_a_programmes_serial_is_recorded_once_and_its_lock_is_stated(world: World) -> None:
    batch = {
        "target": world.number("A"), "party": "GHA", "quantity": 3644, "unit_type": "MO", "vintage_year": 2024,
        "underlying_serial": VERRA,
    }  # fmt: skip
    assert world.root.get("/underlying?serial=" + VERRA).json["batch"] is None
    issued = world.root.post("/batches", batch)
    assert issued.status == 201
    number = issued.json["batch_id"]
    assert (world.root.post("/batches", batch).status, world.root.post("/batches", batch).codes) == (
        409, ["underlying.used_twice"],
    )  # fmt: skip
    assert world.root.get("/underlying?serial=" + VERRA).json["batch"] == number
    assert [each["id"] for each in world.root.get("/underlying/not-locked").json["items"]] == [number]
    path = f"/batches/{number}/underlying-statements"
    said = world.root.post(path, {"status": "locked", "reference": "case 7", "stated_on": "2026-01-05"})
    assert (said.status, said.json["status"]) == (201, "locked")
    assert world.root.get(f"/batches/{number}").json["underlying_status"] == "locked"
    assert len(world.root.get(path).json) == 1
    wrong = {"status": "locked", "reference": "case 7", "stated_on": "2099-01-05"}
    assert world.root.post(path, wrong).codes == ["underlying.statement"]
    assert world.root.post("/batches/999/underlying-statements", wrong).codes == ["batch.unknown"]
    assert world.root.get("/underlying?serial=nonsense").codes == ["serial.malformed"]


def test_accounts_have_metrics_and_purposes(world: World) -> None:
    new = {"type": "cancellation_oimp", "section": "GHA", "name": "C", "purpose": "CORSIA",
           "sub_purpose": "First phase 2024-2026"}  # fmt: skip
    opened = world.root.post("/accounts", new)
    assert (opened.status, opened.json["sub_purpose"]) == (201, "First phase 2024-2026")
    assert world.root.post("/accounts", {**new, "purpose": "x"}).codes[0] == "nomenclature.unknown_value"
    metric = {"type": "holding", "section": "GHA", "name": "M", "metric": "MWh"}
    number = world.root.post("/accounts", metric).json["number"]
    batch = {
        "target": number, "party": "GHA", "quantity": 1000, "unit_type": "MO", "vintage_year": 2024,
        "metric": "non-GHG", "metric_unit": "MWh", "conversion": [5312, 10000], "conversion_method": "grid factor",
    }  # fmt: skip
    said = world.root.post("/batches", batch)
    assert said.status == 201
    shown = world.root.get(f"/batches/{said.json['batch_id']}").json
    assert (shown["quantity_tco2e"], shown["conversion_method"]) == ("531.2", "grid factor")
    assert world.root.post("/batches", {**batch, "target": world.number("A")}).codes == ["account.refuses_unit"]


def test_every_command_repeats_its_answer(world: World, di: Caller) -> None:
    posts: tuple[tuple[Callable[[], Caller], str, Any], ...] = (
        (lambda: world.root, "/declarations", {"subject": "account_type", "name": "escrow", "content": ESCROW}),
        (lambda: di, "/declarations/account_type/escrow/approve", {}),
        (lambda: di, "/declarations/account_type/escrow/retire", {}),
        (lambda: world.ama, "/issuance-services", {"party": "CHE", "value": "off"}),
    )
    for who, path, body in posts:
        first, again = (who().post(path, body, key=f"once{path}".replace("/", ".")) for _ in range(2))
        assert (first.status, first.json) == (again.status, again.json)
        assert first.status < 300
        assert who().post(path, body, key=None).status == 400
