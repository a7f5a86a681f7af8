"""Amounts are told by the messages of a transfer, but for the last word of the sender, which gives no title."""

from __future__ import annotations

import pytest
from exchange.hands import Hands

from article6.exchange import keys, titles
from article6.exchange.facts import INFORMATION, UnitBlock
from article6.exchange.facts_json import serials_json
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Problem
from article6.exchange.simulation.ledger import USED


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_the_units_stay_and_are_held_for_who_was_told(hands: Hands) -> None:
    told = hands.tell("GHA01", "CHE01", 1, 10)
    assert [hands.status(code, told) for code in ("GHA01", "CHE01")] == ["settled", "completed"]
    assert (hands.standing("GHA01"), hands.standing("CHE01")) == ([(1, 100)], [])
    [held] = [each for each in hands["GHA01"].books.holdings() if each.account == "held for CHE01"]
    [known] = hands["CHE01"].books.told_units()
    assert held.serials == known.serials == hands.serials(1, 10)


def test_what_was_told_is_no_title(hands: Hands) -> None:
    told = hands.tell("GHA01", "CHE01", 1, 10)
    jws = hands.title("CHE01", told)
    batch = hands["GHA01"].looks(1)
    block = UnitBlock(hands.serials(1, 10), batch, provenance=(keys.digest(jws),))
    given_on = hands.offer("THA01", [block], "CHE01", evidence=(jws,))
    assert hands.status("THA01", given_on) == "rejected"
    assert Problem.PROVENANCE_BROKEN in hands.objections("THA01", given_on)
    # Nor has its holder units in its own books that it could reserve.
    assert hands["CHE01"].books.free("1") == []


@pytest.mark.parametrize("is_information", [True, False])
def test_it_is_completed_as_it_was_accepted_or_not_at_all(hands: Hands, is_information: bool) -> None:
    block = UnitBlock(hands.serials(1, 10), hands["GHA01"].looks(1))
    more = {"service": INFORMATION} if is_information else {}
    offered = hands.offer("CHE01", [block], **more)
    assert hands.status("CHE01", offered) == "accepted"
    said = {
        "transfer_id": offered, "completed_at": written(hands.at), "serials": [serials_json(block.serials)],
        "facts": [titles.facts_digest(block)],
    }  # fmt: skip
    other = Type.TRANSFER_COMPLETED if is_information else Type.TRANSFER_TOLD
    hands.say("GHA01", "CHE01", other, **said, **({} if is_information else {"account": "held for CHE01"}))
    assert hands.status("CHE01", offered) == "accepted"
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_EXISTS]
    right = Type.TRANSFER_TOLD if is_information else Type.TRANSFER_COMPLETED
    hands.say("GHA01", "CHE01", right, **said, **({"account": "held for CHE01"} if is_information else {}))
    assert hands.status("CHE01", offered) == "completed"


def test_units_that_were_told_of_come_in_no_other_way(hands: Hands) -> None:
    hands.tell("GHA01", "CHE01", 1, 10)
    block = UnitBlock(hands.serials(5, 20), hands["GHA01"].looks(1))
    for more in ({}, {"service": INFORMATION}):
        offered = hands.offer("CHE01", [block], **more)
        assert hands.objections("CHE01", offered) == [Problem.BLOCK_ALREADY_HERE]


def test_what_is_asked_later_is_answered_with_the_word_that_told(hands: Hands) -> None:
    transfer = hands["GHA01"].propose("CHE01", [hands.serials(1, 10)], "1", "1", hands.at, INFORMATION)
    hands["GHA01"].desk.announce(transfer, hands.at)
    hands.deliver("GHA01", "CHE01")
    hands["CHE01"].desk.to_send("GHA01", hands.at)
    hands.deliver("CHE01", "GHA01")  # accepted: told, but nothing of it reaches Switzerland
    hands.wait(hours=2)
    hands["CHE01"].desk.tick(hands.at)
    hands.settle()
    assert [hands.status(code, transfer.id) for code in ("GHA01", "CHE01")] == ["settled", "completed"]


def test_what_is_instructed_is_done_once_and_only_for_whom_it_is_held(hands: Hands) -> None:
    hands.tell("GHA01", "CHE01", 1, 10)
    [told] = hands["CHE01"].books.told_units()
    hands["CHE01"].instruct(told, hands.serials(1, 4), USED, "", hands.at)
    hands["CHE01"].instruct(told, hands.serials(5, 7), "given", "2", hands.at)
    hands["THA01"].instruct(told, hands.serials(8, 9), USED, "", hands.at)
    assert [each.asked != "" for each in hands["CHE01"].books.told_units()] == [True, True, False]
    hands.settle()
    known = [(each.serials.first, each.serials.last, each.act) for each in hands["CHE01"].books.told_units()]
    assert known == [(1, 4, USED), (8, 10, "")]
    accounts = {(each.serials.first, each.account) for each in hands["GHA01"].books.holdings()}
    assert {(1, USED), (5, "2"), (8, "held for CHE01")} <= accounts
    assert hands.standing("GHA01") == [(1, 100)]
    # What came back may be told once more, what was used may not.
    again = [hands.offer("CHE01", [UnitBlock(hands.serials(*part), hands["GHA01"].looks(1))], service=INFORMATION)
             for part in ((1, 4), (5, 7))]  # fmt: skip
    assert [hands.status("CHE01", each) for each in again] == ["rejected", "accepted"]
