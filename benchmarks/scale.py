"""How much is measured: a full run of some minutes, or a quick one of less than one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of a run.

    Args:
        seconds: length of one measurement.
        rounds: how often yardstick and contender take turns; figures are medians.
        tpcb_scale: pgbench's scale factor; 1 is 100,000 of its accounts.
        blocks_few: blocks of the small ledger; multiples of `accounts` and of a thousand, as is `blocks_many`.
        blocks_many: blocks of the large ledger.
        replay_part: share of the CDM's history that is replayed; 1 takes the real files where they are at hand.
        aef_rows: actions in the yearly report.
        action_rows: actions in the Article 6 database that is checked.
        transfers: transfers between two registries that are settled in one round.
        messages: messages of a backlog between them.
    """

    name: str
    seconds: float
    rounds: int
    clients: int = 8
    tpcb_scale: int = 50
    accounts: int = 1_000
    blocks_few: int = 10_000
    blocks_many: int = 10_000_000
    lookups: int = 2_000
    replay_part: float = 1.0
    aef_rows: int = 1_000_000
    action_rows: int = 1_000_000
    transfers: int = 400
    messages: int = 2_000


FULL = Scale("full", seconds=5.0, rounds=3)
QUICK = Scale(
    "quick",
    seconds=0.6,
    rounds=2,
    tpcb_scale=10,
    blocks_many=200_000,
    lookups=300,
    replay_part=0.05,
    aef_rows=10_000,
    action_rows=100_000,
    transfers=40,
    messages=300,
)
