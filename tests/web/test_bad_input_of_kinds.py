"""What people type that nobody should, in the tasks that only some kinds of registry have; and forms sent twice, late,
and after the session ended."""

from __future__ import annotations

import pytest
from ledger.books import found_registry
from ledger.mechanism_books import authorize, issue, mechanism_books, state
from ledger.programme import found_programme
from web.sessions import as_
from web.working import begun, fields, sent, text

from article6.domain.mechanism import Statement
from article6.services import corrections, lookup
from article6.services.corrections import NewCase

pytestmark = pytest.mark.usefixtures("database")

OVERRIDE = "\u202e"
MARKUP = '<b onclick="x">=1+1</b> 🌍 بنك'


def wrong_of_a64(swiss: str, ghana: str) -> tuple[tuple[dict[str, str], str, str], ...]:
    """What is typed into the form of an issuance, the field that it is said beside, and the words of it."""
    return (
        ({"activity": ""}, "activity", "required"),
        ({"activity": "THA 78"}, "activity", "none of those"),
        ({"activity": "RWA 77"}, "activity", "mechanism.statement_missing"),
        ({"reference": f"SB{OVERRIDE}20"}, "reference", "U+202E"),
        ({"reference": "x" * 2001}, "reference", "at most 2000"),
        ({"vintage_year": "٢٠٢٤"}, "vintage_year", "digits 0 to 9"),
        ({"quantity": "1e3"}, "quantity", "whole number"),
        ({"part_1": "=930"}, "part_1", "is no whole number"),
        ({"part_1": "999"}, "part_1", "930 are left"),
        ({"to_1": "", "part_1": "930"}, "to_1", "Choose the account"),
        ({"to_1": ghana}, "to_1", "mechanism.not_a_participant"),
        ({"to_2": swiss}, "part_2", "Only one account"),
        ({"more_accounts": "счёт 5"}, "more_accounts", "give an account's number"),
        ({"further": "2025 five"}, "further", "is no whole number"),
        ({"further": "2024 5"}, "", "named twice"),
        ({"omge_percent": "1"}, "omge_percent", "mechanism.omge_percent"),
        ({"omge_percent": "2,5"}, "omge_percent", "as in 2.5"),
        ({"key": ""}, "", ""),
    )


def test_an_issuance_of_the_mechanism_is_asked_for_in_full_and_done_once() -> None:
    books = mechanism_books()
    authorize(books)
    state(books, Statement.FULL, authorization="THA-1")
    swiss, ghana = (books.accounts[each].number for each in ("CHE", "GHA"))
    root = as_(books.admin)
    good = begun(root, "issue-a64", activity="THA 77", reference=MARKUP, vintage_year="2024", quantity="1000",
                 to_1=swiss)  # fmt: skip
    before = lookup.transactions().total
    for typed, name, words in wrong_of_a64(swiss, ghana):
        answer = sent(root, "issue-a64", {**good, **typed}, "review")
        assert answer.status_code == 422, (typed, answer.status_code)
        assert words in text(answer), (typed, text(answer)[:900])
        assert not name or f'id="id_{name}_error"' in answer.content.decode(), typed
    assert lookup.transactions().total == before

    review = sent(root, "issue-a64", good, "review")
    assert b"<b onclick" not in review.content
    assert "930 units: pending" in text(review)
    turned = root.post("/tasks/issue-a64", {**good, "step": "review"}, headers={"accept-language": "ar"})
    assert "\u2069 ← \u2068CHE (" in text(turned)  # read from the right, source first
    issue(books, 100)  # somebody else is quicker, and has the lowest serials
    stale = sent(root, "issue-a64", fields(review), "confirm")
    assert (stale.status_code, "It has changed since you looked" in text(stale)) == (409, True)
    twice = [sent(root, "issue-a64", fields(stale), "confirm") for _time in range(2)]
    assert [each.status_code for each in twice] == [302, 302]
    assert twice[0].headers["Location"] == twice[1].headers["Location"]
    assert lookup.transactions().total == before + 7  # three of the other's, four of these

    given = begun(root, "take-over", first_serial="ΙΝ-5-1-2-2-0-1", account=swiss, registered_on="2014-02-30")
    answer = text(sent(root, "take-over", given, "review"))
    assert "Latin letters" in answer
    assert "Give a day as in 2026-03-31" in answer
    wrong = sent(root, "take-over", {**given, "first_serial": "IN-5-1", "registered_on": "2014-02-03"}, "review")
    assert "serial.malformed" in text(wrong)
    # The session ends on the way; whoever signs in again finds what was typed.
    root.logout()
    away = sent(root, "take-over", given, "review").headers["Location"]
    back = as_(books.admin).get(away.partition("next=")[2].replace("%3F", "?").replace("%3D", "="))
    assert (fields(back)["first_serial"], fields(back)["account"]) == ("ΙΝ-5-1-2-2-0-1", swiss)


