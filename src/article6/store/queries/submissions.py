"""What Parties submitted to the Article 6 database: metadata, acts, rows, marks, files. PostgreSQL leaves out what
is not for the reader's eyes (sql/submissions.sql)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from article6.domain.submissions import STEPS, Act, State, Version
from article6.reporting.aef_fields import Table
from article6.reporting.submitted import KeptRow, Layout, layout
from article6.store.database import one, records, row, rows, stream

_TABLES = {each.number: each for each in Table}
_CURRENT = ["form_passed", "found_consistent", "found_inconsistent"]

_NAME = """CASE WHEN (SELECT sight_all()) OR {}.section_id = ANY ((SELECT sight_sections())::smallint[])
    THEN p.name END"""
"""People are named to those who see the section."""

_SUBMISSION = f"""SELECT s.id, s.section_id, s.party, s.reported_year AS year, s.major, s.minor, s.entered,
        s.duplicate_of, s.hidden_rows, s.hidden_cells,
        s.file_name, s.form, s.size_bytes, encode(f.sha256, 'hex') AS sha256,
        {_NAME.format("s")} AS submitted_by, s.received_at, l.act AS last_act, l.at AS since
    FROM submission s
    LEFT JOIN submission_file f ON f.id = s.file_id
    LEFT JOIN store_person p ON p.id = s.submitted_by
    JOIN LATERAL (SELECT a.act, a.at FROM submission_act a WHERE a.submission_id = s.id
                  ORDER BY a.number DESC LIMIT 1) l ON true"""


def submission(number: int) -> dict[str, Any] | None:
    """One submission, as in `page`."""
    found = records(f"{_SUBMISSION} WHERE s.id = %s", (number,))
    return _shown(found[0]) if found else None


_WANTED = """(%(party)s::text IS NULL OR s.party = %(party)s) AND (%(year)s::integer IS NULL OR s.reported_year =
    %(year)s) AND (%(act)s::text[] IS NULL OR (SELECT a.act FROM submission_act a WHERE a.submission_id = s.id
                                     ORDER BY a.number DESC LIMIT 1) = ANY (%(act)s))"""


def page(below: int, limit: int, party: str | None, year: int | None, state: State | None) -> list[dict[str, Any]]:
    """Submissions in sight, newest first: id, party, year, version, state, since, entered, duplicate_of, file_name,
    form, size_bytes, sha256, submitted_by, received_at."""
    found = records(
        f"{_SUBMISSION} WHERE {_WANTED} AND s.id < %(below)s ORDER BY s.id DESC LIMIT %(limit)s",
        {**_wanted(party, year, state), "below": below, "limit": limit},
    )
    return [_shown(each) for each in found]


def count(party: str | None, year: int | None, state: State | None) -> int:
    """How many submissions `page` has in all."""
    return int(one(f"SELECT count(*) FROM submission s WHERE {_WANTED}", _wanted(party, year, state))[0])


def _wanted(party: str | None, year: int | None, state: State | None) -> dict[str, Any]:
    act = None if state is None else [str(act) for act, step in STEPS.items() if step.ends is state]
    return {"party": party, "year": year, "act": act}


def _shown(it: dict[str, Any]) -> dict[str, Any]:
    it["state"] = str(STEPS[Act(it.pop("last_act"))].ends)
    major, minor = it.pop("major"), it.pop("minor")
    it["version"] = None if major is None else str(Version(major, minor))
    return it


def reported() -> list[tuple[str, int]]:
    """The Parties and years of which there are submissions in sight."""
    found = rows("SELECT DISTINCT party, reported_year FROM submission ORDER BY party, reported_year")
    return [(each[0], each[1]) for each in found]


def acts(number: int) -> list[dict[str, Any]]:
    """What was done with a submission, oldest first: act, at, person, remark."""
    return records(
        f"""SELECT a.act, a.at, {_NAME.format("a")} AS person, a.remark FROM submission_act a
           LEFT JOIN store_person p ON p.id = a.person_id WHERE a.submission_id = %s ORDER BY a.number""",
        (number,),
    )


def last_act(number: int) -> tuple[int, State]:
    """The number of a submission's last act, and its state."""
    found = one(
        "SELECT number, act FROM submission_act WHERE submission_id = %s ORDER BY number DESC LIMIT 1", (number,)
    )
    return found[0], STEPS[Act(found[1])].ends


def original(party: str, year: int, version: Version, sha256: bytes) -> int | None:
    """The submission of which another one with this version or these bytes would be a duplicate."""
    found = row(
        """SELECT s.id FROM submission s JOIN submission_file f ON f.id = s.file_id
           WHERE s.party = %s AND s.entered = 'form_passed'
             AND ((s.reported_year, s.major, s.minor) = (%s, %s, %s) OR f.sha256 = %s) ORDER BY s.id LIMIT 1""",
        (party, year, version.major, version.minor, sha256),
    )
    return int(found[0]) if found else None


