"""The reports of the demonstration, submitted to its own Article 6 database; and a forged one, which is not."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.submissions import State
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.aef_records import Aef
from article6.reporting.checks.results import Result
from article6.services import aef, aef_files, inconsistencies, submissions
from article6.services.submissions import Upload


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of the reports. `forged` names the one that was falsified, `finding` what the checks said of it."""

    consistent: tuple[str, ...]
    inconsistent: tuple[str, ...]
    forged: str
    result: str
    finding: str


def play(*, by: PersonId, now: datetime) -> Submitted:
    """Submit the report of every Party on every year that is due by `now`, unless one was: people who try the
    demonstration may have revised it."""
    sent = {(each["party"], each["year"]) for each in _all()}
    due = sorted((_due(year), party, year) for party, year in aef.reported())
    given: dict[str, Aef] = {}
    for moment, party, year in due:
        if moment <= now:
            report = aef.aef(party, year, now=moment)
            if (party, year) not in sent:
                upload = Upload(aef_files.file_name(party, year, "json", version="1.0"), _as_json(report))
                submissions.submit(upload, by=by, now=moment, key=f"demo-report-{party}-{year}")
            given[f"{party} {year}"] = report
    states = {each["id"]: each for each in _all()}
    named = {f"{each['party']} {each['year']} {each['version']}": each["state"] for each in states.values()}
    consistent = tuple(sorted(name for name, state in named.items() if state == State.CONSISTENT))
    inconsistent = tuple(sorted(name for name, state in named.items() if state == State.INCONSISTENT))
    return Submitted(consistent, inconsistent, *_forged(given))


def _due(year: int) -> datetime:
    """15 April of the next year (2/CMA.3 annex para 20)."""
    return datetime(year + 1, 4, 15, 12, tzinfo=UTC)


def _as_json(report: Aef) -> bytes:
    file = io.BytesIO()
    aef_files.write(report, "json", file)
    return file.getvalue()


def _all() -> Iterator[dict[str, Any]]:
    after = None
    while True:
        found = submissions.listed(after=after, limit=200)
        yield from found.items
        if found.next is None:
            return
        after = found.next


def _forged(given: dict[str, Aef]) -> tuple[str, str, str]:
    """Leave the first acquisition out of the report that has it, and ask before submitting: nothing of it is kept."""
    for name, report in given.items():
        document = json.loads(_as_json(report))
        acquired = [each for each in document["actions"] if each["ActionType"] == ActionType.ACQUISITION]
        if not acquired:
            continue
        document["actions"].remove(acquired[0])
        document["submission"]["SubmissionVersion"] = "1.1"
        asked = inconsistencies.precheck(f"{name.replace(' ', '-')}-1.1.json", json.dumps(document).encode())
        said = [each["said"] for check in asked["checks"] for each in check["findings"]]
        return f"{name} 1.1", str(asked["result"]), said[0] if said else ""
    return "", str(Result.UNAVAILABLE), _("No report has an acquisition.")
