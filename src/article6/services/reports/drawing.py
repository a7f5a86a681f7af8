"""Draws any report as of a moment, with the whole ledger in sight: who may have it is judged before (`rights`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from article6.domain.kinds import Kind
from article6.domain.refusals import Code, Refused, invariant, refused
from article6.domain.report_kinds import REPORTS, ReportKind, moment, parameter_refusals
from article6.reporting.documents.model import Report, told
from article6.services.reports import holdings, mechanism, public, reconciliations
from article6.services.reports.asked import Asked, Drawn
from article6.store.database import EVERYTHING, one_moment, seeing
from article6.store.queries import registries

DRAWINGS: Mapping[str, Callable[[Asked], Drawn]] = MappingProxyType(
    {
        "account_statement": holdings.account_statement,
        "block_history": holdings.block_history,
        "section_activity": holdings.section_activity,
        "a64ers": mechanism.a64ers,
        "cers_towards_ndcs": mechanism.cers_towards_ndcs,
        "proceeds_and_omge": mechanism.proceeds_and_omge,
        "voluntary_cancellations": public.voluntary_cancellations,
        "issuance": public.issuance,
        "fees": mechanism.fees,
        "reconciliations": reconciliations.reconciliations,
        "access_changes": public.access_changes,
    }
)
invariant(set(DRAWINGS) == set(REPORTS), "every kind of report has its drawing")


def kind_of(code: str) -> ReportKind:
    """The kind of report, which this kind of registry has.

    Raises:
        Refused: there is none.
    """
    found = REPORTS.get(code)
    if found is None or not is_here(found):
        raise refused(Code.REPORT_UNKNOWN, code)
    return found


def is_here(kind: ReportKind) -> bool:
    """Whether this kind of registry has the report."""
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    return not kind.kinds or Kind(identity["kind"]) in kind.kinds


def parameters(kind: ReportKind, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters as they are kept: without empty ones, moments in UTC.

    Raises:
        Refused: one is missing, unknown or unreadable.
    """
    named = {name: value.strip() for name, value in given.items() if value.strip()}
    if reasons := list(parameter_refusals(kind, named)):
        raise Refused(reasons)
    since = moment(named["since"]) if "since" in named else None
    return {**named, "since": told(since)} if since else named


def draw(kind: ReportKind, given: Mapping[str, str], as_of: datetime) -> Report:
    """A report as of a moment, which is not in the future."""
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    with seeing(EVERYTHING), one_moment():
        drawn = DRAWINGS[kind.code](Asked(kind, given, as_of))
    return Report(
        kind=kind.code,
        title=kind.title,
        clause=kind.clause,
        registry=identity["code"],
        name=identity["name"],
        parameters=given,
        as_of=as_of,
        facts=drawn.facts,
        tables=drawn.tables,
        notes=drawn.notes,
    )
