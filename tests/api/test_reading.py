"""What can be read: every address, and that the answers are as described (`Answer` checks each)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
from api.doors import Caller, World, transfer

from article6.domain.kinds import Kind
from article6.services import lookup, registry


def test_the_registry_tells_what_it_is(world: World) -> None:
    assert world.ama.get("/registry").json["code"] == "INT"


def test_parties_and_sections(world: World) -> None:
    parties = {each["code"]: each for each in world.ama.get("/parties").json}
    assert parties["NAM"]["alpha2"] == "NA"
    assert parties["EUE"]["is_paris_party"]
    assert [each["code"] for each in world.ama.get("/sections").json] == ["ADM", "CHE", "GHA", "THA"]


def test_the_tables_of_the_kind(world: World) -> None:
    for path in ("/account-types", "/transaction-types", "/refusals"):
        answer = world.ama.get(path)
        assert answer.status == 200
        assert answer.json


def test_the_type_of_a_problem_is_an_address_that_explains_it(world: World) -> None:
    problem = world.ama.get("/accounts/INT-100-9999-0-11")
    assert problem.status == 404
    assert problem.codes == ["account.unknown"]
    explained = Caller().get(problem.json["type"].removeprefix("/api/v1"))
    assert explained.json["sentence"] == problem.json["title"]
    assert world.ama.get("/refusals/no.such").status == 404


def test_accounts_by_the_page(world: World) -> None:
    first = world.ama.get("/accounts", limit=1).json
    assert (first["total"], len(first["items"])) == (2, 1)
    second = world.ama.get("/accounts", limit=1, after=first["next"]).json
    assert second["next"] is None
    assert [first["items"][0]["name"], second["items"][0]["name"]] == ["A", "B"]
    assert world.ama.get("/accounts", section="CHE").json["items"] == []


def test_an_account_with_holdings_and_blocks(world: World) -> None:
    number = world.number("A")
    assert world.ama.get(f"/accounts/{number}").json["quantity"] == 100
    [holding] = world.ama.get(f"/accounts/{number}/holdings").json
    assert (holding["unit_type"], holding["quantity"], holding["reserved"]) == ("MO", 100, 0)
    [block] = world.ama.get(f"/accounts/{number}/blocks").json["items"]
    assert (block["first"], block["last"], block["party"]) == (1, 100, "GHA")


def test_where_a_unit_is_and_how_it_got_there(world: World) -> None:
    world.ama.post("/transactions", transfer(world.books, 40))
    unit = world.ama.get("/units/GHA01/GHA/7").json
    assert unit["block"]["account"]["number"] == world.number("B")
    assert [each["type"] for each in unit["history"]] == ["issuance", "transfer"]
    [found] = world.ama.get("/units", identifier="GH 41").json
    assert found["block"]["account"]["number"] == world.number("A")
    assert world.ama.get("/units", identifier="GH 1,000").json == []
    assert world.ama.get("/units/GHA01/GHA/101").status == 404


def test_batches(world: World) -> None:
    [batch] = world.ama.get("/batches").json["items"]
    assert world.ama.get(f"/batches/{batch['id']}").json["quantity"] == 100
    assert world.ama.get("/batches/4711").status == 404
    assert world.ama.get("/batches", party="CHE").json["total"] == 0


def test_transactions_name_people_only_to_those_concerned(world: World) -> None:
    made = world.ama.post("/transactions", transfer(world.books))
    path = f"/transactions/{made.json['id']}"
    assert world.ama.get(path).json["proposed_by_name"] == "Ama"
    assert world.cy.get(path).codes == ["transaction.unknown"]  # who has no role sees nothing of a closed registry
    strange = lookup.transaction(made.json["id"], by=world.books.cy)
    assert "proposed_by_name" not in strange
    assert [(each["first"], each["last"]) for each in strange["entries"]] == [(1, 10)]
    listed = world.ama.get("/transactions", account=world.number("B")).json
    assert [each["id"] for each in listed["items"]] == [made.json["id"]]
    assert world.ama.get("/transactions", status="proposed").json["items"] == []
    assert world.ama.get("/transactions/4711").codes == ["transaction.unknown"]


def test_totals(world: World) -> None:
    [party] = world.ama.get("/totals").json["parties"]
    assert (party["party"], party["issued"], party["remaining"]) == ("GHA", 100, 100)


def test_the_aef_in_each_format(world: World) -> None:
    assert world.ama.get("/aef").status == 200
    book = world.ama.get("/aef/GHA/2025.xlsx").response
    content = b"".join(book.streaming_content)
    assert "Table 3 Actions" in openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames
    archive = b"".join(world.ama.get("/aef/GHA/2025.csv").response.streaming_content)
    assert len(zipfile.ZipFile(io.BytesIO(archive)).namelist()) == 5
    as_json = world.ama.get("/aef/GHA/2025.json").response
    assert as_json.headers["Content-Disposition"] == 'attachment; filename="AEF-GHA-2025.json"'
    assert world.ama.get("/aef/GHA/2025.pdf").status == 400


def test_a_closed_registry_is_read_with_a_token_only(world: World) -> None:
    answer = world.nobody.get("/registry")
    assert (answer.status, answer.codes) == (401, ["person.unknown"])
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_public_registry_is_read_without_a_token(database: object) -> None:
    identity = registry.RegistryIdentity(Kind.PARTY, "GHA01", "Ghana", is_public=True)
    registry.init(identity, administrator=("ama", "Ama"), now=datetime.now(UTC))
    assert Caller().get("/registry").status == 200
    assert Caller().post("/accounts", {"type": "holding", "section": "ADM", "name": "A"}).status == 401
    assert Caller("a6_wrong").get("/registry").status == 401


def test_before_the_registry_is_founded(database: object) -> None:
    answer = Caller().get("/registry")
    assert (answer.status, answer.codes) == (503, ["registry.missing"])
