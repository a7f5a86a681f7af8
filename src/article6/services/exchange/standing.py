"""How we stand with a peer, by what was done about it here and what it said: its status and the agreed services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from article6.domain.refusals import N_
from article6.exchange.books import PeerStatus

SERVICES: Mapping[str, str] = {
    "pull_view": N_("look at holdings and the history of units"),
    "transfer_a64er": N_("transfer authorized A6.4ERs"),
    "transfer_itmo": N_("transfer ITMOs"),
    "transfer_information": N_("communicate amounts, the underlying units staying where they are"),
    "instruction": N_("instruct transactions on the own section's accounts"),
    "cer": N_("transfer CERs"),
    "subscription": N_("receive nomenclatures, authorizations and data of activities"),
    "reconciliation": N_("compare holdings"),
    "witness": N_("cosign checkpoints of the transparency log"),
}
"""What two registries may agree to do for each other."""

CONNECT, KNOW = "connect", "know"
"""What an offer is for: to exchange messages; or only to know the keys, for checking where units came from."""


def standing(acts: Sequence[Mapping[str, Any]]) -> tuple[PeerStatus, frozenset[str]]:
    """Status and services, of the acts of `store.queries.exchange.peer_acts`, oldest first."""
    offers = {each["id"]: each["content"] for each in acts if each["act"] == "offered"}
    agreed = _last(acts, "agreed")
    if agreed is None:
        return PeerStatus.PENDING, frozenset()
    offer = offers[agreed["offer_id"]]
    ended = _last(acts, "ended", "peer_ended")
    if ended is not None and ended["id"] > agreed["id"]:
        return PeerStatus.ENDED, frozenset()
    if offer["purpose"] == KNOW:
        return PeerStatus.KNOWN, frozenset()
    told = _last(acts, "services_told")
    if told is None or (ended is not None and told["id"] < ended["id"]):
        return PeerStatus.PENDING, frozenset()
    services = frozenset(offer["services"]) & frozenset(told["content"]["services"])
    here, there = _last(acts, "suspended", "resumed"), _last(acts, "peer_suspended", "peer_resumed")
    since = 0 if ended is None else ended["id"]
    is_suspended = any(
        each is not None and each["act"] in ("suspended", "peer_suspended") and each["id"] > since
        for each in (here, there)
    )
    return (PeerStatus.SUSPENDED if is_suspended else PeerStatus.CONNECTED), services


def _last(acts: Sequence[Mapping[str, Any]], *names: str) -> Mapping[str, Any] | None:
    return next((each for each in reversed(acts) if each["act"] in names), None)
