"""A training: each exercise is done through the services, and the registry's own records tick it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from ledger.books import audit_is_clean

from article6.domain.account_requests import Identification
from article6.domain.authorizations import Purpose
from article6.domain.entities import Document
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, Order, PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.training import BY_CODE, CAST, EXERCISES
from article6.gateways import practice_folder
from article6.reporting.aef_fields import Table
from article6.reporting.aef_records import ConfidentialItem
from article6.services import (
    account_requests,
    accounts,
    aef_remarks,
    aef_uploads,
    aef_versions,
    authorization_changes,
    authorizations,
    business_rules,
    entities,
    lookup,
    notices,
    people,
    registry,
    role_changes,
    submissions,
    transactions,
)
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewAuthorization
from article6.services.business_rules import NewRule
from article6.services.entities import CheckDone, NewEntity
from article6.services.training import founding, progress
from article6.store.queries.training import QUESTIONS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PAPER = Document("extract", "Register of companies", "0" * 64)

Cast = Mapping[str, PersonId]


@pytest.fixture
def cast(database: object) -> Cast:
    founding.found(now=NOW)
    return {each.login: people.person_by_login(each.login) for each in CAST}


def ticked(cast: Cast, login: str) -> list[str]:
    return [each["code"] for each in progress.mine(by=cast[login], now=LATER) if each["done_at"]]


def account(name: str) -> str:
    return next(each["number"] for each in lookup.accounts(limit=50).items if each["name"] == name)


def waiting(quantity: int) -> Any:
    found = lookup.transactions(status="proposed").items
    return next(each["id"] for each in found if each["quantity"] == quantity)


def action_rows() -> list[str]:
    found = aef_versions.draft("GHA", 2025, now=LATER)
    return [each["key"] for each in aef_versions.rows(found, Table.ACTIONS, after=0, limit=10)]


# --- What each exercise asks for, done through the services


def give_role(cast: Cast) -> None:
    newcomer = people.person_by_login("newcomer")
    asked = people.give_role(newcomer, ANY_SECTION, Role.AUDITOR, by=cast["administrator"], now=LATER)
    assert asked.id is not None
    role_changes.decide(asked.id, approve=True, by=cast["administrator2"], now=LATER)


def open_account(cast: Cast) -> None:
    accounts.open_account(NewAccount("holding", "GHA", "Second account"), by=cast["administrator"], now=LATER)


def open_section(cast: Cast) -> None:
    registry.open_section("PER", by=cast["administrator"], now=LATER)


def try_rule(cast: Cast) -> None:
    rule = NewRule("small-transfers", "order.quantity > 500", "Too many at once.")
    business_rules.draft(rule, by=cast["administrator"], now=LATER)
    assert business_rules.try_out("small-transfers", by=cast["administrator"], now=LATER).would_refuse


def propose(cast: Cast) -> Any:
    order = Order("international_transfer", account("Ghana, holding"), account("Switzerland, holding"), 100)
    return transactions.propose(order, by=cast["representative"], now=LATER).transaction_id


def withdraw(cast: Cast) -> None:
    transactions.cancel(propose(cast), by=cast["representative"], now=LATER)


def cancel(cast: Cast) -> None:
    target = account("Ghana, voluntary cancellation")
    order = Order("cancellation_voluntary", account("Ghana, holding"), target, 10)
    transactions.propose(order, by=cast["representative"], now=LATER)


def ask_account(cast: Cast) -> None:
    wanted = AccountRequest(
        NewAccount("holding", "GHA", "For a developer"), Identification("Made up", "GHA", "1", (PAPER,)),
        ("representative",),
    )  # fmt: skip
    account_requests.file(wanted, by=cast["representative"], now=LATER)


def approve(quantity: int) -> Callable[[Cast], None]:
    return lambda cast: void(transactions.approve(waiting(quantity), by=cast["approver"], now=LATER))


def reject(cast: Cast) -> None:
    transactions.reject(waiting(5000), by=cast["approver"], now=LATER, reason="Nobody agreed to so many.")


def authorize(cast: Cast) -> None:
    new = NewAuthorization(
        "GHA-A-2", "GHA", "CA0001", date(2026, 5, 1), Purpose.NDC, parties=("CHE",), year_first=2021, year_last=2030,
        sectors=("Energy generation",), activity_types=("Energy Efficiency households",), quantity=1_000,
    )  # fmt: skip
    authorizations.record_authorization(new, by=cast["authority"], now=LATER)


def change_authorization(cast: Cast) -> None:
    new = NewAuthorization(
        "GHA-B-1", "GHA", "CA0001", date(2026, 5, 1), Purpose.NDC, parties=("CHE",), year_first=2021, year_last=2030,
        sectors=("Energy generation",), activity_types=("Energy Efficiency households",), version=2, terms="As agreed.",
    )  # fmt: skip
    seen = authorization_changes.preview_change(new, now=LATER)
    authorization_changes.change(new, reason="Letter", by=cast["authority"], now=LATER, token=seen.token)


def register_entity(cast: Cast) -> None:
    new = NewEntity("GHA", "E1", "Made up", "GHA", "1", date(2030, 1, 1), (PAPER,), (CheckDone("sanctions"),))
    entities.register(new, by=cast["authority"], now=LATER)


def decide_request(cast: Cast) -> None:
    [asked] = [each for each in account_requests.listed(cast["authority"]) if each["status"] == "proposed"]
    account_requests.decide(asked["id"], approve=False, reason="Not now", by=cast["authority"], now=LATER)


def answered(code: str, right: Callable[[], str]) -> Callable[[Cast], None]:
    def do(cast: Cast) -> None:
        with pytest.raises(Refused) as no:
            progress.answer(code, "0", by=cast["auditor"], now=LATER)
        assert no.value.codes == (Code.TRAINING_ANSWER_WRONG,)
        progress.answer(code, right(), by=cast["auditor"], now=LATER)

    return do


def _transferred() -> int:
    found = lookup.transactions(type_="international_transfer", status="completed").items
    return int(found[-1]["id"])


def acknowledge(cast: Cast) -> None:
    [first, *_rest] = notices.listed(by=cast["auditor"]).items
    notices.acknowledge(first["id"], by=cast["auditor"], now=LATER)


def explain(cast: Cast) -> None:
    aef_remarks.explain("GHA", 2025, Table.ACTIONS, "As agreed.", row=action_rows()[0], field="", by=cast["reporter"],
                        now=LATER)  # fmt: skip


def mark(cast: Cast) -> None:
    item = ConfidentialItem(Table.ACTIONS, action_rows()[0], "AuthorizationID", "Asked for")
    aef_remarks.mark("GHA", 2025, item, by=cast["reporter"], now=LATER)


def freeze(cast: Cast) -> None:
    aef_versions.freeze("GHA", 2025, by=cast["reporter"], now=LATER)


def submit(cast: Cast) -> None:
    if not aef_versions.listed("GHA", 2025, is_all=True):
        freeze(cast)
    upload = aef_uploads.of_version("GHA", 2025, "1.0", by=cast["reporter"])
    assert submissions.submit(upload, by=cast["reporter"], now=LATER)["state"] in ("consistent", "inconsistent")


def freeze_again(cast: Cast) -> None:
    freeze(cast)
    aef_versions.freeze("GHA", 2025, by=cast["reporter"], now=LATER)


def void(_outcome: object) -> None:
    """Leave an answer unread."""


DONE: Mapping[str, Callable[[Cast], Any]] = {
    "administrator-1": give_role,
    "administrator-2": open_account,
    "administrator-3": open_section,
    "administrator-4": try_rule,
    "administrator2-1": give_role,
    "representative-1": propose,
    "representative-2": withdraw,
    "representative-3": cancel,
    "representative-4": ask_account,
    "approver-1": approve(300),
    "approver-2": reject,
    "approver-3": approve(40),
    "authority-1": authorize,
    "authority-2": change_authorization,
    "authority-3": register_entity,
    "authority-4": decide_request,
    "auditor-1": answered("auditor-1", lambda: str(_transferred())),
    "auditor-2": answered("auditor-2", lambda: "Approver"),
    "auditor-3": answered("auditor-3", lambda: "200 units"),
    "auditor-4": acknowledge,
    "reporter-1": explain,
    "reporter-2": mark,
    "reporter-3": freeze,
    "reporter-4": submit,
    "reporter-5": freeze_again,
}


@pytest.mark.parametrize("code", [each.code for each in EXERCISES])
def test_an_exercise_is_ticked_when_it_is_done_and_not_before(cast: Cast, code: str) -> None:
    login = BY_CODE[code].login
    assert ticked(cast, login) == []
    DONE[code](cast)
    assert code in ticked(cast, login)
    again = [each["done_at"] for each in progress.mine(by=cast[login], now=LATER + timedelta(days=1))]
    assert LATER in again, "what is ticked keeps its moment"


def test_every_question_is_asked_and_every_role_has_exercises() -> None:
    assert {each.question for each in EXERCISES} == set(QUESTIONS)
    counted = {each.login: sum(one.login == each.login for one in EXERCISES) for each in CAST}
    assert all(3 <= count <= 5 for login, count in counted.items() if login != "administrator2")
    assert len(BY_CODE) == len(EXERCISES)


def test_a_training_begins_with_a_sound_ledger(cast: Cast) -> None:
    audit_is_clean()
    assert lookup.transactions(status="proposed").total == 3


def test_feedback_is_kept_and_a_reset_carries_it_over(cast: Cast) -> None:
    open_account(cast)
    assert ticked(cast, "administrator") == ["administrator-2"]
    progress.say(4, "The review is clear.", by=cast["approver"], now=LATER, exercise="approver-1")
    for rating, said in ((0, "x"), (6, "x"), (3, "x" * 4_001)):
        with pytest.raises(Refused):
            progress.say(rating, said, by=cast["approver"], now=LATER)
    with pytest.raises(Refused):
        progress.say(3, "x", by=cast["approver"], now=LATER, exercise="none")
    before = progress.kept()
    assert progress.carry_over({**before, "progress": [], "feedback": []}, LATER + timedelta(seconds=1)) == 2
    assert ticked(cast, "administrator") == [], "what was done before the run began counts no more"
    told = progress.everybody(by=cast["auditor"])
    assert [each["rating"] for each in told["feedback"]] == [4]
    assert [(each["run"], each["exercise"]) for each in told["progress"]] == [(1, "administrator-2")]
    with pytest.raises(Refused) as no:
        progress.everybody(by=cast["representative"])
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)


def test_only_an_administrator_asks_for_a_reset(cast: Cast, tmp_path: Path) -> None:
    with override_settings(ARTICLE6_HOME=tmp_path):
        with pytest.raises(Refused):
            progress.ask_reset(by=cast["reporter"])
        assert not practice_folder.is_reset_asked(tmp_path)
        progress.ask_reset(by=cast["administrator"])
    assert practice_folder.is_reset_asked(tmp_path)


def test_an_exercise_of_somebody_else_is_none_of_mine(cast: Cast) -> None:
    with pytest.raises(Refused) as no:
        progress.answer("auditor-1", "1", by=cast["reporter"], now=LATER)
    assert no.value.codes == (Code.TRAINING_EXERCISE_UNKNOWN,)


@pytest.mark.usefixtures("database")
def test_a_real_registry_has_no_training() -> None:
    from article6.domain.kinds import Kind

    identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "INT", "Real")
    root = registry.init(identity, administrator=("root", "Root"), now=NOW)
    with pytest.raises(Refused) as no:
        progress.mine(by=root, now=NOW)
    assert no.value.codes == (Code.TRAINING_NOT_HERE,)
    with pytest.raises(Refused) as no:
        progress.begin(1, NOW)
    assert no.value.codes == (Code.TRAINING_NOT_HERE,)
