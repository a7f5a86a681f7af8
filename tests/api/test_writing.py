"""What can be changed: transactions, batches, accounts; each once per idempotency key."""

from __future__ import annotations

import threading
from typing import Any

from api.doors import Caller, World, transfer
from django.db import connections


def test_a_transfer_is_completed_at_once(world: World) -> None:
    made = world.ama.post("/transactions", transfer(world.books, 40))
    assert made.status == 201
    assert made.json["status"] == "completed"
    assert made.headers["Location"] == f"/api/v1/transactions/{made.json['id']}"
    assert world.books.holds("B") == [(1, 40)]


def test_serials_are_named_by_party_or_by_registry_and_party(world: World) -> None:
    serials = [
        {"party": "GHA", "first": 11, "last": 20},
        {"registry": "GHA01", "party": "GHA", "first": 31, "last": 31},
    ]
    made = world.ama.post("/transactions", {**transfer(world.books, 11), "serials": serials})
    assert made.status == 201
    assert world.books.holds("B") == [(11, 20), (31, 31)]


def proposed(world: World) -> int:
    world.books.open("C", needs_approval=True)
    world.books.issue("C", 50)
    made = world.ama.post("/transactions", transfer(world.books, 20, source="C"))
    assert made.json["status"] == "proposed"
    return int(made.json["id"])


def test_a_second_person_approves(world: World) -> None:
    number = proposed(world)
    assert world.ama.post(f"/transactions/{number}/approve").codes == ["person.not_permitted"]
    approved = world.bo.post(f"/transactions/{number}/approve")
    assert (approved.status, approved.json) == (200, {"id": number, "status": "completed"})
    again = world.bo.post(f"/transactions/{number}/approve")
    assert (again.status, again.codes) == (409, ["transaction.not_proposed"])


def test_nobody_approves_their_own(world: World) -> None:
    number = world.root.post("/transactions", transfer(world.books, 5)).json["id"]
    assert world.root.get(f"/transactions/{number}").json["status"] == "completed"
    world.books.open("D", needs_approval=True)
    world.books.issue("D", 5)
    own = world.root.post("/transactions", transfer(world.books, 5, source="D")).json["id"]
    answer = world.root.post(f"/transactions/{own}/approve")
    assert (answer.status, answer.codes) == (403, ["person.approves_own"])


def test_a_proposal_is_rejected_or_withdrawn_and_its_units_are_free(world: World) -> None:
    number = proposed(world)
    assert world.bo.post(f"/transactions/{number}/reject", {}).codes == ["request.malformed"]
    assert world.bo.post(f"/transactions/{number}/reject", {"reason": "wrong account"}).json["status"] == "rejected"
    other = world.ama.post("/transactions", transfer(world.books, 50, source="C")).json["id"]
    assert world.cy.post(f"/transactions/{other}/cancel", {}).codes == ["person.not_permitted"]
    assert world.ama.post(f"/transactions/{other}/cancel", {"reason": ""}).json["status"] == "cancelled"


def issuance(world: World, **more: Any) -> dict[str, Any]:
    batch = {"target": world.number("A"), "party": "GHA", "quantity": 30, "unit_type": "MO", "vintage_year": 2024}
    return {**batch, **more}


def test_a_batch_is_issued_with_its_activity(world: World) -> None:
    issued = world.root.post("/batches", issuance(world, activity="ACT", activity_title="Cookstoves"))
    assert issued.status == 201
    assert (issued.json["first"], issued.json["last"]) == (101, 130)
    batch = world.root.get(issued.headers["Location"].removeprefix("/api/v1")).json
    assert (batch["activity"], batch["activity_title"], batch["registry"]) == ("ACT", "Cookstoves", "GHA01")
    assert world.root.post("/batches", issuance(world, activity="ACT")).status == 201


