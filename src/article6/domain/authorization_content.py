"""What an authorization must say, and what it must not contradict (4/CMA.6 para 5)."""

from collections.abc import Iterator

from article6.domain.authorizations import Authorization
from article6.domain.refusals import Code, Refusal
from article6.domain.serials import SERIAL_LIMIT

OUTCOMES_FROM = 2021
"""ITMOs represent mitigation from 2021 onward (2/CMA.3 annex para 1(e))."""


def content_refusals(given: Authorization) -> list[Refusal]:
    """Every element that is malformed or contradicts another."""
    checks = (_dates, _time_frame, _changes, _metric, _serials, _lists)
    return [Refusal(Code.AUTHORIZATION_MALFORMED, given.code, each) for check in checks for each in check(given)]


def _dates(given: Authorization) -> Iterator[str]:
    duration = given.duration
    named = {"ends": duration.ends_on, "issue until": duration.issue_until, "use until": duration.use_until}
    for name, day in named.items():
        if day is not None and day < given.authorized_on:
            yield f"{name} {day}: before the day of the authorization"
    if duration.ends_on and duration.issue_until and duration.issue_until > duration.ends_on:
        yield f"issue until {duration.issue_until}: after its end"


def _time_frame(given: Authorization) -> Iterator[str]:
    first, last, vintages = given.year_first, given.year_last, given.scope.vintages
    if (first or 0) > (last or 9999):
        yield "the time frame ends before it begins"
        return
    for year in sorted({first, last, *vintages} - {None}, key=lambda each: each or 0):
        if year is not None and not OUTCOMES_FROM <= year <= 9999:
            yield f"vintage {year}: outcomes occur from {OUTCOMES_FROM} on"
    if outside := sorted(year for year in vintages if not (first or year) <= year <= (last or year)):
        yield f"vintage {outside[0]}: outside its own time frame"
    if len(set(vintages)) < len(vintages):
        yield "a vintage is named twice"


def _changes(given: Authorization) -> Iterator[str]:
    changes = given.changes
    if changes.may_reach_back and not (changes.circumstances and changes.process):
        yield "changes that reach back need their circumstances and their process"


def _metric(given: Authorization) -> Iterator[str]:
    if given.metric not in ("GHG", "non-GHG"):
        yield f"metric {given.metric}: GHG or non-GHG"
    if given.metric == "non-GHG" and not given.metric_unit:
        yield "a non-GHG metric needs its unit of measurement"


def _serials(given: Authorization) -> Iterator[str]:
    before = None
    for each in sorted(given.scope.serials, key=lambda one: (one.registry, one.party, one.first)):
        shown = f"serials {each.registry} {each.party} {each.first}-{each.last}"
        if each.party != given.party or not each.registry or not 1 <= each.first <= each.last <= SERIAL_LIMIT:
            yield f"{shown}: a range of this Party's units, first not above last"
        elif before is not None and before.registry == each.registry and each.first <= before.last:
            yield f"{shown}: named twice"
        before = each


def _lists(given: Authorization) -> Iterator[str]:
    lists = {
        "sectors": given.sectors, "activity types": given.activity_types, "activities": given.scope.activities,
        "gases": given.scope.gases, "frameworks": given.basis.frameworks, "methodologies": given.basis.methodologies,
        "underlying registries": given.basis.underlying_registries,
    }  # fmt: skip
    for name, values in lists.items():
        if any(not each.strip() for each in values):
            yield f"{name}: an empty name"
        if len(set(values)) < len(values):
            yield f"{name}: a name is given twice"
