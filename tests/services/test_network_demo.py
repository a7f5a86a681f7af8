"""The stage of the demonstration's network: it tells only what happened, and does not go on past what did not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from article6.domain.refusals import BrokenInvariant
from article6.services.exchange.standing import SERVICES
from article6.services.network_demo.places import CODES, COUNTRY, KNOWN, LINKS
from article6.services.network_demo.stage import ActRefused, Network, Unsettled


class Registries:
    """Registries that answer what they are told to; what was asked of them, in order."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def __call__(self, part: str, act: str, given: Mapping[str, Any]) -> Any:
        del given
        self.asked.append((part, act))
        answer = self.answers[act]
        if isinstance(answer, Exception):
            raise answer
        return answer


def network(registries: Registries) -> Network:
    return Network(registries, {}, "", lambda is_so: is_so(), lambda _sentence, _is_played: None)


GIVE = {"step": "s", "quantity": 1}


def test_every_registry_is_connected_by_services_that_there_are() -> None:
    assert {each for link in LINKS for each in (link.one, link.other)} == set(CODES)
    assert all(set(link.services) <= SERVICES.keys() for link in LINKS)
    assert {each for pair in KNOWN for each in pair} <= set(CODES)
    assert set(COUNTRY) <= set(CODES)


def test_a_settled_transfer_is_told_and_another_end_is_none() -> None:
    ended = {"status": "settled", "codes": [], "details": [], "ledger": 7}
    net = network(Registries(give={"transfer": "T"}, transfer=ended))
    assert net.settles(GIVE, "thailand", "switzerland") == {"transfer": "T", **ended}
    for status in ("rejected", "cancelled", "disputed"):
        net = network(Registries(give={"transfer": "T"}, transfer={**ended, "status": status}))
        with pytest.raises(BrokenInvariant, match=status):
            net.settles(GIVE, "thailand", "switzerland")
    net = network(Registries(give={"transfer": "T"}, transfer={**ended, "status": "proposed"}))
    with pytest.raises(Unsettled):
        net.settles(GIVE, "thailand", "switzerland")


def test_only_what_was_refused_for_the_reason_named_is_told_as_refused() -> None:
    turned_down = {"status": "rejected", "codes": ["account.refuses_unit"], "details": ["cer.ineligible 2012-12-31"]}
    net = network(Registries(give={"transfer": "T"}, transfer=turned_down, use=ActRefused(("block.reserved",))))
    net.turned_down(GIVE, "cdm", "mechanism", "Early CERs", "cer.ineligible")
    net.refuses("switzerland", "Held units", "block.reserved", "use")
    assert net.refused == ["Early CERs: cer.ineligible", "Held units: block.reserved"]
    with pytest.raises(BrokenInvariant):
        net.turned_down(GIVE, "cdm", "mechanism", "Early CERs", "account.unknown")
    with pytest.raises(BrokenInvariant):
        net.refuses("switzerland", "Held units", "peer.unknown", "use")
    net = network(Registries(use=1))
    with pytest.raises(BrokenInvariant, match="not refused"):
        net.refuses("switzerland", "Held units", "block.reserved", "use")
    assert not net.refused
