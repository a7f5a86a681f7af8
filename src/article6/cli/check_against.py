"""`article6 check --against`: what an Article 6 database says of the files, merged into the report."""

from __future__ import annotations

import io
import json
import os
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from article6.gateways import GatewayFailure, web
from article6.gateways.web import NotAllowed
from article6.reporting.checks.catalogue import Report
from article6.reporting.checks.model import Outcome
from article6.reporting.checks.results import Finding, Gap
from article6.reporting.reading.reader import Reading
from article6.reporting.said import Place, Said

PREVIEW = "/api/v1/submissions/preview"
TOKEN = "ARTICLE6_TOKEN"  # noqa: S105 - the variable's name
ANSWER_BYTES = 64 * 1024 * 1024

_CELL = re.compile(r"([A-Z]*)([0-9]*)")
_KEY = re.compile(r"\[([0-9]+)\]\.(.+)")


class NotAsked(Exception):
    """The database was not reached or did not answer; the text says why."""


def ask(url: str, path: Path, name: str) -> dict[str, Any]:
    """What the Article 6 database at `url` says of a file before it is submitted.

    Raises:
        NotAsked: it cannot be reached, or refuses.
    """
    content = _archive(path) if path.is_dir() else path.read_bytes()
    boundary = uuid.uuid4().hex
    plain = (
        "".join(each for each in name if each.isprintable() and each not in '"\\').encode("ascii", "replace").decode()
    )
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n'
    body = (
        f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json"}
    if token := os.environ.get(TOKEN):
        headers["Authorization"] = f"Bearer {token}"
    try:
        said = web.send(url.rstrip("/") + PREVIEW, body, headers, bytes_at_most=ANSWER_BYTES)
        answer = json.loads(said.content) if said.content else None
    except (GatewayFailure, NotAllowed) as error:
        raise NotAsked(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise NotAsked(
            _("it answers %(status)s, and not as an Article 6 database") % {"status": said.status}
        ) from error
    if said.is_success and isinstance(answer, dict) and isinstance(answer.get("checks"), list):
        return answer
    why = answer.get("detail") or answer.get("title") if isinstance(answer, dict) else None
    raise NotAsked(f"{said.status} {_printable(why or '')}".strip())


def _archive(folder: Path) -> bytes:
    """A folder of CSV files as one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.iterdir()):
            if each.suffix.lower() == ".csv":
                archive.write(each, each.name)
    return file.getvalue()


def merge(report: Report, reading: Reading, answer: dict[str, Any]) -> None:
    """Add what the database found to the outcomes. What it could check, for having the counterpart, is not missing."""
    outcomes = {each.check.code: each for each in report.outcomes}
    for said in answer["checks"]:
        outcome = outcomes.get(said["code"])
        if outcome is not None:
            _merge(outcome, reading.file, answer["file"], said)


def _merge(outcome: Outcome, file: str, named: str, said: dict[str, Any]) -> None:
    known = {(each.file, each.places[0].sheet, each.places[0].cell) for each in outcome.findings if each.places}
    for each in said["findings"]:
        places = tuple(_place(place, file, named) for place in each["places"])
        if places and (file, places[0].sheet, places[0].cell) not in known:
            outcome.findings.append(Finding(_said(each["said"]), places, file))
    missing = said["unavailable"] if any(each.file == file for each in outcome.gaps) else []
    outcome.gaps[:] = [each for each in outcome.gaps if each.file != file]
    outcome.gaps += [Gap(_said(each), file) for each in missing]


def _said(text: str) -> Said:
    return Said("%(said)s", {"said": _printable(text)})


def _printable(text: object) -> str:
    """A text from elsewhere, without what would steer a terminal."""
    return "".join(each for each in str(text) if each.isprintable())


def _place(place: dict[str, str], file: str, named: str) -> Place:
    whose = file if place["file"] == named else place["file"]
    if key := _KEY.fullmatch(place["cell"]):
        return Place(whose, place["sheet"], int(key[1]), 0, key[2])
    found = _CELL.fullmatch(place["cell"])
    column = 0
    for letter in found[1] if found else "":
        column = 26 * column + ord(letter) - 64
    return Place(whose, place["sheet"], int(found[2] or 0) if found else 0, column)
