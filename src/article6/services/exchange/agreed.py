"""Whether a peer may be asked for a service now."""

from __future__ import annotations

from article6.domain.refusals import Code, refused
from article6.exchange.books import PeerStatus
from article6.services.exchange import peers


def require(peer: str, service: str) -> None:
    """The peer is connected, and both have agreed on the service.

    Raises:
        Refused: no such peer, not connected, or not agreed.
    """
    found = peers.known(peer)
    if found["status"] != PeerStatus.CONNECTED:
        raise refused(Code.PEER_STATE, peer, found["status"])
    if service not in found["services"]:
        raise refused(Code.SERVICE_NOT_AGREED, service, peer)
