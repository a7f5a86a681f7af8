"""What the checks said of submissions, from when to when, with evidence; and the status of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from article6.store.database import records, rows

_RESULT = (
    """SELECT r.id, r.submission_id, r.code, r.scope, r.result, r.findings, r.at, r.cause_id FROM submission_result r"""
)


def latest(numbers: Iterable[int]) -> dict[tuple[int, str], tuple[str, bytes]]:
    """Submission and check -> what it says now: its result, and the digest of its findings."""
    found = rows(
        """SELECT DISTINCT ON (submission_id, code) submission_id, code, result, digest FROM submission_result
           WHERE submission_id = ANY (%s) ORDER BY submission_id, code, id DESC""",
        (list(numbers),),
    )
    return {(each[0], each[1]): (each[2], bytes(each[3])) for each in found}


def told_to(numbers: Iterable[int]) -> dict[int, set[str]]:
    """Submission -> the Parties concerned by its present findings."""
    found: dict[int, set[str]] = {}
    for number, parties in rows(
        f"""SELECT r.submission_id, f.parties FROM ({_NOW}) r JOIN submission_finding f ON f.result_id = r.id
            WHERE NOT f.is_gap""",
        {"ids": list(numbers)},
    ):
        found.setdefault(number, set()).update(parties)
    return found


_NOW = """SELECT DISTINCT ON (submission_id, code) * FROM submission_result WHERE submission_id = ANY (%(ids)s)
    ORDER BY submission_id, code, id DESC"""


def results(number: int, *, history: bool = False) -> list[dict[str, Any]]:
    """What each check says of a submission (id, code, scope, result, findings, at, cause_id); with its whole history,
    oldest first."""
    if history:
        return records(f"{_RESULT} WHERE r.submission_id = %s ORDER BY r.id", (number,))
    return records(
        f"""SELECT r.id, r.submission_id, r.code, r.scope, r.result, r.findings, r.at, r.cause_id
            FROM ({_NOW}) r ORDER BY r.code""",
        {"ids": [number]},
    )


def findings(result_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The findings of these results in sight; of one that rests on confidential items what is left of it, where the
    reader may not see all: result_id, is_gap, is_redacted, is_cross_party, parties, sentence, params, places."""
    return records(
        """SELECT f.result_id, f.is_gap, f.redacts IS NOT NULL AS is_redacted, f.is_cross_party, f.parties, f.sentence,
                  f.params, f.places
           FROM submission_finding f WHERE f.result_id = ANY (%s)
             AND NOT EXISTS (SELECT 1 FROM submission_finding w WHERE w.id = f.redacts) ORDER BY f.id""",
        (list(result_ids),),
    )


def history(party: str, year: int) -> list[dict[str, Any]]:
    """Every result of every version of a Party's report on a year, in order: submission_id, major, minor, code, result,
    findings, at."""
    return records(
        """SELECT s.id AS submission_id, s.major, s.minor, r.code, r.result, r.findings, r.at
           FROM submission s JOIN submission_result r ON r.submission_id = s.id
           WHERE s.party = %s AND s.reported_year = %s AND s.entered = 'form_passed' ORDER BY r.at, r.id""",
        (party, year),
    )


def cross_party(result_ids: Iterable[int]) -> set[int]:
    """Those of the results that have a cross-Party finding."""
    found = rows(
        """SELECT DISTINCT result_id FROM submission_finding
           WHERE result_id = ANY (%s) AND is_cross_party AND NOT is_gap""",
        (list(result_ids),),
    )
    return {each[0] for each in found}


def inconsistent_since(numbers: Iterable[int]) -> dict[int, datetime]:
    """Since when the report on that year has been inconsistent without a break, whatever the version; submissions
    whose report is not are missing."""
    found = rows(
        """SELECT s.id, (
               SELECT min(a.at) FROM submission v JOIN submission_act a ON a.submission_id = v.id
               WHERE (v.party, v.reported_year) = (s.party, s.reported_year) AND v.entered = 'form_passed'
                 AND a.act = 'found_inconsistent' AND a.id > COALESCE((
                     SELECT max(b.id) FROM submission w JOIN submission_act b ON b.submission_id = w.id
                     WHERE (w.party, w.reported_year) = (s.party, s.reported_year) AND w.entered = 'form_passed'
                       AND b.act = 'found_consistent'), 0))
           FROM submission s WHERE s.id = ANY (%s)""",
        (list(numbers),),
    )
    return {each[0]: each[1] for each in found if each[1] is not None}


def versions(party: str, year: int) -> list[dict[str, Any]]:
    """The versions that passed the form, oldest first: id, received_at."""
    return records(
        """SELECT id, received_at FROM submission WHERE party = %s AND reported_year = %s AND entered = 'form_passed'
           ORDER BY id""",
        (party, year),
    )


def rows_in_findings(number: int) -> set[int]:
    """Rows of table 3 that are evidence of an inconsistency of a submission now, as far as the findings are in
    sight."""
    found = rows(
        f"""SELECT DISTINCT (p ->> 'row')::integer FROM ({_NOW}) r
            JOIN submission_finding f ON f.result_id = r.id AND NOT f.is_gap
            CROSS JOIN LATERAL jsonb_array_elements(f.places) p
            WHERE (p ->> 'submission_id')::bigint = %(id)s AND p ->> 'table' = 'actions'""",
        {"ids": [number], "id": number},
    )
    return {each[0] for each in found}


def rows_in_gaps(number: int) -> list[str]:
    """Rows of table 3 of which a check cannot be made now, as far as what it says is in sight; a text for each gap, as
    `RowNumbers` writes them."""
    found = rows(
        f"""SELECT DISTINCT p ->> 'open' FROM ({_NOW}) r
            JOIN submission_finding f ON f.result_id = r.id AND f.is_gap
            CROSS JOIN LATERAL jsonb_array_elements(f.places) p WHERE p ? 'open'""",
        {"ids": [number]},
    )
    return [each[0] for each in found]


# --- Reviews

_REVIEW = """SELECT v.id, v.party, v.approach, v.status, v.report_url, v.remark, v.at,
    CASE WHEN (SELECT sight_all()) OR v.section_id = ANY ((SELECT sight_sections())::smallint[]) THEN p.name END
        AS recorded_by
    FROM review_status v LEFT JOIN store_person p ON p.id = v.person_id"""


def reviews(party: str | None, *, history: bool = False) -> list[dict[str, Any]]:
    """The status of each review now, by Party and approach; or all that was recorded, newest first."""
    if history:
        return records(f"{_REVIEW} WHERE %(p)s::text IS NULL OR v.party = %(p)s ORDER BY v.id DESC", {"p": party})
    return records(
        f"""SELECT * FROM (SELECT DISTINCT ON (party, approach) * FROM ({_REVIEW}) n
            WHERE %(p)s::text IS NULL OR party = %(p)s ORDER BY party, approach, id DESC) l ORDER BY party, approach""",
        {"p": party},
    )


def review(number: int) -> dict[str, Any]:
    """One status as recorded."""
    return records(f"{_REVIEW} WHERE v.id = %s", (number,))[0]
