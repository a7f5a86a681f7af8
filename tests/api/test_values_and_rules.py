"""Values and rules that change without a release, through HTTP: shown first, then taken over; tried, then approved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api.doors import Answer, Caller, World, caller, transfer
from ledger.books import NOW

from article6.domain.kinds import Role
from article6.gateways import web
from article6.gateways.web import FakeWeb
from article6.reporting.aef_nomenclatures import SECTORS
from article6.services import people, role_changes

TODAY = datetime.now(UTC).date()
WITHOUT = [each for each in SECTORS if each != "Transportation"]
LARGE = {"name": "large", "refuses_when": "order.quantity > 100", "message": "At most 100 units.", "clause": "Order 12"}
COOKSTOVE = {"type": "object", "properties": {"stoves": {"type": "integer"}}, "additionalProperties": False}


def made(answer: Answer) -> Any:
    assert answer.status == 201, answer.json
    assert answer.headers["Location"].startswith("/api/v1/")
    return answer.json


@pytest.fixture
def second(world: World) -> Caller:
    """Cy as the second administrator."""
    change = people.give_role(world.books.cy, 0, Role.ADMINISTRATOR, by=world.books.admin, now=NOW)
    if change.status != role_changes.APPROVED:
        role_changes.decide(change.id or 0, approve=True, by=world.books.bo, now=NOW)
    return caller(world.books.cy)


def lists(**more: Any) -> dict[str, Any]:
    return {"lists": {"sectors": [*WITHOUT, {"value": "Mobility", "replaces": "Transportation"}]},
            "on": f"{TODAY}", **more}  # fmt: skip


def issuance(world: World, **more: Any) -> dict[str, Any]:
    return {"target": world.number("A"), "party": "GHA", "quantity": 50, "unit_type": "MO", "vintage_year": 2024,
            **more}  # fmt: skip


def test_lists_are_shown_before_they_are_taken_over(world: World) -> None:
    batch = made(world.root.post("/batches", issuance(world, sectors=["Transportation"])))["batch_id"]
    shown = world.root.post("/nomenclatures/preview", lists(), key=None)
    assert shown.status == 200
    [change] = shown.json["diffs"]
    assert (change["added"], change["withdrawn"]) == (["Mobility"], ["Transportation"])
    assert shown.json["touched"] == [{"list": "sectors", "value": "Transportation", "records": [f"batch:{batch}"]}]
    unseen = world.root.post("/nomenclatures", lists(shown="0" * 64, source="CARP"))
    assert unseen.codes == ["nomenclature.malformed"]
    made(world.root.post("/nomenclatures", lists(shown=shown.json["digest"], source="CARP")))
    assert world.root.post("/batches", issuance(world, sectors=["Transportation"])).codes == [
        "nomenclature.withdrawn_value"
    ]
    values = {each["value"]: each for each in world.root.get("/nomenclatures/sectors").json}
    assert (values["Transportation"]["replaced_by"], values["Transportation"]["valid_until"]) == (
        "Mobility",
        f"{TODAY}",
    )
    yesterday = world.root.get("/nomenclatures/sectors", on=f"{TODAY - timedelta(days=1)}").json
    assert {"Transportation"} == {each["value"] for each in yesterday} - {
        each["value"] for each in world.root.get("/nomenclatures/sectors", on=f"{TODAY}").json
    }
    counted = {each["list"]: each for each in world.root.get("/nomenclatures").json}["sectors"]
    assert (counted["values"], counted["ever"]) == (len(SECTORS), len(SECTORS) + 1)
    assert world.root.get("/nomenclatures/nothing").status == 404
    assert world.root.get("/nomenclatures/sectors", on="today").status == 400


def test_lists_are_read_from_an_https_address(world: World) -> None:
    url = "https://carp.example/lists.json"
    content = json.dumps({"sectors": WITHOUT}).encode()
    body = {"url": url, "on": f"{TODAY}"}
    with web.instead(FakeWeb({url: content})):
        shown = world.root.post("/nomenclatures/preview", body, key=None).json
        assert shown["diffs"][0]["withdrawn"] == ["Transportation"]
    with web.instead(FakeWeb({url: content + b" "})):
        changed = world.root.post("/nomenclatures", {**body, "shown": shown["digest"], "source": "CARP"})
        assert changed.codes == ["nomenclature.malformed"]
    with web.instead(FakeWeb({})):
        silent = world.root.post("/nomenclatures/preview", body, key=None)
        assert (silent.status, silent.headers["Content-Type"]) == (503, "application/problem+json")
    for bad in ("http://carp.example/", "https://127.0.0.1:1/", "file:///etc/passwd", "https://localhost/"):
        answer = world.root.post("/nomenclatures/preview", {**body, "url": bad}, key=None)
        assert (answer.status, answer.codes) == (422, ["url.not_allowed"])


def test_what_lists_refuse(world: World) -> None:
    cases: tuple[tuple[Any, int, str], ...] = (
        ({"on": f"{TODAY}"}, 400, "request.malformed"),
        (lists(url="https://carp.example/"), 400, "request.malformed"),
        ({"lists": {}, "on": f"{TODAY}"}, 422, "nomenclature.malformed"),
        ({"lists": {"sectors": [1]}, "on": f"{TODAY}"}, 422, "nomenclature.malformed"),
        ({"lists": [], "on": f"{TODAY}"}, 400, "request.malformed"),
        ({"lists": {"sectors": ["a\0b"]}, "on": f"{TODAY}"}, 400, "request.malformed"),
        ({"lists": {"sectors": []}, "on": "2026-13-01"}, 400, "request.malformed"),
    )
    for body, status, code in cases:
        answer = world.root.post("/nomenclatures/preview", body, key=None)
        assert (body, answer.status, answer.codes) == (body, status, [code])
    assert caller(world.books.cy).post("/nomenclatures/preview", lists(), key=None).codes == ["person.not_permitted"]


def test_further_attributes_are_declared_and_held_to(world: World) -> None:
    new = {"subject": "unit", "name": "cookstove", "content": COOKSTOVE, "valid_from": f"{TODAY}", "source": "Order 12"}
    declared = world.root.post("/attribute-schemas", new, key="d")
    assert made(declared)["schema_name"] == "cookstove/1"
    assert world.root.get(declared.headers["Location"].removeprefix("/api/v1")).json == declared.json
    assert world.root.post("/attribute-schemas", new, key="d").json == declared.json
    names = [each["schema_name"] for each in world.root.get("/attribute-schemas").json]
    assert names[-1] == "cookstove/1"
    assert "open/1" in names
    kept = issuance(world, attributes={"stoves": 5}, attributes_schema="cookstove/1")
    made(world.root.post("/batches", kept))
    wrong = issuance(world, attributes={"pots": 5}, attributes_schema="cookstove/1")
    assert world.root.post("/batches", wrong).codes == ["attributes.invalid"]
    for bad in (
        {"content": {"type": "array"}},
        {"content": {**COOKSTOVE, "$ref": "x"}},
        {"name": "Cook stove"},
        {"valid_from": "2020-01-01"},
        {"content": {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}},
    ):
        refused = world.root.post("/attribute-schemas", {**new, "name": "other", **bad})
        assert set(refused.codes) == {"attributes.schema_invalid"}
    deep: Any = {}
    for _ in range(200):
        deep = {"a": deep}
    for content in (deep, {"a": "\ud800"}, {"a\0": 1}, "x"):
        assert world.root.post("/attribute-schemas", {**new, "content": content}).status == 400
    huge = json.dumps({**new, "content": {"a": "?"}}).replace('"?"', "1e999")
    assert world.root.post("/attribute-schemas", huge).status == 400
    assert world.root.get("/attribute-schemas/unit/cookstove/9").status == 404
    assert world.root.get("/attribute-schemas/person/cookstove/1").status == 400


def in_force(world: World, second: Caller, rule: dict[str, Any]) -> None:
    made(world.root.post("/business-rules", rule))
    made(world.root.post(f"/business-rules/{rule['name']}/trials", {}))
    made(second.post(f"/business-rules/{rule['name']}/approval", {}))


def test_a_rule_is_drafted_tried_approved_and_retired(world: World, second: Caller) -> None:
    made(world.ama.post("/transactions", transfer(world.books, 100)))
    assert made(world.root.post("/business-rules", LARGE))["version"] == 1
    assert second.post("/business-rules/large/approval", {}).codes == ["rule.not_tried"]
    tried = world.root.post("/business-rules/large/trials", {"at_most": 10}, key="t")
    assert (made(tried)["of_transactions"], tried.json["would_refuse"]) == (2, 0)
    assert world.root.post("/business-rules/large/trials", {"at_most": 10}, key="t").json == tried.json
    assert world.root.post("/business-rules/large/approval", {}).codes == ["person.approves_own"]
    made(second.post("/business-rules/large/approval", {"version": 1}))
    [held] = world.ama.get("/rules/added").json
    assert (held["name"], held["in_force_until"]) == ("large", None)
    refused = world.root.post("/batches", issuance(world, quantity=101))
    assert (refused.status, refused.codes) == (422, ["rule.refused"])
    assert refused.json["refusals"][0]["detail"] == "At most 100 units."
    made(world.root.post("/batches", issuance(world, quantity=100)))
    again = second.post("/business-rules/large/approval", {})
    assert (again.status, again.codes) == (409, ["rule.already_decided"])
    [listed] = world.root.get("/business-rules").json
    assert (listed["drafted_by"], listed["approved_by"]) == ("root", "cy")
    made(second.post("/business-rules/large/retirement", {}))
    assert world.ama.get("/rules/added").json == []
    made(world.root.post("/batches", issuance(world, quantity=101)))


def test_a_rule_may_hold_from_a_moment_to_come(world: World, second: Caller) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    made(world.root.post("/business-rules", LARGE))
    made(world.root.post("/business-rules/large/trials", {}))
    for bad in ("tomorrow", "2026-01-01", "2026-01-01T00:00:00", 17, "0001-01-01T00:00:00+23:00"):
        answer = second.post("/business-rules/large/approval", {"in_force_from": bad})
        assert (bad, answer.codes) == (bad, ["request.malformed"])
    made(second.post("/business-rules/large/approval", {"in_force_from": later.isoformat()}))
    [held] = world.ama.get("/rules/added").json
    assert held["in_force_from"] == later.isoformat().replace("+00:00", "Z")
    made(world.root.post("/batches", issuance(world, quantity=101)))


def test_what_rules_refuse(world: World) -> None:
    cases: tuple[tuple[str, Any, int, str], ...] = (
        ("/business-rules", {**LARGE, "refuses_when": "order.nothing > 1"}, 422, "rule.broken"),
        ("/business-rules", {**LARGE, "name": "A B"}, 422, "rule.broken"),
        ("/business-rules", {**LARGE, "message": ""}, 400, "request.malformed"),
        ("/business-rules", {**LARGE, "refuses_when": "true || " * 100 + "true"}, 400, "request.malformed"),
        ("/business-rules/nothing/trials", {}, 404, "rule.unknown"),
        ("/business-rules/nothing/trials", {"version": 0}, 400, "request.malformed"),
        ("/business-rules/nothing/approval", {}, 404, "rule.unknown"),
        ("/business-rules/nothing/retirement", {}, 404, "rule.unknown"),
    )
    for path, body, status, code in cases:
        answer = world.root.post(path, body)
        assert (path, answer.status, answer.codes) == (path, status, [code])
        assert caller(world.books.ama).post(path, body).status in (400, 403)


def test_the_table_of_rules_is_published(world: World) -> None:
    found = {each["code"]: each for each in world.ama.get("/rules").json}
    assert found["use.by_own_party"]["clause"] == "2/CMA.3 annex para 1(d)"
    assert found["use.by_own_party"]["applies_to"] == "use towards the NDC"
    assert found["account.unknown"]["applies_to"] == "every transaction"
    assert all(each["sentence"] for each in found.values())
    facts = {each["name"]: each["type"] for each in world.ama.get("/rules/facts").json}
    assert facts["batch.sectors"] == "list(string)"
