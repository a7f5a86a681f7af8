"""The inbox of approvals and the desk: what waits is shown with what would change, and decided once."""

from __future__ import annotations

import re

import pytest
from web import sample
from web.working import begun, carried_out, fields, signed_in, text, with_people

from article6.services import accounts, lookup, transactions
from article6.services.accounts import NewAccount

pytestmark = pytest.mark.usefixtures("database")


def test_a_second_person_sees_what_an_approval_does_and_decides() -> None:
    made = with_people(sample.international())
    cy, bo = signed_in("cy"), signed_in("bo")
    typed = {"source": made.accounts["ghana"], "target": made.accounts["swiss"], "quantity": "30"}
    carried_out(cy, "transfer-section", **typed)
    desk = text(bo.get("/desk"))
    assert "2 things wait for you" in desk
    assert "Nothing waits for you" in text(cy.get("/desk"))
    assert "Proposed" in text(cy.get("/desk"))
    listed = bo.get("/approvals").content.decode()
    addresses = sorted(set(re.findall(r'href="(/approvals/transaction/\d+)"', listed)))
    assert len(addresses) == 2
    shown = bo.get(addresses[-1])
    assert "Ghana adds 30 t CO2 eq" in text(shown)
    assert "Cy Representative" in text(shown)
    # Cy may not decide: it is no approval of Cy's at all.
    assert cy.get(addresses[-1]).status_code == 404
    silent = bo.post(addresses[-1], {**fields(shown), "remark": "", "decision": "reject"})
    assert (silent.status_code, "Say why it is rejected" in text(silent)) == (422, True)
    turned = bo.post(addresses[-1], {**fields(shown), "remark": "fine \u202e", "decision": "approve"})
    assert turned.status_code == 422
    other = bo.post(addresses[-1], {**fields(shown), "token": "of another", "decision": "approve"})
    assert (other.status_code, "preview.outdated" in text(other)) == (409, True)
    done = bo.post(addresses[-1], {**fields(shown), "remark": "Agreed by letter.", "decision": "approve"})
    assert (done.status_code, done.headers["Location"]) == (302, "/approvals")
    again = bo.post(addresses[-1], {**fields(shown), "remark": "Agreed by letter.", "decision": "approve"})
    assert again.status_code == 302  # a double click
    newest = lookup.transactions(limit=1).items[0]
    assert (newest["status"], newest["decision_reason"]) == ("completed", "Agreed by letter.")
    late = bo.post(addresses[-1], {**fields(shown), "key": "k" * 32, "decision": "approve"})
    assert (late.status_code, "It waits no more" in text(late)) == (409, True)
    rejected = bo.get(addresses[0])
    bo.post(addresses[0], {**fields(rejected), "remark": "not agreed", "decision": "reject"})
    assert "Nothing waits for you" in text(bo.get("/approvals"))


def test_several_are_approved_at_once_and_what_is_refused_is_said() -> None:
    made = with_people(sample.international())
    cy, bo = signed_in("cy"), signed_in("bo")
    for many in ("5", "6"):
        typed = {"source": made.accounts["ghana"], "target": made.accounts["swiss"], "quantity": many}
        carried_out(cy, "transfer-section", **typed)
    listed = bo.get("/approvals").content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', listed)
    assert len(chosen) == 3
    look = bo.post("/approvals", {"chosen": chosen})
    assert "Approve all 3" in text(look)
    key = fields(look)["key"]
    # One of them is withdrawn while Bo looks.
    number = int(chosen[-1].split("|")[1])
    transactions.cancel(number, by=made.ama, now=sample.day(2026, 6, 1), reason="mistake")
    done = bo.post("/approvals", {"chosen": chosen, "key": key, "step": "confirm"})
    assert done.status_code == 409
    assert "Not everything was decided" in text(done)
    assert lookup.transactions(status="proposed").total == 0
    assert lookup.transactions(status="completed", limit=2).items[0]["status"] == "completed"
    again = bo.post("/approvals", {"chosen": chosen[:2], "key": key, "step": "confirm"})
    assert again.status_code == 302
    nothing = bo.post("/approvals", {})
    assert nothing.status_code == 302


def test_requests_for_accounts_and_roles_wait_there_too_with_before_and_after() -> None:
    made = with_people(sample.international())
    dee, ama, bo = signed_in("dee"), signed_in("ama"), signed_in("bo")
    typed = {
        "type": "holding", "section": "GHA", "name": "Cookstoves Ltd", "legal_name": "Cookstoves Limited",
        "country": "GHA", "identification_number": "C-1", "document_kind": "extract", "document_reference": "file 7",
        "document_sha256": "ab" * 32,
    }  # fmt: skip
    carried_out(dee, "request-account", **typed)
    assert "Nothing waits" not in text(ama.get("/approvals"))
    assert "Request for an account" not in text(bo.get("/approvals"))
    [address] = set(re.findall(r'href="(/approvals/account_request/\d+)"', ama.get("/approvals").content.decode()))
    shown = ama.get(address)
    assert "Cookstoves Limited" in text(shown)
    done = ama.post(address, {**fields(shown), "decision": "approve"})
    assert done.status_code == 302
    assert lookup.accounts().items[-1]["name"] == "Cookstoves Ltd"
    assert "Cookstoves Ltd" in text(dee.get("/desk"))
    assert "Submit the annual information in the agreed electronic format Ghana 2025 late" in text(ama.get("/desk"))
    closed = accounts.open_account(NewAccount("holding", "CHE", "Second"), by=made.ama, now=sample.day(2026, 1, 1))
    assert accounts.set_status(closed.number, "closed", reason="unused", by=made.ama, now=sample.day(2026, 1, 2))
    notice = re.findall(r'action="(/desk/notices/\d+)"', ama.get("/desk").content.decode())
    assert notice
    assert ama.post(notice[0]).headers["Location"] == "/desk"
    assert notice[0] not in ama.get("/desk").content.decode()
    assert begun(ama, "open-account")["type"] == ""
