"""One life through HTTP alone: authorized, issued, transferred, its authorization changed, used, revoked."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import Answer, Caller, World, caller
from ledger.books import audit_is_clean

from article6.services import people

GHANA = "/authorizations/GHA/GHA-1"


def version(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "code": "GHA-1", "party": "GHA", "approach": "CA0001", "authorized_on": "2025-01-31", "purposes": "NDC",
        "version": number, "quantity": 1000, "duration": {"use_until": "2035-12-31"}, **more,
    }  # fmt: skip


def serials(first: int, last: int, party: str = "GHA") -> dict[str, Any]:
    return {"serials": [{"party": party, "first": first, "last": last}]}


def made(answer: Answer) -> Any:
    """What came to be: 201, and it is where the answer says."""
    assert answer.status == 201, answer.json
    assert answer.headers["Location"].startswith("/api/v1/")
    return answer.json


def there(who: Caller, answer: Answer) -> Any:
    """What stands at the address that the answer names."""
    found = who.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert found.status == 200, answer.headers["Location"]
    return found.json


def decided(world: World, body: dict[str, Any]) -> None:
    proposed = made(world.ama.post("/transactions", body))
    assert proposed["status"] == "proposed"
    assert world.bo.post(f"/transactions/{proposed['id']}/approve").json["status"] == "completed"


@pytest.fixture
def authorized(world: World) -> World:
    """Ghana's 100 units stand in A; an approach with Switzerland and an authorization of 1,000 are recorded."""
    approach = {"code": "CA0001", "title": "Cookstoves", "parties": ["GHA", "CHE", "THA"]}
    recorded = world.root.post("/approaches", approach)
    assert there(world.root, recorded) == made(recorded)
    recorded = world.root.post("/authorizations", version())
    assert {**made(recorded), "units": 0} == there(world.root, recorded)
    return world


def test_from_authorization_to_use(authorized: World) -> None:
    root, books = authorized.root, authorized.books
    opened = {"type": "holding", "section": "CHE", "name": "C"}
    abroad = made(root.post("/accounts", opened))["number"]
    ndc = {"type": "retirement", "section": "CHE", "name": "NDC", "period_first": 2021, "period_last": 2030}
    retired = made(root.post("/accounts", ndc))["number"]
    batch = {"target": authorized.number("A"), "party": "GHA", "quantity": 900, "unit_type": "MO", "vintage_year": 2024}
    assert made(root.post("/batches", batch))["first"] == 101

    laid = root.post(f"{GHANA}/units", serials(1, 600))
    assert len(made(laid)["transactions"]) == 1
    assert there(root, laid)["type"] == "authorization"
    assert root.get(GHANA).json["units"] == 600

    move = {"type": "international_transfer", "source": authorized.number("A"), "target": abroad}
    decided(authorized, {**move, **serials(1, 200)})
    assert root.get("/units/GHA01/GHA/1").json["unit_type_shown"] == "ITMO"

    changed = version(2, purposes="NDC", parties=["CHE"], remark="Only to Switzerland from now on.")
    seen = root.post(f"{GHANA}/changes/preview", {"version": changed}, key=None)
    assert seen.status == 200
    assert [sum(each["quantity"] for each in seen.json[name]) for name in ("carried", "untouched")] == [400, 200]
    confirm = {"version": changed, "reason": "a letter", "token": seen.json["token"]}
    assert root.post(f"{GHANA}/changes", {**confirm, "token": "0"}).codes == ["authorization.preview_outdated"]
    recorded = root.post(f"{GHANA}/changes", confirm)
    assert made(recorded)["version"] == 2
    assert there(root, recorded)["parties"] == ["CHE"]
    assert [each["version"] for each in root.get(f"{GHANA}/versions").json] == [1, 2]

    use = {"type": "use_ndc", "source": abroad, "target": retired, "quantity": 150, "terms": {"use_year": 2025}}
    decided(authorized, use)
    assert root.get("/units/GHA01/GHA/1").json["block"]["is_final"]

    seen = root.post(f"{GHANA}/revocation/preview", {}, key=None).json
    assert sum(each["quantity"] for each in seen["withdrawn"]) == 400
    revoked = made(root.post(f"{GHANA}/revocation", {"reason": "the ministry", "token": seen["token"]}))
    assert (revoked["is_revoked"], revoked["version"]) == (True, 3)
    assert books.quantity("A") == 800
    assert root.get("/audit").json["ok"]
    audit_is_clean()


