"""The pages of reports: the fields of the format, versions of an AEF, reports that were issued to stakeholders."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client
from web import sample

from article6.domain.kinds import Role
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import VALUE_LISTS
from article6.reporting.aef_records import ConfidentialItem
from article6.reporting.aef_specification import CONFLICTS
from article6.services import aef_remarks, aef_versions, people
from article6.services.reports import issuing
from article6.store.queries import registries

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def made(database: object) -> sample.Sample:
    return sample.international()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    shown = answer.content.decode()
    assert "style=" not in shown, path
    assert re.findall(r"<script(?![^>]* src=)", shown) == [], path
    assert shown.count("<h1") == 1, path
    return shown


def sign_in(client: Client, by: int, login: str, section: str) -> None:
    person = people.add_person(login, login.title(), by=by, now=NOW, password=sample.PASSWORD)  # type: ignore[arg-type]
    people.give_role(person, registries.sections()[section], Role.AUDITOR, by=by, now=NOW)  # type: ignore[arg-type]
    client.post("/login", {"username": login, "password": sample.PASSWORD})


def test_every_field_is_explained_once_with_an_anchor_and_its_list(made: sample.Sample, client: Client) -> None:
    shown = page(client, "/aef/fields")
    anchors = {unescape(each) for each in re.findall(r'<article class="panel" id="([^"]+)"', shown)}
    assert anchors == {f"table-{table.number}-{each.technical_name}" for table in Table for each in FIELDS[table]}
    assert len(anchors) == 79
    ids = [unescape(each) for each in re.findall(r' id="([^"]+)"', shown)]
    assert len(ids) == len(set(ids)), "an id stands once"
    links = {unquote(unescape(each)) for each in re.findall(r'href="#([^"]+)"', shown)}
    assert links - {"main"} <= set(ids), "every link within the page leads somewhere"
    asked_for = {each.nomenclature for table in Table for each in FIELDS[table]}
    for name in asked_for & set(VALUE_LISTS):
        assert [each for each in VALUE_LISTS[name] if f"<li>{each}</li>" not in unescape(shown)] == [], name


def test_where_the_texts_conflict_the_fields_say_so(made: sample.Sample, client: Client) -> None:
    names = {each.technical_name for table in Table for each in FIELDS[table]}
    for at, conflict in enumerate(CONFLICTS, 1):
        assert set(conflict.fields) <= names, conflict.topic
        shown = page(client, "/aef/fields")
        assert shown.count(f'id="conflict-{at}"') == 1
        uses = sum(each.technical_name in conflict.fields for table in Table for each in FIELDS[table])
        assert shown.count(f'href="#conflict-{at}"') == uses


def test_a_report_shows_its_frozen_versions_and_gives_each_reader_the_copy_for_him(
    made: sample.Sample, client: Client
) -> None:
    assert "No version has been frozen." in page(client, "/aef/GHA/2024")
    row = aef_versions.rows(aef_versions.draft("GHA", 2024, now=NOW), Table.AUTHORIZATIONS, after=0, limit=1)[0]
    item = ConfidentialItem(Table.AUTHORIZATIONS, row["key"], "AuthorizedPartyIDs", "Still negotiated")
    aef_remarks.mark("GHA", 2024, item, is_confidential=True, by=made.ama, now=NOW)
    aef_versions.freeze("GHA", 2024, by=made.ama, now=NOW, reason="Annual information")
    assert "Frozen: version 1.0" in page(client, "/aef")
    shown = page(client, "/aef/GHA/2024")
    for said in ("Annual information", "Version 1.0", "Confidential items", "SHA-256"):
        assert said in shown, said
    assert "/full." not in shown
    assert ">Ama<" not in shown
    assert "· Ama" not in shown, "people are named to those concerned only"
    public = client.get("/aef/GHA/2024/1.0/public.json")
    assert "GHA-2024-1.0-public.json" in public.headers["Content-Disposition"]
    assert json.loads(public.getvalue())["authorizations"][0]["AuthorizedPartyIDs"] == "Confidential"
    assert "person.not_permitted" in page(client, "/aef/GHA/2024/1.0/full.json", 403)
    assert "aef.version_unknown" in page(client, "/aef/GHA/2024/1.7/public.json", 404)
    assert "request.malformed" in page(client, "/aef/GHA/2024/one/public.json", 400)
    for path in ("/aef/GHA/1990", "/aef/XXX/2024", "/aef/GHA/" + "9" * 30, "/aef/GHA/2024/1.0/public.pdf",
                 "/aef/GHA/2024/1.0/half.json"):  # fmt: skip
        page(client, path, 404)
    sign_in(client, made.ama, "efua", "GHA")
    own = page(client, "/aef/GHA/2024")
    assert "· Ama" in own
    assert "/aef/GHA/2024/1.0/full.xlsx" in own
    whole = json.loads(client.get("/aef/GHA/2024/1.0/full.json").getvalue())
    assert whole["authorizations"][0]["AuthorizedPartyIDs"] == "CHE"


def test_reports_that_were_issued_are_listed_to_whom_they_are_for_and_verified(
    made: sample.Sample, client: Client
) -> None:
    public = issuing.issue("voluntary_cancellations", {}, by=made.ama, now=NOW)
    inner = issuing.issue("access_changes", {}, by=made.ama, now=NOW)
    shown = page(client, "/reports")
    assert public["code"] in shown
    assert inner["code"] not in shown
    assert "administrators and auditors" in shown
    good = page(client, f"/reports/verify?code={public['code'].lower().replace('-', '')}")
    assert "The ledger still says the same" in good
    assert public["digest"] in good
    for form, start in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"PK"), ("json", b"{")):
        answer = client.get(f"/reports/{public['code']}/copy.{form}")
        assert answer.content.startswith(start), form
        assert "attachment" in answer.headers["Content-Disposition"]
    secret = page(client, f"/reports/verify?code={inner['code']}")
    assert "This report was issued here." in secret
    assert "/copy." not in secret
    assert "report.unknown" in page(client, f"/reports/{inner['code']}/copy.pdf", 404)
    assert "No such report" in page(client, "/reports/verify?code=abc", 404)
    assert "No such report" in page(client, "/reports/verify", 404)
    page(client, f"/reports/{public['code']}/copy.exe", 404)
    assert "request.malformed" in page(client, "/reports?after=x", 400)


@pytest.mark.usefixtures("database")
def test_only_the_international_registry_links_to_the_article_6_database(client: Client) -> None:
    sample.crediting()
    assert "/submissions" not in page(client, "/aef")
    assert "/submissions" not in page(client, "/aef/fields")


@pytest.mark.parametrize(
    ("asked", "language", "direction", "overview", "report"),
    [
        ("ar", "ar", "rtl", "عرض عام", "كشف حساب"),
        ("zh-CN,zh;q=0.9", "zh-hans", "ltr", "概览", "账户对账单"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr", "ltr", "Vue d'ensemble", "Relevé de compte"),
        ("ru", "ru", "ltr", "Обзор", "Выписка по счету"),
        ("es-419", "es", "ltr", "Visión general", "Estado de cuenta"),
        ("de, en;q=0.5", "en", "ltr", "Overview", "Account statement"),
    ],
)
def test_pages_speak_the_readers_language(
    made: sample.Sample, client: Client, asked: str, language: str, direction: str, overview: str, report: str
) -> None:
    answer = client.get("/reports", headers={"accept-language": asked})
    shown = unescape(answer.content.decode())
    assert f'<html lang="{language}" dir="{direction}">' in shown
    assert f">{overview}</a>" in shown
    assert report in shown
    assert "accept-language" in answer.headers["Vary"].lower()


def test_the_structured_summary_speaks_the_readers_language(made: sample.Sample, client: Client) -> None:
    sample.with_balances(made)
    answer = client.get("/parties/GHA/balance", headers={"accept-language": "fr"})
    shown = unescape(answer.content.decode())
    assert "Ajustements correspondants et bilan" in shown
    assert "Premier transfert effectué" in shown
    workbook = client.get("/parties/GHA/balance.xlsx", headers={"accept-language": "fr"})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.content)).worksheets[0]
    assert "Bilan annuel des émissions" in [cell.value for cell in sheet["B"]] + [cell.value for cell in sheet["A"]]