def newest_version(party: str, year: int) -> Version | None:
    """The highest version that passed the form, whatever became of it."""
    found = row(
        """SELECT major, minor FROM submission WHERE party = %s AND reported_year = %s AND entered = 'form_passed'
           ORDER BY major DESC, minor DESC LIMIT 1""",
        (party, year),
    )
    return Version(*found) if found else None


_LAST = """(SELECT a.act FROM submission_act a WHERE a.submission_id = s.id ORDER BY a.number DESC LIMIT 1)"""


def current_of(party: str, year: int) -> int | None:
    """The submission of a Party and year that counts now."""
    found = row(
        f"""SELECT s.id FROM submission s WHERE s.party = %s AND s.reported_year = %s AND s.entered = 'form_passed'
            AND {_LAST} = ANY (%s)""",
        (party, year, _CURRENT),
    )
    return int(found[0]) if found else None


def current() -> list[dict[str, Any]]:
    """Every submission that counts now, by Party and year: id, section_id, party, year, version, form, state."""
    found = records(
        f"""SELECT s.id, s.section_id, s.party, s.reported_year AS year, s.major, s.minor, s.form, {_LAST} AS last_act
            FROM submission s WHERE s.entered = 'form_passed' AND {_LAST} = ANY (%s) ORDER BY s.party,
            s.reported_year""",
        (_CURRENT,),
    )
    return [_shown(each) for each in found]


def of_numbers(numbers: Iterable[int]) -> list[dict[str, Any]]:
    """These submissions, as `current`."""
    found = records(
        f"""SELECT s.id, s.section_id, s.party, s.reported_year AS year, s.major, s.minor, s.form, {_LAST} AS last_act
            FROM submission s WHERE s.id = ANY (%s) ORDER BY s.id""",
        (list(numbers),),
    )
    return [_shown(each) for each in found]


def file_of(number: int) -> tuple[int, bytes] | None:
    """Id and bytes of the file of a submission; None where it is not in sight."""
    found = row(
        "SELECT f.id, f.content FROM submission s JOIN submission_file f ON f.id = s.file_id WHERE s.id = %s", (number,)
    )
    return (found[0], bytes(found[1])) if found else None


def file_id(section_id: int, sha256: bytes) -> int | None:
    """The file with these bytes, if the section submitted it before."""
    found = row("SELECT id FROM submission_file WHERE section_id = %s AND sha256 = %s", (section_id, sha256))
    return int(found[0]) if found else None


def layouts(numbers: Iterable[int]) -> dict[int, list[Layout]]:
    """Where the tables of these submissions stood in their files."""
    found: dict[int, list[Layout]] = {}
    for number, table, sheet, kept in rows(
        """SELECT submission_id, table_number, sheet, layout FROM submission_layout WHERE submission_id = ANY (%s)
           ORDER BY submission_id, table_number""",
        (list(numbers),),
    ):
        found.setdefault(number, []).append(layout(_TABLES[table], sheet, kept))
    return found


def kept_rows(
    numbers: Iterable[int], approaches: Iterable[str] | None = None, *, is_with_units: bool = True
) -> dict[int, list[KeptRow]]:
    """The rows in sight of these submissions, whole: table 1, and of the others those of the approaches (None: all);
    with units, or without tables 3 and 4."""
    found: dict[int, list[KeptRow]] = {}
    for number, table, at, cells, record_id in rows(
        """SELECT submission_id, table_number, number, cells, record_id FROM submission_row
           WHERE submission_id = ANY (%(ids)s) AND shown_to IN ('all', 'own')
             AND (%(units)s OR table_number NOT IN (3, 4))
             AND (%(approaches)s::text[] IS NULL OR table_number = 1 OR approach IS NULL OR approach = ANY
           (%(approaches)s)) ORDER BY submission_id, table_number, number""",
        {"ids": list(numbers), "approaches": None if approaches is None else list(approaches), "units": is_with_units},
    ):
        found.setdefault(number, []).append(KeptRow(_TABLES[table], at, cells, record_id))
    return found


def public_rows(number: int, table: Table) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Row number and public cells of a table, in order; needs a database transaction around it."""
    yield from stream(
        """SELECT number, cells FROM submission_row WHERE submission_id = %s AND table_number = %s
           AND shown_to IN ('all', 'public') ORDER BY number""",
        (number, table.number),
    )


def rows_page(number: int, table: Table, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows of a table as the reader may see them: number, cells, is_confidential (some of it is)."""
    return records(
        """SELECT r.number, r.cells, r.record_id, r.shown_to <> 'all' AS is_confidential FROM submission_row r
           WHERE r.submission_id = %(id)s AND r.table_number = %(table)s AND r.number > %(after)s
             AND (r.shown_to <> 'public' OR NOT EXISTS (
                  SELECT 1 FROM submission_row o WHERE o.submission_id = r.submission_id AND o.shown_to = 'own'
                      AND o.table_number = r.table_number AND o.number = r.number))
           ORDER BY r.number LIMIT %(limit)s""",
        {"id": number, "table": table.number, "after": after, "limit": limit},
    )


