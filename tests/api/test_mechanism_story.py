"""An A6.4 issuance of 10,003 units through HTTP alone: statement, fee, shares, forwarding; then more of that kind."""

from __future__ import annotations

from typing import Any

import pytest
from api.doors import Answer, Caller, caller
from ledger.books import Books, audit_is_clean, found_registry

from article6.domain.kinds import Kind
from article6.services import people

ACTIVITY = "/activities/THA/77"
SERIAL = "TH-5-{}-1-1-0-1234"


def made(answer: Answer) -> Any:
    assert answer.status == 201, answer.json
    assert answer.headers["Location"].startswith("/api/v1/")
    return answer.json


class Mechanism:
    """A mechanism registry with Thailand's activity 77, in which a Swiss entity takes part; `accounts` by name."""

    def __init__(self) -> None:
        self.books: Books = found_registry(Kind.MECHANISM, ("THA", "CHE", "RWA"))
        self.root = caller(self.books.admin)
        new = [(each, each, "ADM") for each in ("pending", "share_of_proceeds", "cancellation_omge")]
        new += [(each, "holding", each) for each in ("THA", "CHE", "RWA")]
        self.accounts = {
            name: made(self.root.post("/accounts", {"type": type_, "section": section, "name": name}))["number"]
            for name, type_, section in new
        }
        made(self.root.post("/activities", {"party": "THA", "code": "77", "title": "Wind farm"}))
        entity = {"party": "CHE", "name": "Alp AG", "reference": "Letter 5"}
        [participant] = made(self.root.post(f"{ACTIVITY}/participants", entity))
        assert (participant["name"], participant["is_authorized"]) == ("Alp AG", True)
        made(self.root.post("/approaches", {"code": "CA0001", "title": "A6.4", "parties": ["THA", "CHE"]}))
        made(self.root.post("/authorizations", {
            "code": "THA-1", "party": "THA", "approach": "CA0001", "authorized_on": "2025-01-01", "purposes": "NDC",
        }))  # fmt: skip

    def states(self, statement: str, **more: Any) -> Any:
        body = {"statement": statement, "stated_on": "2025-02-01", "reference": "Letter 6", **more}
        return made(self.root.post(f"{ACTIVITY}/statements", body))

    def issuance(self, quantity: int = 10_003, **more: Any) -> dict[str, Any]:
        return {"party": "THA", "activity": "77", "quantity": quantity, "vintage_year": 2024,
                "reference": "SB 20/1", **more}  # fmt: skip

    def to(self, name: str, quantity: int, **more: Any) -> dict[str, Any]:
        return {"account": self.accounts[name], "quantity": quantity, **more}


@pytest.fixture
def mechanism(database: object) -> Mechanism:
    return Mechanism()


def test_an_issuance_of_10_003_units(mechanism: Mechanism) -> None:
    root = mechanism.root
    wanted = mechanism.issuance(forwardings=[mechanism.to("CHE", 9000), mechanism.to("THA", 301)])
    assert root.post("/issuances", wanted).codes == ["mechanism.statement_missing"]
    assert mechanism.states("authorizes_in_full", authorization="THA-1")["version"] == 1

    asked = root.post("/fees/invoices", {"party": "THA", "activity": "77", "fee": "issuance", "quantity": 10_003})
    assert (made(asked)["amount_cents"], asked.json["paid_cents"]) == (200_060, 0)
    invoice = asked.headers["Location"].removeprefix("/api/v1")
    assert root.post("/issuances", wanted).codes == ["fee.unpaid"]
    paid = made(root.post(f"{invoice}/payments", {"cents": 200_060, "paid_on": "2026-01-05", "reference": "wire 1"}))
    assert paid == root.get(invoice).json
    assert [each["cents"] for each in paid["payments"]] == [200_060]
    back = {"cents": 60, "refunded_on": "2026-01-06", "reference": "wire 2", "reason": "too much"}
    given = made(root.post(f"{invoice}/refunds", back))
    assert (given["refunded_cents"], [each["reason"] for each in given["refunds"]]) == (60, ["too much"])
    assert root.post(f"{invoice}/refunds", {**back, "cents": 200_001}).codes == ["fee.refund_exceeds"]

    issued = root.post("/issuances", wanted, key="SB-20-1")
    assert [made(issued)[name] for name in ("issued", "share_of_proceeds", "omge", "rest")] == [10_003, 501, 201, 9301]
    types = ["issuance", "share_of_proceeds", "cancellation_omge", "forwarding_international", "forwarding"]
    assert [each["type"] for each in issued.json["parts"]] == types
    assert [each["is_first_transfer"] for each in issued.json["parts"]] == [False, True, True, True, False]
    assert root.get(issued.headers["Location"].removeprefix("/api/v1")).json == issued.json
    assert root.post("/issuances", wanted, key="SB-20-1").json == issued.json
    assert root.get(f"/accounts/{mechanism.accounts['CHE']}").json["quantity"] == 9000
    assert [each["id"] for each in root.get("/fees/invoices", party="THA", activity="77").json["items"]] == [paid["id"]]
    audit_is_clean()


