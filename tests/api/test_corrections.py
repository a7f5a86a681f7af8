"""Corrective action and notices at the interface."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import Caller, World, caller
from ledger.books import NOW

from article6.domain.kinds import Role
from article6.services import people, role_changes
from article6.store.database import one


@pytest.fixture
def second(world: World) -> Caller:
    """A second administrator of the registry; Cy reads for Ghana."""
    section = one("SELECT id FROM section WHERE code = 'GHA'")[0]
    people.give_role(world.books.cy, section, Role.AUDITOR, by=world.books.admin, now=NOW)
    dee = people.add_person("dee", "Dee", by=world.books.admin, now=NOW)
    people.give_role(dee, 0, Role.ADMINISTRATOR, by=world.books.admin, now=NOW)
    return caller(dee)


def case(**more: Any) -> dict[str, Any]:
    serials = [{"party": "GHA", "first": 1, "last": 40}]
    return {"reason": "Letter of 3 May", "finding": "Wrong account", "reference": "L-3", "serials": serials, **more}


def remedy(world: World, **more: Any) -> dict[str, Any]:
    return {"remedy": "movement", "source": world.number("A"), "target": world.number("B"), **more}


def test_from_the_case_to_its_end(world: World, second: Caller) -> None:
    made = world.root.post("/corrections", case(), key="open")
    assert (made.status, made.json["state"], made.json["sections"]) == (201, "opened", ["ADM", "GHA"])
    assert made.headers["Location"] == f"/api/v1/corrections/{made.json['id']}"
    assert world.root.post("/corrections", case(), key="open").json["id"] == made.json["id"]
    path = f"/corrections/{made.json['id']}"
    assert world.root.post(f"{path}/propose", remedy(world)).json["state"] == "proposed"
    own = world.root.post(f"{path}/confirm")
    assert (own.status, own.codes) == (403, ["person.approves_own"])
    assert second.post(f"{path}/confirm").json["state"] == "confirmed"
    assert world.books.holds("B") == [(1, 40)]
    again = second.post(f"{path}/confirm")
    assert (again.status, again.codes) == (409, ["correction.wrong_state"])
    shown = world.cy.get(path).json
    assert [each["act"] for each in shown["acts"]] == ["proposed", "confirmed"]
    assert shown["units"] == [{"registry": "GHA01", "party": "GHA", "first": 1, "last": 40}]
    assert [each["id"] for each in world.cy.get("/corrections").json["items"]] == [made.json["id"]]


def test_every_reason_against_a_case_is_given(world: World, second: Caller) -> None:
    empty = world.root.post("/corrections", case(reason=" ", finding=" ", serials=[]))
    assert (empty.status, empty.codes) == (422, ["correction.incomplete"] * 3)
    assert world.root.post("/corrections", case(finding="")).codes == ["request.malformed"]
    assert world.ama.post("/corrections", case()).codes == ["person.not_permitted"]
    number = world.root.post("/corrections", case()).json["id"]
    path = f"/corrections/{number}"
    for body, code in (
        (remedy(world, serials=[{"party": "GHA", "first": 40, "last": 41}]), "correction.not_concerned"),
        (remedy(world, remedy="administrative_cancellation", quantity=41), "correction.quantity_differs"),
        (remedy(world, remedy="note"), "correction.incomplete"),
        (remedy(world, target=world.number("A")), "accounts.same"),
        ({"remedy": "magic"}, "request.malformed"),
    ):
        answer = world.root.post(f"{path}/propose", body)
        assert code in answer.codes, answer.json
    assert second.post(f"{path}/withdraw", {"reason": "x"}).codes == ["correction.not_own"]
    assert second.post(f"{path}/reject", {"reason": "x"}).codes == ["correction.wrong_state"]
    assert world.root.post(f"{path}/withdraw", {"reason": "Mistyped"}).json["state"] == "withdrawn"
    for answer in (world.root.get("/corrections/99"), world.root.post("/corrections/99/confirm")):
        assert (answer.status, answer.codes) == (404, ["correction.unknown"])


def test_the_correcting_transaction_is_decided_in_its_case_alone(world: World, second: Caller) -> None:
    path = f"/corrections/{world.root.post('/corrections', case()).json['id']}"
    acts = world.root.post(f"{path}/propose", remedy(world)).json["acts"]
    number = acts[0]["transaction_id"]
    for what, body in (("approve", None), ("reject", {"reason": "x"}), ("cancel", {"reason": "x"})):
        assert second.post(f"/transactions/{number}/{what}", body).codes == ["transaction.not_alone"]
    assert second.post(f"{path}/reject", {"reason": "Not so"}).json["state"] == "rejected"
    assert world.root.get(f"/transactions/{number}").json["status"] == "rejected"


def test_who_has_no_part_in_it_reads_nothing(world: World, second: Caller) -> None:
    swiss = people.add_person("urs", "Urs", by=world.books.admin, now=NOW)
    section = one("SELECT id FROM section WHERE code = 'CHE'")[0]
    asked = people.give_role(swiss, section, Role.AUDITOR, by=world.books.admin, now=NOW)
    dee = people.person_by_login("dee")
    role_changes.decide(asked.id or 0, approve=True, by=dee, now=NOW)
    urs = caller(swiss)
    number = world.root.post("/corrections", case()).json["id"]
    assert urs.get("/corrections").json["items"] == []
    assert urs.get(f"/corrections/{number}").codes == ["correction.unknown"]
    assert urs.get("/notices").json["items"] == []
    assert world.nobody.get("/notices").status == 401
    assert world.nobody.get("/corrections").status == 401


def test_notices_are_read_and_acknowledged(world: World, second: Caller) -> None:
    number = world.root.post("/corrections", case()).json["id"]
    [notice] = world.cy.get("/notices").json["items"]
    assert (notice["section"], notice["code"], notice["subject"]) == (
        "GHA",
        "correction.opened",
        f"correction:{number}",
    )
    assert "40 units" in notice["sentence"]
    done = world.cy.post(f"/notices/{notice['id']}/acknowledge")
    assert (done.status, done.json["acknowledged_by"]) == (200, "Cy")
    assert world.cy.get("/notices", open_only="true").json["items"] == []
    assert world.cy.get("/notices", section="GHA").json["total"] == 1
    assert world.cy.post("/notices/99/acknowledge").codes == ["notice.unknown"]
    assert world.cy.get("/notices", after="0").codes == ["request.malformed"]
