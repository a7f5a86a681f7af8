"""Reports for stakeholders: each as of a moment, with a code that verifies it, and only for whom it is meant."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import typst
from django.conf import settings as django_settings
from django.utils import translation
from ledger import books as books_module
from ledger.books import NOW, Books, audit_is_clean, found_registry
from ledger.mechanism_books import issue, kyoto, mechanism_books, state, take, with_more_accounts

from article6.domain.fees import Fee, FeeRequest
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.report_kinds import REPORTS, Rhythm
from article6.reporting.documents import model, typeset
from article6.services import fees, people, role_changes, transactions
from article6.services.reports import issuing, scheduling
from article6.services.reports.scheduling import NewSchedule
from article6.store.database import EVERYTHING, NOTHING, rows, seeing
from article6.store.queries import registries
from article6.worker import reports as worker

LATER = NOW + timedelta(days=40)


@pytest.fixture
def story(database: object) -> Books:
    """Ghana issues 100 units into A, 30 go to B, 5 are cancelled voluntarily."""
    book = found_registry()
    for name, section in (("A", "GHA"), ("B", "GHA"), ("C", "CHE")):
        book.open(name, section=section)
    book.open("V", "cancellation_voluntary")
    book.issue("A", 100)
    book.move("A", "B", 30)
    done = book.move("A", "V", 5, type_="cancellation_voluntary")
    transactions.approve(done.transaction_id, by=book.bo, now=NOW + timedelta(days=1))
    return book


def of_party(book: Books, section: str, role: Role = Role.APPROVER) -> PersonId:
    """Somebody with a role in one section only."""
    person = people.add_person(f"{role}-{section}".lower(), "Dede", by=book.admin, now=NOW)
    change = people.give_role(person, registries.sections()[section], role, by=book.admin, now=NOW)
    if change.status != role_changes.APPROVED:
        role_changes.decide(change.id or 0, approve=True, by=book.bo, now=NOW)
    return person


def content(issued: dict[str, object], by: PersonId) -> model.Report:
    name, written = issuing.copy(str(issued["code"]), "json", by=by)
    assert name.endswith(".json")
    return model.read(json.dumps(json.loads(written)["content"]))


def table(report: model.Report, key: str) -> list[dict[str, object]]:
    [found] = [each for each in report.tables if each.key == key]
    return [dict(zip([column.key for column in found.columns], row, strict=True)) for row in found.rows]


def fact(report: model.Report, key: str) -> object:
    return next(each.value for each in report.facts if each.key == key)


def refusal(act: Callable[[], object]) -> Code:
    with pytest.raises(Refused) as no:
        act()
    return no.value.codes[0]


def test_an_account_statement_adds_up_as_of_any_moment(story: Books) -> None:
    number = story.accounts["A"].number
    given = {"account": number}
    issued = issuing.issue("account_statement", given, by=story.admin, now=LATER)
    report = content(issued, story.admin)
    assert [fact(report, name) for name in ("opening", "received", "sent", "closing")] == [0, 100, 35, 65]
    assert [(each["first"], each["last"], each["units"]) for each in table(report, "holdings")] == [(36, 100, 65)]
    assert [each["balance"] for each in table(report, "movements")] == [100, 70, 65]
    before = issuing.issue("account_statement", given, by=story.admin, now=LATER, as_of=NOW + timedelta(seconds=1))
    report = content(before, story.admin)
    # The cancellation was proposed by then, and not decided.
    assert (fact(report, "closing"), len(table(report, "movements"))) == (70, 2)
    since = {**given, "since": "2026-03-02"}
    report = content(issuing.issue("account_statement", since, by=story.admin, now=LATER), story.admin)
    assert [fact(report, name) for name in ("opening", "received", "sent", "closing")] == [70, 0, 5, 65]


def test_a_report_is_verified_by_its_code_and_digest(story: Books) -> None:
    issued = issuing.issue("account_statement", {"account": story.accounts["B"].number}, by=story.admin, now=LATER)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", issued["code"])
    told = issuing.verify(issued["code"].lower().replace("-", ""), now=LATER)
    assert (told["is_issued"], told["is_same_today"], told["is_copy"]) == (True, True, None)
    assert told["digest"] == issued["digest"]
    for form in ("json", "csv", "xlsx", "pdf"):
        _name, written = issuing.copy(issued["code"], form, by=story.admin)
        assert issuing.verify(issued["code"], now=LATER, copy_of_it=written)["is_copy"] is True, form
    changed = issuing.copy(issued["code"], "json", by=story.admin)[1].replace(b"30", b"31")
    assert issuing.verify(issued["code"], now=LATER, copy_of_it=changed)["is_copy"] is False
    assert issuing.verify(issued["code"], now=LATER, copy_of_it=b"{")["is_copy"] is False
    assert issuing.verify(issued["code"], now=LATER, copy_of_it=b"%PDF-1.7")["is_copy"] is None
    assert issuing.verify(issued["code"], now=LATER, digest=issued["digest"].upper())["is_copy"] is True
    unknown = issuing.verify("0000-0000-0000-0000", now=LATER)
    assert (unknown["is_issued"], unknown["digest"], unknown["is_same_today"]) == (False, None, None)
    # Something is written into the past afterwards: the report was issued, and today's would differ.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books_module, "NOW", NOW + timedelta(days=2))
        story.move("A", "B", 1)
    told = issuing.verify(issued["code"], now=LATER)
    assert (told["is_issued"], told["is_same_today"]) == (True, False)


def test_a_report_issued_twice_under_one_key_is_one_report(story: Books) -> None:
    first = issuing.issue("issuance", {}, by=story.admin, now=LATER, key="k")
    assert issuing.issue("issuance", {}, by=story.admin, now=LATER, key="k") == first
    assert rows("SELECT count(*) FROM report_issued")[0][0] == 1
    assert refusal(lambda: issuing.issue("access_changes", {}, by=story.admin, now=LATER, key="k")) is (
        Code.IDEMPOTENCY_CONTENT_DIFFERS)  # fmt: skip
    audit_is_clean()


def test_what_was_issued_is_never_changed(story: Books) -> None:
    issuing.issue("issuance", {}, by=story.admin, now=LATER)
    from django.db import connections
    from django.db.utils import DatabaseError

    for statement in (
        "UPDATE report_issued SET content = '{}'", "DELETE FROM report_issued", "TRUNCATE report_issued CASCADE",
        "INSERT INTO report_issued"
        " (code, section_id, is_open, kind, parameters, as_of, content, digest, at, person_id) "
        "VALUES ('x', 1, true, 'issuance', '{}', now(), '{}', 'no digest', now(), 1)",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute(statement)


def test_wrong_parameters_and_moments_are_refused(story: Books) -> None:
    def asked(kind: str, as_of: datetime | None = None, **given: str) -> Code:
        return refusal(lambda: issuing.issue(kind, given, by=story.admin, now=LATER, as_of=as_of))

    assert asked("account_statement") is Code.REPORT_PARAMETERS
    assert asked("account_statement", account="A", colour="red") is Code.REPORT_PARAMETERS
    assert asked("issuance", since="yesterday") is Code.REPORT_PARAMETERS
    assert asked("issuance", as_of=LATER + timedelta(seconds=1)) is Code.REPORT_AS_OF
    assert asked("no_such") is Code.REPORT_UNKNOWN
    assert asked("proceeds_and_omge") is Code.REPORT_UNKNOWN  # of the mechanism registry
    assert asked("account_statement", account="INT-100-9-0-9") is Code.ACCOUNT_UNKNOWN
    assert asked("section_activity", section="XXX") is Code.SECTION_UNKNOWN
    assert asked("block_history", units="GHA:101-200") is Code.BLOCK_NOT_HELD
    assert asked("block_history", units="GHA") is Code.SERIAL_MALFORMED
    assert rows("SELECT count(*) FROM report_issued")[0][0] == 0


def test_a_report_is_for_those_who_may_see_what_it_tells_of(story: Books) -> None:
    ghana, swiss = of_party(story, "GHA"), of_party(story, "CHE")
    given = {"account": story.accounts["A"].number}
    issued = issuing.issue("account_statement", given, by=ghana, now=LATER)
    with seeing(NOTHING):
        assert refusal(lambda: issuing.issue("account_statement", given, by=swiss, now=LATER)) is Code.ACCOUNT_UNKNOWN
        assert refusal(lambda: issuing.copy(issued["code"], "json", by=swiss)) is Code.REPORT_UNKNOWN
        assert refusal(lambda: issuing.drawn("section_activity", {"section": "GHA"}, by=swiss, now=LATER)) is (
            Code.PERSON_NOT_PERMITTED)  # fmt: skip
        assert refusal(lambda: issuing.issue("block_history", {"units": "GHA:1-3"}, by=swiss, now=LATER)) is (
            Code.BLOCK_NOT_HELD)  # fmt: skip
        assert refusal(lambda: issuing.issue("access_changes", {}, by=ghana, now=LATER)) is Code.PERSON_NOT_PERMITTED
        assert refusal(lambda: issuing.drawn("issuance", {}, by=None, now=LATER)) is Code.PERSON_NOT_PERMITTED
        assert refusal(lambda: issuing.drawn("access_changes", {}, by=None, now=LATER)) is Code.PERSON_NOT_PERMITTED
    from article6.services import sight

    for person, expected in ((ghana, [issued["code"]]), (swiss, []), (story.cy, [])):
        with seeing(sight.of(person)):
            assert [each["code"] for each in issuing.listed(by=person).items] == expected
    with seeing(sight.of(ghana)):
        assert issuing.copy(issued["code"], "csv", by=ghana)[0].endswith(".zip")
        history = issuing.issue("block_history", {"units": "GHA:1-3"}, by=ghana, now=LATER)
        assert issuing.shown(history["code"], by=ghana)["section"] == "GHA"


def test_the_history_of_units_tells_every_action_that_moved_them(story: Books) -> None:
    issued = issuing.issue("block_history", {"units": "GHA:29-33"}, by=story.admin, now=LATER)
    report = content(issued, story.admin)
    assert [(each["action"], each["first"], each["last"]) for each in table(report, "actions")] == [
        ("Issuance of mitigation outcomes", 29, 33), ("Transfer", 29, 30),
        ("Voluntary cancellation for other purposes", 31, 33),
    ]  # fmt: skip
    assert {each["account"]: each["units"] for each in table(report, "standing")} == {
        story.accounts["B"].number: 2, story.accounts["V"].number: 3,
    }  # fmt: skip


def test_the_history_of_units_is_told_where_moments_of_decision_cross(story: Books) -> None:
    """A transfer that was decided before the issuance of its units (a replay of the past) hides nothing of either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books_module, "NOW", NOW - timedelta(days=2))
        story.move("A", "B", 1)
    at = NOW - timedelta(days=1)
    issued = issuing.issue("block_history", {"units": "GHA:36-36"}, by=story.admin, now=LATER, as_of=at)
    report = content(issued, story.admin)
    assert [each["action"] for each in table(report, "actions")] == ["Transfer"]
    assert {each["account"]: each["units"] for each in table(report, "standing")} == {
        story.accounts["A"].number: -1, story.accounts["B"].number: 1,
    }  # fmt: skip


