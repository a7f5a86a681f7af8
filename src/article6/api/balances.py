"""Levels on which balances rest; corresponding adjustments and the emissions balance of each Party."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from article6.api import balance_shapes as shapes
from article6.api import problems
from article6.api.access import administering, caller, now, reading
from article6.api.answers import answer, created
from article6.api.inputs import IdempotencyKey, PartyInPath
from article6.domain.levels import LevelKind, Series
from article6.domain.parties import PARTIES
from article6.services import balance_files, balances, levels, party_information, sight

router = Router(auth=reading, tags=["balances"])


def _unknown() -> HttpResponse:
    return problems.unknown(_("There is no such Party."))


@router.get("/parties/{party}/levels", response=list[shapes.SeriesOut], operation_id="list_levels")
def list_levels(request: HttpRequest, party: PartyInPath) -> HttpResponse:
    """Inventory totals, trajectory or budget, targets and indicators of a Party, in their latest versions."""
    return answer([levels.told(each) for each in levels.listed(party)]) if party in PARTIES else _unknown()


@router.post(
    "/parties/{party}/levels", response={problems.CREATED: shapes.SeriesOut}, operation_id="record_levels",
    auth=administering,
)  # fmt: skip
def record_levels(
    request: HttpRequest, party: PartyInPath, body: shapes.LevelsIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record a series of levels, as its next version. Needs the scope `administer`."""
    values = tuple(sorted((each.year, each.amount) for each in body.values))
    new = Series(party, LevelKind(body.kind), body.source, values, body.unit, body.remark)
    recorded = levels.record(new, anew=body.anew, by=caller(request), now=now(), key=idempotency_key)
    return created(levels.told(recorded), request.path)


@router.post("/inventories", response=shapes.ImportedOut, operation_id="import_inventories", auth=administering)
def import_inventories(
    request: HttpRequest, body: shapes.InventoriesIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record the series of a file of inventory totals, all or none. Needs the scope `administer`."""
    done = levels.import_file(
        body.content.encode(), kind=LevelKind(body.kind), only=body.parties, by=caller(request), now=now(),
        key=idempotency_key,
    )  # fmt: skip
    return answer({
        "recorded": [levels.told(each) for each in done.recorded],
        "unchanged": done.unchanged, "without_section": done.without_section,
    })  # fmt: skip


@router.get("/parties/{party}/balance", response=shapes.BalanceOut, operation_id="get_balance")
def get_balance(
    request: HttpRequest, party: PartyInPath, ndc: shapes.NdcAsked = None, through: shapes.YearAsked = None
) -> HttpResponse:
    """Where an NDC stands: its structured summary (CTF table 4) up to a year, with the breakdown."""
    if party not in PARTIES:
        return _unknown()
    sight.see_for_report(party)
    return answer(balance_files.as_json(balances.balance(party, now=now(), ndc=ndc, through=through)))


@router.get("/parties/{party}/balance.xlsx", operation_id="get_structured_summary")
def get_structured_summary(
    request: HttpRequest, party: PartyInPath, ndc: shapes.NdcAsked = None, through: shapes.YearAsked = None
) -> HttpResponse:
    """The structured summary as a workbook."""
    if party not in PARTIES:
        return _unknown()
    sight.see_for_report(party)
    found = balances.balance(party, now=now(), ndc=ndc, through=through)
    return _as_workbook(balance_files.content(found, "xlsx"), balance_files.file_name(found, "xlsx"))


def _as_workbook(content: bytes, name: str) -> HttpResponse:
    said = HttpResponse(content, content_type=balance_files.FORMATS["xlsx"])
    said.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    said.headers["Cache-Control"] = "no-store"
    return said


@router.get("/parties/{party}/balance/what-if", response=shapes.WhatIfOut, operation_id="get_what_if")
def get_what_if(
    request: HttpRequest, party: PartyInPath, export: shapes.UnitsAsked = 0, vintage: shapes.YearAsked = None,
    use: shapes.UnitsAsked = 0, year: shapes.YearAsked = None, ndc: shapes.NdcAsked = None,
) -> HttpResponse:  # fmt: skip
    """Where the NDC would stand if `export` more units of a `vintage` were first transferred, or `use` more used for a
    `year`. Nothing is recorded."""
    if party not in PARTIES:
        return _unknown()
    sight.see_for_report(party)
    found = balances.what_if(party, now=now(), export=export, vintage=vintage, use=use, year=year, ndc=ndc)
    return answer(balances.what_if_as_json(found))


@router.get("/parties/{party}/information/{report}/workbook.xlsx", operation_id="get_party_information_workbook")
def get_information_workbook(
    request: HttpRequest, party: PartyInPath, report: shapes.ReportInPath, year: shapes.YearAsked = None
) -> HttpResponse:
    """The same report as a workbook."""
    if party not in PARTIES:
        return _unknown()
    sight.see_for_report(party)
    found = party_information.information(party, report, now=now(), year=year)
    return _as_workbook(party_information.workbook(found), party_information.file_name(found))


@router.get(
    "/parties/{party}/information/{report}", response=shapes.InformationOut, operation_id="get_party_information"
)
def get_information(
    request: HttpRequest, party: PartyInPath, report: shapes.ReportInPath, year: shapes.YearAsked = None
) -> HttpResponse:
    """An initial, updated, annual or regular report (2/CMA.3 annex paras 18-23) as far as the registry knows it, of a
    year (default: last year)."""
    if party not in PARTIES:
        return _unknown()
    sight.see_for_report(party)
    return answer(party_information.information(party, report, now=now(), year=year))
