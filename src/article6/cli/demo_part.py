"""One registry of the demonstration: tables, history, reports, audit; each only as far as it is not done yet."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import examples, json_option, now
from article6.cli.registry import bring_up_to_date
from article6.cli.reports import write_every
from article6.services.network_demo import places
from article6.store.queries import events, registries

CDM, INTERNATIONAL, MECHANISM, CREDITING = "cdm", "international", "mechanism", "crediting"
REGISTRIES = (CDM, INTERNATIONAL, MECHANISM, CREDITING, *places.PARTIES)
CONTENT = 2
"""Which demonstration this is; what an earlier one built is completed."""

FIGURES = ("parties", "issued", "cancelled", "retired", "remaining", "blocks")


def reports_folder() -> Path:
    """Where the AEF workbooks of the demonstration stand."""
    folder: Path = settings.ARTICLE6_HOME / "aef"
    return folder


def kept_folder() -> Path:
    """Where the demonstration remembers what it did, and keeps generated files."""
    folder: Path = settings.ARTICLE6_HOME / "demo"
    return folder


@click.command("demo-part", hidden=True, epilog=examples("article6 --registry cdm demo-part cdm"))
@click.argument("part", type=click.Choice(REGISTRIES))
@json_option
def demo_part(part: str, as_json: bool) -> None:
    """Build one registry of the demonstration and print what it is, as JSON."""
    del as_json  # it is never anything else
    bring_up_to_date()
    kept = kept_folder() / f"{part}.json"
    done = _remembered(kept)
    if done is not None:
        output.tell(_("Registry %(name)s: built and audited before; nothing happened since.") % {"name": part})
        output.print_json(done)
        return
    output.tell(_("Registry %(name)s:") % {"name": part})
    told = _build(part)
    summary = {"registry": part, **_described(), **told, "files": _reports(part), "audit": _audit()}
    if summary["audit"]["ok"]:
        kept.parent.mkdir(parents=True, exist_ok=True)
        known = {"content": CONTENT, "last_event": events.last(), "summary": summary}
        kept.write_text(json.dumps(known), encoding="utf-8")
    output.print_json(summary)


def _remembered(kept: Path) -> dict[str, Any] | None:
    """What was printed last time, if nothing happened in the registry since and the reports are there."""
    try:
        known = json.loads(kept.read_text(encoding="utf-8"))
        summary: dict[str, Any] = known["summary"]
    except (OSError, ValueError, KeyError):
        return None
    is_this = known.get("content") == CONTENT and known["last_event"] == events.last()
    if registries.identity() is None or not is_this:
        return None
    return summary if all((reports_folder() / name).is_file() for name in summary["files"]) else None


def note_last_event(part: str, last_event: int) -> None:
    """What the network's story did in a registry is no reason to build it again."""
    kept = kept_folder() / f"{part}.json"
    if kept.is_file():
        known = json.loads(kept.read_text(encoding="utf-8"))
        kept.write_text(json.dumps({**known, "last_event": last_event}), encoding="utf-8")


def noted_last_event(part: str) -> int:
    """The audit trail's end when the registry was built, or when the story was last played there; 0: neither was."""
    try:
        return int(json.loads((kept_folder() / f"{part}.json").read_text(encoding="utf-8"))["last_event"])
    except (OSError, ValueError, KeyError):
        return 0


def _build(part: str) -> dict[str, Any]:
    """Book what is not booked yet; the lines that were left out, the scenarios that were played, and what became of the
    reports in the Article 6 database."""
    from article6.services import demo
    from article6.services.network_demo import founding

    folder = settings.ARTICLE6_DATA
    files = demo.cdm_files(folder)
    reports = None
    with output.Bars() as bars:
        if part == CDM:
            report, _files = demo.build_cdm(files, folder=kept_folder(), progress=bars.report)
            return {"left_out": [str(each) for each in report.left_out], "scenarios": [], "submitted": None}
        if part == INTERNATIONAL:
            played = demo.build_international(folder, now=now(), progress=bars.report)
            reports = asdict(demo.submit_reports(now=now()))
        elif part == MECHANISM:
            played = demo.build_mechanism(files, progress=bars.report)
        elif part in places.PARTIES:
            played = founding.build(part)
        else:
            played = demo.build_crediting(progress=bars.report)
    return {"left_out": [], "scenarios": [asdict(each) for each in played], "submitted": reports}


def _described() -> dict[str, Any]:
    from article6.services import lookup

    identity = registries.identity() or {}
    found = lookup.totals()
    sums = {name: sum(each[name] for each in found) for name in FIGURES[1:]}
    return {"name": identity.get("name", ""), "remark": identity.get("remark", ""),
            "totals": {"parties": len(found), **sums}}  # fmt: skip


def _reports(part: str) -> list[str]:
    """The AEF files, of the international registry."""
    if part != INTERNATIONAL:
        return []
    write_every(reports_folder(), again=False)
    return sorted(path.name for path in reports_folder().glob("AEF-*"))


def _audit() -> dict[str, Any]:
    from article6.services import audit

    with output.Bars() as bars:
        asked = itertools.count(1)
        checks = audit.run(lambda name: bars.report(_("audit"), next(asked)))
    findings = [f"{check.name}: {finding}" for check in checks for finding in check.findings]
    return {"ok": all(check.ok for check in checks), "checks": len(checks), "findings": findings}
