"""The clauses on tracking, and where each is met: what the coverage page shows and a test holds against the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from article6.domain import (
    clause_rows,
    clause_rows_mechanism,
    clause_rows_pages,
    clause_rows_public,
    clause_rows_submissions,
)
from article6.domain.clause_rows import Row


@dataclass(frozen=True, slots=True)
class Clause:
    """A demand of a decision; `met_by` is empty where nothing meets it, `missing` says what is not (or why)."""

    decision: str
    paragraph: str
    demands: str
    met_by: str
    tests: tuple[str, ...]
    missing: str

    @property
    def is_met(self) -> bool:
        return bool(self.met_by)


DECISIONS: Mapping[str, tuple[Row, ...]] = MappingProxyType(
    {
        "2/CMA.3 annex": (
            *clause_rows.CMA3_2,
            *clause_rows_submissions.CMA3_2_DATABASE,
            *clause_rows_public.CMA3_2_PUBLIC,
        ),
        "3/CMA.3 annex": clause_rows_mechanism.CMA3_3,
        "6/CMA.4 annex I": (
            *clause_rows.CMA4_6,
            *clause_rows_submissions.CMA4_6_DATABASE,
            *clause_rows_public.CMA4_6_PUBLIC,
            *clause_rows_pages.CMA4_6_PAGES,
        ),
        "4/CMA.6": (*clause_rows.CMA6_4, *clause_rows_submissions.CMA6_4_DATABASE, *clause_rows_pages.CMA6_4_PAGES),
        "7/CMA.4 annex I": (*clause_rows.CMA4_7, *clause_rows_mechanism.CMA4_7_CONTINUED),
        "6/CMA.6": clause_rows_mechanism.CMA6_6,
    }
)


def clauses() -> Iterator[Clause]:
    """Every clause, in the decisions' order."""
    for decision, rows in DECISIONS.items():
        for paragraph, demands, met_by, tests, missing in rows:
            yield Clause(decision, paragraph, demands, met_by, tuple(tests.split()), missing)