def test_the_designated_registry_administrator_has_the_history_of_the_partys_accounts(story: Books) -> None:
    given = {"section": "GHA", "since": "2026-03-02T00:00:00Z"}
    report = content(issuing.issue("section_activity", given, by=story.admin, now=LATER), story.admin)
    assert {each["name"]: (each["opening"], each["closing"]) for each in table(report, "accounts")} == {
        "A": (70, 65), "B": (30, 30), "V": (0, 5),
    }  # fmt: skip
    assert [each["units"] for each in table(report, "actions")] == [5]


def test_voluntary_cancellations_are_told_by_purpose(story: Books) -> None:
    done = story.move("A", "V", 7, type_="cancellation_voluntary", purpose="Voluntary climate action")
    transactions.approve(done.transaction_id, by=story.bo, now=NOW + timedelta(days=2))
    report = content(issuing.issue("voluntary_cancellations", {}, by=story.admin, now=LATER), story.admin)
    assert [(each["purpose"], each["units"], each["cancellations"]) for each in table(report, "purposes")] == [
        ("Not stated", 5, 1), ("Voluntary climate action", 7, 1),
    ]  # fmt: skip
    assert len(table(report, "cancellations")) == 2
    issuances = content(issuing.issue("issuance", {}, by=story.admin, now=LATER), story.admin)
    assert table(issuances, "sums") == [
        {"party": "GHA", "unit_type": "MO", "issuances": 1, "units": 100, "authorized": 0}
    ]


