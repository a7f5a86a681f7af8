"""Tasks that only some kinds of registry have: to another registry, A6.4ERs, CERs, a programme's credits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ledger.mechanism_books import authorize, kyoto, mechanism_books, state
from ledger.programme import found_programme
from services.network import Fresh, Network, network

from article6.domain.mechanism import Statement
from article6.domain.orders import PersonId
from article6.services import possibilities, sight
from article6.services.approvals import inbox
from article6.services.approvals.items import Decision
from article6.services.rehearsals import Preview
from article6.web.tasks.catalogue import BY_SLUG, TASKS
from article6.web.tasks.model import Done, Task, TaskForm

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def filled(by: PersonId, slug: str, now: datetime, **typed: str) -> tuple[Task, TaskForm]:
    """A task before a person, its form filled in and read."""
    task = BY_SLUG[slug](possibilities.standing(by, now))
    assert (task.fits(), task.why_not()) == (True, "")
    form = task.form({**typed, "key": f"{slug:k<32}"})
    assert form.is_valid(), form.errors
    return task, form


def looked_at(by: PersonId, slug: str, now: datetime, **typed: str) -> tuple[Preview, Done]:
    """What a task would do, and what it then did."""
    task, form = filled(by, slug, now, **typed)
    preview = task.preview(form.cleaned_data)
    with sight.seeing(sight.EVERYTHING):
        return preview, task.act(form.cleaned_data, form.cleaned_data["key"])


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def test_units_leave_for_another_registry_after_a_second_person_looked(net: Network) -> None:
    there = net["CHE01"].account.number
    with net.at("GHA01") as side:
        typed = {"source": side.account.number, "peer": "CHE01", "target": there, "party": "CHE", "quantity": "120"}
        preview, done = looked_at(side.ama, "transfer-registry", net.now, **typed)
        assert (preview.waits, preview.quantity, preview.first_transferred) == (True, 120, 120)
        assert [(each.party, each.type, each.quantity) for each in preview.rows] == [("GHA", "First transfer", 120)]
        assert inbox.waiting(side.ama) == []
        [item] = inbox.waiting(side.bo)
        assert (item.subject, item.number) == ("transfer_out", done.ref)
        shown = inbox.preview(item, side.bo, net.now)
        assert shown is not None
        assert (shown.quantity, shown.first_transferred) == (120, 120)
        inbox.decide("transfer_out", item.number, Decision(True, "", side.bo, net.now, "a" * 32), item.token)
        assert inbox.waiting(side.bo) == []
        task = BY_SLUG["transfer-registry"](possibilities.standing(side.ama, net.now))
        assert not task.told(done.ref).is_done
    net.settle()
    assert net.held("CHE01") == 120
    with net.at("GHA01") as side:
        task = BY_SLUG["transfer-registry"](possibilities.standing(side.ama, net.now))
        assert task.told(done.ref).is_done


def test_the_mechanism_issues_with_its_shares_and_takes_cers_over(database: object) -> None:
    books = mechanism_books()
    authorize(books)
    state(books, Statement.FULL, authorization="THA-1")
    offered = {each.slug for each in TASKS if each(possibilities.standing(books.admin, NOW)).fits()}
    assert {"issue-a64", "take-over", "transfer-registry", "retire", "correct"} <= offered
    assert not {"issue", "issue-credits"} & offered
    typed = {"activity": "THA 77", "quantity": "1,000", "vintage_year": "2024", "reference": "SB 20/1",
             "to_1": books.accounts["CHE"].number, "part_1": "930"}  # fmt: skip
    preview, done = looked_at(books.admin, "issue-a64", NOW, **typed)
    moved = {each["type"]: each["quantity"] for each in preview.transactions}
    assert moved == {
        "issuance": 1000,
        "share_of_proceeds": 50,
        "cancellation_omge": 20,
        "forwarding_international": 930,
    }
    assert preview.first_transferred == 1000
    assert len(done.transactions) == 4
    for more, name, words in (
        ({"part_1": "all"}, "part_1", "“all” is no whole number"),
        ({"part_2": "3"}, "to_2", "Choose the account"),
        ({"more_accounts": "two words more"}, "more_accounts", "“two words more”: give"),
        ({"further": "2025"}, "further", "Give a year"),
        ({"further": "²025 7"}, "further", "“²025 7”: give"),
    ):
        wrong = BY_SLUG["issue-a64"](possibilities.standing(books.admin, NOW)).form({**typed, **more, "key": "k" * 32})
        assert words in wrong.errors[name].as_text()
    cer = kyoto(books, 1, 100)
    typed = {"first_serial": cer.first_serial, "last_serial": cer.last_serial, "account": cer.account,
             "registered_on": cer.registered_on.isoformat()}  # fmt: skip
    preview, done = looked_at(books.admin, "take-over", NOW, **typed)
    assert preview.quantity == 100
    assert len(done.transactions) == 1


def test_a_programme_divides_its_credits_between_a_holder_and_the_buffer(database: object) -> None:
    books = found_programme()
    typed = {"programme": "JCM", "activity": "MNG MN001", "quantity": "100", "vintage_year": "2024",
             "monitoring_start": "2024-01-01", "monitoring_end": "2024-12-31", "reference": "decision 4",
             "to_1": books.accounts["host"].number, "buffer_percent": "10"}  # fmt: skip
    preview, done = looked_at(books.admin, "issue-credits", NOW, **typed)
    assert {each["type"]: each["quantity"] for each in preview.transactions} == {
        "programme_issuance": 90, "buffer_withholding": 10,
    }  # fmt: skip
    assert len(done.transactions) == 2
    assert not {"issue", "issue-a64", "retire", "authorize-lay"} & {
        each.slug for each in TASKS if each(possibilities.standing(books.admin, NOW)).fits()
    }
