"""What an AEF is made of: rows of the journal, for one Party and one calendar year (UTC)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from heapq import merge
from typing import Any, NamedTuple

from article6.domain.authorizations import Authorization
from article6.domain.metrics import converted
from article6.store.database import records, rows, stream
from article6.store.queries.authorizations import AUTHORIZATION, as_authorization
from article6.store.sqlfiles import statement


class Block(NamedTuple):
    """What the AEF says of units of one batch under one authorization, but for their serials."""

    registry: str
    party: str
    approach: str
    authorization: str
    vintage_year: int
    metric: str
    metric_unit: str
    conversion_numerator: int | None
    conversion_denominator: int | None
    gwp: str
    mitigation_type: str
    underlying_registry: str | None


class Movement(NamedTuple):
    """What lines of the journal have in common. Parties are those of the sections, empty for none.

    `from_party` is the host Party for what leaves the pending account of the mechanism registry, and for what it
    authorizes afterwards in another Party's account; `from_type` is the type of the account the units left.
    """

    type: str
    terms: dict[str, Any]
    is_first_transfer: bool
    from_party: str
    to_party: str
    from_type: str
    purposes: str
    definition: str | None
    block: Block


_BEFORE_BLOCK = len(Movement._fields) - 1


Moved = tuple[int, datetime, int, int, int | None, str]
"""A line of the journal: transaction, its moment, first and last serial, the first of the underlying units, and what it
has in common with others, for `movement`."""


class Transferred(NamedTuple):
    """Units that were first transferred at once; `alike` is what they have in common with others, for `block`."""

    series_id: int
    batch_id: int
    first: int
    last: int
    underlying_first: int | None
    alike: str


@lru_cache(maxsize=1_024)
def movement(alike: str) -> Movement:
    """What lines of the journal have in common, of the text that says it."""
    said = json.loads(alike)
    return Movement._make((*said[:_BEFORE_BLOCK], Block._make(said[_BEFORE_BLOCK:])))


@lru_cache(maxsize=1_024)
def block(alike: str) -> Block:
    """What units have in common, of the text that says it."""
    return Block._make(json.loads(alike))


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of the year and the first one after it, UTC."""
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)


def _moment(moved: Any) -> datetime:
    moment: datetime = moved[1]
    return moment


def movements(
    party: str, since: datetime, until: datetime, crossing: Collection[str], giving: Collection[str]
) -> Iterator[Moved]:
    """Movements of authorized units that concern a Party's section or are first transfers of its outcomes; of units
    that stay in another registry and that it was told of, too (transactions below zero).

    `until` is excluded. `crossing` and `giving` are the types that two Parties report, and the one from whose section
    units go. In order of time. Needs a database transaction around it.
    """
    parameters = {
        "party": party,
        "since": since,
        "until": until,
        "crossing": list(crossing),
        "giving": list(giving),
    }
    moved = stream(statement("aef_movements"), parameters, binary=True)
    of_told = {"party": party, "since": since, "until": until}
    told = list(stream(statement("aef_told_movements"), of_told, binary=True))
    yield from merge(moved, told, key=_moment) if told else moved


def levels(party: str, until: datetime) -> Iterator[tuple[int, int, int]]:
    """Where holding in a Party's section begins and ends: series, serial from which on, by how much it changes.

    In order of series (below zero: of units that stay in another registry) and serial, before `until`. Needs a
    database transaction around it.
    """
    for name in ("aef_told_levels", "aef_levels"):
        yield from stream(statement(name), {"party": party, "until": until}, binary=True)


def first_transferred(party: str, until: datetime) -> Iterator[Transferred]:
    """Everything first transferred before `until`, in order of series and serial.

    Of series only in which the Party's section ever held units. Needs a database transaction around it.
    """
    parameters = {"party": party, "until": until}
    for name in ("aef_told_first_transferred", "aef_first_transferred"):
        yield from map(Transferred._make, stream(statement(name), parameters, binary=True))


def authorizations(party: str, year: int) -> list[Authorization]:
    """The Party's authorizations, every version, given in the year or before; in order of their days."""
    found = records(
        f"""{AUTHORIZATION} WHERE a.party = %s AND a.authorized_on < %s
            ORDER BY a.authorized_on, a.code, a.version""",
        (party, year_bounds(year)[1].date()),
    )
    return [as_authorization(each) for each in found]


def states_rounded(party: str) -> bool:
    """Whether the Party's outcomes, or what its section holds, have conversions that decimal numbers do not state."""
    found = rows(
        """SELECT DISTINCT b.conversion_denominator FROM batch b WHERE b.conversion_denominator IS NOT NULL
           AND (b.party = %(party)s OR EXISTS (
               SELECT 1 FROM block k JOIN account a ON a.id = k.account_id JOIN section s ON s.id = a.section_id
               WHERE k.batch_id = b.id AND s.party = %(party)s))""",
        {"party": party},
    )
    return any(converted(1, 1, each[0]).is_rounded for each in found)


def itmo_registry(party: str) -> str | None:
    """The code of the Party's ITMO registry or section; None where the registry has no section of this Party."""
    found = rows("SELECT itmo_registry FROM section WHERE party = %s", (party,))
    return found[0][0] if found else None


def active_years(crossing: Collection[str], giving: Collection[str]) -> list[tuple[str, int]]:
    """Parties and years in which they gave an authorization or an action concerned them; types as in `movements`."""
    found = rows(statement("aef_active_years"), {"crossing": list(crossing), "giving": list(giving)})
    found += rows(
        """SELECT s.party, date_part('year', l.at AT TIME ZONE 'UTC')::integer
           FROM (SELECT section_id, at FROM told_units WHERE authorization_id IS NOT NULL
                 UNION SELECT section_id, at FROM told_act) l JOIN section s ON s.id = l.section_id"""
    )
    return sorted({(party, int(year)) for party, year in found})
