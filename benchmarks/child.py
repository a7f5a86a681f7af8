"""One long run in a process of its own: `python -m benchmarks.child replay ISSUANCES CANCELLATIONS | aef FORM`.

Prints JSON with `seconds` and `peak_mb`, the most memory the process had resident.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from benchmarks.ledgers import NOW, PARTY


def replay(issuances: str, cancellations: str) -> dict[str, object]:
    """Replay a history into a new crediting registry, with progress, and compare the books with the files."""
    from article6.domain.kinds import Kind
    from article6.services import registry
    from article6.services.cdm import verification
    from article6.services.cdm.replay import CDM, replay_cdm

    identity = registry.RegistryIdentity(Kind.CREDITING, CDM, "Benchmark")
    by = registry.init(identity, administrator=("root", "Root"), now=NOW)
    files = Path(issuances), Path(cancellations)
    told: list[tuple[str, int, int]] = []
    begun = time.perf_counter()
    report = replay_cdm(*files, by=by, progress=lambda *line: told.append(line))
    seconds, peak = time.perf_counter() - begun, peak_mb()
    if differences := verification.verify(report, files):
        raise SystemExit(f"the books differ from the files: {differences[:3]}")
    return {"seconds": seconds, "postings": report.postings, "issued": report.total.issued, "peak_mb": peak}


def aef(form: str) -> dict[str, object]:
    """Write the year's report of the Party that transferred, from the ledger."""
    from article6.services import aef_files
    from article6.services.aef import aef as report
    from article6.store.database import one_moment

    begun = time.perf_counter()
    with one_moment(), tempfile.TemporaryFile() as file:
        rows = aef_files.write(report(PARTY, NOW.year, now=NOW), form, file)
    return {"seconds": time.perf_counter() - begun, "rows": rows, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most memory this program had resident, in MB (10^6 bytes)."""
    try:
        # The kernel's other figure, below, counts the program that started this one too.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    django.setup()
    from article6.store.database import see_everything_in_this_process

    see_everything_in_this_process()
    runs: dict[str, Callable[..., dict[str, object]]] = {"replay": replay, "aef": aef}
    print(json.dumps(runs[sys.argv[1]](*sys.argv[2:])))
