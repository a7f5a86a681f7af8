"""Underlying units, metrics, purposes and declarations from the shell."""

from __future__ import annotations

from cli.commands import article6

from article6.cli import exits

VERRA = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"


def opened(*words: str) -> str:
    number: str = article6("account", "open", "--section", "GHA", "--name", "x", *words, "--json").json["number"]
    return number


def issued(target: str, quantity: int, *words: str) -> tuple[str, ...]:
    return ("issue", "--to", target, "--party", "GHA", "--quantity", str(quantity), "--unit-type", "MO", "--vintage",
            "2024", *words)  # fmt: skip


def test_a_programmes_serial_is_pasted_recorded_and_its_lock_stated(registry: None) -> None:
    assert "936487628" in article6("underlying", "read", VERRA).out.replace(",", "")
    command = issued(opened("--type", "holding"), 3644, "--underlying", VERRA)
    batch = str(article6(*command, "--json").json["batch_id"])
    again = article6(*command)
    assert (again.code, "underlying.used_twice" in again.err) == (exits.REFUSED, True)
    assert article6("underlying", "read", VERRA, "--json").json["shared"] == [936487628, 936491271]
    assert "VCS" in article6("underlying", "not-locked").out
    state = ("underlying", "state", batch, "locked", "--reference", "case 7", "--on", "2026-01-05")
    assert "locked" in article6(*state).out
    assert article6(*state, "--json").json["status"] == "locked"
    assert article6("underlying", "not-locked", "--json").json["items"] == []
    assert "case 7" in article6("underlying", "statements", batch).out
    assert len(article6("underlying", "statements", batch, "--json").json) == 2


def test_units_of_another_metric_stand_in_an_account_of_that_metric(registry: None) -> None:
    metric = ("--metric", "MWh")
    number = opened("--type", "holding", *metric)
    said = article6(*issued(number, 10, *metric, "--conversion", "0.5312"))
    assert "metric.incomplete" in said.err
    full = (*metric, "--conversion", "0.5312", "--conversion-method", "grid factor")
    assert article6(*issued(number, 10, *full)).code == 0
    assert "account.refuses_unit" in article6(*issued(opened("--type", "holding"), 10, *full)).err
    assert article6(*issued(number, 10, *metric, "--conversion", "0")).code == exits.USAGE
    wrong = article6("account", "open", "--type", "holding", "--section", "GHA", "--name", "x", "--purpose", "CORSIA")
    assert "account.purpose" in wrong.err


def test_an_account_type_and_a_flow_from_draft_to_retirement(registry: None) -> None:
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "administrator")
    ama, bo = ("--as", "ama"), ("--as", "bo")
    number = opened("--type", "holding", *ama)
    draft = ("declaration", "account-type", "escrow", "--title", "Escrow", "--number", "150", "--holds", "MO", *ama)
    assert "article6 declaration approve account_type escrow" in article6(*draft).out
    assert "person.approves_own" in article6("declaration", "approve", "account_type", "escrow", *ama).err
    assert "Approved escrow" in article6("declaration", "approve", "account_type", "escrow", *bo).out
    flow = ("declaration", "flow", "into_escrow", "--title", "In", "--from", "holding", "--to", "escrow", *ama)
    assert article6(*flow, "--json").json["version"] == 1
    assert article6("declaration", "approve", "flow", "into_escrow", *bo, "--json").json["version"] == 1
    escrow = opened("--type", "escrow", *ama)
    article6(*issued(number, 5, *ama))
    move = ("transfer", "--from", number, "--to", escrow, "--quantity", "5", "--type", "into_escrow", *ama)
    assert article6(*move).code == 0
    assert "Retired into_escrow" in article6("declaration", "retire", "flow", "into_escrow", *bo).out
    assert "escrow" in article6("declaration", "list").out
    assert len(article6("declaration", "list", "--json").json) == 3
    wrong = ("declaration", "switch", "voluntary_cancellation", "participants", *ama)
    assert "declaration.malformed" in article6(*wrong).err
    switches = {each["name"]: each["value"] for each in article6("declaration", "switches", "--json").json}
    assert switches == {"issuance_service.GHA": "on", "issuance_service.CHE": "off"}
    assert "issuance_service.CHE" in article6("declaration", "switches").out