def test_the_auditor_sees_access_and_role_changes_of_the_section(story: Books) -> None:
    auditor = of_party(story, "GHA", Role.AUDITOR)
    with seeing(NOTHING):
        assert refusal(lambda: issuing.issue("access_changes", {}, by=auditor, now=LATER)) is Code.PERSON_NOT_PERMITTED
        issued = issuing.issue("access_changes", {"section": "GHA"}, by=auditor, now=LATER)
    report = content(issued, auditor)
    events = table(report, "events")
    assert {each["section"] for each in events} == {"GHA"}
    assert any(str(each["action"]).startswith("role.auditor") for each in events)
    whole = content(issuing.issue("access_changes", {}, by=story.admin, now=LATER), story.admin)
    assert len(table(whole, "events")) > len(events)


def test_a_schedule_makes_its_report_after_each_month_for_its_recipients(story: Books) -> None:
    approver, swiss = of_party(story, "GHA"), of_party(story, "CHE")
    new = NewSchedule("section_activity", Rhythm.MONTH, "GHA", Role.APPROVER, {"section": "GHA"})
    assert refusal(lambda: scheduling.schedule(new, by=approver, now=NOW)) is Code.PERSON_NOT_PERMITTED
    made = scheduling.schedule(new, by=story.admin, now=NOW, key="s")
    assert scheduling.schedule(new, by=story.admin, now=NOW, key="s") == made
    assert worker.turn(datetime(2026, 4, 1, 0, 5, tzinfo=UTC))["made"] == 0  # not settled yet
    assert worker.turn(datetime(2026, 6, 2, tzinfo=UTC))["made"] == 3
    assert worker.turn(datetime(2026, 6, 2, tzinfo=UTC))["made"] == 0
    found = issuing.listed(by=approver).items
    assert [f"{each['as_of']:%m-%d}" for each in found] == ["06-01", "05-01", "04-01"]
    assert found[-1]["parameters"]["since"] == "2026-03-01T00:00:00Z"
    assert (found[0]["is_scheduled"], found[0]["role"]) == (True, "approver")
    assert issuing.verify(found[0]["code"], now=LATER)["is_same_today"]
    assert refusal(lambda: issuing.shown(found[0]["code"], by=swiss)) is Code.REPORT_UNKNOWN
    with seeing(EVERYTHING):
        assert [each["id"] for each in scheduling.listed(by=approver)] == [made["id"]]
    assert scheduling.listed(by=swiss) == []
    ended = scheduling.end(made["id"], by=story.admin, now=LATER, key="e")
    assert scheduling.end(made["id"], by=story.admin, now=LATER, key="e") == ended
    assert refusal(lambda: scheduling.end(made["id"], by=story.admin, now=LATER)) is Code.SCHEDULE_UNKNOWN
    assert worker.turn(datetime(2026, 8, 2, tzinfo=UTC))["made"] == 0
    audit_is_clean()


