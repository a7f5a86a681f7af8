"""Who may call what: tokens, scopes, roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.doors import World, caller, transfer

from article6.services import people

NOW = datetime.now(UTC)


OPERATIONS = (
    ("/transactions", "propose"),
    ("/transactions/1/approve", "decide"),
    ("/transactions/1/reject", "decide"),
    ("/transactions/1/cancel", "propose"),
    ("/batches", "issue"),
    ("/accounts", "administer"),
    ("/accounts/INT-100-1001-0-1/status", "administer"),
    ("/approaches", "authorize"),
    ("/authorizations", "authorize"),
    ("/authorizations/GHA/GHA-1/units", "authorize"),
    ("/authorizations/GHA/GHA-1/withdrawals", "authorize"),
    ("/authorizations/GHA/GHA-1/changes", "authorize"),
    ("/authorizations/GHA/GHA-1/changes/preview", "authorize"),
    ("/authorizations/GHA/GHA-1/revocation", "authorize"),
    ("/authorizations/GHA/GHA-1/revocation/preview", "authorize"),
    ("/activities", "administer"),
    ("/nomenclatures", "administer"),
    ("/nomenclatures/preview", "administer"),
    ("/attribute-schemas", "administer"),
    ("/business-rules", "administer"),
    ("/business-rules/large/trials", "administer"),
    ("/business-rules/large/approval", "administer"),
    ("/business-rules/large/retirement", "administer"),
)


def test_each_operation_needs_its_scope(world: World) -> None:
    for path, scope in OPERATIONS:
        others = [each for each in people.SCOPES if each != scope]
        answer = caller(world.books.admin, *others).post(path, {})
        assert (answer.status, answer.codes) == (403, ["person.not_permitted"])
        assert answer.json["refusals"][0]["detail"] == scope
        assert world.nobody.post(path, {}).status == 401


def test_reading_needs_its_scope_too(world: World) -> None:
    assert caller(world.books.ama, "propose").get("/registry").status == 403


def test_a_scope_gives_no_role(world: World) -> None:
    answer = world.cy.post("/transactions", transfer(world.books))
    assert (answer.status, answer.codes) == (403, ["person.not_permitted"])


def test_tokens_that_count_for_nothing(world: World) -> None:
    books = world.books
    late = people.create_token(books.ama, "old", ["read"], by=books.ama, now=NOW, expires_at=NOW - timedelta(seconds=1))
    for token in (late, "a6_nonsense", "", "x" * 10_000, "ü"):
        answer = world.nobody.client.get("/api/v1/registry", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
    assert world.nobody.client.get("/api/v1/registry", headers={"Authorization": "Basic YTpi"}).status_code == 401
    people.suspend(books.ama, by=books.admin, now=NOW)
    assert world.ama.get("/registry").status == 401


def test_a_revoked_token_is_dead_at_once(world: World) -> None:
    assert world.ama.get("/registry").status == 200
    for number in range(1, 5):
        people.revoke_token(number, by=world.books.admin, now=NOW)
    assert world.ama.get("/registry").status == 401


def test_a_signed_in_browser_is_no_token(world: World) -> None:
    people.set_password(world.books.ama, "a long password of hers", by=world.books.ama, now=NOW)
    browser = world.nobody
    browser.client.login(login="ama", password="a long password of hers")
    assert browser.post("/transactions", transfer(world.books)).status == 401


def test_answers_are_not_kept_by_caches(world: World) -> None:
    assert world.ama.get("/registry").headers["Cache-Control"] == "no-store"
    assert world.nobody.get("/registry").headers["Cache-Control"] == "no-store"
