"""Versions of a Party's report at the interface: frozen by its administrator, read in full by its people."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from api.doors import Answer, Caller, caller

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import PersonId
from article6.services import authorizations, people, registry
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.registry import RegistryIdentity

DAY = datetime(2024, 2, 1, tzinfo=UTC)
OPEN_YEAR = datetime.now(UTC).year
AEF = "/aef/GHA/2024"
ROW = "GHA 1/1"


class People:
    """Efua administers Ghana's section, Ama represents there, Nils is Norway's; nobody signs in."""

    def __init__(self, *, is_public: bool) -> None:
        identity = RegistryIdentity(Kind.INTERNATIONAL, "IR", "IR", is_public=is_public)
        root = registry.init(identity, administrator=("root", "Root"), now=DAY)
        sections = registry.add_sections(["GHA", "NOR"], by=root, now=DAY)
        authorizations.record_approach(NewApproach("CA0001", "Any", ("GHA", "NOR"), None), by=root, now=DAY)
        new = NewAuthorization("GHA 1", "GHA", "CA0001", date(2024, 2, 1), Purpose.NDC, remark="Price 12")
        authorizations.record_authorization(new, by=root, now=DAY)
        numbers: dict[str, PersonId] = {}
        for login, section, role in (
            ("efua", "GHA", Role.PARTY_ADMINISTRATOR),
            ("ama", "GHA", Role.REPRESENTATIVE),
            ("nils", "NOR", Role.PARTY_ADMINISTRATOR),
        ):
            numbers[login] = people.add_person(login, login.title(), by=root, now=DAY)
            people.give_role(numbers[login], sections[section], role, by=root, now=DAY)
        self.efua, self.ama, self.nils = (caller(numbers[login]) for login in ("efua", "ama", "nils"))
        self.nobody = Caller()


@pytest.fixture
def public(database: object) -> People:
    return People(is_public=True)


@pytest.fixture
def closed(database: object) -> People:
    return People(is_public=False)


def item(**more: str) -> dict[str, str]:
    field = {"field": "AdditionalExplanatoryInformation"}
    return {"table": "authorizations", "row": ROW, "reason": "Commercial", **field, **more}


def document(answer: Answer) -> Any:
    assert answer.status == 200, answer.json
    return json.loads(b"".join(answer.response.streaming_content))  # type: ignore[arg-type]


def remarks(answer: Answer) -> list[str]:
    return [each["AdditionalExplanatoryInformation"] for each in document(answer)["authorizations"]]


def test_from_the_first_version_to_a_revision(public: People) -> None:
    made = public.efua.post(f"{AEF}/versions", {"reason": "Annual information"}, key="once")
    assert (made.status, made.json["version"], made.json["row_counts"]["authorizations"]) == (201, "1.0", 1)
    assert made.headers["Location"] == f"/api/v1{AEF}/versions/1.0"
    assert public.efua.post(f"{AEF}/versions", {"reason": "Annual information"}, key="once").json == made.json
    said = public.efua.post(f"{AEF}/explanations", {"table": "authorizations", "row": ROW, "text": "As agreed"})
    assert [(each["text"], each["person"]) for each in said.json] == [("As agreed", "Efua")]
    found = public.efua.get(f"{AEF}/differences", before="1.0")
    assert found.json["counts"] == [{"table": "authorizations", "change": "changed", "rows": 1}]
    assert found.json["rows"][0]["why"][0].startswith("Efua explained it")
    assert public.efua.post(f"{AEF}/versions", {"version": "2.0"}).json["version"] == "2.0"
    assert [each["version"] for each in public.nobody.get(f"{AEF}/versions").json] == ["2.0", "1.0"]
    assert public.efua.get(f"{AEF}/differences", before="1.0", after="2.0").json["total"] == 1
    rows = public.ama.get(f"{AEF}/rows/authorizations", version="1.0")
    assert [(each["place"], each["key"]) for each in rows.json] == [(1, ROW)]
    assert public.ama.get(f"{AEF}/rows/authorizations", after=1).json == []
    assert remarks(public.ama.get(f"{AEF}/versions/1.0/full.json")) == ["Price 12"]
    assert remarks(public.ama.get(f"{AEF}/versions/2.0/full.json")) == ["Price 12 As agreed"]


def test_what_is_confidential_reaches_the_partys_people_only(public: People) -> None:
    assert public.efua.post(f"{AEF}/confidential", item()).json[0]["reason"] == "Commercial"
    public.efua.post(f"{AEF}/versions", {})
    for one in (public.nils, public.nobody):
        assert remarks(one.get(f"{AEF}.json")) == ["Confidential"]
        assert remarks(one.get(f"{AEF}/versions/1.0/public.json")) == ["Confidential"]
        assert (one.get(f"{AEF}/versions/1.0/full.json").status) == 403
        shown = one.get(f"{AEF}/versions/1.0").json
        assert (shown["confidential_count"], shown.get("confidential")) == (1, None)
        for path in ("/confidential", "/explanations", "/rows/authorizations", "/differences?before=1.0"):
            assert one.get(f"{AEF}{path}").status in (401, 403)
    for one in (public.ama, public.efua):
        assert remarks(one.get(f"{AEF}.json")) == ["Price 12"]
        assert remarks(one.get(f"{AEF}/versions/1.0/full.json")) == ["Price 12"]
        assert one.get(f"{AEF}/versions/1.0").json["confidential"] == [item()]
    lifted = public.efua.post(f"{AEF}/confidential/lift", item(reason="Published"))
    assert (lifted.status, lifted.json) == (200, [])
    assert remarks(public.nobody.get(f"{AEF}.json")) == ["Price 12"]
    assert remarks(public.nobody.get(f"{AEF}/versions/1.0/public.json")) == ["Confidential"]


def test_each_form_is_a_file(public: People) -> None:
    public.efua.post(f"{AEF}/versions", {})
    for form, ending in (("xlsx", "xlsx"), ("csv", "csv.zip"), ("json", "json")):
        answer = public.nobody.get(f"{AEF}/versions/1.0/public.{form}")
        name = f"GHA-2024-1.0-public.{ending}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_in_a_closed_registry_others_see_nothing_of_a_report(closed: People) -> None:
    closed.efua.post(f"{AEF}/versions", {})
    for path in (f"{AEF}/versions", f"{AEF}/versions/1.0", f"{AEF}/versions/1.0/public.json", f"{AEF}.json"):
        assert closed.nils.get(path).status == 403
        assert closed.nobody.get(path).status == 401
        assert closed.ama.get(path).status == 200


def test_refusals(public: People) -> None:
    public.efua.post(f"{AEF}/versions", {})
    for one in (public.ama, public.nils):
        assert one.post(f"{AEF}/versions", {}).codes == ["person.not_permitted"]
    for path, body, status, code in (
        ("/versions", {"version": "1.0"}, 409, "aef.version_backwards"),
        ("/versions", {"version": "one"}, 400, "request.malformed"),
        ("/versions", {"rows": []}, 400, "request.malformed"),
        ("/explanations", {"table": "authorizations", "row": ROW, "field": "AuthorizedQuantity", "text": "9"}, 422,
         "aef.not_explanatory"),
        ("/explanations", {"table": "actions", "row": "1:GHA01/GHA:1", "text": "x"}, 404, "aef.row_unknown"),
        ("/confidential", item(field="AuthorizationDocumentation"), 422, "aef.always_public"),
        ("/confidential", item(row="GHA 9/1"), 404, "aef.row_unknown"),
        ("/confidential/lift", item(), 404, "aef.row_unknown"),
    ):  # fmt: skip
        answer = public.efua.post(f"{AEF}{path}", body)
        assert (answer.status, answer.codes) == (status, [code]), path
    open_year = public.efua.post(f"/aef/GHA/{OPEN_YEAR}/versions", {})
    assert (open_year.status, open_year.codes) == (409, ["aef.year_open"])
    assert public.efua.get(f"{AEF}/versions/7.0").codes == ["aef.version_unknown"]
    assert public.efua.get("/aef/CHE/2024/versions").status == 403
