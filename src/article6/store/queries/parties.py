"""What is recorded of Parties: NDCs, authorities, reports, and what their obligations follow from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from article6.domain.ndcs import Method, Ndc, Report, ReportKind, Target
from article6.domain.obligations import OimpUnits
from article6.store.database import records, row, rows

_NDC = """party, code, version, year_first, year_last, target, metric, metric_unit, method, communicated_on, sectors,
    reference, is_withdrawn"""
_REPORT = "party, report, reference, version, submitted_on, approaches, year, is_withdrawn"


def ndcs(parties: Iterable[str]) -> dict[str, list[Ndc]]:
    """The NDCs of these Parties in their latest versions, in the order of their periods."""
    found: dict[str, list[Ndc]] = {}
    for each in records(
        f"""SELECT {_NDC} FROM (SELECT DISTINCT ON (party, code) * FROM ndc WHERE party = ANY (%s)
                                ORDER BY party, code, version DESC) n ORDER BY party, year_first, code""",
        (list(parties),),
    ):
        found.setdefault(each["party"], []).append(_as_ndc(each))
    return found


def ndc_versions(party: str) -> list[Ndc]:
    """Every version of every NDC of a Party, in the order in which they were recorded."""
    return [_as_ndc(each) for each in records(f"SELECT {_NDC} FROM ndc WHERE party = %s ORDER BY id", (party,))]


def ndc_by_id(number: int) -> Ndc:
    """The version with this id."""
    return _as_ndc(records(f"SELECT {_NDC} FROM ndc WHERE id = %s", (number,))[0])


def _as_ndc(record: dict[str, Any]) -> Ndc:
    target, method, sectors = Target(record["target"]), Method(record["method"]), tuple(record["sectors"])
    return Ndc(**{**record, "target": target, "method": method, "sectors": sectors})


def periods(section_id: int) -> list[tuple[int, int]]:
    """The implementation periods of the NDCs on record for a section's Party, withdrawn ones left out."""
    found = rows(
        """SELECT year_first, year_last FROM (SELECT DISTINCT ON (code) * FROM ndc WHERE section_id = %s
                                              ORDER BY code, version DESC) n WHERE NOT is_withdrawn ORDER BY 1""",
        (section_id,),
    )
    return [(first, last) for first, last in found]


def reports(parties: Iterable[str]) -> dict[str, list[Report]]:
    """What these Parties submitted, each in its latest version, in the order of submission."""
    found: dict[str, list[Report]] = {}
    for each in records(
        f"""SELECT {_REPORT} FROM (SELECT DISTINCT ON (party, report, reference) * FROM party_report
                                   WHERE party = ANY (%s) ORDER BY party, report, reference, version DESC) r
            ORDER BY party, submitted_on, id""",
        (list(parties),),
    ):
        found.setdefault(each["party"], []).append(_as_report(each))
    return found


def report_by_id(number: int) -> Report:
    """The version with this id."""
    return _as_report(records(f"SELECT {_REPORT} FROM party_report WHERE id = %s", (number,))[0])


def _as_report(record: dict[str, Any]) -> Report:
    kind, approaches = ReportKind(record["report"]), tuple(record["approaches"])
    return Report(**{**record, "report": kind, "approaches": approaches})


def authority(party: str) -> dict[str, Any] | None:
    """The designated national authority: version, name, address, email, telephone."""
    found = records(
        """SELECT version, name, address, email, telephone FROM designated_authority WHERE party = %s
           ORDER BY version DESC LIMIT 1""",
        (party,),
    )
    return found[0] if found else None


def demand(section_id: int) -> dict[str, Any] | None:
    """Whether this section's switch demands an NDC: version, is_demanded, reason, recorded_at; None: never set."""
    found = records(
        """SELECT version, is_demanded, reason, recorded_at FROM ndc_demand WHERE section_id = %s
           ORDER BY version DESC LIMIT 1""",
        (section_id,),
    )
    return found[0] if found else None


def authorized(parties: Iterable[str]) -> dict[str, list[tuple[str, date]]]:
    """The approaches under which these Parties authorized, each with the day of the first authorization there."""
    found: dict[str, list[tuple[str, date]]] = {}
    for party, approach, day in rows(
        """SELECT a.party, c.code, min(a.authorized_on) FROM party_authorization a
           JOIN cooperative_approach c ON c.id = a.cooperative_approach_id
           WHERE a.party = ANY (%s) AND NOT a.is_revoked GROUP BY 1, 2 ORDER BY 1, 3, 2""",
        (list(parties),),
    ):
        found.setdefault(party, []).append((approach, day))
    return found


def oimp_units(parties: Iterable[str]) -> dict[str, list[OimpUnits]]:
    """Units under authorizations for other international mitigation purposes, by vintage. Reads every block once, where
    there is any such authorization."""
    wanted = list(parties)
    found: dict[str, list[OimpUnits]] = {}
    if row("SELECT 1 FROM party_authorization WHERE party = ANY (%s) AND purposes <> 'NDC' LIMIT 1", (wanted,)) is None:
        return found
    for party, vintage, units, waiting in rows(
        """SELECT b.party, b.vintage_year, sum(k.hi - k.lo + 1)::bigint,
                  COALESCE(sum(k.hi - k.lo + 1) FILTER (WHERE k.first_transfer_id IS NULL), 0)::bigint
           FROM block k JOIN batch b ON b.id = k.batch_id
           WHERE b.vintage_year IS NOT NULL AND k.authorization_id = ANY (ARRAY(
               SELECT p.id FROM party_authorization p WHERE p.party = ANY (%s) AND p.purposes <> 'NDC'))
           GROUP BY 1, 2 ORDER BY 1, 2""",
        (wanted,),
    ):
        found.setdefault(party, []).append(OimpUnits(vintage, units, waiting))
    return found
