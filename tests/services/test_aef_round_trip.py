"""From the ledger to a file and back: the reader finds the records that the ledger told, in every format."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.refusals import Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import action_row, holding_row, keyed_rows, rows
from article6.reporting.reading import reader, records
from article6.services import (
    accounts,
    aef,
    aef_files,
    aef_versions,
    authorization_acts,
    authorizations,
    declarations,
    demo,
    issuance,
    people,
    pioneers,
    registry,
    transactions,
)
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.cdm import replay
from article6.services.naming import NamedSerials, ranges
from article6.store.queries import approaches

NOW = datetime(2027, 3, 1, tzinfo=UTC)
DAY = datetime(2025, 2, 1, tzinfo=UTC)
PARTIES = ("GHA", "NOR")


def assert_read_again(report: Aef) -> None:
    """Each format is read without a remark on what was not understood, and gives the same rows."""
    for form in aef_files.FORMATS:
        file = io.BytesIO()
        aef_files.write(report, form, file)
        reading = reader.read(file, aef_files.file_name(report.submission.party, report.submission.reported_year, form))
        assert [each for each in reading.remarks if each.is_unread] == []
        again = records.aef(reading)
        for table in Table:
            assert list(rows(again, table)) == list(rows(report, table)), (form, table)


def assert_told_by_its_records(report: Aef) -> None:
    profile = Profile.CARP_2026_02
    actions = [(each.key, action_row(each, profile)) for each in report.actions()]
    assert list(keyed_rows(report, Table.ACTIONS)) == actions
    assert list(rows(report, Table.HOLDINGS)) == [holding_row(each, profile) for each in report.holdings()]


@pytest.mark.usefixtures("database")
def test_the_reports_of_the_demo_are_read_again_from_every_format() -> None:
    demo.build_international(now=NOW)
    reported = aef.reported()
    assert {"CHE", "GHA", "THA"} <= {party for party, _year in reported}
    for party, year in reported:
        assert_read_again(aef.aef(party, year, now=NOW))
        assert_told_by_its_records(aef.aef(party, year, now=NOW))


@pytest.mark.usefixtures("database")
def test_frozen_versions_of_the_demo_are_read_again_too() -> None:
    by = demo.found_international(now=NOW)
    pioneers.book(by=by, progress=replay.silent)
    for party, year in aef.reported():
        aef_versions.freeze(party, year, by=by, now=NOW)
        frozen = aef_versions.frozen(party, year, aef_versions.named("1.0"))
        assert_read_again(aef_versions.full_copy(frozen))
        assert_read_again(aef_versions.public_copy(frozen))


# --- Random ledgers

step = st.one_of(
    st.tuples(st.just("issue"), st.sampled_from(PARTIES), st.integers(1, 50), st.integers(2021, 2025)),
    st.tuples(st.just("lay"), st.sampled_from(PARTIES), st.integers(1, 80), st.integers(0, 30)),
    st.tuples(st.just("send"), st.sampled_from(PARTIES), st.integers(1, 40), st.integers(0, 0)),
    st.tuples(st.just("cancel"), st.sampled_from(PARTIES), st.integers(1, 20), st.integers(0, 0)),
)


class Ledger:
    """Two Parties that issue, authorize, send to each other and cancel; what is refused is passed over."""

    def __init__(self, definition: FirstTransferDefinition) -> None:
        self.now = DAY
        identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "IR", "IR")
        self.root = registry.init(identity, administrator=("root", "Root"), now=DAY)
        sections = registry.add_sections(PARTIES, by=self.root, now=DAY)
        self.bo = people.add_person("bo", "Bo", by=self.root, now=DAY)
        people.give_role(self.bo, 0, Role.APPROVER, by=self.root, now=DAY)
        authorizations.record_approach(NewApproach("CA0001", "Any", PARTIES, definition), by=self.root, now=DAY)
        self.accounts: dict[tuple[str, str], str] = {}
        for party in sections:
            declarations.agree_on_service(party, asked_by=self.bo, by=self.root, now=DAY)
            new = NewAuthorization(
                f"{party} 1", party, "CA0001", DAY.date(), Purpose.NDC_AND_OIMP, oimp="=CORSIA", parties=PARTIES
            )
            authorizations.record_authorization(new, by=self.root, now=DAY)
            for type_ in ("holding", "cancellation_oimp"):
                account = NewAccount(type_, party, type_)
                self.accounts[party, type_] = accounts.open_account(account, by=self.root, now=DAY).number

    def play(self, kind: str, party: str, number: int, more: int) -> None:
        self.now += timedelta(days=9, milliseconds=number)
        try:
            getattr(self, f"_{kind}")(party, number, more)
        except Refused:
            return

    def _issue(self, party: str, quantity: int, vintage: int) -> None:
        approach = approaches.by_code("CA0001")
        assert approach is not None
        batch = BatchAttributes(
            UnitType.MO, cooperative_approach_id=approach["id"], vintage_year=vintage, underlying_registry="GS",
            underlying_first=vintage * 10_000 + self.now.toordinal(),
            underlying_last=vintage * 10_000 + self.now.toordinal() + quantity - 1,
        )  # fmt: skip
        wanted = Issuance(self.accounts[party, "holding"], f"{party}01", party, quantity, batch)
        issuance.issue(wanted, by=self.root, now=self.now)

    def _lay(self, party: str, first: int, more: int) -> None:
        serials = ranges([NamedSerials(party, first, first + more)])
        authorization_acts.authorize_units(f"{party} 1", serials, by=self.root, now=self.now)

    def _send(self, party: str, quantity: int, _more: int) -> None:
        other = next(each for each in PARTIES if each != party)
        self._move("international_transfer", (party, "holding"), (other, "holding"), quantity)

    def _cancel(self, party: str, quantity: int, _more: int) -> None:
        self._move(
            "cancellation_oimp", (party, "holding"), (party, "cancellation_oimp"), quantity, purpose="@CORSIA 2024"
        )

    def _move(self, type_: str, source: tuple[str, str], target: tuple[str, str], quantity: int, **terms: str) -> None:
        order = Order(type_, self.accounts[source], self.accounts[target], quantity, terms=terms)
        outcome = transactions.propose(order, by=self.root, now=self.now)
        if outcome.status == "proposed":
            transactions.approve(outcome.transaction_id, by=PersonId(self.bo), now=self.now)


@settings(
    max_examples=4, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    steps=st.lists(step, min_size=15, max_size=40),
    definition=st.sampled_from([FirstTransferDefinition.AUTHORIZATION, FirstTransferDefinition.USE_OR_CANCELLATION]),
)
def test_any_ledger_is_read_again(
    fresh_database: Callable[[], contextlib.AbstractContextManager[object]],
    steps: list[tuple[str, str, int, int]],
    definition: FirstTransferDefinition,
) -> None:
    with fresh_database():
        ledger = Ledger(definition)
        ledger.play("issue", "GHA", 50, 2024)
        ledger.play("lay", "GHA", 1, 40)
        ledger.play("send", "GHA", 20, 0)
        for each in steps:
            ledger.play(*each)
        reported = aef.reported()
        assert any(list(aef.aef(party, year, now=NOW).actions()) for party, year in reported)
        for party, year in reported:
            assert_read_again(aef.aef(party, year, now=NOW))
            assert_told_by_its_records(aef.aef(party, year, now=NOW))


# --- A spreadsheet program


@pytest.mark.usefixtures("database")
def test_libreoffice_opens_the_workbook_and_shows_the_sheets(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("there is no LibreOffice (soffice) on this machine")
    demo.build_international(now=NOW)
    book = tmp_path / "report.xlsx"
    with book.open("wb") as file:
        aef_files.write(aef.aef("GHA", 2025, now=NOW), "xlsx", file)
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
    words = ["--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--convert-to"]
    for form, name in (("pdf", "report.pdf"), ("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,"
                                               "false,-1", "report-Table 3 Actions.csv")):  # fmt: skip
        done = subprocess.run(
            [office, *words, form, "--outdir", str(tmp_path), str(book)],
            capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "repair" not in done.stderr.lower()
        assert (tmp_path / name).stat().st_size > 100
    shown = (tmp_path / "report-Table 3 Actions.csv").read_text(encoding="utf-8")
    assert "First transfer" in shown
    assert "11733" in shown.replace(",", "").replace(".", "")
