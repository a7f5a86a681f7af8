"""What strangers read in a public registry: much, but nobody's name, login or identification."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from api.doors import Answer, Caller, caller, description
from api.test_submissions import send
from reporting.worlds import documents

from article6.domain.kinds import Kind, Role
from article6.services import people, registry

DAY = datetime(2024, 2, 1, tzinfo=UTC)
PLANTED = re.compile(r"planted-[a-z]+-[a-z0-9]+", re.IGNORECASE)
"""How people sign in, are called and are identified in this registry, and nothing else is called."""
REFUSED = {"submission_file", "list_corrections", "get_correction", "list_notices", "get_transfer_between"}
"""Open by their scope, and closed to strangers by the service."""
OF_OTHER_KINDS = {"get_issuance_of_credits"}
"""Open, and about what only other kinds of registry have."""
SERIAL = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"
VALUES: dict[str, tuple[str, ...]] = {
    "party": ("GHA",), "registry": ("GHA01",), "year": ("2024",), "version": ("1.0", "1"), "serial": ("1",),
    "form": ("json", "xlsx", "csv"), "whose": ("public",), "subject": ("unit",), "name": ("sectors", "stoves"),
    "what": ("summary", "disaggregated"), "table": ("authorizations", "actions", "holdings"),
    "report": ("initial_report", "initial", "regular", "btr"),
}  # fmt: skip
"""What stands for a parameter of an address, whatever the operation."""
QUERY = {"first_day": "2024-01-01", "last_day": "2026-01-01", "first": "1", "last": "10", "identifier": "GHA 1",
         "serial": SERIAL}  # fmt: skip


class Public:
    """A public registry with people, and of nearly everything something that they did."""

    def __init__(self) -> None:
        identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "INT", "Test registry", is_public=True)
        root = registry.init(identity, administrator=("planted-login-root", "Planted-name-root"), now=DAY)
        sections = registry.add_sections(("CHE", "GHA", "SWE", "VUT"), by=root, now=DAY)
        self.root = caller(root)
        self.ama, self.bo, self.efua = (
            self._person(root, login, role, sections["GHA"])
            for login, role in (
                ("ama", Role.REPRESENTATIVE), ("bo", Role.APPROVER), ("efua", Role.PARTY_ADMINISTRATOR)
            )
        )  # fmt: skip
        self._ledger()
        self._rights()
        self._reports()
        self._rules()

    def _person(self, root: Any, login: str, role: Role, section_id: int) -> Caller:
        number = people.add_person(f"planted-login-{login}", f"Planted-name-{login}", by=root, now=DAY)
        people.give_role(number, section_id, role, by=root, now=DAY)
        return caller(number, by=root)

    def _made(self, by: Caller, path: str, **body: Any) -> Any:
        answer = by.post(path, body)
        assert answer.status in (200, 201), (path, answer.json)
        return answer.json

    def _ledger(self) -> None:
        self._made(self.root, "/approaches", code="CA0001", title="Stoves", parties=["GHA", "CHE"])
        self._made(self.root, "/authorizations", code="GHA-1", party="GHA", approach="CA0001", purposes="NDC",
                   authorized_on="2024-02-01", remark="Price 12")  # fmt: skip
        self._made(self.root, "/activities", party="GHA", code="77", title="Stoves")
        service = self._made(self.ama, "/issuance-services", party="GHA", value="on")
        assert service["version"] == 1
        self._made(self.root, "/declarations/switch/issuance_service.GHA/approve")
        opened = [self._made(self.root, "/accounts", type="holding", section="GHA", name=name, needs_approval=True)
                  for name in ("A", "B")]  # fmt: skip
        self.account, other = (each["number"] for each in opened)
        self._made(self.root, "/batches", target=self.account, party="GHA", quantity=100, unit_type="MO",
                   vintage_year=2023)  # fmt: skip
        moved = self._made(self.ama, "/transactions", type="transfer", source=self.account, target=other, quantity=10)
        self.transaction = moved["id"]
        self._made(self.bo, f"/transactions/{self.transaction}/approve")
        self._made(self.ama, "/transactions", type="transfer", source=self.account, target=other, quantity=5)
        self._made(self.root, "/corrections", reason="Letter", finding="Wrong account", reference="L-3",
                   serials=[{"party": "GHA", "first": 1, "last": 4}])  # fmt: skip

    def _rights(self) -> None:
        paper = {"kind": "extract", "reference": "planted-number-folio", "sha256": "ab" * 32}
        holder = {"legal_name": "Planted-name-holder", "country": "GHA"}
        self._made(
            self.ama, "/account-requests", type="holding", section="GHA", name="C", needs_approval=True, **holder,
            identification_number="planted-number-c1", documents=[paper],
            representatives=["planted-login-ama", "planted-login-bo"],
        )  # fmt: skip
        self._made(self.root, "/parties/GHA/entities", code="E1", name="Planted-name-entity", country="GHA",
                   identification="planted-number-e1", valid_until="2199-12-31", documents=[paper],
                   checks=[{"kind": "extract"}])  # fmt: skip
        self._made(
            self.root, f"/accounts/{self.account}/representatives", add=["planted-login-ama", "planted-login-bo"]
        )

    def _reports(self) -> None:
        self._made(self.efua, "/aef/GHA/2024/explanations", table="authorizations", text="As agreed")
        cell = {"table": "authorizations", "row": "GHA-1/1", "field": "AdditionalExplanatoryInformation"}
        self._made(self.efua, "/aef/GHA/2024/confidential", **cell, reason="Commercial")
        self._made(self.efua, "/aef/GHA/2024/versions")
        assert send(self.ama, "/submissions", documents()["GHA 2023"]).json["state"] == "consistent"
        self._made(self.root, "/parties/GHA/ndcs", code="first NDC", year_first=2021, year_last=2030,
                   communicated_on="2021-11-04", target="single-year", method="averaging")  # fmt: skip
        self._made(self.root, "/reviews", party="GHA", status="pending")
        self.report = self._made(self.root, "/reports", kind="account_statement",
                                 parameters={"account": self.account})["code"]  # fmt: skip
        self._made(self.root, "/reports/schedules", kind="section_activity", rhythm="month", section="GHA",
                   role="approver", parameters={"section": "GHA"})  # fmt: skip

    def _rules(self) -> None:
        self._made(self.root, "/business-rules", name="large", refuses_when="order.quantity > 100", message="No.")
        schema = {"type": "object", "properties": {"stoves": {"type": "integer"}}, "additionalProperties": False}
        self._made(self.root, "/attribute-schemas", subject="unit", name="stoves", content=schema,
                   valid_from=f"{datetime.now(UTC):%Y-%m-%d}", source="Order 12")  # fmt: skip


@pytest.fixture
def public(database: object) -> Public:
    return Public()


def test_strangers_are_told_nobodys_name_login_or_identification(public: Public) -> None:
    answered, told = set(), {}
    for operation, path, text in read(public):
        if text is not None:
            answered.add(operation)
            told[path] = PLANTED.findall(text)
    assert {path: found for path, found in told.items() if found} == {}
    opened = {each["operationId"] for each in operations().values()}
    assert opened - answered == REFUSED | OF_OTHER_KINDS


def test_what_is_planted_is_found(public: Public) -> None:
    """The reading above would notice: on a page, in a journal, and in a file that is an archive."""
    title = {"title": "Planted-name-kofi", "parties": ["GHA"]}
    assert public.root.post("/approaches", {"code": "CA0002", **title}).status == 201
    remark = {"code": "GHA-2", "party": "GHA", "approach": "CA0001", "authorized_on": "2024-03-01", "purposes": "NDC"}
    assert public.root.post("/authorizations", {**remark, "remark": "planted-login-kofi"}).status == 201
    told = {path for _operation, path, text in read(public) if PLANTED.search(text or "")}
    assert told >= {"/approaches", "/authorizations", "/aef/GHA/2024.json", "/aef/GHA/2024.xlsx", "/aef/GHA/2024.csv"}


def test_those_who_work_there_are_told(public: Public) -> None:
    """What strangers are not told is there to be told."""
    for path, who in (
        (f"/transactions/{public.transaction}", public.ama), ("/submissions/1", public.ama),
        ("/aef/GHA/2024/versions/1.0", public.efua), ("/corrections/1", public.efua),
    ):  # fmt: skip
        assert PLANTED.search(who.get(path).response.content.decode()), path


def operations() -> dict[str, Any]:
    """What may be read without a token, by its path."""
    return {
        path.removeprefix("/api/v1"): each["get"]
        for path, each in description()["paths"].items()
        if "get" in each and {} in each["get"].get("security", [{}])
    }


def read(public: Public) -> Iterator[tuple[str, str, str | None]]:
    """Each operation at each of its addresses, and what a stranger is told there; None: nothing."""
    nobody = Caller()
    for path, operation in operations().items():
        names = re.findall(r"\{(\w+)\}", path)
        for values in itertools.product(*(meant(name, path, public) for name in names)):
            address = re.sub(r"\{(\w+)\}", "{}", path).format(*values)
            wanted = {each["name"] for each in operation.get("parameters", []) if each.get("required")} & set(QUERY)
            answer = nobody.get(address, **{name: QUERY[name] for name in wanted})
            assert answer.status in (200, 400, 403, 404), (address, answer.json)
            yield operation["operationId"], address, words(answer) if answer.status == 200 else None


def meant(name: str, path: str, public: Public) -> tuple[str, ...]:
    """What may stand for a parameter of an address."""
    if path.startswith("/accounts/"):
        return (public.account,)
    if path.startswith("/reports/"):
        return (public.report,) if name == "code" else ("json", "xlsx", "csv")
    if name == "code":
        return {"/a": ("CA0001",), "/r": ("account.unknown",)}[path[:2]] if path.count("/") == 2 else ("77", "GHA-1")
    return VALUES.get(name) or ("1", "2", str(public.transaction))


def words(answer: Answer) -> str:
    """The text of an answer, and of what an archive holds."""
    given: Any = answer.response
    content = b"".join(given.streaming_content) if given.streaming else given.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")
