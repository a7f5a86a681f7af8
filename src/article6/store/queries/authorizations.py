"""Authorizations by Parties, version by version, and the units that stand under them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from article6.domain.authorizations import (
    Authorization,
    Basis,
    ChangeTerms,
    Covered,
    CoveredSerials,
    Duration,
    Entity,
    FirstTransferDefinition,
    Purpose,
    Scope,
)
from article6.domain.orders import Lot
from article6.domain.serials import SeriesRange
from article6.domain.units import UnitType
from article6.store.database import numbers, records, rows

AUTHORIZATION = """SELECT a.id, a.code, a.version, a.party, c.code AS approach, a.authorized_on, a.purposes, a.quantity,
    a.parties, a.entities, a.oimp, a.first_transfer_oimp, a.year_first, a.year_last, a.sectors, a.activity_types,
    a.metric, a.gwp, a.metric_unit, a.terms, a.remark, a.itmo_registry, a.conversion, a.is_revoked,
    a.ends_on, a.issue_until, a.use_until, a.frameworks, a.methodologies, a.underlying_registries,
    a.change_circumstances, a.change_process, a.may_reach_back, a.vintages, a.gases, a.activities, a.serials
    FROM party_authorization a JOIN cooperative_approach c ON c.id = a.cooperative_approach_id"""


def authorizations_by_id(numbers: Iterable[int]) -> dict[int, Authorization]:
    """The authorizations (each a version) with these ids."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    found = records(f"{AUTHORIZATION} WHERE a.id = ANY (%s)", (wanted,))
    return {each["id"]: as_authorization(each) for each in found}


def authorization_in_force(code: str, parties: Collection[str] = ()) -> Authorization | None:
    """The latest version of the authorization with this identifier; of these Parties, where another has the same."""
    found = records(
        f"{AUTHORIZATION} WHERE a.code = %s ORDER BY a.party = ANY (%s) DESC, a.version DESC LIMIT 1",
        (code, list(parties)),
    )
    return as_authorization(found[0]) if found else None


def versions(party: str, code: str) -> list[Authorization]:
    """Every version of a Party's authorization, oldest first."""
    found = records(f"{AUTHORIZATION} WHERE a.party = %s AND a.code = %s ORDER BY a.version", (party, code))
    return [as_authorization(each) for each in found]


_LATEST = """a.version = (SELECT max(n.version) FROM party_authorization n WHERE n.party = a.party AND n.code = a.code)
    AND (%(party)s::text IS NULL OR a.party = %(party)s) AND (%(approach)s::text IS NULL OR c.code = %(approach)s)"""


def page(after: int, limit: int, party: str | None, approach: str | None) -> list[Authorization]:
    """Authorizations in their latest versions with an id above `after`, in the order in which these were recorded."""
    found = records(
        f"{AUTHORIZATION} WHERE {_LATEST} AND a.id > %(after)s ORDER BY a.id LIMIT %(limit)s",
        {"after": after, "limit": limit, "party": party, "approach": approach},
    )
    return [as_authorization(each) for each in found]


PAGE_COUNTED = f"""SELECT 1 FROM party_authorization a JOIN cooperative_approach c ON c.id = a.cooperative_approach_id
    WHERE {_LATEST}"""


def as_authorization(record: Mapping[str, Any]) -> Authorization:
    """An authorization from its row."""
    flat = dict(record)
    definition = flat.pop("first_transfer_oimp")

    def several(*names: str) -> list[tuple[Any, ...]]:
        return [tuple(flat.pop(name)) for name in names]

    vintages, gases, activities = several("vintages", "gases", "activities")
    return Authorization(
        purposes=Purpose(flat.pop("purposes")),
        parties=tuple(flat.pop("parties")),
        entities=tuple(Entity(**each) for each in flat.pop("entities")),
        sectors=tuple(flat.pop("sectors")),
        activity_types=tuple(flat.pop("activity_types")),
        first_transfer_oimp=FirstTransferDefinition(definition) if definition else None,
        duration=Duration(flat.pop("ends_on"), flat.pop("issue_until"), flat.pop("use_until")),
        basis=Basis(*several("frameworks", "methodologies", "underlying_registries")),
        changes=ChangeTerms(flat.pop("change_circumstances"), flat.pop("change_process"), flat.pop("may_reach_back")),
        scope=Scope(vintages, gases, activities, tuple(CoveredSerials(**each) for each in flat.pop("serials"))),
        **flat,
    )


