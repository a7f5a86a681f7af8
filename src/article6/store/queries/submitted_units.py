"""Rows of tables 3 and 4 of recorded submissions, by first transferring Party and serial: read as they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from article6.reporting.checks.kept import KeptUnits
from article6.store.database import rows, stream

_COLUMNS = """r.submission_id, r.table_number, r.number, r.record_id, r.action_type, r.action_subtype, r.approach,
    r.authorization_code, r.registry, r.first_party, r.vintage, r.metric, r.transferring, r.acquiring, r.purpose,
    r.using_party, r.using_entity, r.year_used, r.origin, r.lo, r.hi, r.quantity, r.at, r.is_day,
    r.cells -> 'MitigationType', r.cells -> 'UnderlyingUnitRegistryID', r.cells -> 'UnderlyingUnitFirstUnitID',
    r.cells -> 'UnderlyingUnitLastUnitID',
    CASE WHEN jsonb_typeof(r.cells -> 'FirstID') <> 'number' THEN r.cells -> 'FirstID' END"""

# What was not understood where it matters is left out: the checks of form have reported it.
_WHICH = """r.table_number IN (3, 4) AND r.shown_to IN ('all', 'own') AND r.submission_id = ANY (%(ids)s)
    AND (%(approaches)s::text[] IS NULL OR r.approach = ANY (%(approaches)s))
    AND r.lo <= r.hi AND r.approach IS NOT NULL AND r.first_party IS NOT NULL AND r.vintage IS NOT NULL
    AND (r.table_number = 4 OR (r.at IS NOT NULL AND r.action_type IS NOT NULL))"""


class Units:
    """The rows of some submissions; of some approaches, or of all (None)."""

    def __init__(self, ids: Sequence[int], approaches: Sequence[str] | None) -> None:
        self._given = {"ids": list(ids), "approaches": None if approaches is None else list(approaches)}

    def in_order(self) -> Iterator[KeptUnits]:
        """All of them, by first transferring Party and serial; needs a database transaction around it."""
        return self._stream(f"SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} ORDER BY r.first_party, r.lo")

    def of_codes(self, codes: Sequence[str]) -> Iterator[KeptUnits]:
        """First transfers under authorizations of these codes, by time."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.table_number = 3
                AND r.action_type = 'First transfer' AND r.authorization_code = ANY (%(codes)s)
                ORDER BY r.at, r.submission_id, r.number""",
            codes=list(codes),
        )

    def of_submission(self, number: int) -> Iterator[KeptUnits]:
        """The actions of one submission."""
        return self._stream(
            f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.table_number = 3
                AND r.submission_id = %(number)s ORDER BY r.number""",
            number=number,
        )

    def of_group(self, first_party: str, code: str, approach: str, number: int) -> list[KeptUnits]:
        """The rows of a submission that name this authorization, approach and first transferring Party."""
        return [
            KeptUnits(*each)
            for each in rows(
                f"""SELECT {_COLUMNS} FROM submission_row r WHERE {_WHICH} AND r.first_party = %(party)s
                    AND r.authorization_code = %(code)s AND r.approach = %(approach)s
                    AND r.submission_id = %(number)s ORDER BY r.number""",
                {**self._given, "party": first_party, "code": code, "approach": approach, "number": number},
            )
        ]

    def groups(self) -> list[tuple[str, str | None, str, int, bool]]:
        """First transferring Party, authorization code, approach and submission of the rows there are, and whether all
        of these rows show the originating registry."""
        found = rows(
            f"""SELECT r.first_party, r.authorization_code, r.approach, r.submission_id,
                    bool_and(coalesce(r.origin, '') <> '')
                FROM submission_row r WHERE {_WHICH} GROUP BY 1, 2, 3, 4""",
            self._given,
        )
        return [(each[0], each[1], each[2], each[3], each[4]) for each in found]

    def beginning_anew(self, with_origin: Sequence[str]) -> set[str]:
        """First transferring Parties whose serials somebody reports twice in one role, under different approaches or
        vintages. `with_origin`: those whose serials the originating registry tells apart."""
        found = rows(
            f"""SELECT first_party FROM (
                    SELECT first_party, lo,
                        max(hi) OVER (PARTITION BY first_party, series, role, party ORDER BY lo, hi, id
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
                        max(hi) OVER (PARTITION BY first_party, series, role, party, approach, vintage
                                      ORDER BY lo, hi, id
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_alike
                    FROM (SELECT r.id, r.first_party, r.lo, r.hi, r.approach, r.vintage, s.party,
                              CASE WHEN r.first_party = ANY (%(with_origin)s) THEN r.origin END AS series,
                              coalesce(r.action_type, s.reported_year::text) AS role
                          FROM submission_row r JOIN submission s ON s.id = r.submission_id
                          WHERE {_WHICH}
                              AND (r.table_number = 4 OR r.action_type IN ('First transfer', 'Acquisition'))) u
                ) o WHERE reached >= lo AND reached > coalesce(reached_alike, 0) GROUP BY first_party""",
            {**self._given, "with_origin": list(with_origin)},
        )
        return {each[0] for each in found}

    def _stream(self, statement: str, **more: Any) -> Iterator[KeptUnits]:
        for each in stream(statement, {**self._given, **more}):
            yield KeptUnits._make(each)
