"""The statement of an account: what stood there, what came and left, what stands there at the end."""

from __future__ import annotations

from datetime import timedelta

from api.doors import World, transfer
from cli.commands import article6
from ledger.books import NOW

from article6.services import account_statements


def test_a_statement_adds_up_and_goes_on_by_the_page(world: World) -> None:
    for quantity in (40, 5):
        world.ama.post("/transactions", transfer(world.books, quantity))
    world.ama.post("/transactions", transfer(world.books, 15, source="B", target="A"))
    path = f"/accounts/{world.number('A')}/statement"
    days = {"first_day": f"{NOW:%Y-%m-%d}", "last_day": "2999-12-31"}
    whole = world.ama.get(path, **days).json
    assert [whole[name] for name in ("opening", "received", "sent", "closing")] == [0, 115, 45, 70]
    assert [(each["type"], each["change"], each["balance"]) for each in whole["items"]] == [
        ("issuance", 100, 100), ("transfer", -40, 60), ("transfer", -5, 55), ("transfer", 15, 70),
    ]  # fmt: skip
    assert [each["counterparty"] and each["counterparty"]["number"] for each in whole["items"]] == [
        None, *[world.number("B")] * 3,
    ]  # fmt: skip
    assert world.ama.get(f"/accounts/{world.number('A')}").json["quantity"] == whole["closing"]
    first = world.ama.get(path, **days, limit=3).json
    rest = world.ama.get(path, **days, limit=3, after=first["next"]).json
    assert (first["items"] + rest["items"], rest["next"], rest["total"]) == (whole["items"], None, 4)
    report = {"kind": "account_statement", "parameters": {"account": world.number("A"), "since": days["first_day"]}}
    drawn = world.root.post("/reports/preview", report, key=None).json["content"]
    facts = {each["key"]: each["value"] for each in drawn["facts"]}
    assert [facts[name] for name in ("opening", "received", "sent", "closing")] == [0, 115, 45, 70]
    names = [each["key"] for each in drawn["tables"][1]["columns"]]
    moved = [dict(zip(names, each, strict=True)) for each in drawn["tables"][1]["rows"]]
    assert [(each["received"], each["sent"], each["balance"], each["counterparty"]) for each in moved] == [
        (100, None, 100, None), *((None, sent, left, world.number("B")) for sent, left in ((40, 60), (5, 55))),
        (15, None, 70, world.number("B")),
    ]  # fmt: skip
    assert set(whole["items"][0]) == {
        "id", "type", "type_title", "at", "quantity", "change", "balance", "counterparty",
    }  # fmt: skip
    later = world.ama.get(path, first_day=f"{NOW + timedelta(days=1):%Y-%m-%d}", last_day="2999-12-31").json
    assert (later["opening"], later["items"][0]["balance"], later["closing"]) == (100, 60, 70)
    before = account_statements.statement(world.number("A"), NOW.date(), NOW.date())
    assert (before.opening, before.closing, before.lines.total) == (0, 100, 1)


def test_days_that_are_none_and_accounts_that_are_not(world: World) -> None:
    path = f"/accounts/{world.number('A')}/statement"
    for days in (
        {}, {"first_day": "2026-01-01"}, {"first_day": "2026-02-01", "last_day": "2026-01-31"},
        {"first_day": "0001-01-01", "last_day": "9999-12-31"}, {"first_day": "x", "last_day": "2026-01-01"},
    ):  # fmt: skip
        assert (days, set(world.ama.get(path, **days).codes)) == (days, {"request.malformed"})
    days = {"first_day": "2026-01-01", "last_day": "2026-01-31"}
    assert world.ama.get("/accounts/INT-100-9-0-9/statement", **days).codes == ["account.unknown"]
    assert world.cy.get(path, **days).codes == ["account.unknown"]  # who has no role sees nothing of a closed registry


def test_a_statement_at_the_shell(world: World) -> None:
    days = ("--from", "2026-01-01", "--to", "2026-12-31")
    assert article6("account", "statement", world.number("A"), *days, "--json").json["closing"] == 100
    assert "Issuance" in article6("account", "statement", world.number("A"), *days).out
