"""A crediting programme's registry through the interface for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from api.doors import Caller, World, caller
from ledger.books import Books
from ledger.programme import found_programme


@dataclass
class Programme:
    books: Books
    root: Caller
    ama: Caller
    bo: Caller

    def number(self, name: str) -> str:
        return self.books.accounts[name].number


@pytest.fixture
def programme(database: object) -> Programme:
    books = found_programme()
    return Programme(books, *(caller(each) for each in (books.admin, books.ama, books.bo)))


def issuance(world: Programme, **change: Any) -> dict[str, Any]:
    host = {"account": world.number("host"), "ratio": "1/3", "issued_on": "2026-02-20"}
    partner = {"account": world.number("partner"), "ratio": "2/3", "issued_on": "2026-02-25"}
    return {
        "programme": "JCM", "party": "MNG", "activity": "MN001", "quantity": 1_001, "vintage_year": 2024,
        "monitoring_start": "2024-01-01", "monitoring_end": "2024-12-31", "reference": "Joint Committee 12",
        "shares": [host, partner], "buffer_percent": "10", **change,
    }  # fmt: skip


def test_credits_are_issued_locked_released_converted_and_labelled(programme: Programme) -> None:
    given = programme.root.post("/crediting/issuances", issuance(programme), key="issue")
    assert given.status == 201
    assert [(each["type"], each["quantity"]) for each in given.json["parts"]] == [
        ("programme_issuance", 300), ("programme_issuance", 600), ("buffer_withholding", 101)
    ]  # fmt: skip
    number = given.json["transaction_id"]
    assert programme.root.post("/crediting/issuances", issuance(programme), key="issue").json == given.json
    assert programme.root.get(f"/crediting/issuances/{number}").json == given.json
    assert given.headers["Location"] == f"/api/v1/crediting/issuances/{number}"

    serials = [{"party": "MNG", "first": 1, "last": 100}]
    wanted = {"account": programme.number("host"), "itmo_registry": "CHE01", "itmo_record": "CA0001 1"}
    locked = programme.ama.post("/crediting/locks", {**wanted, "serials": serials})
    assert (locked.status, locked.json["status"]) == (201, "completed")
    lock = locked.json["id"]
    few = [{"party": "MNG", "first": 1, "last": 10}]
    released = programme.root.post(f"/crediting/locks/{lock}/release", {"reason": "Struck", "serials": few})
    converted = programme.root.post(f"/crediting/locks/{lock}/conversion", {"serials": [{**few[0], "first": 10}]})
    assert (released.status, converted.codes) == (201, ["block.reserved"])
    assert programme.bo.post(f"/transactions/{released.json['id']}/approve").json["status"] == "completed"
    converted = programme.root.post(f"/crediting/locks/{lock}/conversion", {})
    assert programme.bo.post(f"{converted.headers['Location'][7:]}/approve").status == 200
    [found] = programme.root.get("/crediting/locks").json
    assert (found["transaction_id"], found["quantity"], found["held"]) == (lock, 100, 0)
    assert (found["itmo_registry"], found["itmo_record"]) == ("CHE01", "CA0001 1")
    assert programme.root.get("/crediting/locks", after=lock).json == []

    label = {"label": "CORSIA - First Phase", "source": "Letter 1", "stated_on": "2026-03-01"}
    assert programme.root.post("/crediting/labels", {**label, "serials": few}).status == 201
    gone = {**label, "serials": [{**few[0], "last": 5}], "stands": False}
    assert programme.root.post("/crediting/labels", gone).status == 201
    asked = {"first": 1, "last": 100}
    assert [each["stands"] for each in programme.root.get("/crediting/labels/JCM/MNG", **asked).json] == [True, False]
    for serial, stands in ((5, []), (6, ["CORSIA - First Phase"])):
        assert [each["label"] for each in programme.root.get(f"/units/JCM/MNG/{serial}").json["labels"]] == stands
    assert programme.root.get("/crediting/labels/JCM/JPN", **asked).status == 404
    assert programme.root.post("/crediting/labels", gone).codes == ["label.not_in_force"]


def test_what_is_wrong_is_said(programme: Programme) -> None:
    def codes(**change: Any) -> list[str]:
        return programme.root.post("/crediting/issuances", issuance(programme, **change)).codes

    assert codes(buffer_percent="100") == ["crediting.division"]
    assert codes(programme=" ") == ["crediting.incomplete"]
    for change in ({"buffer_percent": 10}, {"buffer_percent": "1/0"}, {"monitoring_end": "2024-02-31"},
                   {"monitoring_end": 1}, {"shares": []}, {"unknown": 1}):  # fmt: skip
        assert codes(**change) == ["request.malformed"], change
    assert programme.ama.post("/crediting/issuances", issuance(programme)).codes == ["person.not_permitted"]
    assert programme.root.get("/crediting/issuances/99").codes == ["transaction.unknown"]
    assert programme.root.post("/crediting/locks/99/conversion", {}).codes == ["crediting.lock_unknown"]
    only_reading = caller(programme.books.admin, "read")
    assert only_reading.post("/crediting/issuances", issuance(programme)).codes == ["person.not_permitted"]


def test_other_registries_issue_no_credits(world: World) -> None:
    label = {"label": "x", "source": "y", "stated_on": "2026-03-01", "batch": 1}
    assert world.root.post("/crediting/labels", label).codes == ["request.malformed"]
