"""Rows in windows: as many at a time as fit into memory, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator

from article6.reporting.checks.world import Block, Serial, World

ROWS_AT_ONCE = 20_000
"""Rows of tables 3 and 4 that are looked at together, more where units are common to all of them."""

PATIENCE = 4
"""A window ends where no row reaches over its end; after this many times its size it ends all the same.

Where it cuts through rows, a check may speak of their units beyond the cut although another has spoken of those before
it: two faults in rows that overlap are then told as two, and not as one.
"""


def windows(world: World, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[None]:
    """Show the world its rows window by window, by first transferring Party and serial."""
    fresh: list[Block] = []
    carried: list[Block] = []
    since: Serial | None = None
    last: Serial = ("", 0)
    reach: Serial = ("", 0)
    for each in world.rows.by_serial() if world.rows is not None else ():
        at = (each.series[0], each.first)
        is_clear = at > reach
        if at != last and len(fresh) >= (rows_at_once if is_clear else PATIENCE * rows_at_once):
            world.show(fresh, carried, since, at)
            yield
            carried = [] if is_clear else _reaching(world, at)
            fresh, since = [], at
        fresh.append(each)
        last = at
        reach = max(reach, (each.series[0], each.last))
    world.show(fresh, carried, since, None)
    yield


def _reaching(world: World, at: Serial) -> list[Block]:
    """The rows of the window that reach over its end; what a check took out of it is gone."""
    return [each for each in (*world.acts, *world.held) if each.series[0] == at[0] and each.last >= at[1]]
