"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """`bad` is unsafe or about to fail, `warn` is worth a look, `good` needs nothing."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names it for programs and never changes; `what` is found, `why` it matters, `remedy` is what to do."""

    check: str
    level: Level
    what: str
    why: str = ""
    remedy: str = ""


def good(check: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.GOOD, what)