def test_units_of_several_holders_come_under_an_authorization_at_once(authorized: World) -> None:
    made(authorized.ama.post("/transactions", {
        "type": "transfer", "source": authorized.number("A"), "target": authorized.number("B"), "quantity": 40,
    }))  # fmt: skip
    done = authorized.root.post(f"{GHANA}/units", serials(1, 100), key="both")
    assert len(made(done)["transactions"]) == 2
    assert authorized.root.post(f"{GHANA}/units", serials(1, 100), key="both").json == done.json
    withdrawn = authorized.root.post(f"{GHANA}/withdrawals", {**serials(31, 50), "reason": "an error in the report"})
    assert len(made(withdrawn)["transactions"]) == 2
    assert authorized.root.get(GHANA).json["units"] == 80


def test_what_is_recorded_is_listed_by_the_page(authorized: World) -> None:
    root = authorized.root
    second = {**version(), "code": "GHA-2"}
    made(root.post("/authorizations", second))
    first = root.get("/authorizations", limit=1).json
    assert [each["code"] for each in first["items"]] == ["GHA-1"]
    rest = root.get("/authorizations", limit=1, after=first["next"]).json
    assert ([each["code"] for each in rest["items"]], rest["next"]) == (["GHA-2"], None)
    assert root.get("/authorizations", party="CHE").json["items"] == []
    assert [each["code"] for each in root.get("/approaches", party="THA").json["items"]] == ["CA0001"]
    assert root.get("/approaches", party="FRA").json["items"] == []


def test_every_element_of_an_authorization_is_kept(authorized: World) -> None:
    elements = {
        "code": "GHA 3", "entities": [{"name": "Alp AG", "country": "CHE", "identification": "CHE-1"}],
        "year_first": 2022, "year_last": 2029, "sectors": ["Transportation"], "activity_types": ["Solar"],
        "gwp": "AR5", "terms": "First line.\nSecond line.", "basis": {"methodologies": ["VM0050"]},
        "changes": {"circumstances": "fraud", "process": "a letter", "may_reach_back": True},
        "scope": {"vintages": [2024], "gases": ["CO2"], "activities": ["77"],
                  "serials": [{"registry": "GHA01", "party": "GHA", "first": 1, "last": 50}]},
    }  # fmt: skip
    kept = there(authorized.root, authorized.root.post("/authorizations", version(**elements)))
    for name, value in elements.items():
        given = kept[name]
        if isinstance(value, dict):
            assert value.items() <= given.items()
        elif name == "entities":
            assert value[0].items() <= given[0].items()  # type: ignore[index, attr-defined]
        else:
            assert given == value


