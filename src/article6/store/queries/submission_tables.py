"""Sums of what submissions that count say publicly (sql/submission_tables.sql)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from article6.store.database import records, stream
from article6.store.sqlfiles import statement


def summary(party: str | None, year: int | None) -> list[dict[str, Any]]:
    """party, year, metric, metric_unit, information, amount (None: nowhere stated)."""
    return records(
        f"""{statement("submission_tables")}
            SELECT party, year, metric, metric_unit, information, sum(amount) AS amount FROM said
            GROUP BY party, year, metric, metric_unit, information
            ORDER BY party, year, metric, metric_unit, information""",
        {"party": party, "year": year},
    )


def disaggregated(party: str | None, year: int | None) -> Iterator[tuple[Any, ...]]:
    """party, year, approach, information, first_party, counterpart, authorization, vintage, metric, metric_unit,
    purpose, rows, amount; needs a database transaction around it."""
    keys = """party, year, approach, information, first_party, counterpart, authorization_code, vintage, metric,
              metric_unit, purpose"""
    return stream(
        f"""{statement("submission_tables")}
            SELECT {keys}, count(*), sum(amount) FROM said GROUP BY {keys} ORDER BY {keys}""",
        {"party": party, "year": year},
    )