def test_what_an_issuance_refuses(world: World) -> None:
    cases = (
        (issuance(world, first=50), 409, "serials.already_issued"),
        (issuance(world, first=200, last=230), 422, "quantity.range_mismatch"),
        (issuance(world, party="ZZZ"), 422, "party.unknown"),
        (issuance(world, vintage_year=1989), 422, "vintage.out_of_range"),
        (issuance(world, unit_type="CER"), 422, "account.refuses_unit"),
        (issuance(world, approach="CA9999"), 404, "approach.unknown"),
        (issuance(world, attributes={"a": 1}, attributes_schema="no/1"), 422, "attributes.invalid"),
        (issuance(world, activity="NEW", vintage_year=2099), 422, "vintage.out_of_range"),
    )
    for body, status, code in cases:
        answer = world.root.post("/batches", body)
        assert code in answer.codes
        assert answer.status == status
    assert world.root.get("/batches").json["total"] == 1


def test_an_account_is_opened_blocked_and_closed(world: World) -> None:
    new = {"type": "retirement", "section": "CHE", "name": "NDC", "period_first": 2021, "period_last": 2030}
    opened = world.root.post("/accounts", new)
    assert (opened.status, opened.json["period_last"]) == (201, 2030)
    path = opened.headers["Location"].removeprefix("/api/v1")
    closed = world.root.post(f"{path}/status", {"status": "closed", "reason": "no longer needed"})
    assert closed.json["status"] == "closed"
    full = world.root.post(f"/accounts/{world.number('A')}/status", {"status": "closed", "reason": "why not"})
    assert (full.status, full.codes) == (409, ["account.not_empty"])
    assert world.root.post("/accounts", {**new, "section": "XXX"}).codes == ["section.unknown"]
    assert world.root.post("/accounts", {**new, "type": "piggy_bank"}).codes == ["account.type_unknown"]


# --- Idempotency


def test_the_same_key_and_content_gets_the_first_answer_again(world: World) -> None:
    first = world.ama.post("/transactions", transfer(world.books, 10), key="k")
    again = world.ama.post("/transactions", transfer(world.books, 10), key="k")
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.books.quantity("B") == 10


def test_the_same_key_with_other_content_is_refused(world: World) -> None:
    world.ama.post("/transactions", transfer(world.books, 10), key="k")
    other = world.ama.post("/transactions", transfer(world.books, 11), key="k")
    assert (other.status, other.codes) == (409, ["idempotency.content_differs"])


def test_every_command_repeats_its_answer(world: World) -> None:
    number = proposed(world)
    commands: tuple[tuple[Caller, str, Any], ...] = (
        (world.root, "/accounts", {"type": "holding", "section": "GHA", "name": "E"}),
        (world.root, f"/accounts/{world.number('B')}/status", {"status": "blocked", "reason": "r"}),
        (world.root, "/batches", issuance(world)),
        (world.bo, f"/transactions/{number}/reject", {"reason": "r"}),
    )
    for who, path, body in commands:
        answers = [who.post(path, body, key=f"once {path}".replace(" ", ":")) for _ in range(2)]
        assert answers[0].json == answers[1].json
        assert answers[0].status == answers[1].status < 300


def test_one_key_from_eight_clients_moves_once(world: World) -> None:
    body, seen = transfer(world.books, 10), []

    def send() -> None:
        try:
            seen.append(Caller(world.ama.token).post("/transactions", body, key="eight").json)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(seen) == 8
    assert len({each["id"] for each in seen}) == 1
    assert world.books.quantity("B") == 10


def test_a_key_is_asked_for_on_every_post(world: World) -> None:
    number = proposed(world)
    posts = (
        ("/transactions", transfer(world.books)),
        (f"/transactions/{number}/approve", None),
        (f"/transactions/{number}/reject", {"reason": "r"}),
        (f"/transactions/{number}/cancel", {}),
        ("/batches", issuance(world)),
        ("/accounts", {"type": "holding", "section": "GHA", "name": "E"}),
        (f"/accounts/{world.number('A')}/status", {"status": "open", "reason": "r"}),
    )
    for path, body in posts:
        answer = world.root.post(path, body, key=None)
        assert (answer.status, answer.codes) == (400, ["request.malformed"])
        assert answer.json["refusals"][0]["subject"] == "Idempotency-Key"