def test_what_is_refused_and_why(authorized: World) -> None:
    root = authorized.root
    made(root.post("/batches", {
        "target": authorized.number("A"), "party": "GHA", "quantity": 950, "unit_type": "MO", "vintage_year": 2024,
    }))  # fmt: skip
    cases: tuple[tuple[str, Any, int, str], ...] = (
        ("/authorizations", version(), 409, "authorization.exists"),
        ("/authorizations", version(3), 422, "authorization.malformed"),
        ("/authorizations", version(approach="CA0009"), 404, "approach.unknown"),
        ("/authorizations", version(authorized_on="2025-02-30"), 400, "request.malformed"),
        ("/authorizations", version(authorized_on=20250131), 400, "request.malformed"),
        ("/authorizations", version(purposes="profit"), 400, "request.malformed"),
        ("/authorizations", version(quantity=10.5), 400, "quantity.not_whole"),
        ("/approaches", {"code": "CA0001", "title": "x", "parties": ["GHA"]}, 409, "approach.exists"),
        ("/approaches", {"code": "X", "title": "x", "parties": ["GHA"]}, 404, "approach.unknown"),
        (f"{GHANA}/units", serials(1, 1001), 422, "authorization.ceiling_exceeded"),
        (f"{GHANA}/units", serials(1, 1051), 400, "serial.malformed"),
        (f"{GHANA}/units", serials(5, 4), 400, "serial.malformed"),
        (f"{GHANA}/withdrawals", {**serials(1, 5), "reason": "r"}, 404, "authorization.unknown"),
        ("/authorizations/GHA/GHA-9/units", serials(1, 5), 404, "authorization.unknown"),
        ("/authorizations/CHE/GHA-1/units", serials(1, 5), 404, "authorization.unknown"),
        (f"{GHANA}/changes", {"version": version(2, party="CHE"), "reason": "r", "token": "t"}, 400,
         "request.malformed"),
        ("/authorizations/CHE/GHA-1/revocation", {"reason": "r", "token": "t"}, 404, "authorization.unknown"),
    )  # fmt: skip
    for path, body, status, code in cases:
        answer = root.post(path, body)
        assert code in answer.codes, (path, body, answer.json)
        assert answer.status == status
    for path in ("/authorizations/GHA/GHA-9", "/authorizations/GHA/GHA-9/versions", "/approaches/CA0009"):
        assert root.get(path).status == 404
    assert root.get(GHANA).json["units"] == 0


def test_another_partys_authorization_with_the_same_code_is_left_alone(authorized: World) -> None:
    root = authorized.root
    made(root.post("/authorizations", version(party="CHE")))
    answer = root.post("/authorizations/CHE/GHA-1/units", serials(1, 5))
    assert answer.codes == ["authorization.not_this_party"]
    token = root.post("/authorizations/CHE/GHA-1/revocation/preview", {}, key=None).json["token"]
    made(root.post("/authorizations/CHE/GHA-1/revocation", {"reason": "r", "token": token}))
    assert not root.get(GHANA).json["is_revoked"]


def test_a_preview_is_for_those_who_may_confirm_it(authorized: World) -> None:
    stranger = caller(authorized.books.cy)
    body = {"version": version(2)}
    assert stranger.post(f"{GHANA}/changes/preview", body, key=None).codes == ["person.not_permitted"]
    assert stranger.post(f"{GHANA}/revocation/preview", {}, key=None).codes == ["person.not_permitted"]
    others = caller(authorized.books.admin, *[each for each in people.SCOPES if each != "authorize"])
    assert others.post(f"{GHANA}/revocation/preview", {}, key=None).status == 403


def test_an_activity_is_recorded_once(world: World) -> None:
    new = {"party": "GHA", "code": "ACT 7", "title": "Cookstoves", "sectors": ["Energy generation"]}
    first = world.root.post("/activities", new, key="a")
    assert there(world.root, first)["title"] == "Cookstoves"
    assert world.root.post("/activities", new, key="a").json == made(first)
    again = world.root.post("/activities", {**new, "title": "Other"})
    assert (again.status, again.codes) == (409, ["activity.exists"])
    assert world.root.post("/activities", {**new, "code": "a/b"}).codes == ["request.malformed"]
    assert world.root.post("/activities", {**new, "code": "8", "party": "ZZZ"}).codes == ["party.unknown"]
    assert [each["code"] for each in world.root.get("/activities", party="GHA").json["items"]] == ["ACT 7"]
    assert world.root.get("/activities/GHA/nothing").status == 404
    assert caller(world.books.ama).post("/activities", {**new, "code": "9"}).codes == ["person.not_permitted"]
