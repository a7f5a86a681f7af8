"""Guided tasks: what a form says, what its review shows, and that it is then done so, once."""

from __future__ import annotations

import pytest
from django.test import Client
from web import sample
from web.working import begun, carried_out, fields, sent, signed_in, text, with_people

from article6.services import corrections, lookup, people

pytestmark = pytest.mark.usefixtures("database")


def test_a_transfer_to_another_section_is_shown_and_then_done_as_shown() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    typed = {"source": made.accounts["ghana"], "target": made.accounts["swiss"], "quantity": "1 50".replace(" ", "")}
    review = sent(cy, "transfer-section", begun(cy, "transfer-section", **typed), "review")
    words = text(review)
    assert review.status_code == 200
    assert "150 units" in words
    assert "A second person" in words
    assert "Yes, of 150 units" in words
    assert "Ghana adds 150 t CO2 eq to its balance for 2023" in words
    assert "First transfer to another Party" in words
    done = sent(cy, "transfer-section", fields(review), "confirm")
    assert done.status_code == 302
    result = text(cy.get(done.headers["Location"]))
    assert "It is not done yet" in result
    assert "A second person approves or rejects it" in result
    [newest] = lookup.transactions(limit=1).items
    assert (newest["type"], newest["status"], newest["quantity"]) == ("international_transfer", "proposed", 150)


def test_units_are_used_towards_an_ndc_after_a_second_person_agrees() -> None:
    made = with_people(sample.international(), "CHE")
    cy = signed_in("cy")
    told = text(carried_out(cy, "retire", source=made.accounts["swiss"], quantity="20", use_year="2026"))
    assert "A second person approves" in told
    [newest] = lookup.transactions(limit=1).items
    assert (newest["type"], newest["terms"]) == ("use_ndc", {"use_year": 2026})


def test_a_task_that_is_not_for_the_person_says_why() -> None:
    with_people(sample.international())
    dee = signed_in("dee")
    listed = text(dee.get("/tasks"))
    assert "You may propose nothing like this from any account" in listed
    refused = dee.get("/tasks/transfer")
    assert refused.status_code == 403
    assert dee.get("/tasks/no-such-task").status_code == 404


def test_the_same_form_sent_twice_does_one_thing() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    given = begun(cy, "transfer-section", source=made.accounts["ghana"], target=made.accounts["swiss"], quantity="5")
    review = sent(cy, "transfer-section", given, "review")
    first = sent(cy, "transfer-section", fields(review), "confirm")
    again = sent(cy, "transfer-section", fields(review), "confirm")  # a double click
    back = sent(cy, "transfer-section", given, "review")  # the back button, and on
    assert first.status_code == again.status_code == back.status_code == 302
    assert first.headers["Location"] == again.headers["Location"] == back.headers["Location"]
    assert lookup.transactions(status="proposed").total == 2  # the sample's own, and this
    changed = sent(cy, "transfer-section", {**given, "quantity": "6"}, "review")
    assert changed.status_code == 409
    assert "This form was sent before" in text(changed)
    assert lookup.transactions(status="proposed").total == 2


def test_an_account_is_opened_and_its_number_told() -> None:
    with_people(sample.international())
    ama = signed_in("ama")
    told = text(
        carried_out(ama, "open-account", type="holding", section="GHA", name="Bank of Ghana", needs_approval="on")
    )
    assert "The account is open" in told
    assert lookup.accounts().items[-1]["name"] == "Bank of Ghana"


def test_anybody_asks_for_an_account_and_is_told_who_decides() -> None:
    with_people(sample.international())
    dee = signed_in("dee")
    typed = {
        "type": "holding", "section": "GHA", "name": "Cookstoves Ltd", "legal_name": "Cookstoves Limited",
        "country": "GHA", "identification_number": "C-1", "document_kind": "extract", "document_reference": "file 7",
        "document_sha256": "AB" * 32, "representatives": "dee\ncy",
    }  # fmt: skip
    short = sent(dee, "request-account", begun(dee, "request-account", **{**typed, "document_sha256": "12"}), "review")
    assert short.status_code == 422
    assert "account.not_identified" in text(short)
    told = text(carried_out(dee, "request-account", **typed))
    assert "The administrator of the section approves or rejects it" in told


def test_a_party_authorizes_issues_lays_and_revokes() -> None:
    made = with_people(sample.international())
    ama = signed_in("ama")
    typed = {"party": "GHA", "code": "GHA-A-2", "approach": "CA0001", "authorized_on": "2026-01-05", "purposes": "NDC",
             "parties": "CHE", "quantity": "500", "year_first": "2021", "year_last": "2030"}  # fmt: skip
    told = text(carried_out(ama, "authorize", **typed))
    assert "GHA-A-2 1" in told
    issued = {"target": made.accounts["ghana"], "party": "GHA", "quantity": "300", "vintage_year": "2024",
              "approach": "CA0001", "authorization": "", "sectors": "Energy generation"}  # fmt: skip
    assert "It is done" in text(carried_out(ama, "issue", **issued))
    laid = carried_out(ama, "lay", party="GHA", code="GHA-A-2", serials="GHA:1001-1300")
    assert "It is done" in text(laid)
    revoked = sent(ama, "authorization-revoke", begun(ama, "authorization-revoke", party="GHA", code="GHA-A-2",
                                                      reason="double counting"), "review")  # fmt: skip
    assert "300 units (GHA01/GHA:1001-1300)" in text(revoked)
    assert "Lose their authorization" in text(revoked)
    done = sent(ama, "authorization-revoke", fields(revoked), "confirm")
    assert "It is revoked" in text(ama.get(done.headers["Location"]))
    change = ama.get("/tasks/authorization-change?party=GHA&code=GHA-A-1")
    assert fields(change)["approach"] == "CA0001"