def test_what_stayed_in_pending_is_forwarded_when_its_participants_say_so(mechanism: Mechanism) -> None:
    mechanism.states("authorizes_in_part", authorization="THA-1", quantity=400)
    issued = mechanism.root.post("/issuances", mechanism.issuance(1000, omge_percent="5/2"))
    assert (made(issued)["share_of_proceeds"], issued.json["omge"]) == (50, 25)
    path = issued.headers["Location"].removeprefix("/api/v1")
    wanted = {"forwardings": [mechanism.to("CHE", 300), mechanism.to("THA", 100, contribution=True)]}
    forwarded = mechanism.root.post(f"{path}/forwardings", wanted)
    assert [each["quantity"] for each in made(forwarded)["parts"]] == [300, 100]
    after = mechanism.root.get(path).json
    assert {each["transaction_id"] for each in forwarded.json["parts"]} <= {
        each["transaction_id"] for each in after["parts"]
    }
    audit_is_clean()


def test_contribution_units_are_authorized_later(mechanism: Mechanism) -> None:
    mechanism.states("allows_contribution_units")
    path = made(mechanism.root.post("/issuances", mechanism.issuance(1000)))["transaction_id"]
    later = mechanism.root.post(
        f"/issuances/{path}/authorization", {"authorization": "THA-1", "reference": "Letter 9"}
    )  # fmt: skip
    made(later)
    assert mechanism.root.get("/authorizations/THA/THA-1").json["units"] == 1000
    assert len(mechanism.root.get(f"/issuances/{path}").json["parts"]) == 3 + len(later.json["parts"])
    [statement] = mechanism.root.get(f"{ACTIVITY}/statements").json
    assert (statement["version"], statement["authorization"]) == (1, None)
    audit_is_clean()


def test_cers_are_taken_over_and_found_by_their_kyoto_serials(mechanism: Mechanism) -> None:
    transfer = {
        "first_serial": SERIAL.format(1001), "last_serial": SERIAL.format(1500), "account": mechanism.accounts["CHE"],
        "registered_on": "2014-05-01", "activity_title": "Hydro",
    }  # fmt: skip
    root = mechanism.root
    taken = root.post("/cers", {"transfers": [transfer]})
    [units] = made(taken)["taken"]
    assert units["last"] - units["first"] + 1 == 500
    assert root.get(taken.headers["Location"].removeprefix("/api/v1")).json["id"] == units["batch_id"]
    [found] = root.get("/units", identifier=SERIAL.format(1001)).json
    assert found["serial"] == units["first"]
    again = root.post("/cers", {"transfers": [transfer]})
    assert (again.status, again.codes) == (409, ["cer.taken_over"])
    old = {**transfer, "registered_on": "2012-12-31"}
    assert root.post("/cers", {"transfers": [old]}).codes == ["cer.ineligible"]
    assert root.post("/cers", {"transfers": [{**transfer, "first_serial": "x"}]}).codes == ["serial.malformed"]


