"""Who takes part in the network, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass

CDM, INTERNATIONAL, MECHANISM = "cdm", "international", "mechanism"
THAILAND, GHANA, SWITZERLAND = "thailand", "ghana", "switzerland"

PARTIES = (THAILAND, GHANA, SWITZERLAND)
"""The registries that stand in the network alone; the others have a history of their own besides."""

CODES = {
    CDM: "CDM", MECHANISM: "A64", INTERNATIONAL: "IR", THAILAND: "THA01", GHANA: "GHA01", SWITZERLAND: "CHE01",
}  # fmt: skip
"""The code of each registry, by the name of its database."""

COUNTRY = {THAILAND: "THA", GHANA: "GHA", SWITZERLAND: "CHE"}

ADMINISTRATOR, SECOND = "administrator", "second.administrator"
"""Logins of each registry's two administrators; it takes both to connect."""

FROM_ELSEWHERE = "Units from other registries (synthetic)"
"""The account of Switzerland's section, and of Ghana's registry, that takes what others give."""

OWNER = {THAILAND: "Energy Absolute", GHANA: "ACT Programme owner"}
BUYER, NDC, CANCELLED = "KliK Foundation", "NDC 2021-2030", "Voluntary cancellation (synthetic)"
BY_MISTAKE = "Account taken by mistake (synthetic)"
CLIENT = "che01.client"
"""The machine client of Switzerland's section in the international registry, in whose name its registry instructs."""

PARTICIPANT = "Participant of {party} in the network (synthetic)"


@dataclass(frozen=True, slots=True)
class Link:
    """Two registries that connect, and for what."""

    one: str
    other: str
    services: tuple[str, ...]


ALWAYS = ("reconciliation", "witness")

LINKS = (
    Link(CDM, MECHANISM, ("cer", *ALWAYS)),
    Link(MECHANISM, INTERNATIONAL, ("transfer_a64er", *ALWAYS)),
    Link(MECHANISM, GHANA, ("transfer_a64er", *ALWAYS)),
    Link(THAILAND, SWITZERLAND, ("transfer_itmo", "subscription", *ALWAYS)),
    Link(GHANA, SWITZERLAND, ("transfer_itmo", *ALWAYS)),
    Link(INTERNATIONAL, SWITZERLAND, ("transfer_itmo", "pull_view", "instruction", *ALWAYS)),
)

KNOWN = ((SWITZERLAND, MECHANISM),)
"""Who only knows whose keys, to check where units came from."""