def test_credits_and_labels_say_what_is_wrong_beside_the_field() -> None:
    books = found_programme()
    root = as_(books.admin)
    good = begun(
        root, "issue-credits", activity="MNG MN001", reference=MARKUP, monitoring_start="2024-01-01",
        monitoring_end="2024-12-31", vintage_year="2024", quantity="100", to_1=books.accounts["host"].number,
    )  # fmt: skip
    for typed, name, words in (
        ({"programme": ""}, "programme", "required"),
        ({"monitoring_end": "2023-01-01"}, "monitoring_end", "is after"),
        ({"monitoring_end": "2199-01-01"}, "monitoring_end", "yet to come"),
        ({"buffer_percent": "100"}, "buffer_percent", "crediting.division"),
        ({"part_1": "1/0"}, "part_1", "Write a share"),
        ({"part_1": "99"}, "part_1", "100 are left"),
        ({"to_1": ""}, "to_1", "required"),
        ({"methodology": f"AM{OVERRIDE}1"}, "methodology", "U+202E"),
    ):
        answer = sent(root, "issue-credits", {**good, **typed}, "review")
        assert (answer.status_code, words in text(answer)) == (422, True), (typed, text(answer)[:900])
        assert f'id="id_{name}_error"' in answer.content.decode(), typed
    assert (
        sent(root, "issue-credits", fields(sent(root, "issue-credits", good, "review")), "confirm").status_code == 302
    )

    label = begun(root, "label", label=MARKUP, serials="MNG:1-100", source="Letter 7")
    for typed, words in (
        ({"serials": "MNG:1-101"}, "label.no_units"), ({"serials": "JPN:1-2"}, "block.not_held"),
        ({"stated_on": "2199-01-01"}, "yet to come"), ({"is_withdrawn": "on"}, "label.not_in_force"),
    ):  # fmt: skip
        answer = sent(root, "label", {**label, **typed}, "review")
        assert (answer.status_code, words in text(answer)) == (422, True), (typed, text(answer)[:900])
    done = sent(root, "label", fields(sent(root, "label", label, "review")), "confirm")
    told = root.get(done.headers["Location"])
    assert MARKUP in text(told)
    assert b"<b onclick" not in told.content
    assert root.get("/tasks/label/done/JCM~MNG~101").status_code == 404


def test_a_remedy_names_the_field_that_it_lacks_and_a_case_decided_meanwhile() -> None:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1000)
    moved = books.move("A", "B", 120)
    root = as_(books.admin)
    now = lookup.transactions(limit=1).items[0]["proposed_at"]
    case = corrections.open_case(NewCase("Letter", MARKUP, "", moved.transaction_id), by=books.admin, now=now)["id"]
    good = begun(root, "remedy")
    assert (good["case"], good["source"], good["target"]) == (
        str(case), books.accounts["B"].number, books.accounts["A"].number
    )  # fmt: skip
    for typed, name, words in (
        ({"source": ""}, "source", "name both accounts"),
        ({"target": ""}, "target", "name both accounts"),
        ({"target": good["source"]}, "target", "accounts.same"),
        ({"serials": "GHA:121-130"}, "serials", "correction.not_concerned"),
        ({"serials": "GHA:" + "9" * 30}, "serials", "serial"),
        ({"remedy": "note"}, "remark", "say what is recorded"),
        ({"remedy": "anything"}, "remedy", "none of those"),
    ):
        answer = sent(root, "remedy", {**good, **typed}, "review")
        assert (answer.status_code, words in text(answer)) == (422, True), (typed, text(answer)[:900])
        assert f'id="id_{name}_error"' in answer.content.decode(), typed
    review = sent(root, "remedy", good, "review")
    assert b"<b onclick" not in review.content
    corrections.withdraw(case, reason="no mistake", by=books.admin, now=now)
    late = sent(root, "remedy", fields(review), "confirm")
    assert late.status_code == 403
    assert "No case is open" in text(late)
