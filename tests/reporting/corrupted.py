"""The simulated world, and a copy of it in which something is falsified."""

from __future__ import annotations

import copy
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from reporting.simulated import Simulation
from reporting.worlds import Documents, reading

from article6.reporting.aef_json import write_json
from article6.reporting.reading.reader import Reading

Expected = set[tuple[str, str, str, str]]
"""Check, file, table and cell."""


@dataclass(frozen=True)
class Row:
    """A row of a report, as JSON has it."""

    file: str
    table: str
    number: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def party(self) -> str:
        return self.file[:3]

    @property
    def year(self) -> int:
        return int(self.file[4:8])

    @property
    def units(self) -> range:
        return range(self["FirstID"], self["LastID"] + 1)

    @property
    def host(self) -> str:
        return str(self["FirstTransferringPartyID"])

    def overlaps(self, other: Row) -> bool:
        return (
            self.host == other.host
            and self["FirstID"] <= other["LastID"]
            and other["FirstID"] <= self["LastID"]
        )  # fmt: skip

    def cell(self, code: str, name: str) -> tuple[str, str, str, str]:
        """What a finding about a cell of this row looks like."""
        return code, self.file, self.table, f"[{self.number}].{name}"


@cache
def true_world(seed: int = 6) -> Documents:
    """The reports of the simulation, as JSON."""
    made = {}
    for name, aef in Simulation(seed, lots=1, trades=8).aefs():
        text = io.StringIO()
        write_json(aef, text)
        made[name] = json.loads(text.getvalue())
    return made


@cache
def true_readings() -> dict[str, Reading]:
    return {name: reading(name, each) for name, each in true_world().items()}


@dataclass
class Corrupted:
    """The world with something falsified; only what is touched is copied and read anew."""

    chance: random.Random
    true: Documents = field(default_factory=true_world)
    touched: Documents = field(default_factory=dict)

    def readings(self) -> list[Reading]:
        return [
            reading(name, self.touched[name]) if name in self.touched else true_readings()[name] for name in self.true
        ]

    def document(self, file: str) -> dict[str, Any]:
        """A report, to be changed."""
        if file not in self.touched:
            self.touched[file] = copy.deepcopy(self.true[file])
        return self.touched[file]

    def rows(self, table: str, wanted: Callable[[Row], object] | None = None) -> list[Row]:
        found = (
            Row(file, table, number, values)
            for file, document in self.true.items()
            for number, values in enumerate(document[table], 1)
        )
        return [each for each in found if wanted is None or wanted(each)]

    def pick(self, table: str, wanted: Callable[[Row], object]) -> Row:
        """One of the rows, by lot."""
        return self.chance.choice(self.rows(table, wanted))

    def actions(self, *types: str) -> list[Row]:
        return self.rows("actions", lambda row: row["ActionType"] in types)

    def put(self, row: Row, **fields: Any) -> None:
        self.document(row.file)[row.table][row.number - 1].update(fields)

    def add(self, file: str, row: Row, **fields: Any) -> Row:
        """A changed copy of a row at the end of a report's table."""
        rows = self.document(file)[row.table]
        rows.append({**row.values, **fields})
        return Row(file, row.table, len(rows), rows[-1])

    def drop(self, row: Row) -> None:
        self.document(row.file)[row.table].remove(row.values)

    def about(self, row: Row) -> list[Row]:
        """All rows about any of its units, itself among them."""
        return [each for table in ("actions", "holdings") for each in self.rows(table, row.overlaps)]

    def authorizations(self, row: Row) -> list[Row]:
        """The authorization that the row names, in each year's table."""
        code = row["AuthorizationID"]
        return self.rows("authorizations", lambda each: each["AuthorizationID"] == code)

    def authorization(self, row: Row) -> dict[str, Any]:
        return next((each.values for each in self.authorizations(row)), {})

    def has(self, party: str, year: int) -> bool:
        return f"{party} {year}" in self.true


def is_ghg(row: Row) -> bool:
    return row["Metric"] == "GHG"


def is_plain(row: Row) -> bool:
    return is_ghg(row) and row["UnderlyingUnitRegistryID"] == "NA" and len(row.units) > 3


def part(row: Row, first: int, last: int) -> dict[str, Any]:
    """The fields of some units of a plain row."""
    return {"FirstID": first, "LastID": last, "QuantityCO2": last - first + 1}
