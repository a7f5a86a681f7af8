"""Blocks of VCS units that are labelled as authorized under Article 6, recorded as mitigation outcomes, one to one.

Real where the file is at hand: serials, projects, vintages, quantities, days, labels, and Rwanda's cancellations of 2
per cent for overall mitigation in global emissions, demanded by its letter of authorization. Synthetic, and said so:
the approaches, the identifiers, what is transferred, used and cancelled for other purposes.

Source: registry of Verra, by way of carbonplan/offsets-db-data (verra_article6_authorized_vcus.csv).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.orders import Issuance, PersonId
from article6.domain.parties import by_alpha2
from article6.domain.refusals import Code, refused
from article6.domain.serials import SeriesRange
from article6.domain.underlying import LockStatus
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, issuance, underlying
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.issuance import NewActivity
from article6.services.scenarios.stage import HOUR, Report, Stage, serials
from article6.services.titles import party_name
from article6.services.underlying import NewStatement

NAME = "verra"
FILE = "verra_article6_authorized_vcus.csv"
COLUMNS = (
    "issuance_date", "vintage_start", "project_id", "project_name", "quantity", "serial_number", "labels",
    "cancellation_date",
)  # fmt: skip
FOUNDED = datetime(2026, 3, 2, 9, tzinfo=UTC)
BUYER: Final = "CHE"
SHOWN = 400
"""Units of a block that are transferred, used or cancelled to show what its authorization covers; synthetic."""


@dataclass(frozen=True, slots=True)
class VcsBlock:
    """A line of the file; `cancelled_on` where the block was cancelled for overall mitigation."""

    serial: str
    party: str
    project: str
    title: str
    vintage: int
    quantity: int
    issued_on: date
    labels: str
    cancelled_on: date | None

    @property
    def purposes(self) -> Purpose:
        """What its labels authorize it for."""
        ndc = "NDC Use" in self.labels
        wide = "Intl mitigation purposes" in self.labels, "Other purposes" in self.labels
        names = {(True, True): "OIMP", (True, False): "IMP", (False, True): "OP", (False, False): ""}
        return Purpose(" and ".join(each for each in ("NDC" if ndc else "", names[wide]) if each))


def read(path: Path) -> list[VcsBlock]:
    """The blocks of the file, in its order.

    Raises:
        Refused: columns are missing, or a line cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise refused(Code.FILE_COLUMNS, path.name, ", ".join(lacking))
        return [_block(row, f"{path.name} line {reader.line_num}") for row in reader]


def _block(row: dict[str, str], place: str) -> VcsBlock:
    serial = row["serial_number"]
    host = by_alpha2(next(iter(serial.split("VER-")[-1:]), "")[:2])
    try:
        if host is None:
            raise ValueError(serial)
        ended = row["cancellation_date"]
        return VcsBlock(
            serial, host.code, row["project_id"], row["project_name"], int(row["vintage_start"][:4]),
            int(row["quantity"]), date.fromisoformat(row["issuance_date"]), row["labels"],
            date.fromisoformat(ended) if ended else None,
        )  # fmt: skip
    except ValueError as error:
        raise refused(Code.FILE_VALUE, place, str(error)) from error


_BOTH = "Article 6 Authorized – Intl mitigation purposes; Article 6 Authorized – Other purposes"
_ALL = f"{_BOTH}; Article 6 Authorized – NDC Use"
_MADE_UP = (  # Party, alpha-2, project, labels, quantities of its blocks, whether they are cancelled
    ("RWA", "RW", "9001", _ALL, (3_600, 180, 330, 1_300, 20, 1_460, 180, 130, 10_900, 540, 970, 3_860, 1_150, 4_330,
                                 540, 370), True),
    ("KHM", "KH", "9002", _BOTH, (350_000, 195_000, 350_000, 50_000, 950), False),
    ("SLE", "SL", "9003", _ALL, (155_600, 602_800, 200_900), False),
)  # fmt: skip


def made_up() -> list[VcsBlock]:
    """Blocks of the same shape as the file's; no number of them is real."""
    found, first = [], 900_000_001
    for code, alpha2, project, labels, quantities, is_cancelled in _MADE_UP:
        for place, quantity in enumerate(quantities, 1):
            last = first + quantity - 1
            serial = f"{99000 + place}-{first}-{last}-VCS-VCU-1-VER-{alpha2}-3-{project}-01012024-31122024-0"
            day = date(2026, 3, 19)
            ended = day + timedelta(days=1) if is_cancelled else None
            title = f"Made-up cookstoves in {party_name(code)}"
            found.append(VcsBlock(serial, code, project, title, 2024, quantity, day, labels, ended))
            first = last + 1
    return found


