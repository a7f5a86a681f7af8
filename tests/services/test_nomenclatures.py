"""Lists that change while records use them; further attributes that administrators declare."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.attribute_schemas import Subject
from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind
from article6.domain.nomenclatures import CANCELLATION_PURPOSE
from article6.domain.orders import Issuance
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_nomenclatures import SECTORS, VALUE_LISTS
from article6.services import accounts, attribute_schemas, authorizations, issuance, nomenclatures
from article6.services.attribute_schemas import NewSchema

TODAY = NOW.date()
LATER = NOW + timedelta(days=1)


@pytest.fixture
def books(database: Database) -> Books:
    books = found_registry()
    books.open("A")
    return books


def issue(books: Books, at: Any = NOW, unit_type: UnitType = UnitType.MO, **batch: Any) -> issuance.Issued:
    vintage = None if unit_type is UnitType.CER else 2023
    attributes = BatchAttributes(unit_type, vintage_year=vintage, **batch)
    wanted = Issuance(books.accounts["A"].number, "GHA01", "GHA", 100, attributes)
    return issuance.issue(wanted, by=books.admin, now=at)


def codes(books: Books, at: Any = NOW, **batch: Any) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        issue(books, at, **batch)
    return no.value.codes


def file_of(**lists: Any) -> bytes:
    return json.dumps(lists).encode()


def take_over(books: Books, content: bytes, on: date = TODAY, now: Any = NOW) -> nomenclatures.Preview:
    shown = nomenclatures.preview(content, on=on)
    return nomenclatures.apply(content, shown=shown.digest, source="test", on=on, by=books.admin, now=now)


def test_a_registry_is_founded_with_the_built_in_lists(books: Books) -> None:
    found = nomenclatures.all_lists()
    assert set(found) == {*VALUE_LISTS, CANCELLATION_PURPOSE}
    assert tuple(found["sectors"].values) == tuple(sorted(SECTORS))
    built_in = file_of(**{name: list(values) for name, values in VALUE_LISTS.items()})
    assert nomenclatures.preview(built_in, on=TODAY).diffs == ()


@pytest.mark.parametrize(
    "batch",
    [
        {"sectors": ("Energy",)},
        {"activity_types": ("solar",)},
        {"mitigation_type": "emission reductions"},
        {"underlying_registry": "vcs"},
        {"sectors": ("Transportation", "nothing")},
    ],
)
def test_an_unknown_value_is_refused_on_issuance(books: Books, batch: dict[str, Any]) -> None:
    assert codes(books, **batch) == (Code.NOMENCLATURE_UNKNOWN_VALUE,)
    audit_is_clean()


def test_listed_values_pass(books: Books) -> None:
    issue(books, sectors=("Transportation",), activity_types=("Transport", "C02 usage"), underlying_registry="VCS")
    audit_is_clean()


def test_kyoto_units_keep_their_programmes_own_types(database: Database) -> None:
    books = found_registry(Kind.CREDITING)
    books.open("A", "pending")
    issue(books, unit_type=UnitType.CER, activity_types=("HFCs",), mitigation_type="")


def test_an_authorization_is_held_to_the_lists_too(books: Books) -> None:
    admin = {"by": books.admin, "now": NOW}
    authorizations.record_approach(authorizations.NewApproach("CA0001", "x", ("GHA", "CHE")), **admin)
    new = authorizations.NewAuthorization(
        "GHA-1",
        "GHA",
        "CA0001",
        date(2023, 1, 1),
        Purpose.NDC,
        sectors=("Coal",),
        activity_types=("wind", "Wind"),
    )
    with pytest.raises(Refused) as no:
        authorizations.record_authorization(new, **admin)
    assert no.value.codes == (Code.NOMENCLATURE_UNKNOWN_VALUE, Code.NOMENCLATURE_UNKNOWN_VALUE)


def test_a_withdrawn_value_stays_on_old_records_and_is_refused_on_new_ones(books: Books, database: Database) -> None:
    first = issue(books, sectors=("Transportation",))
    kept = [each for each in SECTORS if each != "Transportation"]
    content = file_of(sectors=[*kept, {"value": "Mobility", "replaces": "Transportation", "label": {"fr": "Mobilité"}}])
    shown = nomenclatures.preview(content, on=TODAY)
    [change] = shown.diffs
    assert (change.added, change.withdrawn) == (("Mobility",), ("Transportation",))
    assert [(each.value, each.records) for each in shown.touched] == [("Transportation", (f"batch:{first.batch_id}",))]
    take_over(books, content)
    assert codes(books, sectors=("Transportation",)) == (Code.NOMENCLATURE_WITHDRAWN_VALUE,)
    issue(books, sectors=("Mobility",))
    issue(books, at=NOW - timedelta(days=1), sectors=("Transportation",))  # a record of the day before
    assert nomenclatures.named("sectors").values["Mobility"].labels == {"fr": "Mobilité"}
    assert nomenclatures.preview(content, on=TODAY).diffs == ()
    audit_is_clean()
    take_over(books, file_of(sectors=list(SECTORS)), on=LATER.date(), now=NOW)
    issue(books, at=LATER, sectors=("Transportation",))


def test_what_is_taken_over_is_what_was_shown(books: Books) -> None:
    content = file_of(sectors=["Energy"])
    shown = nomenclatures.preview(content, on=TODAY)
    issue(books, sectors=("Transportation",))  # now the change touches a record that was not shown
    with pytest.raises(Refused) as no:
        nomenclatures.apply(content, shown=shown.digest, source="x", on=TODAY, by=books.admin, now=NOW)
    assert no.value.codes == (Code.NOMENCLATURE_MALFORMED,)


def test_only_an_administrator_takes_lists_over_and_not_for_the_past(books: Books) -> None:
    content = file_of(sectors=["Energy"])
    yesterday = TODAY - timedelta(days=1)
    for by, on, code in (
        (books.ama, TODAY, Code.PERSON_NOT_PERMITTED),
        (books.admin, yesterday, Code.NOMENCLATURE_MALFORMED),
    ):
        shown = nomenclatures.preview(content, on=on)
        with pytest.raises(Refused) as no:
            nomenclatures.apply(content, shown=shown.digest, source="x", on=on, by=by, now=NOW)
        assert no.value.codes == (code,)
    assert "Energy" not in nomenclatures.named("sectors").values


def test_the_same_key_takes_over_once(books: Books) -> None:
    content = file_of(sectors=["Energy"])
    shown = nomenclatures.preview(content, on=TODAY).digest
    for _ in range(2):
        nomenclatures.apply(content, shown=shown, source="x", on=TODAY, by=books.admin, now=NOW, key="k")
    assert nomenclatures.named("sectors").values["Energy"].version == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"sectors": "Energy"}', b'{"notes": ["x"]}',
        b'{"sectors": [7]}', b'{"sectors": [null]}', b'{"sectors": [{"label": "x"}]}', b'{"sectors": [{"id": 7}]}',
        b'{"sectors": ["a\\u0000"]}', b'{"sectors": ["\\ud800"]}', b'{"sec tors": ["a"]}', b" " * 5_000_000,
        b'{"sectors": [{"id": "a", "label": 7}]}', b'{"sectors": [{"id": "a", "label": {"en": 7}}]}',
        json.dumps({"sectors": [str(each) for each in range(30_000)]}).encode(),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(books: Books, content: bytes) -> None:
    with pytest.raises(Refused) as no:
        nomenclatures.preview(content, on=TODAY)
    assert set(no.value.codes) == {Code.NOMENCLATURE_MALFORMED}


def test_an_impossible_change_is_shown_and_refused(books: Books) -> None:
    content = file_of(sectors=["Energy", "Energy"])
    shown = nomenclatures.preview(content, on=TODAY)
    assert [each.code for each in shown.impossible] == [Code.NOMENCLATURE_MALFORMED]
    with pytest.raises(Refused) as no:
        nomenclatures.apply(content, shown=shown.digest, source="x", on=TODAY, by=books.admin, now=NOW)
    assert no.value.codes == (Code.NOMENCLATURE_MALFORMED,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nomenclature_value SET valid_until = now()",
        "DELETE FROM nomenclature_value",
        "TRUNCATE nomenclature_value",
        "DELETE FROM attribute_schema",
    ],
)
def test_even_the_owner_cannot_change_what_was_listed(books: Books, database: Database, statement: str) -> None:
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.DatabaseError) as no:
        owner.execute(statement)
    assert no.value.sqlstate == "A6001"
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute(statement)


# Further attributes ------------------------------------------------------------------------------------------------

SCHEMA = {
    "type": "object",
    "properties": {
        "stoves": {"type": "integer", "minimum": 1},
        "fuel": {"enum": ["wood", "gas"]},
        "sector": {"type": "string", "nomenclature": "sectors"},
    },
    "required": ["stoves"],
    "additionalProperties": False,
}


def declare(books: Books, subject: Subject = Subject.UNIT, now: Any = NOW, **more: Any) -> str:
    new = {"name": "cookstove", "schema": SCHEMA, "valid_from": TODAY, **more}
    return attribute_schemas.declare(NewSchema(subject, **new), by=books.admin, now=now)


def test_declared_attributes_are_checked_on_units(books: Books) -> None:
    name = declare(books)
    assert name == "cookstove/1"
    issue(books, attributes={"stoves": 5, "fuel": "wood", "sector": "Transportation"}, attributes_schema=name)
    wrong: list[dict[str, Any]] = [{}, {"stoves": 0}, {"stoves": 1, "fuel": "coal"}, {"stoves": 1, "colour": "red"}]
    for attributes in wrong:
        assert codes(books, attributes=attributes, attributes_schema=name) == (Code.ATTRIBUTES_INVALID,)
    listed = {"stoves": 1, "sector": "nothing"}
    assert codes(books, attributes=listed, attributes_schema=name) == (Code.NOMENCLATURE_UNKNOWN_VALUE,)
    assert codes(books, attributes={"stoves": 1}, attributes_schema="cookstove/2") == (Code.ATTRIBUTES_INVALID,)
    audit_is_clean()


def test_a_new_version_binds_new_records_only(books: Books) -> None:
    first = declare(books)
    issue(books, attributes={"stoves": 5}, attributes_schema=first)
    second = declare(books, schema={**SCHEMA, "required": ["fuel"]}, valid_from=LATER.date())
    assert codes(books, attributes={"fuel": "gas"}, attributes_schema=second) == (Code.ATTRIBUTES_INVALID,)
    issue(books, attributes={"stoves": 5}, attributes_schema=first)
    issue(books, at=LATER, attributes={"fuel": "gas"}, attributes_schema=second)
    assert codes(books, at=LATER, attributes={"stoves": 5}, attributes_schema=first) == (Code.ATTRIBUTES_INVALID,)
    audit_is_clean()


def test_activities_and_accounts_have_further_attributes_too(books: Books) -> None:
    activity, account = declare(books, Subject.ACTIVITY), declare(books, Subject.ACCOUNT)
    fine, wrong = {"stoves": 5}, {"stoves": "five"}
    issuance.record_activity(
        issuance.NewActivity("1", "GHA", attributes=fine, attributes_schema=activity), by=books.admin, now=NOW
    )
    accounts.open_account(
        accounts.NewAccount("holding", "GHA", "x", attributes=fine, attributes_schema=account), by=books.admin, now=NOW
    )
    with pytest.raises(Refused) as no:
        issuance.record_activity(
            issuance.NewActivity("2", "GHA", attributes=wrong, attributes_schema=activity), by=books.admin, now=NOW
        )
    assert no.value.codes == (Code.ATTRIBUTES_INVALID,)
    with pytest.raises(Refused) as no:
        accounts.open_account(
            accounts.NewAccount("holding", "GHA", "x", attributes=wrong, attributes_schema=account),
            by=books.admin, now=NOW,
        )  # fmt: skip
    assert no.value.codes == (Code.ATTRIBUTES_INVALID,)


def nested(depth: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": nested(depth - 1)} if depth else {}}


@pytest.mark.parametrize(
    "new",
    [
        {"name": "Cook stove"}, {"name": "open"}, {"name": "cdm"}, {"valid_from": TODAY - timedelta(days=1)},
        {"schema": {}}, {"schema": {"type": "array"}}, {"schema": {"type": "object", "properties": 7}},
        {"schema": {"type": "object", "properties": {"a": {"type": "number of stoves"}}}},
        {"schema": {"type": "object", "properties": {"a": {"minimum": "x"}}}},
        {"schema": {"type": "object", "properties": {"a": {"$ref": "https://example.org/schema"}}}},
        {"schema": {"type": "object", "properties": {"a": {"$ref": "#"}}}},
        {"schema": {"type": "object", "properties": {"a": {"pattern": "("}}}},
        {"schema": {"type": "object", "properties": {"a": {"nomenclature": "colours"}}}},
        {"schema": nested(20)}, {"schema": {**SCHEMA, "description": "x" * 30_000}},
    ],
)  # fmt: skip
def test_what_is_no_schema_is_refused(books: Books, new: dict[str, Any]) -> None:
    with pytest.raises(Refused) as no:
        declare(books, **new)
    assert set(no.value.codes) == {Code.ATTRIBUTES_SCHEMA_INVALID}


def test_a_version_begins_after_the_one_before_and_by_an_administrator(books: Books) -> None:
    declare(books)
    with pytest.raises(Refused) as no:
        declare(books)
    assert no.value.codes == (Code.ATTRIBUTES_SCHEMA_INVALID,)
    with pytest.raises(Refused) as no:
        attribute_schemas.declare(NewSchema(Subject.UNIT, "x", SCHEMA, TODAY), by=books.ama, now=NOW)
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