def test_an_approach_is_recorded_once_and_an_authorization_under_it_begun() -> None:
    with_people(sample.international())
    ama = signed_in("ama")
    good = {**begun(ama, "record-approach", code="ca0012", title="Ghana and Norway"), "parties": ["GHA", "NOR"]}
    for typed, words in (
        ({"code": "CA12"}, "Write CA and four digits"),
        ({"parties": ["GHA"]}, "Choose all Parties that take part"),
        ({"code": "CA0001"}, "approach.exists"),
    ):
        answer = sent(ama, "record-approach", {**good, **typed}, "review")
        assert answer.status_code == 422, typed
        assert words in text(answer), (typed, text(answer)[:900])
    review = sent(ama, "record-approach", good, "review")
    assert "It is recorded at once, and public." in text(review)
    done = sent(ama, "record-approach", {**fields(review), "parties": ["GHA", "NOR"]}, "confirm")
    assert "CA0012 Ghana and Norway" in text(ama.get(done.headers["Location"]))
    # Under it, an authorization without sectors is warned of; and it can be begun from the one that is recorded.
    typed = {"party": "GHA", "code": "GHA-B-1", "approach": "CA0012", "authorized_on": "2026-02-01", "purposes": "NDC"}
    assert "No sector is named" in text(sent(ama, "authorize", begun(ama, "authorize", **typed), "review"))
    shown = "/tasks/authorization-revoke?party=GHA&amp;code=GHA-A-1"
    assert shown in ama.get("/authorizations/GHA/GHA-A-1").content.decode()
    assert shown not in signed_in("dee").get("/authorizations/GHA/GHA-A-1").content.decode()
    choosing = ama.get("/tasks/authorization-change").content.decode()
    assert "/tasks/authorization-change?party=GHA&amp;code=GHA-A-1" in choosing
    chosen = ama.get("/tasks/authorization-change?party=GHA&code=GHA-A-1").content.decode()
    assert "Which one?" not in chosen
    assert chosen.partition('name="parties"')[2].partition(">")[0].count('value="CHE"') == 1


def test_an_entity_is_registered_and_a_case_opened_and_remedied() -> None:
    made = with_people(sample.international())
    ama = signed_in("ama")
    typed = {"party": "GHA", "code": "GHA-E-1", "name": "Cookstoves Limited", "country": "GHA", "identification": "C-1",
             "valid_until": "2030-01-01", "document_kind": "extract", "document_reference": "file 7",
             "document_sha256": "ab" * 32, "check_kind": "register looked up", "is_passed": "on"}  # fmt: skip
    assert "The entity is registered" in text(carried_out(ama, "onboard-entity", **typed))
    case = carried_out(ama, "correct", finding="Sent to the wrong account", reason="mistake", serials="GHA:251-260")
    assert "Propose what remedies it" in text(case)
    case_number = str(corrections.listed(by=made.ama).items[0]["id"])
    remedy = carried_out(ama, "remedy", case=case_number, remedy="movement", source=made.accounts["swiss"],
                         target=made.accounts["ghana"])  # fmt: skip
    assert "A second administrator confirms or rejects" in text(remedy)


def test_what_needs_no_second_person_is_done_at_once_and_said_so() -> None:
    made = with_people(sample.crediting(), "IND")
    cy = signed_in("cy")
    typed = {"source": made.accounts["india"], "target": made.accounts["cancelled"], "quantity": "20"}
    review = sent(cy, "cancel", begun(cy, "cancel", **typed), "review")
    assert "Nobody else: it is done at once" in text(review)
    assert "no one can take it back" in text(review)
    assert "Do it" in text(review)
    done = sent(cy, "cancel", fields(review), "confirm")
    assert "It is done" in text(cy.get(done.headers["Location"]))
    newest = lookup.transactions(limit=1).items[0]
    assert (newest["type"], newest["status"]) == ("cancellation_voluntary", "completed")
    across = {"source": made.accounts["india"], "target": made.accounts["brazil"], "quantity": "1"}
    assert "It is done" in text(carried_out(cy, "transfer-section", **across))
    assert cy.get("/tasks/open-account").status_code == 403
    for slug in ("retire", "authorize", "issue"):  # no registry of this kind has them
        assert cy.get(f"/tasks/{slug}").status_code == 404


def test_who_has_no_role_yet_finds_a_desk_that_says_what_to_do() -> None:
    made = with_people(sample.international())
    people.add_person("eve", "Eve", by=made.ama, now=sample.day(2026, 1, 1), password=sample.PASSWORD)
    eve = signed_in("eve")
    desk = text(eve.get("/desk"))
    assert "Nothing waits for you" in desk
    assert "You have no account yet" in desk
    for path in ("/tasks", "/drafts", "/approvals", "/tasks/bulk", "/tasks/request-account"):
        assert eve.get(path).status_code == 200, path
    assert eve.get("/tasks/open-account").status_code == 403
    assert eve.get("/approvals/transaction/5").status_code == 404
    assert eve.get("/approvals/nothing/5").status_code == 404
    stranger = Client(SERVER_NAME="localhost")
    for path in ("/desk", "/tasks", "/drafts", "/approvals", "/tasks/transfer", "/tasks/bulk", "/tasks/bulk/1"):
        assert stranger.get(path).headers["Location"].startswith("/login?next="), path