def play(blocks: Sequence[VcsBlock], *, is_real: bool, by: PersonId) -> Report:
    """Record, authorize, cancel for overall mitigation; then show what each authorization covers, and what not."""
    title = _("VCS units authorized under Article 6") if is_real else _("VCS units authorized under Article 6, made up")
    return _Verra(Stage(NAME, title, by, FOUNDED, is_real), list(blocks)).play()


@dataclass(slots=True)
class _Verra:
    stage: Stage
    blocks: list[VcsBlock]

    def play(self) -> Report:
        stage, hosts = self.stage, list(dict.fromkeys(each.party for each in self.blocks))
        stage.staff(*hosts, BUYER)
        stage.agree(*hosts)
        self._open(hosts)
        for place, host in enumerate(hosts):
            self._authorize(host, f"CA{3 + place:04}")
        where = [self._record(position, each) for position, each in enumerate(self.blocks, 1)]
        stage.tell(
            _("%(units)s units in %(count)s blocks recorded one to one on their VCS serials, authorized")
            % {"units": f"{sum(each.quantity for each in self.blocks):,}", "count": len(self.blocks)}
        )
        self._cancel(where)
        self._refuse_twice()
        for host in hosts:
            self._show(host, where)
        return stage.report()

    def _open(self, hosts: Sequence[str]) -> None:
        for host in hosts:
            name = party_name(host)
            self.stage.open(
                NewAccount("holding", host, self._holding(host), f"Activity participants, {name}"),
                NewAccount("cancellation_omge", host, self._omge(host), name),
            )
        self.stage.open(
            NewAccount("holding", BUYER, self._holding(BUYER), "A buyer (synthetic)"),
            NewAccount(
                "retirement", BUYER, "NDC 2021-2030", "Swiss Confederation", period_first=2021, period_last=2030
            ),
            NewAccount("cancellation_oimp", BUYER, "International mitigation purposes", "A buyer (synthetic)"),
        )

    def _holding(self, party: str) -> str:
        return f"Outcomes on the basis of VCS units, {party}"

    def _omge(self, party: str) -> str:
        return f"Overall mitigation on the basis of VCS units, {party}"

    def _of(self, host: str) -> list[VcsBlock]:
        return [each for each in self.blocks if each.party == host]

    def _authorize(self, host: str, code: str) -> None:
        mine = self._of(host)
        day = min(each.issued_on for each in mine)
        at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        self.stage.approach(
            NewApproach(
                code, f"{party_name(host)}: outcomes on the basis of VCS units (synthetic)", (host, BUYER),
                FirstTransferDefinition.USE_OR_CANCELLATION, "The identifier and the definition are synthetic.",
            ),
            at,
        )  # fmt: skip
        for number, purposes in enumerate(dict.fromkeys(each.purposes for each in mine), 1):
            authorizations.record_authorization(
                NewAuthorization(
                    code=self._code(host, number), party=host, approach=code, authorized_on=day, purposes=purposes,
                    oimp="International mitigation purposes; other purposes" if purposes.covers_oimp else "",
                    sectors=("Building and construction",),
                    remark="Purposes are those of the units' labels; the identifier is synthetic.",
                ),
                by=self.stage.by, now=at, key=self.stage.key(f"authorization:{host}:{number}"),
            )  # fmt: skip

    def _code(self, host: str, number: int) -> str:
        return f"{host} VCS {number}"

    def _record(self, position: int, block: VcsBlock) -> tuple[VcsBlock, SeriesRange]:
        stage, host = self.stage, block.party
        at = datetime(block.issued_on.year, block.issued_on.month, block.issued_on.day, 9, tzinfo=UTC)
        activity = NewActivity(f"VCS{block.project}", host, block.title)
        purposes = list(dict.fromkeys(each.purposes for each in self._of(host)))
        issued = issuance.issue(
            Issuance(
                stage.accounts[self._holding(host)], f"{host}01", host, block.quantity,
                underlying.resting_on(self._batch(issuance.record_activity(activity, by=stage.by, now=at), block),
                                      block.serial),
                authorization=self._code(host, purposes.index(block.purposes) + 1),
            ),
            by=stage.by, now=at, key=stage.key(f"record:{position}"),
        )  # fmt: skip
        stage.done.append(issued.transaction_id)
        ended = block.cancelled_on
        status = LockStatus.CANCELLED if ended else LockStatus.LABELLED
        statement = NewStatement(issued.batch_id, status, block.serial, ended or block.issued_on)
        said = datetime(statement.stated_on.year, statement.stated_on.month, statement.stated_on.day, 10, tzinfo=UTC)
        underlying.state(statement, by=stage.by, now=said, key=stage.key(f"statement:{position}"))
        return block, serials(f"{host}01", host, issued.serials.first, issued.serials.last)

    def _batch(self, activity: int, block: VcsBlock) -> BatchAttributes:
        return BatchAttributes(
            UnitType.MO, activity_id=activity, vintage_year=block.vintage, gwp="", mitigation_type="Emission reductions"
        )

    def _cancel(self, where: Sequence[tuple[VcsBlock, SeriesRange]]) -> None:
        stage, ended = self.stage, [each for each in where if each[0].cancelled_on is not None]
        for position, (block, units) in enumerate(ended, 1):
            day = block.cancelled_on or block.issued_on
            order = stage.order("cancellation_omge", self._holding(block.party), self._omge(block.party), None, units)
            stage.by_two(order, block.party, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), f"omge:{position}")
        for host in dict.fromkeys(block.party for block, _units in ended):
            cancelled = sum(each.quantity for each in self._of(host) if each.cancelled_on)
            stage.tell(
                _("%(party)s: %(units)s units cancelled for overall mitigation, 2 %% by its letter of authorization; "
                  "that is their first transfer")
                % {"party": party_name(host), "units": f"{cancelled:,}"}
            )  # fmt: skip

    def _refuse_twice(self) -> None:
        stage, block = self.stage, self.blocks[0]
        number = issuance.record_activity(
            NewActivity(f"VCS{block.project}", block.party, block.title), by=stage.by, now=FOUNDED
        )
        again = underlying.resting_on(self._batch(number, block), block.serial)
        wanted = Issuance(
            stage.accounts[self._holding(block.party)], f"{block.party}01", block.party, block.quantity, again
        )
        stage.refuses(
            _("The first block recorded once more"), Code.UNDERLYING_USED_TWICE,
            lambda: issuance.issue(wanted, by=stage.by, now=self._later(0)),
        )  # fmt: skip

    def _later(self, hours: int) -> datetime:
        day = max(each.cancelled_on or each.issued_on for each in self.blocks)
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + hours * HOUR

    def _show(self, host: str, where: Sequence[tuple[VcsBlock, SeriesRange]]) -> None:
        """Units of the Party's largest block that was not cancelled go abroad, to be used as their labels allow."""
        mine = [each for each in where if each[0].party == host and each[0].cancelled_on is None]
        if not mine:
            return
        stage = self.stage
        block, units = max(mine, key=lambda each: each[0].quantity)
        shown = SeriesRange(units.series_id, units.first, units.first + SHOWN - 1)
        half = SeriesRange(units.series_id, units.first, units.first + SHOWN // 2 - 1)
        rest = SeriesRange(units.series_id, half.last + 1, shown.last)
        away = stage.order("international_transfer", self._holding(host), self._holding(BUYER), None, shown)
        stage.by_two(away, host, self._later(2), f"transfer:{host}")
        use = stage.order("use_ndc", self._holding(BUYER), "NDC 2021-2030", None, half, use_year=2026)
        if block.purposes.covers_ndc:
            stage.by_two(use, BUYER, self._later(4), f"use:{host}")
            told = _("%(party)s, NDC and other purposes: %(units)s units used towards an NDC, as many cancelled for "
                     "other purposes (synthetic)")  # fmt: skip
        else:
            stage.refuses(
                _("Use towards an NDC of units of %(party)s") % {"party": party_name(host)},
                Code.AUTHORIZATION_PURPOSE_NOT_COVERED, stage.propose_as(BUYER, use, self._later(4)),
            )  # fmt: skip
            told = _("%(party)s, other purposes only: %(units)s units cancelled for them (synthetic)")
        oimp = stage.order(
            "cancellation_oimp", self._holding(BUYER), "International mitigation purposes", None, rest, purpose="CORSIA"
        )
        stage.by_two(oimp, BUYER, self._later(6), f"oimp:{host}")
        stage.tell(told % {"party": party_name(host), "units": SHOWN // 2})
