"""Parties, their obligations and their entities at the door."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import Caller, World, caller

from article6.domain.kinds import Role
from article6.services import parties, people
from article6.services.authorizations import NewApproach, record_approach

NDC = {"code": "first NDC", "year_first": 2021, "year_last": 2030, "communicated_on": "2021-11-04"}
ENTITY = {
    "code": "E1", "name": "Air Ghana", "country": "GHA", "identification": "GHA-77", "valid_until": "2199-12-31",
    "documents": [{"kind": "extract", "reference": "Register, 3 May", "sha256": "ab" * 32}],
    "checks": [{"kind": "extract"}],
}  # fmt: skip


@pytest.fixture
def auditor(world: World) -> Caller:
    from ledger.books import NOW

    people.give_role(world.books.cy, parties.section("GHA"), Role.AUDITOR, by=world.books.admin, now=NOW)
    return caller(world.books.cy)


def test_a_partys_participation_is_recorded_and_read(world: World) -> None:
    from ledger.books import NOW

    record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE")), by=world.books.admin, now=NOW)
    made = world.root.post("/parties/GHA/ndcs", NDC)
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/parties/GHA")
    updated = {**NDC, "version": 2, "metric_unit": "MWh", "sectors": ["Waste management"]}
    assert world.root.post("/parties/GHA/ndcs", updated).json["metric"] == "non-GHG"
    office = {"name": "Carbon Market Office", "email": "office@cmo.example"}
    assert world.root.post("/parties/GHA/authority", office).json["version"] == 1
    report = {"report": "initial_report", "reference": "IR", "submitted_on": "2023-05-01", "approaches": ["CA0001"]}
    assert world.root.post("/parties/GHA/reports", report).status == 201
    said = world.root.post("/ndc-demands", {"party": "GHA", "is_demanded": True, "reason": "as decided"})
    assert said.json == {"party": "GHA", "demands_ndc": True}
    found = world.ama.get("/parties/GHA").json
    assert [each["version"] for each in found["ndcs"]] == [2]
    assert (found["authority"]["name"], found["reports"][0]["approaches"]) == (office["name"], ["CA0001"])
    assert (found["demands_ndc"], found["is_ldc"], found["is_sids"]) == (True, False, False)
    assert {each["is_ldc"] for each in world.ama.get("/parties").json} == {True, False}


def test_the_same_key_records_once(world: World) -> None:
    first = world.root.post("/parties/GHA/ndcs", NDC, key="once")
    assert world.root.post("/parties/GHA/ndcs", NDC, key="once").json == first.json
    other = world.root.post("/parties/GHA/ndcs", {**NDC, "code": "other"}, key="once")
    assert (other.status, other.codes) == (409, ["idempotency.content_differs"])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/parties/GHA/ndcs", {**NDC, "year_last": 2020}, 422, "ndc.malformed"),
        ("/parties/GHA/ndcs", {**NDC, "method": "guess"}, 400, "request.malformed"),
        ("/parties/GHA/ndcs", {**NDC, "communicated_on": "yesterday"}, 400, "request.malformed"),
        ("/parties/XXX/ndcs", NDC, 422, "party.unknown"),
        ("/parties/DEU/ndcs", NDC, 404, "section.unknown"),
        ("/parties/GHA/authority", {"name": ""}, 400, "request.malformed"),
        ("/parties/GHA/reports", {"report": "annual_information", "reference": "x", "submitted_on": "2024-04-01"}, 422,
         "report.malformed"),
        ("/ndc-demands", {"is_demanded": 1, "reason": "x"}, 400, "request.malformed"),
        ("/parties/GHA/entities", {**ENTITY, "checks": []}, 422, "entity.malformed"),
        ("/parties/GHA/entities", {**ENTITY, "documents": [{"kind": "x", "reference": "x", "sha256": "x"}]}, 400,
         "request.malformed"),
        ("/parties/GHA/entities/E9/renewals", {"valid_until": "2199-01-01"}, 404, "entity.unknown"),
        ("/parties/GHA/entities/E9/status", {"status": "ended", "reason": "x"}, 404, "entity.unknown"),
    ],
)  # fmt: skip
def test_bad_input(world: World, path: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = world.root.post(path, body)
    assert (answer.status, answer.codes[0]) == (status, code)


def test_parties_and_entities_need_the_scope_and_the_role(world: World) -> None:
    for path, body in (("/parties/GHA/ndcs", NDC), ("/parties/GHA/entities", ENTITY)):
        assert world.ama.post(path, body).codes == ["person.not_permitted"]
        assert caller(world.books.admin, "read").post(path, body).codes == ["person.not_permitted"]
        assert world.nobody.post(path, body).status == 401


def test_an_entity_from_registration_to_its_end(world: World, auditor: Caller) -> None:
    made = world.root.post("/parties/GHA/entities", ENTITY)
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/parties/GHA/entities/E1")
    assert world.root.post("/parties/GHA/entities", ENTITY).status == 409
    renewal = {key: ENTITY[key] for key in ("valid_until", "documents", "checks")}
    assert world.root.post("/parties/GHA/entities/E1/renewals", renewal).json["version"] == 2
    ended = {"status": "ended", "reason": "dissolved"}
    assert world.root.post("/parties/GHA/entities/E1/status", ended).json["status"] == "ended"
    assert [each["version"] for each in auditor.get("/parties/GHA/entities/E1").json] == [1, 2, 3]
    assert [each["version"] for each in auditor.get("/parties/GHA/entities").json] == [3]


def test_an_authorization_names_registered_entities_by_their_codes(world: World) -> None:
    from ledger.books import NOW

    record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE")), by=world.books.admin, now=NOW)
    world.root.post("/parties/GHA/entities", ENTITY)
    new = {
        "code": "GHA-1", "party": "GHA", "approach": "CA0001", "authorized_on": "2026-01-01", "purposes": "NDC",
        "registered_entities": ["E1"],
    }  # fmt: skip
    [named] = world.root.post("/authorizations", new).json["entities"]
    assert (named["code"], named["name"], named["identification"]) == ("E1", "Air Ghana", "GHA-77")
    unknown = {**new, "code": "GHA-2", "registered_entities": ["E9"]}
    assert world.root.post("/authorizations", unknown).codes == ["entity.unknown"]


def test_what_identifies_an_entity_is_not_public(world: World, auditor: Caller) -> None:
    world.root.post("/parties/GHA/entities", ENTITY)
    assert world.nobody.get("/parties/GHA/entities").status == 401
    assert world.ama.get("/parties/GHA/entities").json == []
    assert world.ama.get("/parties/GHA/entities/E1").codes == ["person.not_permitted"]
    assert auditor.get("/parties/CHE/entities").json == []
    assert auditor.get("/parties/GHA/entities/E9").status == 404
    assert auditor.get("/parties/XXX/entities").status == 404


def test_obligations_are_listed_for_who_sees_the_section(world: World, auditor: Caller) -> None:
    from datetime import date

    from ledger.books import NOW

    from article6.domain.authorizations import Purpose
    from article6.services.authorizations import NewAuthorization, record_authorization

    record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE")), by=world.books.admin, now=NOW)
    new = NewAuthorization("GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC)
    record_authorization(new, by=world.books.admin, now=NOW)
    [ndc, report, annual] = auditor.get("/obligations", on="2024-04-15").json
    assert (ndc["duty"], ndc["state"], ndc["clause"]) == ("ndc", "overdue", "2/CMA.3 annex para 4(b)")
    assert (report["duty"], report["due_on"]) == ("initial_report", "2024-04-15")
    assert (annual["duty"], annual["state"]) == ("annual_information", "due")
    assert auditor.get("/parties/GHA/obligations", on="2024-04-16", state="due").json == []
    assert auditor.get("/parties/CHE/obligations").codes == ["person.not_permitted"]
    assert auditor.get("/parties/XXX/obligations").status == 404
    assert auditor.get("/obligations", on="soon").status == 400
