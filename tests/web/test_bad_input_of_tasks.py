"""What people type that nobody should: a task's form says what is wrong, keeps what was typed, and nothing is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from web import sample
from web.working import begun, fields, sent, signed_in, text, with_people

from article6.domain.orders import Order, PersonId
from article6.services import drafts, lookup, transactions
from article6.store import persons
from article6.store.database import EVERYTHING, people_in_sight, rows

pytestmark = pytest.mark.usefixtures("database")

OVERRIDE = "\u202e"


def test_each_field_says_what_is_wrong_with_it_and_nothing_is_done() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    before = lookup.transactions().total
    good = begun(cy, "transfer-section", source=made.accounts["ghana"], target=made.accounts["swiss"], quantity="10")
    for typed, words in (
        ({"quantity": ""}, "Say how many units"),
        ({"quantity": "ten"}, "Write a whole number in the digits 0 to 9"),
        ({"quantity": "1.5"}, "Write a whole number"),
        ({"quantity": "1e3"}, "Write a whole number"),
        ({"quantity": "١٠"}, "Write a whole number"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-5"}, "quantity"),
        ({"quantity": "9" * 40}, "quantity"),
        ({"quantity": "5000"}, "quantity.exceeds_holding"),
        ({"serials": "GHA:9-1"}, "serial"),
        ({"serials": "<script>alert(1)</script>"}, "is no range of serials"),
        ({"serials": "GHA:1-10\nGHA:5-20", "quantity": ""}, "serials.repeated"),
        ({"serials": "ΓΗΑ:1-10"}, "is no range of serials"),
        ({"serials": "GHA:1-10;" * 2000}, "ranges at most"),
        ({"target": ""}, "This field is required"),
        ({"target": "GHA-100-1"}, "account.unknown"),
        ({"target": "счёт"}, "Latin letters"),
        ({"target": f"INT-100{OVERRIDE}"}, "U+202E"),
        ({"target": "x" * 5000}, "at most 60 characters"),
        ({"target": "INT\x00100"}, "null characters are not allowed"),
        ({"source": "INT-100-9999-0-1"}, "none of those that can be chosen"),
        ({"source": made.accounts["swiss"]}, "none of those that can be chosen"),
        ({"key": "not of this page"}, ""),
        ({"key": ""}, ""),
    ):
        answer = sent(cy, "transfer-section", {**good, **typed}, "review")
        assert answer.status_code == 422, (typed, answer.status_code)
        assert words.casefold() in text(answer).casefold(), (typed, text(answer)[:900])
        assert b"<script>alert" not in answer.content
        assert sent(cy, "transfer-section", {**good, **typed}, "confirm").status_code != 302, typed
    assert lookup.transactions().total == before


def test_marks_of_many_scripts_are_kept_as_they_are_and_never_read_as_markup() -> None:
    with_people(sample.international())
    ama = signed_in("ama")
    name = 'Baŋko 🌍 <b onclick="x">=1+1</b> بنك'
    given = begun(ama, "open-account", type="holding", section="GHA", name=name)
    review = sent(ama, "open-account", given, "review")
    assert name in text(review).replace("&lt;", "<") or "&lt;b onclick" in review.content.decode()
    assert b"<b onclick" not in review.content
    done = sent(ama, "open-account", fields(review), "confirm")
    assert done.status_code == 302
    assert lookup.accounts().items[-1]["name"] == name
    assert b"<b onclick" not in ama.get("/desk").content
    turned = sent(ama, "open-account", {**given, "name": f"Bank {OVERRIDE}knab"}, "review")
    assert (turned.status_code, "U+202E" in text(turned)) == (422, True)


def test_what_changed_meanwhile_is_said_and_nothing_is_done_before_it_was_seen() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    typed = {"source": made.accounts["ghana"], "target": made.accounts["swiss"], "quantity": "50"}
    review = sent(cy, "transfer-section", begun(cy, "transfer-section", **typed), "review")
    assert "701" in text(review)
    # Somebody else takes the lowest serials while Cy looks.
    other = Order("international_transfer", made.accounts["ghana"], made.accounts["swiss"], 20)
    transactions.propose(other, by=made.ama, now=sample.day(2026, 5, 1))
    before = lookup.transactions().total
    stale = sent(cy, "transfer-section", fields(review), "confirm")
    assert stale.status_code == 409
    assert "It has changed since you looked. Nothing was done; look again." in text(stale)
    assert "before:" in text(stale)
    assert lookup.transactions().total == before
    again = sent(cy, "transfer-section", fields(stale), "confirm")
    assert again.status_code == 302
    forged = sent(cy, "transfer-section", {**fields(review), "key": "k" * 32, "seen": "forged"}, "confirm")
    assert forged.status_code == 409


def test_a_session_that_ends_on_the_way_loses_nothing() -> None:
    made = with_people(sample.international(is_public=False))
    cy = signed_in("cy")
    typed = {"source": made.accounts["ghana"], "target": made.accounts["swiss"], "quantity": "77"}
    given = begun(cy, "transfer-section", **typed)
    cy.logout()
    answer = sent(cy, "transfer-section", given, "review")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=/tasks/transfer-section%3Fdraft%3D")
    address = answer.headers["Location"].partition("next=")[2].replace("%3F", "?").replace("%3D", "=")
    back = signed_in("cy").get(address)
    assert fields(back)["quantity"] == "77"
    assert fields(back)["target"] == made.accounts["swiss"]
    # Nobody else finds it, and who forges the pass adds nothing.
    assert signed_in("ama").get(address).status_code == 404
    stranger = Client(SERVER_NAME="localhost").post(
        "/tasks/transfer-section", {**given, "who": "forged", "step": "review"}
    )
    assert stranger.headers["Location"] == "/login?next=/tasks/transfer-section"


def test_drafts_are_kept_changed_found_again_and_end() -> None:
    made = with_people(sample.international())
    cy, ama = signed_in("cy"), signed_in("ama")
    typed = {"source": made.accounts["ghana"], "target": "half a num", "quantity": "7 units?"}
    kept = sent(cy, "transfer-section", begun(cy, "transfer-section", **typed), "keep")
    assert kept.headers["Location"] == "/drafts"
    listed = cy.get("/drafts").content.decode()
    [address] = {part.partition('"')[0] for part in listed.split('href="')[1:] if "?draft=" in part[:60]}
    again = fields(cy.get(address))
    assert (again["quantity"], again["target"]) == ("7 units?", "half a num")
    sent(cy, "transfer-section", {**again, "quantity": "8"}, "keep")
    assert cy.get("/drafts").content.decode().count("?draft=") == 1
    assert fields(cy.get(address))["quantity"] == "8"
    assert "You have no drafts" in text(ama.get("/drafts"))
    for whose, many in (("", 0), (str(made.ama), 0), (str(_person("cy")), 1), (EVERYTHING, 1)):
        with people_in_sight(whose):
            assert rows("SELECT count(*) FROM task_draft") == [(many,)]
    number = address.rpartition("=")[2]
    ama.post(f"/drafts/{number}/end")
    assert fields(cy.get(address))["quantity"] == "8"
    good = {**fields(cy.get(address)), "target": made.accounts["swiss"], "quantity": "8"}
    review = sent(cy, "transfer-section", good, "review")
    assert sent(cy, "transfer-section", fields(review), "confirm").status_code == 302
    gone = cy.get(address)
    assert (gone.status_code, "draft.unknown" in text(gone)) == (404, True)  # sent, and gone
    sent(cy, "transfer-section", begun(cy, "transfer-section", **typed), "keep")
    [one] = drafts.listed(_person("cy"), sample.day(2026, 11, 20))
    assert drafts.end_due(one["ends_at"] - timedelta(seconds=1)) == 0
    assert drafts.end_due(one["ends_at"]) == 1


def _person(login: str) -> PersonId:
    found = persons.by_login(login)
    assert found is not None
    return found
