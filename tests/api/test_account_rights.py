"""People, roles, requests for accounts, representatives and trusted accounts, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import Caller, World, caller
from ledger.books import NOW

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION
from article6.services import people
from article6.store.queries import registries

ASKED = {
    "type": "holding", "section": "GHA", "name": "Clean Cooking", "legal_name": "Clean Cooking Ltd", "country": "GHA",
    "identification_number": "C-1234", "representatives": ["cy", "ama"], "needs_approval": True,
    "documents": [{"kind": "certificate", "reference": "folio 12", "sha256": "a" * 64}],
}  # fmt: skip


@pytest.fixture
def pia(world: World) -> Caller:
    """Ghana's own administrator."""
    person = people.add_person("pia", "Pia", by=world.books.admin, now=NOW)
    section_id = registries.sections()["GHA"]
    people.give_role(person, section_id, Role.PARTY_ADMINISTRATOR, by=world.books.admin, now=NOW)
    return caller(person, by=world.books.admin)


def test_people_are_listed_to_administrators_only(world: World, pia: Caller) -> None:
    found = world.root.get("/people").json
    assert [each["login"] for each in found] == ["root", "ama", "bo", "cy", "pia"]
    for other in (world.ama, world.bo, world.cy, pia):
        assert (other.get("/people").status, other.get("/people").codes) == (403, ["person.not_permitted"])
        assert other.get("/role-changes").json == []
    assert world.nobody.get("/people").status == 401


def test_a_person_is_admitted_shut_out_and_reinstated(world: World) -> None:
    made = world.root.post("/people", {"login": "dee", "name": "Dee"}, key="k")
    assert made.status == 201
    assert world.root.post("/people", {"login": "dee", "name": "Dee"}, key="k").json == made.json
    assert world.root.post("/people", {"login": "dee", "name": "Dee"}).codes == ["request.malformed"]
    number = made.json["id"]
    assert world.cy.post(f"/people/{number}/suspend").codes == ["person.not_permitted"]
    assert world.root.post(f"/people/{number}/suspend").json == {"id": number, "is_active": False}
    assert world.root.post(f"/people/{number}/reinstate").json["status"] == "approved"
    assert world.root.post(f"/people/{number}/reinstate").codes == ["request.malformed"]
    assert world.root.post("/people/999/suspend").codes == ["request.malformed"]


def test_a_suspension_ends_the_tokens_at_once(world: World) -> None:
    assert world.ama.get("/account-requests").status == 200
    world.root.post(f"/people/{world.books.ama}/suspend")
    assert world.ama.get("/account-requests").status == 401


def test_a_role_is_asked_for_and_approved(world: World) -> None:
    people.give_role(world.books.bo, ANY_SECTION, Role.ADMINISTRATOR, by=world.books.admin, now=NOW)
    body = {"change": "give", "login": "cy", "role": "reviewer", "section": "GHA"}
    assert world.root.post("/role-changes", body).codes == ["role.needs_end"]
    made = world.root.post("/role-changes", {**body, "until": "2999-01-01T00:00:00Z"})
    assert (made.status, made.json["status"]) == (201, "proposed")
    path = f"/role-changes/{made.json['id']}"
    assert world.root.post(f"{path}/approve").codes == ["person.approves_own"]
    assert world.bo.post(f"{path}/approve").json["status"] == "approved"
    assert (world.bo.post(f"{path}/reject", {}).status, world.bo.post(f"{path}/reject", {}).codes) == (
        409, ["proposal.decided"],
    )  # fmt: skip
    assert world.bo.get("/role-changes").json[0]["decided_by_login"] == "bo"
    assert world.root.post("/role-changes", {**body, "section": "XXX"}).codes == ["section.unknown"]
    assert world.root.post("/role-changes", {**body, "login": "nobody"}).codes == ["request.malformed"]
    assert world.cy.post("/role-changes", body).codes == ["person.not_permitted"]
    taken = world.root.post("/role-changes", {**body, "change": "take"})
    assert world.bo.post(f"/role-changes/{taken.json['id']}/reject", {"reason": "no"}).json["status"] == "rejected"


def test_an_account_is_asked_for_and_opened(world: World, pia: Caller) -> None:
    made = world.cy.post("/account-requests", ASKED, key="k")
    assert (made.status, made.json["status"]) == (201, "proposed")
    assert world.cy.post("/account-requests", ASKED, key="k").json == made.json
    path = f"/account-requests/{made.json['id']}"
    assert world.cy.get(path).json["identification_number"] == "C-1234"
    assert (world.bo.get(path).status, world.bo.get(path).codes) == (404, ["proposal.unknown"])
    assert world.nobody.get(path).status == 401
    assert world.bo.get("/account-requests").json == []
    assert len(pia.get("/account-requests").json) == 1
    assert world.cy.post(f"{path}/approve").codes == ["person.not_permitted"]
    number = pia.post(f"{path}/approve").json["account"]
    shown = world.root.get(f"/accounts/{number}").json
    assert shown["holder"] == "Clean Cooking Ltd"
    assert "C-1234" not in str(shown)
    found = world.cy.get(f"/accounts/{number}/representatives").json
    assert [each["login"] for each in found["representatives"]] == ["ama", "cy"]
    bare: dict[str, Any] = {**ASKED, "documents": [], "representatives": ["cy"]}
    assert world.cy.post("/account-requests", bare).codes == [
        "account.not_identified", "account.too_few_representatives",
    ]  # fmt: skip
    other = world.cy.post("/account-requests", ASKED).json["id"]
    assert pia.post(f"/account-requests/{other}/reject", {"reason": "no"}).json["status"] == "rejected"


def test_representatives_and_trusted_accounts(world: World, pia: Caller) -> None:
    world.books.open("C", needs_approval=True)
    path = f"/accounts/{world.number('C')}"
    assert pia.post(f"{path}/representatives", {"add": ["cy"]}).codes == ["account.too_few_representatives"]
    asked = pia.post(f"{path}/representatives", {"add": ["cy", "ama"]}).json
    assert asked["status"] == "proposed"
    assert world.bo.post(f"/representative-changes/{asked['id']}/approve").json["status"] == "approved"
    again = pia.post(f"{path}/representatives", {"remove": ["cy"], "add": ["bo"]}).json
    refused = world.root.post(f"/representative-changes/{again['id']}/reject", {"reason": "no"})
    assert refused.json["status"] == "rejected"
    asked = world.cy.post(f"{path}/trusted", {"change": "trust", "account": world.number("A")}).json
    assert world.bo.post(f"/trusted-changes/{asked['id']}/approve").codes == ["person.not_representative"]
    assert world.ama.post(f"/trusted-changes/{asked['id']}/approve").json["status"] == "approved"
    asked = world.cy.post(f"{path}/trusted", {"change": "demand"}).json
    assert world.ama.post(f"/trusted-changes/{asked['id']}/reject", {}).json["status"] == "rejected"
    found = world.cy.get(f"{path}/trusted").json
    assert (found["trusted_only"], found["accounts"]) == (False, [world.number("A")])
    assert world.nobody.get(f"{path}/trusted").status == 401