def rows_count(number: int) -> dict[str, int]:
    """How many rows in sight each table has, by its key."""
    found: dict[int, int] = dict(
        rows(
            """SELECT table_number, count(DISTINCT number) FROM submission_row WHERE submission_id = %s
               GROUP BY table_number""",
            (number,),
        )
    )
    return {each.key: found.get(each.number, 0) for each in Table}


def marks(number: int) -> list[dict[str, Any]]:
    """What the Party marked confidential, for its own eyes: table, row, field."""
    found = records(
        "SELECT table_number, number AS row, field FROM submission_mark WHERE submission_id = %s ORDER BY id", (number,)
    )
    return [{"table": _TABLES[each.pop("table_number")].key, **each} for each in found]


def seeds(numbers: Iterable[int], party: str) -> tuple[list[str], list[str]]:
    """The cooperative approaches and first transferring Parties that rows of these submissions name, and those of rows
    that name the Party as the one that sent or received."""
    found = rows(
        """SELECT DISTINCT approach, first_party FROM submission_row
           WHERE table_number > 1 AND approach IS NOT NULL AND shown_to <> 'public'
             AND (submission_id = ANY (%s) OR transferring = %s OR acquiring = %s)""",
        (list(numbers), party, party),
    )
    return sorted({each[0] for each in found}), sorted({each[1] for each in found if each[1]})


def connected(approaches: Iterable[str], first_parties: Iterable[str], among: Iterable[int]) -> list[str]:
    """These approaches, with those whose rows in these submissions share a first transferring Party with them: the same
    units may be reported under either."""
    found = rows(
        """WITH RECURSIVE pair AS MATERIALIZED (
               SELECT DISTINCT r.approach, r.first_party FROM submission_row r
               WHERE r.submission_id = ANY (%(among)s) AND r.table_number > 1 AND r.shown_to <> 'public'
                 AND r.approach IS NOT NULL AND r.first_party IS NOT NULL),
           reached (approach) AS (
               SELECT unnest(%(approaches)s::text[])
               UNION SELECT p.approach FROM pair p WHERE p.first_party = ANY (%(parties)s)
               UNION
               SELECT b.approach FROM reached x JOIN pair a ON a.approach = x.approach
               JOIN pair b ON b.first_party = a.first_party)
           SELECT DISTINCT approach FROM reached ORDER BY 1""",
        {"approaches": list(approaches), "parties": list(first_parties), "among": list(among)},
    )
    return [each[0] for each in found]


def naming(approaches: Iterable[str], among: Iterable[int]) -> list[int]:
    """Which of these submissions have rows of the approaches."""
    found = rows(
        """SELECT DISTINCT submission_id FROM submission_row WHERE submission_id = ANY (%s) AND approach = ANY (%s)
           AND table_number > 1 ORDER BY 1""",
        (list(among), list(approaches)),
    )
    return [each[0] for each in found]


def taking_part(approaches: Iterable[str], among: Iterable[int]) -> set[str]:
    """The Parties that report on the approaches, and those that their rows name."""
    found = rows(
        """SELECT DISTINCT p FROM submission_row r JOIN submission s ON s.id = r.submission_id
           CROSS JOIN LATERAL unnest(ARRAY[s.party, r.first_party, r.transferring, r.acquiring, r.using_party]) p
           WHERE r.submission_id = ANY (%s) AND r.approach = ANY (%s) AND p IS NOT NULL""",
        (list(among), list(approaches)),
    )
    return {each[0] for each in found}


def years(numbers: Iterable[int]) -> set[int]:
    """The years that these submissions report on."""
    return {each[0] for each in rows("SELECT reported_year FROM submission WHERE id = ANY (%s)", (list(numbers),))}


def secret_rows(numbers: Iterable[int]) -> list[tuple[int, int, KeptRow, Mapping[str, Any] | None]]:
    """Rows with confidential items: submission, section, the row, and what of it is public (None: nothing)."""
    found = rows(
        """SELECT o.submission_id, o.section_id, o.table_number, o.number, o.cells, p.cells FROM submission_row o
           LEFT JOIN submission_row p ON p.submission_id = o.submission_id AND p.table_number = o.table_number
               AND p.number = o.number AND p.shown_to = 'public'
           WHERE o.submission_id = ANY (%s) AND o.shown_to = 'own'""",
        (list(numbers),),
    )
    return [(each[0], each[1], KeptRow(_TABLES[each[2]], each[3], each[4]), each[5]) for each in found]
