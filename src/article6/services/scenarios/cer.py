"""CERs taken over from the CDM registry and used towards a Party's first NDC.

Real where the public reports of the CDM registry are at hand: serials, host Party, project. Synthetic: that they were
handed over, to whom, and their use. The reports have no day of registration: that on which validation began, which is
earlier, stands for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from article6.domain.cers import REGISTERED_SINCE, CerTransfer
from article6.domain.orders import PersonId
from article6.domain.refusals import Code
from article6.services import cers
from article6.services.accounts import NewAccount
from article6.services.scenarios.a64 import FOUNDED, mechanism_stage
from article6.services.scenarios.stage import HOUR, Report

USER = "CHE"
HOLDING, FIRST, SECOND = "CERs (synthetic)", "NDC 2021-2030", "NDC 2031-2035"


@dataclass(frozen=True, slots=True)
class Cers:
    """A line of the reports: a whole issuance of CERs of a project registered late enough."""

    first: str
    last: str
    quantity: int
    registered_on: date
    title: str
    is_real: bool


USED = 1_000
"""Units used towards the first NDC; of an issuance of at least twice as many."""

MADE_UP = Cers("BR-5-900000001-2-2-0-99901", "BR-5-900010000-2-2-0-99901", 10_000, date(2014, 1, 1),
               "Made-up wind farm", is_real=False)  # fmt: skip


def find(issuances: Path, projects: Path) -> Cers:
    """The first large enough issuance of CERs in the reports whose project was registered late enough.

    Made-up CERs where there is none.
    """
    return next(candidates(issuances, projects), MADE_UP)


def candidates(issuances: Path, projects: Path) -> Iterator[Cers]:
    """Every large enough issuance of CERs in the reports whose project was registered late enough."""
    begun = dict(_begun(projects))
    with issuances.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day, title = begun.get(row["project_number"], (None, ""))
            is_large = row["unit_type"] == "CER" and int(row["quantity"]) >= 2 * USED
            if is_large and day is not None and day >= REGISTERED_SINCE:
                period, end = row["commitment_period"], f"0-{row['project_number']}"
                first, last = (
                    f"{row['host_party']}-5-{row[name]}-{period}-{period}-{end}"
                    for name in ("serial_start", "serial_end")
                )
                yield Cers(first, last, int(row["quantity"]), day, title, is_real=True)


def _begun(projects: Path) -> Iterator[tuple[str, tuple[date, str]]]:
    """Of each project, the day on which its validation began, and its name."""
    with projects.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["validation_start_date"]:
                day = date.fromisoformat(row["validation_start_date"][:10])
                yield row["project_number"], (day, row["name"])


def play(found: Cers, *, by: PersonId) -> Report:
    """Take them over, use a thousand towards the first NDC; neither twice, nor earlier ones, nor towards the second."""
    stage = mechanism_stage("cer", _("CERs used towards a first NDC"), by, (USER,))
    stage.is_real = found.is_real
    stage.open(
        NewAccount("holding", USER, HOLDING),
        NewAccount("retirement", USER, FIRST, period_first=2021, period_last=2030),
        NewAccount("retirement", USER, SECOND, period_first=2031, period_last=2035),
    )
    handed = CerTransfer(found.first, found.last, stage.accounts[HOLDING], found.registered_on, found.title)
    early = replace(handed, registered_on=date(2012, 12, 31))
    stage.refuses(
        _("CERs of an activity registered in 2012"), Code.CER_INELIGIBLE,
        lambda: cers.take_over([early], by=by, now=FOUNDED),
    )  # fmt: skip
    [taken] = cers.take_over([handed], by=by, now=FOUNDED, key=stage.key("take over"))
    stage.done.append(taken.transaction_id)
    stage.tell(
        _("%(units)s CERs taken over: %(first)s to %(last)s")
        % {"units": f"{found.quantity:,}", "first": found.first, "last": found.last}
    )
    stage.refuses(
        _("The same Kyoto serials taken over again"), Code.CER_TAKEN_OVER,
        lambda: cers.take_over([handed], by=by, now=FOUNDED),
    )  # fmt: skip
    stage.refuses(
        _("CERs towards a second NDC"), Code.CER_NOT_FIRST_NDC,
        stage.propose_as(USER, stage.order("use_ndc", HOLDING, SECOND, 1, use_year=2031), FOUNDED + HOUR),
    )  # fmt: skip
    stage.by_two(stage.order("use_ndc", HOLDING, FIRST, USED, use_year=2025), USER, FOUNDED + 2 * HOUR, "use")
    stage.tell(
        _("%(units)s of them used towards the first NDC, without authorization and adjustment") % {"units": f"{USED:,}"}
    )
    return stage.report()