def test_what_is_refused_and_why(mechanism: Mechanism) -> None:
    root = mechanism.root
    mechanism.states("does_not_authorize")
    said = {"statement": "authorizes_in_full", "stated_on": "2025-02-01", "reference": "L"}
    fee = {"party": "THA", "activity": "77", "fee": "issuance"}
    cases: tuple[tuple[str, Any, int, str], ...] = (
        (f"{ACTIVITY}/statements", said, 422, "mechanism.statement"),
        (f"{ACTIVITY}/statements", {**said, "statement": "maybe"}, 400, "request.malformed"),
        ("/activities/THA/78/statements", {**said, "authorization": "THA-1"}, 404, "activity.unknown"),
        (f"{ACTIVITY}/participants", {"party": "ZZZ", "name": "A", "reference": "r"}, 422, "party.unknown"),
        ("/issuances", mechanism.issuance(0), 422, "quantity.not_positive"),
        ("/issuances", mechanism.issuance(omge_percent="1.9"), 422, "mechanism.omge_percent"),
        ("/issuances", mechanism.issuance(omge_percent=2.5), 400, "request.malformed"),
        ("/issuances", mechanism.issuance(omge_percent="5/0"), 400, "request.malformed"),
        ("/issuances", mechanism.issuance(activity="78"), 404, "activity.unknown"),
        ("/issuances", mechanism.issuance(forwardings=[mechanism.to("CHE", 1)]), 422, "mechanism.instruction"),
        ("/issuances", mechanism.issuance(forwardings=[mechanism.to("RWA", 9301)]), 422,
         "mechanism.not_a_participant"),
        ("/issuances/4711/forwardings", {"forwardings": [mechanism.to("CHE", 1)]}, 404, "transaction.unknown"),
        ("/issuances/4711/authorization", {"authorization": "THA-1", "reference": "r"}, 422,
         "mechanism.later_not_allowed"),
        ("/fees/invoices", fee, 400, "request.malformed"),
        ("/fees/invoices", {**fee, "activity": "78", "quantity": 5}, 404, "activity.unknown"),
        ("/fees/invoices/4711/payments", {"cents": 1, "paid_on": "2026-01-01", "reference": "r"}, 404, "fee.unknown"),
    )  # fmt: skip
    for path, body, status, code in cases:
        answer = root.post(path, body)
        assert code in answer.codes, (path, body, answer.json)
        assert answer.status == status
    for path in ("/issuances/4711", "/fees/invoices/4711", "/activities/THA/78/statements"):
        assert root.get(path).status == 404
    assert root.get("/batches").json["total"] == 0


def test_the_schedule_of_fees_is_public_and_invoices_are_not(mechanism: Mechanism) -> None:
    schedule = mechanism.root.get("/fees/schedule").json
    assert (schedule["name"], schedule["issuance_per_unit"]) == ("7/CMA.4", 20)
    assert schedule["registration"][-1] == {"up_to_annual_tonnes": None, "cents": 1_200_000}
    stranger = caller(mechanism.books.ama)
    assert stranger.get("/fees/schedule").status == 200
    for path in ("/fees/invoices", "/fees/invoices/1", "/audit", "/business-rules"):
        assert stranger.get(path).codes == ["person.not_permitted"]
        assert Caller().get(path).status == 401


def test_each_act_of_the_mechanism_needs_its_scope(mechanism: Mechanism) -> None:
    acts = (
        ("/issuances", "issue"),
        ("/issuances/1/forwardings", "issue"),
        ("/issuances/1/authorization", "authorize"),
        ("/cers", "issue"),
        (f"{ACTIVITY}/statements", "authorize"),
        (f"{ACTIVITY}/participants", "administer"),
        ("/fees/invoices", "administer"),
        ("/fees/invoices/1/payments", "administer"),
        ("/fees/invoices/1/refunds", "administer"),
    )
    for path, scope in acts:
        others = caller(mechanism.books.admin, *[each for each in people.SCOPES if each != scope])
        assert others.post(path, {}).json["refusals"][0]["detail"] == scope


def test_another_kind_of_registry_issues_no_a64ers(database: object) -> None:
    root = caller(found_registry().admin)
    body = {"party": "GHA", "activity": "77", "quantity": 5, "vintage_year": 2024, "reference": "r"}
    answer = root.post("/issuances", body)
    assert (answer.status, answer.codes) == (400, ["request.malformed"])
