"""Inventory totals and NDC levels of Parties, and the CERs that they used."""

from __future__ import annotations

from typing import Any

from article6.domain.levels import LevelKind, Series
from article6.domain.units import KYOTO_UNITS
from article6.store.database import records, rows

_SERIES = "id, party, kind, source, years, amounts, unit, remark, version"


def series(party: str) -> list[Series]:
    """Every series of a Party in its latest version, in the order of kinds and units."""
    found = records(
        f"""SELECT {_SERIES} FROM (SELECT DISTINCT ON (kind, unit) * FROM party_level WHERE party = %s
                                   ORDER BY kind, unit, version DESC) l ORDER BY kind, unit""",
        (party,),
    )
    return [_as_series(each) for each in found]


def versions(party: str, kind: LevelKind, unit: str) -> list[Series]:
    """Every version of a series, oldest first."""
    found = records(
        f"SELECT {_SERIES} FROM party_level WHERE party = %s AND kind = %s AND unit = %s ORDER BY version",
        (party, kind, unit),
    )
    return [_as_series(each) for each in found]


def by_ids(ids: list[int]) -> list[Series]:
    """The versions with these ids, in their order."""
    found = {each["id"]: each for each in records(f"SELECT {_SERIES} FROM party_level WHERE id = ANY (%s)", (ids,))}
    return [_as_series(found[each]) for each in ids]


def _as_series(record: dict[str, Any]) -> Series:
    return Series(
        record["party"],
        LevelKind(record["kind"]),
        record["source"],
        tuple(zip(record["years"], record["amounts"], strict=True)),
        record["unit"],
        record["remark"],
        record["version"],
    )


def cers_used(party: str) -> dict[int, int]:
    """Certified emission reductions retired from a Party's accounts, by the year for which they are used."""
    found = rows(
        """SELECT (t.terms ->> 'use_year')::integer, sum(e.hi - e.lo + 1)::bigint
           FROM section s JOIN account a ON a.section_id = s.id AND a.type = 'retirement'
           JOIN ledger_transaction t ON t.target_id = a.id AND t.type = 'use_ndc' AND t.status = 'completed'
           JOIN entry e ON e.transaction_id = t.id JOIN batch b ON b.id = e.batch_id
           WHERE s.party = %s AND b.unit_type = ANY (%s) GROUP BY 1 ORDER BY 1""",
        (party, sorted(KYOTO_UNITS)),
    )
    return {year: int(quantity) for year, quantity in found}