def test_a_section_does_not_send_its_reports_to_people_of_another(story: Books) -> None:
    party_admin = of_party(story, "CHE", Role.PARTY_ADMINISTRATOR)
    new = NewSchedule("section_activity", Rhythm.YEAR, "CHE", Role.APPROVER, {"section": "GHA"})
    assert refusal(lambda: scheduling.schedule(new, by=party_admin, now=NOW)) is Code.PERSON_NOT_PERMITTED
    own = NewSchedule("section_activity", Rhythm.YEAR, "CHE", Role.APPROVER, {"section": "CHE"})
    assert scheduling.schedule(own, by=party_admin, now=NOW)["section"] == "CHE"
    public = NewSchedule("voluntary_cancellations", Rhythm.YEAR, "CHE", Role.APPROVER)
    assert scheduling.schedule(public, by=party_admin, now=NOW)["rhythm"] == "year"
    own_since = NewSchedule("issuance", Rhythm.YEAR, "CHE", Role.APPROVER, {"since": "2026-01-01"})
    assert refusal(lambda: scheduling.schedule(own_since, by=party_admin, now=NOW)) is Code.REPORT_PARAMETERS


def test_the_trustee_and_the_supervisory_body_see_what_each_issuance_gave(database: object) -> None:
    book = mechanism_books()
    state(book, Statement.CONTRIBUTION)
    issue(book, 10_003)
    trustee = of_party(book, "ADM", Role.TRUSTEE)
    issued = issuing.issue("proceeds_and_omge", {}, by=trustee, now=LATER)
    report = content(issued, trustee)
    assert [(each["issued"], each["proceeds"], each["omge"]) for each in table(report, "levies")] == [
        (10_003, 501, 201)
    ]
    assert [(each["authorized"], each["unauthorized"]) for each in table(report, "shares")] == [(0, 501), (0, 201)]
    assert refusal(lambda: issuing.issue("proceeds_and_omge", {}, by=book.cy, now=LATER)) is Code.PERSON_NOT_PERMITTED
    party = content(issuing.issue("a64ers", {"section": "THA"}, by=book.admin, now=LATER), book.admin)
    assert [fact(party, name) for name in ("issued", "authorized", "unauthorized")] == [10_003, 0, 10_003]
    assert sum(int(str(each["units"])) for each in table(party, "status")) == 10_003