COVERED = """SELECT s.registry, l.lo, l.hi, b.vintage_year, v.code, b.metric, b.sectors, b.activity_types
    FROM unnest(%(series)s::integer[], %(first)s::bigint[], %(last)s::bigint[], %(batch)s::bigint[])
         WITH ORDINALITY AS l(series, lo, hi, batch, n)
    JOIN series s ON s.id = l.series JOIN batch b ON b.id = l.batch LEFT JOIN activity v ON v.id = b.activity_id
    ORDER BY l.n"""


def covered(lots: Sequence[Lot]) -> tuple[Covered, ...]:
    """The lots as an authorization's scope sees them, in their order."""
    issued = [lot for lot in lots if lot.batch_id is not None]
    found = rows(
        COVERED,
        {
            "series": numbers(lot.series_id for lot in issued),
            "first": numbers(lot.first for lot in issued),
            "last": numbers(lot.last for lot in issued),
            "batch": numbers(lot.batch_id for lot in issued),
        },
    )
    return tuple(
        Covered(registry, first, last, vintage, activity, metric, tuple(sectors), tuple(types))
        for registry, first, last, vintage, activity, metric, sectors, types in found
    )


def as_lot(values: list[Any]) -> Lot:
    """A lot from a row of one of the facts_lots queries."""
    series_id, first, last, account_id, reserved_by, batch_id, unit_type, *rest = values
    known = None if unit_type is None else UnitType(unit_type)
    return Lot(series_id, first, last, account_id, reserved_by, batch_id, known, *rest)


def activity_code(activity_id: int) -> str | None:
    """The code of an activity."""
    found = rows("SELECT code FROM activity WHERE id = %s", (activity_id,))
    return str(found[0][0]) if found else None


def section_of(party: str) -> int:
    """The section of a Party; 0 where the registry has none."""
    found = rows("SELECT id FROM section WHERE party = %s", (party,))
    return int(found[0][0]) if found else 0


class Standing(NamedTuple):
    """A block under an authorization, with its account's number and its series' names."""

    account: str
    registry: str
    series_party: str
    is_final: bool
    lot: Lot


_LOT = """a.number, s.registry, s.party, k.is_final, k.series_id, {lo}, {hi}, k.account_id, k.reserved_by, k.batch_id,
    b.unit_type, b.party, b.vintage_year, k.authorization_id, k.first_transfer_id IS NOT NULL,
    CASE WHEN b.metric = 'non-GHG' THEN b.metric_unit ELSE '' END"""


def standing_under(party: str, code: str) -> list[Standing]:
    """The blocks under any version of an authorization, in serial order. Reads every block once."""
    found = rows(
        f"""SELECT {_LOT.format(lo="k.lo", hi="k.hi")}
            FROM block k JOIN account a ON a.id = k.account_id JOIN series s ON s.id = k.series_id
            JOIN batch b ON b.id = k.batch_id
            WHERE k.authorization_id = ANY (ARRAY(SELECT p.id FROM party_authorization p
                                                  WHERE p.party = %s AND p.code = %s))
            ORDER BY k.series_id, k.hi""",
        (party, code),
    )
    return [_standing(each) for each in found]


def standing_in(ranges: Sequence[SeriesRange]) -> list[Standing]:
    """The blocks that hold these serials, cut to them, in serial order; serials that nobody holds are left out."""
    found = rows(
        f"""SELECT {_LOT.format(lo="GREATEST(k.lo, r.lo)", hi="LEAST(k.hi, r.hi)")}
            FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS r(series, lo, hi)
            CROSS JOIN LATERAL (
                SELECT n.* FROM block n WHERE n.series_id = r.series AND n.hi >= r.lo
                  AND n.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = r.series AND m.hi >= r.hi
                                        ORDER BY m.hi LIMIT 1), r.hi)
                ORDER BY n.hi OFFSET 0) k
            JOIN account a ON a.id = k.account_id JOIN series s ON s.id = k.series_id
            JOIN batch b ON b.id = k.batch_id
            ORDER BY k.series_id, k.hi""",
        (
            numbers(each.series_id for each in ranges),
            numbers(each.first for each in ranges),
            numbers(each.last for each in ranges),
        ),
    )
    return [_standing(each) for each in found]


def _standing(values: Sequence[Any]) -> Standing:
    account, registry, series_party, is_final, *lot = values
    return Standing(account, registry, series_party, is_final, as_lot(lot))


def count_under(party: str, code: str) -> int:
    """How many units stand under the authorization, over all its versions."""
    found = rows("SELECT units FROM authorization_count WHERE party = %s AND code = %s", (party, code))
    return int(found[0][0]) if found else 0
