"""What the rows of submissions name, and what the checks said of the units of each Party (sql/check_memory.sql)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from article6.store.database import one, row, rows, stream
from article6.store.queries.submitted_units import Group


class Change(NamedTuple):
    """What a Party's submission may touch besides its own rows.

    Attributes:
        touched: the submissions that come or go, all of the Party and of one year.
        approaches: those of which its authorizations and entities change.
        codes: its authorizations that change.
    """

    party: str
    year: int
    touched: Sequence[int]
    approaches: Sequence[str]
    codes: Sequence[str]


def affected(change: Change, among: Collection[int]) -> list[Group]:
    """The groups of rows of these submissions of which the checks may say something else after the change."""
    found = rows(
        """SELECT DISTINCT g.first_party, g.authorization_code, g.approach, g.submission_id
           FROM submission_group g JOIN submission s ON s.id = g.submission_id
           WHERE g.submission_id = ANY (%(among)s) AND (
               g.submission_id = ANY (%(touched)s)
               OR g.first_party = %(party)s
               OR g.approach = ANY (%(approaches)s)
               OR (s.party = %(party)s AND s.reported_year BETWEEN %(year)s - 1 AND %(year)s + 1)
               OR (s.party = %(party)s AND g.authorization_code = ANY (%(codes)s))
               OR (s.reported_year = %(year)s AND %(party)s IN (g.transferring, g.acquiring, g.using_party)))""",
        {**change._asdict(), "among": list(among)},
    )
    return [Group(*each) for each in found]


def first_parties(among: Collection[int]) -> list[str]:
    """All first transferring Parties that rows of these submissions name."""
    found = rows(
        "SELECT DISTINCT first_party FROM submission_group WHERE submission_id = ANY (%s) ORDER BY 1", (list(among),)
    )
    return [each[0] for each in found]


def naming(parties: Collection[str], among: Collection[int]) -> list[int]:
    """Which of these submissions have rows that name one of these first transferring Parties."""
    found = rows(
        """SELECT DISTINCT submission_id FROM submission_group
           WHERE submission_id = ANY (%s) AND first_party = ANY (%s)""",
        (list(among), list(parties)),
    )
    return [each[0] for each in found]


def doubtful(known: Collection[tuple[str, str]], among: Collection[int]) -> list[tuple[Group, bool]]:
    """The groups whose authorization is known neither of the first transferring Party nor of the reporting one, and
    whether all their rows show the originating registry. `known`: Party and code."""
    found = rows(
        """SELECT g.first_party, g.authorization_code, g.approach, g.submission_id, bool_and(g.has_origins)
           FROM submission_group g JOIN submission s ON s.id = g.submission_id
           WHERE g.submission_id = ANY (%(among)s) AND g.authorization_code IS NOT NULL
             AND (g.first_party, g.authorization_code) NOT IN (
                 SELECT * FROM unnest(%(parties)s::text[], %(codes)s::text[]))
             AND (s.party, g.authorization_code) NOT IN (SELECT * FROM unnest(%(parties)s::text[], %(codes)s::text[]))
           GROUP BY 1, 2, 3, 4""",
        {"among": list(among), "parties": [each[0] for each in known], "codes": [each[1] for each in known]},
    )
    return [(Group(*each[:4]), each[4]) for each in found]


def without_origins(parties: Collection[str], among: Collection[int], besides: Collection[Group]) -> set[str]:
    """Which of these first transferring Parties have rows that do not show the originating registry, other than in the
    groups `besides`."""
    columns: list[tuple[Any, ...]] = list(zip(*besides, strict=True)) or [()] * len(Group._fields)
    found = rows(
        """SELECT DISTINCT first_party FROM submission_group
           WHERE submission_id = ANY (%(among)s) AND first_party = ANY (%(parties)s) AND NOT has_origins
             AND (first_party, coalesce(authorization_code, ''), approach, submission_id) NOT IN (SELECT * FROM unnest(
                 %(b1)s::text[], %(b2)s::text[], %(b3)s::text[], %(b4)s::bigint[]))""",
        {
            "among": list(among), "parties": list(parties),
            **{f"b{place}": list(each) for place, each in enumerate(columns, 1)},
        },
    )  # fmt: skip
    return {each[0] for each in found}


def homes() -> list[str]:
    """The Parties of whose units something was ever said."""
    return [each[0] for each in rows("SELECT DISTINCT home FROM check_home ORDER BY 1")]


def recorded(among: Collection[int]) -> int:
    """How many rows of tables 3 and 4 these submissions have."""
    found = one(
        "SELECT coalesce(sum(row_count), 0)::bigint FROM submission_group WHERE submission_id = ANY (%s)",
        (list(among),),
    )
    return int(found[0])


def is_begun(edition: int) -> bool:
    """Whether this edition of the checks has looked at all that was recorded, once."""
    return row("SELECT 1 FROM check_run WHERE edition = %s AND is_whole LIMIT 1", (edition,)) is not None


_NEWEST = """SELECT DISTINCT ON (home) id, home, digest, edition FROM check_home
    WHERE %(homes)s::text[] IS NULL OR home = ANY (%(homes)s) ORDER BY home, id DESC"""


def digests(homes: Sequence[str], edition: int) -> dict[str, bytes]:
    """What was said of the units of these Parties last, as a digest."""
    found = rows(f"SELECT home, digest FROM ({_NEWEST}) n WHERE edition = %(edition)s",
                 {"homes": list(homes), "edition": edition})  # fmt: skip
    return {each[0]: bytes(each[1]) for each in found}


class Remembered(NamedTuple):
    """One line of the memory; `places` as (submission, sheet, row, column, key), and of a gap, as a text, the rows of
    table 3 that it leaves open."""

    code: str
    is_gap: bool
    submission_id: int
    submissions: Sequence[int]
    named: Sequence[str]
    year: int
    sentence: str
    params: dict[str, Any]
    places: list[Any]


def concerned(homes: Sequence[str]) -> Iterator[tuple[list[int], list[str], int]]:
    """Submissions, named Parties and year of what was said last of the units of these Parties, each once."""
    for each in rows(
        f"""SELECT DISTINCT m.submissions, m.named, m.year FROM ({_NEWEST}) n
            JOIN check_memory m ON m.home_id = n.id""",
        {"homes": list(homes)},
    ):
        yield each[0], each[1], each[2]


def lines(numbers: Collection[int], parties: Collection[str], years: Collection[int]) -> Iterator[Remembered]:
    """What was said last that is about these submissions or names these Parties for these years; by Party whose units
    they are, and in the order in which it was said. Needs a database transaction around it."""
    for each in stream(
        f"""SELECT m.code, m.is_gap, m.submission_id, m.submissions, m.named, m.year, m.sentence, m.params, m.places
            FROM ({_NEWEST}) n JOIN check_memory m ON m.home_id = n.id
            WHERE m.submissions && %(numbers)s::bigint[]
               OR (m.named && %(parties)s::text[] AND m.year = ANY (%(years)s))
            ORDER BY n.home COLLATE "C", m.id""",
        {"homes": None, "numbers": list(numbers), "parties": list(parties), "years": list(years)},
    ):
        yield Remembered._make(each)
