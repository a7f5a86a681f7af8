"""What a registry of the simulation shows the auditor: copies of its books and of the evidence it holds."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from article6.exchange.books import Incoming, Outgoing, Side, Transfer
from article6.exchange.facts import Serials
from article6.exchange.simulation.auditor import Deal, Inspected, Range
from article6.exchange.simulation.ledger import HELD_FOR
from article6.exchange.simulation.registry import Registry


def live(registry: Registry) -> tuple[Range, ...]:
    """What stands in live accounts."""
    return tuple(_range(each.serials) for each in registry.books.holdings() if each.is_live)


def inspected(registry: Registry) -> Inspected:
    """Everything, after all has settled."""
    heard = {peer: _kept(registry, peer) for peer in registry.peers()}
    x = registry.signer.public.x
    return Inspected(
        code=registry.code,
        key=base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)),
        is_liar=registry.is_liar,
        live={_range(each.serials): _looks(dict(each.batch)) for each in registry.books.holdings() if each.is_live},
        issued={_range(each): _looks(registry.looks(each.first)) for each in registry.issued},
        deals={each.id: _deal(registry, each, heard[each.peer]) for each in registry.books.transfers()},
        sent={peer: [(each.jws, each.receipt) for each in _sent(registry, peer)] for peer in registry.peers()},
        told=_by_peer((each.peer, each.serials) for each in registry.books.told_units() if not each.act),
        held=_by_peer(
            (each.account.removeprefix(HELD_FOR), each.serials)
            for each in registry.books.holdings()
            if each.account.startswith(HELD_FOR)
        ),
        kept={
            peer: {hashlib.sha256(each.jws.encode()).hexdigest(): each.is_done for each in messages}
            for peer, messages in heard.items()
        },
    )


def _deal(registry: Registry, transfer: Transfer, heard: list[Incoming]) -> Deal:
    blocks = transfer.proposed.blocks
    is_ours = transfer.side == Side.SENDER
    said = registry.books.own(transfer.completion_message_id) if is_ours else None
    return Deal(
        id=transfer.id,
        side=str(transfer.side),
        peer=transfer.peer,
        status=str(transfer.status),
        serials=tuple(_range(each.serials) for each in blocks),
        heard=tuple(each.jws for each in heard),
        completion=said.jws if said else transfer.completion,
        completed_at=transfer.completed_at.isoformat() if transfer.completed_at else "",
        evidence=transfer.proposed.evidence,
        is_information=transfer.proposed.is_information,
    )


def _by_peer(found: Iterable[tuple[str, Serials]]) -> dict[str, list[Range]]:
    by_peer: dict[str, list[Range]] = defaultdict(list)
    for peer, serials in found:
        by_peer[peer].append(_range(serials))
    return by_peer


def _kept(registry: Registry, peer: str) -> list[Incoming]:
    return list(registry.storage.table(f"incoming {peer}").values())


def _sent(registry: Registry, peer: str) -> list[Outgoing]:
    return [each for each in registry.storage.table("outgoing").values() if each.peer == peer and each.jws]


def _range(serials: Serials) -> Range:
    return serials.registry, serials.party, serials.first, serials.last


def _looks(batch: Mapping[str, object]) -> str:
    return str(sorted(batch.items()))
