"""Bad input: a problem that says why, nothing written, never a fault of the program."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import World, transfer

from article6.store.database import row


def written() -> tuple[Any, ...] | None:
    return row("SELECT (SELECT count(*) FROM ledger_transaction), (SELECT count(*) FROM audit_event)")


QUANTITIES: tuple[tuple[Any, str], ...] = (
    (0, "quantity.not_positive"),
    (-5, "quantity.not_positive"),
    (1.5, "quantity.not_whole"),
    (10.0, "quantity.not_whole"),
    ("10", "quantity.not_whole"),
    (True, "quantity.not_whole"),
    ([10], "quantity.not_whole"),
    (2**62 + 1, "quantity.too_large"),
    (10**30, "quantity.too_large"),
    (101, "quantity.exceeds_holding"),
    (2**62, "quantity.exceeds_holding"),
)


def test_quantities(world: World) -> None:
    before = written()
    for quantity, code in QUANTITIES:
        answer = world.ama.post("/transactions", transfer(world.books, quantity))
        assert (quantity, answer.codes) == (quantity, [code])
        assert answer.status in (400, 422)
    assert written() == before


SERIALS: tuple[tuple[Any, int, str], ...] = (
    ({"party": "GHA", "first": 1, "last": 9}, 422, "quantity.range_mismatch"),
    ({"party": "GHA", "first": 92, "last": 101}, 422, "block.not_held"),
    ({"party": "GHA", "first": 10, "last": 1}, 400, "serial.malformed"),
    ({"party": "GHA", "first": 0, "last": 9}, 400, "serial.malformed"),
    ({"party": "GHA", "first": "1", "last": 10}, 400, "serial.malformed"),
    ({"party": "GHA", "first": 1.0, "last": 10}, 400, "serial.malformed"),
    ({"party": "GHA", "first": 2**62, "last": 2**62 + 9}, 400, "serial.malformed"),
    ({"party": "CHE", "first": 1, "last": 10}, 422, "block.not_held"),
    ({"party": "ZZZ", "first": 1, "last": 10}, 422, "party.unknown"),
)


def test_serials(world: World) -> None:
    before = written()
    for serials, status, code in SERIALS:
        answer = world.ama.post("/transactions", {**transfer(world.books, 10), "serials": [serials]})
        assert code in answer.codes, serials
        assert answer.status == status
    assert written() == before


def test_serials_named_twice(world: World) -> None:
    serials = [{"party": "GHA", "first": 1, "last": 5}, {"party": "GHA", "first": 5, "last": 9}]
    assert (
        "serials.repeated" in world.ama.post("/transactions", {**transfer(world.books, 10), "serials": serials}).codes
    )


BODIES: tuple[Any, ...] = (
    "",
    "{",
    "null",
    "[]",
    "17",
    '{"type": NaN}',
    '{"type": "transfer", "type": "use_ndc"}',
    b"\xff\xfe",
    "[" * 100_000,
    '{"quantity": ' + "9" * 5000 + "}",
    '{"type": "\\ud800", "source": "A", "target": "B"}',
    '{"type": "\\u0000", "source": "A", "target": "B"}',
    '{"type": "transfer", "source": "A", "target": "B", "quanity": 5}',
    '{"type": "transfer", "source": "A", "target": "B", "terms": {"x": 1.5}}',
    '{"type": "transfer", "source": "A", "target": "B", "terms": {"x": "\\u0000"}}',
    '{"type": "transfer", "source": "A", "target": "B", "terms": {"x": "\\udfff"}}',
    '{"type": "transfer", "source": "A", "target": "B", "filter": {"vintage_year": "2023"}}',
    '{"type": "transfer", "source": "A", "target": "B", "filter": {"unit_type": "GOLD"}}',
)


def test_bodies(world: World) -> None:
    for body in BODIES:
        answer = world.ama.post("/transactions", body)
        assert (body, answer.status) == (body, 400)
        assert set(answer.codes) <= {"request.malformed", "quantity.not_whole"}


def test_neither_quantity_nor_serials(world: World) -> None:
    assert world.ama.post("/transactions", transfer(world.books, None)).codes == ["request.malformed"]


def test_every_reason_at_once(world: World) -> None:
    body = {"type": "transfer", "source": world.number("A"), "target": world.number("A"), "quantity": 1000}
    assert world.ama.post("/transactions", body).codes == ["accounts.same", "quantity.exceeds_holding"]


def test_wrong_accounts_and_types(world: World) -> None:
    books = world.books
    books.open("R", "retirement", "GHA", period_first=2021, period_last=2030)
    cases = (
        (transfer(books, type="gift"), 422, "transaction.type_unknown"),
        (transfer(books, type="issuance"), 422, "transaction.type_unknown"),
        (transfer(books, target="R"), 422, "transaction.wrong_accounts"),
        (transfer(books, source="R", target="A"), 422, "block.final"),
        ({**transfer(books), "source": "INT-100-1-0-1"}, 404, "account.unknown"),
        (transfer(books, type="use_ndc", target="R"), 422, "transaction.terms_missing"),
    )
    for body, status, code in cases:
        answer = world.ama.post("/transactions", body)
        assert code in answer.codes
        assert answer.status == status


def test_a_closed_account(world: World) -> None:
    world.root.post(f"/accounts/{world.number('B')}/status", {"status": "closed", "reason": "r"})
    assert world.ama.post("/transactions", transfer(world.books)).codes == ["account.not_open"]


ADDRESSES = (
    "/accounts/%00",
    "/accounts/a%20b",
    "/transactions/0",
    "/transactions/99999999999999999999",
    "/transactions/1_0",
    "/transactions/-1",
    "/transactions/seventeen",
    "/units/GHA01/GHA/0",
    "/units/GHA01/GHA/4611686018427387905",
    "/units/GHA01/gha/1",
    "/units/g%00/GHA/1",
    "/units?identifier=%00",
    "/units?identifier=",
    "/units?identifier=nonsense",
    "/units",
    "/accounts?after=x",
    "/accounts?after=99999999999999999999999",
    "/accounts?limit=0",
    "/accounts?limit=501",
    "/accounts?limit=ten",
    "/accounts?section=%00",
    "/transactions?status=lost",
    "/aef/ghana/2025.xlsx",
    "/aef/GHA/25.xlsx",
)


def test_addresses(world: World) -> None:
    for path in ADDRESSES:
        answer = world.ama.get(path)
        assert (path, answer.status) == (path, 400)
        assert set(answer.codes) <= {"request.malformed", "serial.malformed"}


def test_an_address_that_the_interface_does_not_have(world: World) -> None:
    for path in ("/nothing", "/accounts/x/y/z", "/authorizations/GHA", ""):
        for answer in (world.ama.get(path), world.ama.post(path, {}), world.nobody.get(path)):
            assert (path, answer.status, answer.codes) == (path, 404, [])
            assert answer.json["title"]
    for whole in ("/api", "/api/", "/api/v2/registry", "/api/v1", "/api/v1/accounts/", "/api/v1/business-rules/large/"):
        given = world.nobody.client.get(whole)
        assert (whole, given.status_code, given.headers["Content-Type"]) == (whole, 404, "application/problem+json")


def test_idempotency_keys(world: World) -> None:
    for key in ["", " ", "a b", "ü", "x" * 201]:
        answer = world.ama.post("/transactions", transfer(world.books), key=None, **{"Idempotency-Key": key})
        assert (key, answer.status, answer.codes) == (key, 400, ["request.malformed"])


def test_a_fault_of_ours_tells_nothing_of_our_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("article6.services.transactions.propose", broken)
    answer = world.ama.post("/transactions", transfer(world.books))
    assert answer.status == 500
    assert answer.codes == []
    assert b"secret" not in answer.response.content
