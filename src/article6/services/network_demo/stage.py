"""The stage of the network's story: registries that are other programs, asked to act one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from article6.domain.refusals import invariant
from article6.services.network_demo import places
from article6.services.network_demo.places import CODES


class Ask(Protocol):
    """How a registry is asked to do an act of `acts`."""

    def __call__(self, part: str, act: str, given: Mapping[str, Any]) -> Any:
        """The act's answer, as plain JSON.

        Raises:
            ActRefused: a rule of that registry said no.
        """


class ActRefused(Exception):
    """A registry refused an act; `codes` are its reasons."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class Unsettled(Exception):
    """What should have come to pass between registries did not, in the time that the stage allows."""


@dataclass(slots=True)
class Network:
    """The registries by `urls`; certificates are written to `folder`. `patient` calls again until something is true,
    and says False where it gave up.

    `played` and `refused` are sentences; `tell` hears each at once. `accounts` are numbers by registry and name.
    """

    ask: Ask
    urls: Mapping[str, str]
    folder: str
    patient: Callable[[Callable[[], bool]], bool]
    tell: Callable[[str, bool], None]
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    kids: dict[str, list[str]] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    transfers: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: int = 0
    certificates: list[str] = field(default_factory=list)

    def play(self, sentence: str) -> None:
        self.played.append(sentence)
        self.tell(sentence, True)

    def refuse(self, sentence: str) -> None:
        self.refused.append(sentence)
        self.tell(sentence, False)

    def at(self, part: str, act: str, /, **given: Any) -> Any:
        """A registry does an act; its answer."""
        return self.ask(part, act, given)

    def until(self, what: str, is_so: Callable[[], bool]) -> None:
        """Wait until messages have brought something about.

        Raises:
            Unsettled: they did not.
        """
        if not self.patient(is_so):
            raise Unsettled(what)

    def refuses(self, part: str, told: str, code: str, act: str, /, **given: Any) -> None:
        """A registry must refuse this with the code, among its reasons."""
        try:
            self.ask(part, act, given)
        except ActRefused as no:
            invariant(code in no.codes, f"{told}: {no}")
            self.refuse(f"{told}: {code}")
            return
        invariant(False, f"{told}: was not refused")

    # --- Transfers

    def transfer(
        self, give: Mapping[str, Any], part: str, to: str, *, act: str = "give", **more: Any
    ) -> dict[str, Any]:
        """A transfer from one registry to another, until the giver knows how it ended.

        Raises:
            Unsettled: it did not end.
        """
        given = self.at(part, act, peer=CODES[to], **give)
        number = given["transfer"]

        def stands() -> dict[str, Any]:
            found: dict[str, Any] = self.at(part, "transfer", transfer=number)
            return found

        self.until(
            _("the transfer %(step)s") % {"step": give["step"]},
            lambda: stands()["status"] in ("settled", "rejected", "cancelled", "disputed"),
        )
        return {**given, **stands()}

    def settles(self, give: Mapping[str, Any], part: str, to: str, *, act: str = "give") -> dict[str, Any]:
        """A transfer that must be settled."""
        found = self.transfer(give, part, to, act=act)
        invariant(found["status"] == "settled", f"{give['step']}: {found}")
        return found

    def turned_down(
        self, give: Mapping[str, Any], part: str, to: str, told: str, code: str, *, act: str = "give"
    ) -> None:
        """A transfer that the acquirer must reject for this reason."""
        found = self.transfer(give, part, to, act=act)
        reasons = {*found["codes"], *(each.split(" ")[0] for each in found["details"])}
        invariant(found["status"] == "rejected" and code in reasons, f"{told}: {found}")
        self.refuse(f"{told}: {code}")

    def account(self, part: str, name: str) -> str:
        return self.accounts[part, name]


def participant(party: str) -> str:
    """The account of a Party's participant in the mechanism registry."""
    return places.PARTICIPANT.format(party=party)
