"""The reports that stakeholders are owed, as data: what each is, what it is asked with, and who may have it.

Source: the secretariat's technical paper "Operations of the registry for the mechanism established by Article 6,
paragraph 4" (19 September 2022, seed 003) paras 55-57; 6/CMA.4 annex I para 21; 7/CMA.4
annex I paras 47-48.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from article6.domain.kinds import Kind, Role
from article6.domain.refusals import N_, Code, Refusal


class Audience(StrEnum):
    """Who may have a report."""

    PUBLIC = "public"
    SECTION = "section"
    UNIT = "unit"
    STEERING = "steering"
    INSPECTORS = "inspectors"


AUDIENCES: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.PUBLIC: N_("everybody where the registry is public, else whoever has a role in it"),
        Audience.SECTION: N_("whoever may see the section"),
        Audience.UNIT: N_("whoever may see the units"),
        Audience.STEERING: N_(
            "the registry's administrators and auditors, the Trustee, the Supervisory Body's secretariat"
        ),
        Audience.INSPECTORS: N_("administrators and auditors, of the section named or of the registry"),
    }
)

STEERING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.TRUSTEE, Role.SECRETARIAT})
"""Who steers the mechanism: the roles that get the report on its shares."""

_PAPER = "technical paper on the mechanism registry (2022) para"
_A64 = frozenset({Kind.MECHANISM})
_CERS = frozenset({Kind.MECHANISM, Kind.CREDITING})


@dataclass(frozen=True, slots=True)
class ReportKind:
    """`needs` and `may` are the names of its parameters; `kinds` the registries that have it, all where empty."""

    code: str
    title: str
    about: str
    audience: Audience
    clause: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it shows what everybody sees of a public registry."""
        return self.audience not in (Audience.STEERING, Audience.INSPECTORS)


REPORTS: Mapping[str, ReportKind] = MappingProxyType(
    {
        each.code: each
        for each in (
            ReportKind(
                "account_statement", N_("Account statement"), N_("What an account held, and what came and left"),
                Audience.SECTION, f"{_PAPER} 56(d); 7/CMA.4 annex I para 34", ("account",), ("since",),
            ),
            ReportKind(
                "block_history", N_("Action history of units"), N_("Every action that moved the units named"),
                Audience.UNIT, f"6/CMA.4 annex I para 4; {_PAPER} 56(d)", ("units",),
            ),
            ReportKind(
                "section_activity", N_("Holdings and actions of a Party's accounts"),
                N_("For the designated registry administrator: every account of the section, and all that moved"),
                Audience.SECTION, "6/CMA.4 annex I para 21; 7/CMA.4 annex I para 47", ("section",), ("since",),
            ),
            ReportKind(
                "a64ers", N_("Authorized and unauthorized A6.4ERs of a Party"),
                N_("Where the A6.4ERs of a host Party stand, authorized or not, and what its accounts hold"),
                Audience.SECTION, f"{_PAPER} 56(a)(ii)", ("section",), (), _A64,
            ),
            ReportKind(
                "cers_towards_ndcs", N_("CERs towards NDCs"),
                N_("CERs that Parties used towards their NDCs, and CERs that are still held"),
                Audience.PUBLIC, f"{_PAPER} 56(a)(i); 7/CMA.4 annex I paras 18-24", (), ("section",), _CERS,
            ),
            ReportKind(
                "proceeds_and_omge", N_("Share of proceeds and overall mitigation"),
                N_("For the Trustee and the Supervisory Body: what each issuance gave, what is held, what was sold"),
                Audience.STEERING, f"{_PAPER} 56(b)-(c); 3/CMA.3 annex paras 58-59", (), ("since",), _A64,
            ),
            ReportKind(
                "voluntary_cancellations", N_("Voluntary cancellations by purpose"),
                N_("Voluntary cancellations disaggregated by purpose"),
                Audience.PUBLIC, f"{_PAPER} 56(e)", (), ("since",),
            ),
            ReportKind(
                "issuance", N_("Issuance"), N_("Every issuance, and the sums by Party and unit type"),
                Audience.PUBLIC, "7/CMA.4 annex I para 48", (), ("since",),
            ),
            ReportKind(
                "fees", N_("Fees"), N_("What was invoiced, paid and given back"),
                Audience.INSPECTORS, "7/CMA.4 annex I paras 50-58", (), ("since",), _A64,
            ),
            ReportKind(
                "reconciliations", N_("Reconciliation with other registries"),
                N_("For the auditor: every comparison of the books with a connected registry, and what differed"),
                Audience.INSPECTORS, f"{_PAPER} 74; 6/CMA.4 annex I para 9", (), ("since",),
            ),
            ReportKind(
                "access_changes", N_("Access and role changes"),
                N_("For the auditor: people, roles, tokens and representatives, as the audit events have them"),
                Audience.INSPECTORS, f"{_PAPER} 57; 6/CMA.4 annex I para 2", (), ("section", "since"),
            ),
        )
    }
)  # fmt: skip


class Rhythm(StrEnum):
    """How often a scheduled report is made."""

    MONTH = "month"
    YEAR = "year"


SETTLED = timedelta(minutes=10)
"""So long after a moment nothing is written any more that was decided before it; no request takes that long."""


def parameter_refusals(kind: ReportKind, given: Mapping[str, str]) -> Iterator[Refusal]:
    """What is missing of a report's parameters, and what it does not know."""
    for name in kind.needs:
        if not given.get(name, "").strip():
            yield Refusal(Code.REPORT_PARAMETERS, name, "is missing")
    for name in sorted(set(given) - set(kind.needs) - set(kind.may)):
        yield Refusal(Code.REPORT_PARAMETERS, name, "is no parameter of this report")
    since = given.get("since")
    if since is not None and moment(since) is None:
        yield Refusal(Code.REPORT_PARAMETERS, "since", "give a moment, as in 2026-01-01T00:00:00Z, or a day")


def moment(text: str) -> datetime | None:
    """A moment, in UTC where it says nothing else; a day is its beginning. None where it is neither."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def as_of_refusals(as_of: datetime, now: datetime) -> Iterator[Refusal]:
    """Nothing where a report can be made as of this moment: it is not in the future."""
    if as_of > now:
        yield Refusal(Code.REPORT_AS_OF, f"{as_of:%Y-%m-%d %H:%M}")


def period_ends(rhythm: Rhythm, after: datetime, now: datetime) -> Iterator[datetime]:
    """The ends of months or years (UTC) after a moment that are settled by now, oldest first."""
    months = 12 if rhythm is Rhythm.YEAR else 1
    passed = (after.year * 12 + after.month - 1) // months * months
    for number in range(passed + months, 10_000 * 12, months):
        end = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if end > now - SETTLED:
            return
        yield end


def period_start(rhythm: Rhythm, end: datetime) -> datetime:
    """The beginning of the month or year that ends at a moment."""
    if rhythm is Rhythm.YEAR:
        return end.replace(year=end.year - 1)
    return end.replace(year=end.year - 1, month=12) if end.month == 1 else end.replace(month=end.month - 1)
