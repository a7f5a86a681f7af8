"""By what right a registry gives units that another one issued, and what does not count as one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchange.hands import Hands

from article6.exchange import envelope, provenance
from article6.exchange.books import PeerStatus, Transfer
from article6.exchange.envelope import Envelope
from article6.exchange.facts import Serials, UnitBlock
from article6.exchange.facts_json import serials_json
from article6.exchange.keys import Signer, digest
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Problem, Rejected
from article6.exchange.titles import facts_digest


@pytest.fixture
def hands() -> Hands:
    return Hands()


def taken(hands: Hands, code: str, transfer_id: str) -> Transfer:
    transfer = hands[code].books.transfer(transfer_id)
    assert transfer is not None
    return transfer


def block(hands: Hands, first: int = 1, last: int = 10, *chain: str) -> UnitBlock:
    return UnitBlock(hands.serials(first, last), hands["GHA01"].looks(1), provenance=chain)


def offer(hands: Hands, sender: str, peer: str, units: UnitBlock, *titles: str) -> list[Problem]:
    """Propose units by these completions, oldest first; what the peer objects."""
    chained = replace(units, provenance=tuple(digest(each) for each in titles))
    return hands.objections(peer, hands.offer(peer, [chained], sender, evidence=titles))


def title(hands: Hands, signer: Signer, giver: str, receiver: str, *units: UnitBlock) -> str:
    """A completion that was never asked for."""
    said = {
        "transfer_id": "T-made-up",
        "completed_at": written(hands.at),
        "serials": [serials_json(each.serials) for each in units],
        "facts": [facts_digest(each) for each in units],
    }
    message = Envelope(f"M-{giver}", giver, receiver, Type.TRANSFER_COMPLETED, 1, hands.at, said)
    return signer.sign(envelope.to_bytes(message))


def test_units_go_on_with_the_chain_that_brought_them(hands: Hands) -> None:
    first = hands.transfer("GHA01", "CHE01", 1, 10)
    second = hands.transfer("CHE01", "THA01", 3, 4)
    assert hands.standing("THA01") == [(3, 4)]
    came = taken(hands, "THA01", second).proposed
    assert came.evidence == (hands.title("CHE01", first),)
    assert came.blocks[0].provenance == (digest(hands.title("CHE01", first)),)


def test_what_came_by_different_transfers_goes_on_in_different_blocks(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01", 1, 10)
    hands.transfer("GHA01", "CHE01", 11, 20)
    books = hands["CHE01"].books
    whole = replace(
        taken(hands, "CHE01", hands.transfer("GHA01", "CHE01", 21, 30)).proposed, blocks=(block(hands, 5, 25),)
    )
    chained = provenance.with_chains(whole, books)
    assert [(each.serials.first, each.serials.last) for each in chained.blocks] == [(5, 10), (11, 20), (21, 25)]
    assert len(chained.evidence) == 3


def test_units_come_home_and_go_out_again_without_a_chain(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01")
    hands.transfer("CHE01", "THA01")
    home = hands.transfer("THA01", "GHA01")
    assert len(taken(hands, "GHA01", home).proposed.evidence) == 2
    assert hands.standing("GHA01") == [(1, 100)]
    again = hands.transfer("GHA01", "THA01")
    assert taken(hands, "THA01", again).proposed.evidence == ()
    assert hands.standing("THA01") == [(1, 10)]


def test_units_that_went_round_without_coming_home_show_the_whole_way(hands: Hands) -> None:
    for sender, peer in [("GHA01", "CHE01"), ("CHE01", "THA01"), ("THA01", "CHE01")]:
        hands.transfer(sender, peer)
    last = hands.transfer("CHE01", "THA01")
    assert len(taken(hands, "THA01", last).proposed.evidence) == 3
    assert hands.standing("THA01") == [(1, 10)]


def test_units_that_never_came_here_are_not_given(hands: Hands) -> None:
    with pytest.raises(Rejected, match=Problem.PROVENANCE_BROKEN):
        hands.transfer("GHA01", "CHE01", 1, 10)
        known = taken(hands, "CHE01", "T-GHA01-1").proposed
        provenance.with_chains(replace(known, blocks=(block(hands, 9, 11),)), hands["CHE01"].books)


def test_units_of_another_series_need_a_chain(hands: Hands) -> None:
    first = hands.transfer("GHA01", "CHE01")
    assert offer(hands, "CHE01", "THA01", block(hands)) == [Problem.BLOCK_NOT_SENDERS]
    assert offer(hands, "CHE01", "THA01", block(hands), hands.title("CHE01", first)) == []


def test_the_originating_registry_shows_no_chain(hands: Hands) -> None:
    first = hands.transfer("GHA01", "CHE01")
    assert offer(hands, "GHA01", "THA01", block(hands, 11, 12), hands.title("CHE01", first)) == [
        Problem.PROVENANCE_BROKEN
    ]
    assert offer(hands, "GHA01", "THA01", block(hands, 11, 12)) == []


@pytest.mark.parametrize(("last", "problems"), [(10, []), (11, [Problem.PROVENANCE_BROKEN])])
def test_a_chain_covers_every_serial(hands: Hands, last: int, problems: list[Problem]) -> None:
    first = hands.transfer("GHA01", "CHE01", 1, 10)
    assert offer(hands, "CHE01", "THA01", block(hands, 2, last), hands.title("CHE01", first)) == problems


def test_a_chain_leads_to_who_gives(hands: Hands) -> None:
    first = hands.transfer("GHA01", "CHE01", 1, 10)
    # Thailand shows the title of Switzerland.
    assert offer(hands, "THA01", "CHE01", block(hands, 20, 21), hands.title("CHE01", first)) == [
        Problem.PROVENANCE_BROKEN
    ]


def test_a_chain_begins_where_the_units_were_issued(hands: Hands) -> None:
    units = block(hands, 1, 5)
    made_up = title(hands, hands["CHE01"].signer, "CHE01", "CHE01", units)
    assert offer(hands, "CHE01", "THA01", units, made_up) == [Problem.PROVENANCE_BROKEN]


def test_a_link_that_is_missing_or_stands_twice_breaks_the_chain(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01")
    second = hands.transfer("CHE01", "THA01")
    came = taken(hands, "THA01", second)
    links = (*came.proposed.evidence, came.completion)
    third = hands.offer("GHA01", [replace(block(hands), provenance=tuple(map(digest, links)))], "THA01", evidence=links)
    assert hands.objections("GHA01", third) == []
    for chain, evidence in [
        (links, links[:1]), (links, links[1:]), ((links[1],), links[1:]), ((*links, links[1]), links),
        (links[::-1], links),
    ]:  # fmt: skip
        broken = replace(block(hands), provenance=tuple(digest(each) for each in chain))
        found = hands.objections("CHE01", hands.offer("CHE01", [broken], "THA01", evidence=evidence))
        assert Problem.PROVENANCE_BROKEN in found


def test_evidence_that_no_block_names_is_not_taken(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01", 1, 10))
    other = hands.title("CHE01", hands.transfer("GHA01", "CHE01", 11, 20))
    chained = block(hands, 1, 5, digest(first))
    found = hands.objections("THA01", hands.offer("THA01", [chained], "CHE01", evidence=(first, other)))
    assert found == [Problem.PROVENANCE_BROKEN]


def test_a_completion_that_a_stranger_signed_in_a_registrys_name_counts_for_nothing(hands: Hands) -> None:
    units = block(hands, 1, 5)
    forged = title(hands, hands.stranger("GHA01"), "GHA01", "CHE01", units)
    real = title(hands, hands["GHA01"].signer, "GHA01", "CHE01", units)
    assert offer(hands, "CHE01", "THA01", units, forged) == [Problem.PROVENANCE_UNKNOWN_SIGNER]
    assert offer(hands, "CHE01", "THA01", units, real) == []


def test_a_completion_whose_content_was_changed_counts_for_nothing(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01", 1, 10))
    wider = title(hands, hands.stranger("GHA01"), "GHA01", "CHE01", block(hands, 1, 99))
    header, _, signature = first.split(".")
    altered = ".".join([header, wider.split(".")[1], signature])
    assert offer(hands, "CHE01", "THA01", block(hands, 1, 99), altered) == [Problem.PROVENANCE_BROKEN]


def test_every_signer_has_to_be_pinned_and_need_not_be_connected(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    known = hands["THA01"].books.peer("GHA01")
    assert known is not None
    with hands["THA01"].books.transaction():
        hands["THA01"].books.save_peer(replace(known, status=PeerStatus.KNOWN, keys=()))
    assert offer(hands, "CHE01", "THA01", block(hands, 1, 5), first) == [Problem.PROVENANCE_UNKNOWN_SIGNER]
    with hands["THA01"].books.transaction():
        hands["THA01"].books.save_peer(replace(known, status=PeerStatus.KNOWN))
    assert offer(hands, "CHE01", "THA01", block(hands, 1, 5), first) == []


def test_another_message_is_no_title(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01")
    proposal = next(iter(hands["GHA01"].storage.table("outgoing").values())).jws
    assert offer(hands, "CHE01", "THA01", block(hands), proposal) == [Problem.PROVENANCE_BROKEN]


def test_attributes_of_a_batch_cannot_change_on_the_way(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    newer = replace(block(hands), batch={**hands["GHA01"].looks(1), "vintage_year": 2030})
    same = replace(block(hands), batch={**hands["GHA01"].looks(1), "metric": "GHG", "gwp": ""})
    assert offer(hands, "CHE01", "THA01", newer, first) == [Problem.BLOCK_FACTS_DIFFER]
    assert offer(hands, "CHE01", "THA01", same, first) == []


# Chains of the past -------------------------------------------------------------------------------------------------


def test_what_came_home_does_not_come_home_a_second_time(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    hands.transfer("CHE01", "GHA01")
    assert offer(hands, "CHE01", "GHA01", block(hands), first) == [
        Problem.BLOCK_NOT_SENDERS,
        Problem.BLOCK_ALREADY_HERE,
    ]
    hands.transfer("GHA01", "THA01")
    assert offer(hands, "CHE01", "GHA01", block(hands), first) == [Problem.BLOCK_NOT_SENDERS]


def test_an_older_title_of_the_same_peer_does_not_count(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    hands.transfer("CHE01", "GHA01")
    second = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    assert offer(hands, "CHE01", "GHA01", block(hands), first) == [Problem.BLOCK_NOT_SENDERS]
    assert offer(hands, "CHE01", "GHA01", block(hands), second) == []


def test_an_acquirer_sees_that_it_gave_the_units_away_itself(hands: Hands) -> None:
    first = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    hands.transfer("CHE01", "THA01")
    hands.transfer("THA01", "GHA01")
    # Switzerland gave them to Thailand long ago, and offers Thailand the same again; only a new word of Ghana counts.
    assert offer(hands, "CHE01", "THA01", block(hands), first) == [Problem.BLOCK_NOT_SENDERS]
    anew = hands.title("CHE01", hands.transfer("GHA01", "CHE01"))
    assert offer(hands, "CHE01", "THA01", block(hands), anew) == []


def test_units_that_stand_elsewhere_with_another_do_not_come_home_from_this_one(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01")
    forged = title(hands, hands["GHA01"].signer, "GHA01", "THA01", block(hands))
    # Ghana's own key is no proof for Ghana: it looks whether it said so.
    assert offer(hands, "THA01", "GHA01", block(hands), forged) == [Problem.PROVENANCE_BROKEN]


def test_units_that_a_registry_never_issued_do_not_come_home(hands: Hands) -> None:
    units = UnitBlock(Serials("GHA01", "GHA", 500, 501), hands["GHA01"].looks(1))
    real = title(hands, hands["GHA01"].signer, "GHA01", "CHE01", units)
    assert Problem.PROVENANCE_BROKEN in offer(hands, "CHE01", "GHA01", units, real)


def test_a_chain_ends_somewhere(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.transfer("GHA01", "CHE01")
    hands.transfer("CHE01", "THA01")
    monkeypatch.setattr(provenance, "CHAIN_LIMIT", 2)
    hands.transfer("THA01", "CHE01", 1, 4)
    with pytest.raises(Rejected, match=Problem.PROVENANCE_BROKEN):
        hands.propose("CHE01", "THA01", 1, 2)
    monkeypatch.setattr(provenance, "CHAIN_LIMIT", 3)
    hands.transfer("CHE01", "GHA01", 3, 4)
    assert hands.standing("GHA01") == [(3, 4), (11, 100)]


def test_a_part_of_a_block_has_the_facts_of_the_whole() -> None:
    """Underlying serials differ from part to part; what they are to the serials does not."""
    batch = {"unit_type": "MO", "underlying_first": "501", "underlying_last": "600", "metric": "GHG"}
    whole = UnitBlock(Serials("GHA01", "GHA", 1, 100), batch)
    part = UnitBlock(
        Serials("GHA01", "GHA", 11, 20), {**batch, "underlying_first": "511", "underlying_last": "520", "gwp": ""}
    )
    moved = UnitBlock(part.serials, {**batch, "underlying_first": "512", "underlying_last": "521"})
    assert facts_digest(part) == facts_digest(whole) != facts_digest(moved)