def test_an_issuance_authorized_in_part_gives_its_shares_as_one(database: object) -> None:
    book = with_more_accounts()
    state(book, Statement.PART, quantity=7_000, authorization="THA-1")
    issue(book, 10_003, ("CHE", 6_510))
    report = content(issuing.issue("proceeds_and_omge", {}, by=book.admin, now=LATER), book.admin)
    assert [(each["issued"], each["proceeds"], each["omge"]) for each in table(report, "levies")] == [
        (10_003, 501, 201)
    ]
    assert [(each["authorized"], each["unauthorized"]) for each in table(report, "shares")] == [(350, 151), (140, 61)]
    party = content(issuing.issue("a64ers", {"section": "THA"}, by=book.admin, now=LATER), book.admin)
    assert [fact(party, name) for name in ("issued", "authorized", "unauthorized")] == [10_003, 7_000, 3_003]
    swiss = content(issuing.issue("a64ers", {"section": "CHE"}, by=book.admin, now=LATER), book.admin)
    assert table(swiss, "held") == [
        {"account": book.accounts["CHE"].number, "host": "THA", "authorized": 6_510, "unauthorized": 0}
    ]
    given = {"account": book.accounts["CHE"].number}
    held = content(issuing.issue("account_statement", given, by=book.admin, now=LATER), book.admin)
    assert [(each["authorization"], each["first_transferred"]) for each in table(held, "holdings")] == [("THA-1", True)]


def test_fees_are_told_as_they_stood_and_every_report_has_its_copies_and_its_code(database: object) -> None:
    book = with_more_accounts()
    state(book, Statement.CONTRIBUTION)
    issue(book, 10_003)
    due = fees.invoice("77", FeeRequest(Fee.ISSUANCE, "THA", quantity=10_003), by=book.admin, now=NOW)["id"]
    paid_on = NOW + timedelta(days=1)
    fees.record_payment(due, fees.Payment(2_000, paid_on.date(), "wire 1"), by=book.admin, now=paid_on)
    back = fees.Refund(500, paid_on.date(), "wire 2", "request withdrawn")
    fees.record_refund(due, back, by=book.admin, now=paid_on + timedelta(days=1))
    of_all = {"account": book.accounts["CHE"].number, "section": "THA", "units": "THA:1-3"}
    copies = {"pdf": b"%PDF", "xlsx": b"PK", "csv": b"PK", "json": b"{"}
    kinds = issuing.kinds()
    assert {each["kind"] for each in kinds} == set(REPORTS), "the mechanism registry has them all"
    for kind in kinds:
        given = {name: of_all[name] for name in kind["needs"]}
        done = issuing.issue(kind["kind"], given, by=book.admin, now=LATER, as_of=paid_on + timedelta(hours=1))
        for form, start in copies.items():
            assert issuing.copy(done["code"], form, by=book.admin)[1].startswith(start), (kind["kind"], form)
        told = issuing.verify(done["code"], now=LATER, digest=done["digest"])
        assert (told["as_of"], told["is_same_today"], told["is_copy"]) == (done["as_of"], True, True), kind["kind"]
    told = issuing.issue("fees", {}, by=book.admin, now=LATER, as_of=paid_on + timedelta(hours=1))
    then, now = (content(each, book.admin) for each in (told, issuing.issue("fees", {}, by=book.admin, now=LATER)))
    assert [[fact(each, name) for name in ("amount", "paid", "refunded")] for each in (then, now)] == [
        [200_060, 2_000, 0], [200_060, 2_000, 500],
    ]  # fmt: skip


def test_cers_used_towards_an_ndc_are_told_by_party_and_year(database: object) -> None:
    book = with_more_accounts()
    take(book, kyoto(book, 1, 100))
    done = book.move("CHE", "ndc", 40, type_="use_ndc", use_year=2024)
    transactions.approve(done.transaction_id, by=book.bo, now=NOW + timedelta(days=1))
    report = content(issuing.issue("cers_towards_ndcs", {}, by=book.admin, now=LATER), book.admin)
    assert [(each["party"], each["year"], each["units"]) for each in table(report, "sums")] == [("CHE", "2024", 40)]
    assert {(each["section"], each["units"]) for each in table(report, "held")} == {("CHE", 60), ("CHE", 40)}


