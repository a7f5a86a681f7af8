"""Rows of tables 3 and 4 of recorded submissions, by first transferring Party and serial: read as they are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from article6.reporting.checks.kept import KeptUnits
from article6.store.database import rows, stream

_COLUMNS = """r.submission_id, r.table_number, r.number, r.record_id, r.action_type, r.action_subtype, r.approach,
    r.authorization_code, r.registry, r.first_party, r.vintage, r.metric, r.transferring, r.acquiring, r.purpose,
    r.using_party, r.using_entity, r.year_used, r.origin, r.lo, r.hi, r.quantity, r.at, r.is_day,
    nullif(r.cells -> 'MitigationType', '"NA"')::text, nullif(r.cells -> 'UnderlyingUnitRegistryID', '"NA"')::text,
    nullif(r.cells -> 'UnderlyingUnitFirstUnitID', '"NA"')::text,
    nullif(r.cells -> 'UnderlyingUnitLastUnitID', '"NA"')::text,
    CASE WHEN jsonb_typeof(r.cells -> 'FirstID') <> 'number' THEN (r.cells -> 'FirstID')::text END"""

# What was not understood where it matters is left out: the checks of form have reported it.
_WHICH = """r.table_number IN (3, 4) AND r.shown_to IN ('all', 'own') AND r.submission_id = ANY (%(ids)s)
    AND r.lo <= r.hi AND r.approach IS NOT NULL AND r.first_party IS NOT NULL AND r.vintage IS NOT NULL
    AND (r.table_number = 4 OR (r.at IS NOT NULL AND r.action_type IS NOT NULL))"""


class Group(NamedTuple):
    """Rows of a submission that name the same; their first transferring Party, authorization and approach."""

    first_party: str
    code: str | None
    approach: str
    submission_id: int


class Placed(NamedTuple):
    """A row that is not recorded, for `beginning_anew`: who reports it in what role, and its units."""

    first_party: str
    origin: str
    lo: int
    hi: int
    approach: str
    vintage: int
    role: str
    party: str


class Units:
    """The rows of some submissions. `read` counts those that were handed out."""

    def __init__(self, ids: Collection[int]) -> None:
        self._given = {"ids": list(ids)}
        self.read = 0

    def in_order(self, first_parties: Sequence[str]) -> Iterator[KeptUnits]:
        """The rows of these first transferring Parties, by Party and serial; needs a database transaction around it."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.first_party = ANY (%(parties)s)
                ORDER BY r.first_party, r.lo""",
            parties=list(first_parties),
        )

    def of_codes(self, first_party: str, codes: Sequence[str]) -> Iterator[KeptUnits]:
        """First transfers under authorizations of these codes, by time."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.table_number = 3
                AND r.first_party = %(party)s
                AND r.action_type = 'First transfer' AND r.authorization_code = ANY (%(codes)s)
                ORDER BY r.at, r.submission_id, r.number""",
            party=first_party,
            codes=list(codes),
        )

    def of_submission(self, number: int) -> Iterator[KeptUnits]:
        """The actions of one submission."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.table_number = 3
                AND r.submission_id = %(number)s ORDER BY r.number""",
            number=number,
        )

    def of_group(self, group: Group) -> Iterator[KeptUnits]:
        """The rows of a group, by serial."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.first_party = %(first_party)s
                AND r.authorization_code = %(code)s AND r.approach = %(approach)s
                AND r.submission_id = %(submission_id)s ORDER BY r.lo, r.number""",
            **group._asdict(),
        )

    def beginning_anew(
        self, first_parties: Sequence[str], with_origin: Sequence[str], others: Sequence[Placed] = ()
    ) -> set[str]:
        """Those of the first transferring Parties whose serials somebody reports twice in one role, under different
        approaches or vintages. `with_origin`: those whose serials the originating registry tells apart. `others`: rows
        that are not recorded, and count too."""
        columns: list[tuple[Any, ...]] = list(zip(*others, strict=True)) or [()] * len(Placed._fields)
        found = rows(
            f"""SELECT first_party FROM (
                    SELECT first_party, lo,
                        max(hi) OVER (PARTITION BY first_party, series, role, party ORDER BY lo, hi
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
                        max(hi) OVER (PARTITION BY first_party, series, role, party, approach, vintage
                                      ORDER BY lo, hi
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_alike
                    FROM (SELECT r.first_party, r.lo, r.hi, r.approach, r.vintage, s.party,
                              CASE WHEN r.first_party = ANY (%(with_origin)s) THEN r.origin END AS series,
                              coalesce(r.action_type, s.reported_year::text) AS role
                          FROM submission_row r JOIN submission s ON s.id = r.submission_id
                          WHERE {_WHICH} AND r.first_party = ANY (%(parties)s)
                              AND (r.table_number = 4 OR r.action_type IN ('First transfer', 'Acquisition'))
                          UNION ALL
                          SELECT o.first_party, o.lo, o.hi, o.approach, o.vintage, o.party,
                              CASE WHEN o.first_party = ANY (%(with_origin)s) THEN o.origin END, o.role
                          FROM unnest(%(o1)s::text[], %(o2)s::text[], %(o3)s::bigint[], %(o4)s::bigint[],
                              %(o5)s::text[], %(o6)s::integer[], %(o7)s::text[], %(o8)s::text[])
                              o (first_party, origin, lo, hi, approach, vintage, role, party)) u
                ) o WHERE reached >= lo AND reached > coalesce(reached_alike, 0) GROUP BY first_party""",
            {
                **self._given, "parties": list(first_parties), "with_origin": list(with_origin),
                **{f"o{place}": list(each) for place, each in enumerate(columns, 1)},
            },
        )  # fmt: skip
        return {each[0] for each in found}

    def _stream(self, statement: str, **more: Any) -> Iterator[KeptUnits]:
        for each in stream(statement, {**self._given, **more}):
            self.read += 1
            yield KeptUnits._make(each)
