"""Try the exchange between registries by seeds: faults, crashes and liars, and an auditor at the end."""

from __future__ import annotations

import time

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import examples, json_option
from article6.exchange.simulation.run import simulate as one
from article6.exchange.simulation.world import Outcome


@click.command(
    epilog=examples(
        "article6 simulate --seeds 100", "article6 simulate --from 5000 --seeds 1000",
        "article6 simulate --from 4711 --seeds 1 --trace",
    )
)  # fmt: skip
@click.option("--from", "first", type=click.IntRange(0), default=1, show_default=True, help="The first seed.")
@click.option("--seeds", "count", type=click.IntRange(1), default=100, show_default=True, help="How many seeds.")
@click.option("--trace", is_flag=True, help="Print what happened, of the seed that fails or of the only one.")
@json_option
@click.pass_context
def simulate(context: click.Context, first: int, count: int, trace: bool, as_json: bool) -> None:
    """Run registries of a simulated world against each other, seed by seed, until one breaks a promise.

    Each seed is a world of 2 to 5 registries with real keys and messages, on a network that loses, doubles, reorders
    and delays; registries crash between any two writes, and some lie. A seed replays exactly. Needs no registry and no
    database. Exit codes: 0 all promises were kept, 1 the named seed broke one.
    """
    begun = time.monotonic()
    done: list[Outcome] = []
    for seed in range(first, first + count):
        done.append(one(seed, is_traced=trace and count == 1))
        if done[-1].faults:
            break
    last = done[-1]
    if trace and last.faults and not last.trace:
        last = one(last.seed, is_traced=True)
    seconds = time.monotonic() - begun
    if as_json:
        output.print_json({"from": first, "seeds": len(done), "transfers": sum(each.transfers for each in done),
                           "completed": sum(each.moved for each in done), "crashes": sum(each.crashes for each in done),
                           "lies": sum(each.lies for each in done), "seconds": round(seconds, 3),
                           "failed": last.seed if last.faults else None, "faults": list(last.faults),
                           "trace": list(last.trace)})  # fmt: skip
    else:
        _print(done, last, seconds)
    context.exit(exits.REFUSED if last.faults else exits.OK)


def _print(done: list[Outcome], last: Outcome, seconds: float) -> None:
    for line in last.trace:
        output.say(line)
    output.say(_("%(seeds)s seeds in %(seconds)s s: %(transfers)s transfers proposed, %(moved)s completed, %(crashes)s "
                 "crashes, %(lies)s lies.") % {
        "seeds": f"{len(done):,}", "seconds": f"{seconds:.1f}", "transfers": f"{sum(x.transfers for x in done):,}",
        "moved": f"{sum(x.moved for x in done):,}", "crashes": f"{sum(x.crashes for x in done):,}",
        "lies": f"{sum(x.lies for x in done):,}"})  # fmt: skip
    if not last.faults:
        output.say(_("Every promise was kept."))
        return
    output.say(_("Seed %(seed)s broke a promise:") % {"seed": last.seed})
    for fault in last.faults:
        output.say(f"  {fault}")
    output.say(_("See it again with: article6 simulate --from %(seed)s --seeds 1 --trace") % {"seed": last.seed})