def test_a_report_of_a_registry_opened_to_the_public_is_everybodys(database: object) -> None:
    book = found_registry(Kind.INTERNATIONAL)
    book.open("A")
    book.issue("A", 10)
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE registry SET is_public = true")
    from article6.services import sight

    sight._is_public.cache_clear()
    issued = issuing.issue("voluntary_cancellations", {}, by=book.admin, now=LATER)
    secret = issuing.issue("access_changes", {}, by=book.admin, now=LATER)
    with seeing(NOTHING):
        assert issuing.drawn("issuance", {}, by=None, now=LATER)["content"]["facts"][0]["value"] == 10
        assert [each["code"] for each in issuing.listed(by=None).items] == [issued["code"]]
        assert refusal(lambda: issuing.shown(secret["code"], by=None)) is Code.REPORT_UNKNOWN


def test_a_report_with_more_rows_than_a_document_shows_is_no_pdf(story: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = issuing.issue("issuance", {}, by=story.admin, now=LATER)
    monkeypatch.setattr(issuing, "ROWS_AT_MOST", 1)
    assert refusal(lambda: issuing.copy(issued["code"], "pdf", by=story.admin)) is Code.REPORT_TOO_LONG
    assert issuing.copy(issued["code"], "xlsx", by=story.admin)[1]


@pytest.mark.parametrize("language", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_a_copy_speaks_each_language_and_is_of_the_standard(story: Books, language: str) -> None:
    titles = {
        "ar": "كشف حساب", "zh-hans": "账户对账单", "en": "Account statement", "fr": "Relevé de compte",
        "ru": "Выписка по счету", "es": "Estado de cuenta",
    }  # fmt: skip
    with translation.override(language):
        issued = issuing.issue("account_statement", {"account": story.accounts["A"].number}, by=story.admin, now=LATER)
    same = issuing.drawn("account_statement", {"account": story.accounts["A"].number}, by=story.admin, now=LATER)
    assert issued["digest"] == same["digest"]  # whoever reads it in whichever language
    assert issued["title"] == titles[language]
    code = str(issued["code"])
    _name, pdf = issuing.copy(code, "pdf", by=story.admin, language=language)
    assert b"pdfuaid:part" in pdf
    assert f"/Lang ({language.partition('-')[0]}".encode() in pdf.replace(b"/Lang(", b"/Lang (")
    assert issuing.verify(code, now=LATER, copy_of_it=pdf)["is_copy"] is True
    _name, xlsx = issuing.copy(code, "xlsx", by=story.admin, language=language)
    first = openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0]
    assert first["A1"].value == titles[language]
    assert bool(first.sheet_view.rightToLeft) is (language == "ar")


def test_a_name_in_letters_that_no_font_has_is_no_pdf(story: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = partial(typst.Fonts, include_system_fonts=False)
    monkeypatch.setattr(typeset, "known_fonts", lambda folders: packaged(font_paths=list(folders)))
    story.open("𓀀", section="GHA")
    issued = issuing.issue("account_statement", {"account": story.accounts["𓀀"].number}, by=story.admin, now=LATER)
    code = str(issued["code"])
    with pytest.raises(Refused) as no:
        issuing.copy(code, "pdf", by=story.admin)
    assert [(each.code, each.detail) for each in no.value.reasons] == [(Code.REPORT_LETTERS, "𓀀")]
    assert issuing.copy(code, "xlsx", by=story.admin)[1]
    assert issuing.verify(code, now=LATER, copy_of_it=b"%PDF-1.7 of another machine")["is_copy"] is None


def test_fonts_of_the_operators_folder_are_used(story: Books, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packaged = partial(typst.Fonts, include_system_fonts=False)
    monkeypatch.setattr(typeset, "known_fonts", lambda folders: packaged(font_paths=list(folders)))
    [chinese] = [folder for folder in typeset._packaged() if folder.name == "pylopdf_fonts_zh_cn"]
    shutil.copy(chinese / "NotoSerifSC-Regular.otf", tmp_path)
    monkeypatch.setattr(typeset, "FONT_PACKAGES", ())
    code = str(
        issuing.issue("account_statement", {"account": story.accounts["A"].number}, by=story.admin, now=LATER)["code"]
    )
    assert refusal(lambda: issuing.copy(code, "pdf", by=story.admin, language="zh-hans")) is Code.REPORT_LETTERS
    monkeypatch.setattr(django_settings, "ARTICLE6_FONTS", tmp_path)
    assert issuing.copy(code, "pdf", by=story.admin, language="zh-hans")[1].startswith(b"%PDF")
