"""The life of a transfer between two registries, and what may not happen to it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from exchange.hands import Hands

from article6.exchange import acquiring
from article6.exchange.books import PeerStatus, Side, TransferStatus
from article6.exchange.facts import Serials, UnitBlock
from article6.exchange.facts_json import proposed_json, serials_json
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.simulation.ledger import AccountStatus
from article6.exchange.titles import facts_digest
from article6.exchange.transfers import FINAL, STEPS, Effect
from article6.exchange.turns import Received, Subject, Turn


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_units_leave_one_registry_and_stand_in_the_other(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01", 11, 20)
    assert (hands.status("GHA01", transfer_id), hands.status("CHE01", transfer_id)) == ("settled", "completed")
    assert hands.standing("GHA01") == [(1, 10), (21, 100)]
    assert hands.standing("CHE01") == [(11, 20)]
    assert hands["GHA01"].books.stands_with(hands.serials(11, 20)) == "CHE01"


def test_each_side_ends_with_the_signature_of_the_other(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01")
    said = [each.type for each in hands["CHE01"].storage.table("outgoing").values()]
    assert said == [Type.TRANSFER_ACCEPTED, Type.TRANSFER_CONFIRMED]
    transfer = hands["GHA01"].books.transfer(transfer_id)
    assert transfer is not None
    completion = hands["GHA01"].books.own(transfer.completion_message_id)
    assert completion is not None
    assert hands.title("CHE01", transfer_id) == completion.jws


def test_until_the_second_person_approves_the_peer_hears_nothing(hands: Hands) -> None:
    transfer = hands.reserve("GHA01", "CHE01")
    hands.settle()
    assert hands.status("CHE01", transfer.id) == ""
    hands["GHA01"].desk.announce(transfer, hands.at)
    hands.settle()
    assert hands.status("CHE01", transfer.id) == "completed"


def test_what_waits_can_be_withdrawn_and_the_peer_never_hears_of_it(hands: Hands) -> None:
    transfer = hands.reserve("GHA01", "CHE01")
    hands["GHA01"].desk.withdraw(transfer.id, hands.at)
    hands.settle()
    assert hands.status("CHE01", transfer.id) == ""
    assert len(hands["GHA01"].books.free("1")) == 2


def test_what_was_withdrawn_meanwhile_is_not_announced(hands: Hands) -> None:
    transfer = hands.reserve("GHA01", "CHE01")
    hands["GHA01"].desk.withdraw(transfer.id, hands.at)
    with pytest.raises(Rejected, match=Problem.TRANSFER_ALREADY_FINAL):
        hands["GHA01"].desk.announce(transfer, hands.at)
    with pytest.raises(Rejected, match=Problem.TRANSFER_ALREADY_FINAL):
        hands["GHA01"].desk.withdraw(transfer.id, hands.at)
    assert hands.status("GHA01", transfer.id) == "cancelled"


def test_a_rejection_says_what_is_wrong_with_each_block_and_frees_the_units(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01", target="9")
    hands.settle()
    assert hands.status("GHA01", transfer_id) == hands.status("CHE01", transfer_id) == "rejected"
    assert hands.objections("GHA01", transfer_id) == [Problem.ACCOUNT_UNKNOWN]
    assert not any(each.reserved_for for each in hands["GHA01"].books.holdings())


@pytest.mark.parametrize(("hours", "status"), [(23, "settled"), (25, "cancelled")])
def test_an_acceptance_counts_until_the_deadline_and_not_after_it(hands: Hands, hours: int, status: str) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    hands.wait(hours=hours)
    hands.settle()
    assert hands.status("GHA01", transfer_id) == status
    assert hands.status("CHE01", transfer_id) == ("completed" if status == "settled" else "cancelled")
    assert hands.standing("GHA01") == ([(11, 100)] if status == "settled" else [(1, 100)])


def test_an_unanswered_proposal_is_cancelled_by_rule(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.wait(hours=23)
    assert hands["GHA01"].desk.tick(hands.at) == 0
    hands.wait(hours=1)
    assert hands["GHA01"].desk.tick(hands.at) == 1
    assert hands.status("GHA01", transfer_id) == "cancelled"
    assert hands.objections("GHA01", transfer_id) == [Problem.TRANSFER_DEADLINE]


def test_what_was_cancelled_on_the_way_is_rejected_by_the_acquirer_whose_answer_changes_nothing(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.wait(hours=24)
    hands["GHA01"].desk.tick(hands.at)
    hands.settle()
    assert (hands.status("GHA01", transfer_id), hands.status("CHE01", transfer_id)) == ("cancelled", "rejected")
    assert hands.objections("CHE01", transfer_id) == [Problem.TRANSFER_DEADLINE]


def test_an_acquirer_that_accepted_waits_and_asks_until_the_sender_answers(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    hands.wait(days=9)
    assert hands["CHE01"].desk.tick(hands.at) == 1
    assert hands["CHE01"].desk.tick(hands.at) == 0
    assert hands.status("CHE01", transfer_id) == "accepted"
    hands.settle()
    assert hands.status("CHE01", transfer_id) == "cancelled"


def test_the_account_that_waits_for_units_cannot_be_closed(hands: Hands) -> None:
    hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    with hands["CHE01"].books.transaction():
        assert not hands["CHE01"].books.set_account("1", AccountStatus.CLOSED)
        assert hands["CHE01"].books.set_account("2", AccountStatus.CLOSED)


@pytest.mark.parametrize(
    ("until", "status"),
    [("waiting", "waiting"), ("proposed", "proposed"), ("cancelled", "cancelled"), ("rejected", "rejected"),
     ("settled", "completed"), ("never", "unknown")],
)  # fmt: skip
def test_the_answer_to_is_it_still_alive_is_always_well_defined(hands: Hands, until: str, status: str) -> None:
    transfer_id = (
        "T-never" if until == "never" else hands.reserve("GHA01", "CHE01", target="19"[until == "rejected"]).id
    )
    if until not in ("never", "waiting"):
        transfer = hands["GHA01"].books.transfer(transfer_id)
        assert transfer is not None
        hands["GHA01"].desk.announce(transfer, hands.at)
    if until == "cancelled":
        hands["GHA01"].desk.withdraw(transfer_id, hands.at)
    if until in ("rejected", "settled", "cancelled"):
        hands.settle()
    hands.say("CHE01", "GHA01", Type.TRANSFER_STATUS_ASKED, transfer_id=transfer_id)
    told = [
        each for each in hands["GHA01"].storage.table("outgoing").values() if each.type == Type.TRANSFER_STATUS_TOLD
    ]
    assert [each.data["status"] for each in told] == [status]
    assert ("completion" in told[0].data) == (status == "completed")


def test_who_is_not_part_of_a_transfer_is_told_nothing_of_it(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01")
    hands.say("THA01", "GHA01", Type.TRANSFER_STATUS_ASKED, transfer_id=transfer_id)
    told = [each for each in hands["GHA01"].storage.table("outgoing").values() if each.peer == "THA01"]
    assert [each.data for each in told] == [{"transfer_id": transfer_id, "status": "unknown"}]


def test_asking_past_the_deadline_is_answered_with_the_cancellation(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    hands.wait(days=2)
    hands.say("CHE01", "GHA01", Type.TRANSFER_STATUS_ASKED, transfer_id=transfer_id)
    hands.settle()
    assert hands.status("GHA01", transfer_id) == hands.status("CHE01", transfer_id) == "cancelled"


def test_units_that_a_sender_no_longer_knows_of_are_no_longer_waited_for_and_a_person_is_told(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    hands.say("GHA01", "CHE01", Type.TRANSFER_STATUS_TOLD, transfer_id=transfer_id, status="unknown")
    assert hands.status("CHE01", transfer_id) == "cancelled"
    assert transfer_id in hands.alerts("CHE01")


# What may not be ----------------------------------------------------------------------------------------------------


def complete(hands: Hands, transfer_id: str, serials: Serials, peer: str = "CHE01") -> None:
    """Ghana says that it completed a transfer."""
    facts = facts_digest(UnitBlock(serials, hands["GHA01"].looks(1)))
    moment = written(hands.at)
    hands.say("GHA01", peer, Type.TRANSFER_COMPLETED, transfer_id=transfer_id, completed_at=moment,
              serials=[serials_json(serials)], facts=[facts])  # fmt: skip


def test_a_second_completion_changes_nothing_and_is_shown(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01")
    complete(hands, transfer_id, hands.serials(1, 10))
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_ALREADY_FINAL]
    assert any(each.startswith(Problem.TRANSFER_ALREADY_FINAL) for each in hands.alerts("CHE01"))
    assert hands.standing("CHE01") == [(1, 10)]


def test_a_completion_after_a_cancellation_changes_nothing(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    hands["GHA01"].desk.withdraw(transfer_id, hands.at)
    hands.settle()
    complete(hands, transfer_id, hands.serials(1, 10))
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_ALREADY_FINAL]
    assert hands.standing("CHE01") == []


def test_a_completion_of_what_was_rejected_changes_nothing(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01", target="9")
    hands.settle()
    complete(hands, transfer_id, hands.serials(1, 10))
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_NOT_ACCEPTED]


def test_a_cancellation_after_the_completion_changes_nothing(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01")
    hands.say("GHA01", "CHE01", Type.TRANSFER_CANCELLED, transfer_id=transfer_id, objections=[])
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_ALREADY_FINAL]
    assert hands.standing("CHE01") == [(1, 10)]


@pytest.mark.parametrize(("last", "problems"), [(10, []), (11, [Problem.TRANSFER_EXISTS])])
def test_a_completion_is_for_exactly_the_units_that_were_accepted(
    hands: Hands, last: int, problems: list[Problem]
) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    complete(hands, transfer_id, hands.serials(1, last))
    assert hands.turned_down("CHE01", "GHA01") == problems
    assert hands.status("CHE01", transfer_id) == ("accepted" if problems else "completed")


def test_nobody_completes_the_transfer_of_another(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    moment, facts = written(hands.at), facts_digest(UnitBlock(hands.serials(1, 10), hands["GHA01"].looks(1)))
    hands.say("THA01", "CHE01", Type.TRANSFER_COMPLETED, transfer_id=transfer_id, completed_at=moment,
              serials=[serials_json(hands.serials(1, 10))], facts=[facts])  # fmt: skip
    assert hands.turned_down("CHE01", "THA01") == [Problem.TRANSFER_UNKNOWN]


def test_an_id_that_is_used_cannot_stand_for_other_content(hands: Hands) -> None:
    transfer_id = hands.transfer("GHA01", "CHE01")
    transfer = hands["GHA01"].books.transfer(transfer_id)
    assert transfer is not None
    same = proposed_json(transfer.proposed)
    hands.say("GHA01", "CHE01", Type.TRANSFER_PROPOSED, **same)
    assert hands.turned_down("CHE01", "GHA01") == []
    hands.say("GHA01", "CHE01", Type.TRANSFER_PROPOSED, **{**same, "target_account": "2"})
    assert hands.turned_down("CHE01", "GHA01") == [Problem.TRANSFER_EXISTS]


def test_units_that_stand_here_already_cannot_come_again(hands: Hands) -> None:
    hands.transfer("GHA01", "CHE01")
    again = hands.offer("CHE01", [UnitBlock(hands.serials(5, 6), hands["GHA01"].looks(1))])
    assert hands.objections("CHE01", again) == [Problem.BLOCK_ALREADY_HERE]


def test_units_that_are_expected_already_cannot_be_accepted_again(hands: Hands) -> None:
    hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    again = hands.offer("CHE01", [UnitBlock(hands.serials(10, 11), hands["GHA01"].looks(1))])
    beside = hands.offer("CHE01", [UnitBlock(hands.serials(11, 12), hands["GHA01"].looks(1))])
    assert hands.objections("CHE01", again) == [Problem.BLOCK_ALREADY_HERE]
    assert hands.status("CHE01", beside) == "accepted"


def test_a_block_cannot_stand_twice_in_a_proposal(hands: Hands) -> None:
    looks = hands["GHA01"].looks(1)
    twice = hands.offer("CHE01", [UnitBlock(hands.serials(1, 5), looks), UnitBlock(hands.serials(5, 9), looks)])
    once = hands.offer("CHE01", [UnitBlock(hands.serials(1, 5), looks), UnitBlock(hands.serials(6, 9), looks)])
    assert hands.objections("CHE01", twice) == [Problem.BLOCK_REPEATED]
    assert hands.status("CHE01", once) == "accepted"


def test_nothing_new_is_taken_from_a_suspended_peer_and_what_is_under_way_is_finished(hands: Hands) -> None:
    under_way = hands.propose("GHA01", "CHE01", 1, 10)
    hands.deliver("GHA01", "CHE01")
    hands.set_peer("CHE01", "GHA01", PeerStatus.SUSPENDED)
    new = hands.propose("GHA01", "CHE01", 21, 30)
    hands.settle()
    assert (hands.status("GHA01", under_way), hands.status("GHA01", new)) == ("settled", "rejected")
    assert hands.objections("GHA01", new) == [Problem.SENDER_SUSPENDED]


def test_nothing_is_proposed_to_a_peer_that_is_not_connected(hands: Hands) -> None:
    transfer = hands.reserve("GHA01", "CHE01")
    hands.set_peer("GHA01", "CHE01", PeerStatus.SUSPENDED)
    with pytest.raises(Rejected, match=Problem.SERVICE_NOT_AGREED):
        hands["GHA01"].desk.announce(transfer, hands.at)
    assert hands.status("GHA01", transfer.id) == "waiting"


def test_a_service_has_to_be_agreed(hands: Hands) -> None:
    blocks = [UnitBlock(hands.serials(1, 5), hands["GHA01"].looks(1))]
    assert hands.objections("CHE01", hands.offer("CHE01", blocks, service="view")) == [Problem.SERVICE_NOT_AGREED]
    assert hands.status("CHE01", hands.offer("CHE01", blocks)) == "accepted"


def test_a_sum_has_to_be_right(hands: Hands) -> None:
    blocks = [UnitBlock(hands.serials(1, 5), hands["GHA01"].looks(1))]
    assert hands.objections("CHE01", hands.offer("CHE01", blocks, quantity=6)) == [Problem.MESSAGE_MALFORMED]


# Where books contradict ---------------------------------------------------------------------------------------------


def test_a_sender_whose_ledger_refuses_cancels(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    with hands["GHA01"].books.transaction():
        hands["GHA01"].books.set_account("1", AccountStatus.BLOCKED)
    hands.settle()
    assert hands.status("GHA01", transfer_id) == hands.status("CHE01", transfer_id) == "cancelled"
    assert hands.objections("GHA01", transfer_id) == [Problem.ACCOUNT_NOT_OPEN]


def test_a_completion_that_cannot_be_booked_is_disputed_until_people_have_removed_the_cause(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    hands.deliver("GHA01", "CHE01")
    books = hands["CHE01"].books
    contrary = Objection(Problem.BLOCK_IN_DISPUTE, str(hands.serials(1, 10)))
    monkeypatch.setattr(books, "take_in", lambda transfer, at: [contrary])
    hands.settle()
    assert hands.status("GHA01", transfer_id) == hands.status("CHE01", transfer_id) == "disputed"
    assert transfer_id in hands.alerts("GHA01")
    assert transfer_id in hands.alerts("CHE01")
    with pytest.raises(Rejected, match=Problem.BLOCK_IN_DISPUTE):
        hands["CHE01"].desk.retry(transfer_id, hands.at)
    monkeypatch.undo()
    hands["CHE01"].desk.retry(transfer_id, hands.at)
    hands.settle()
    assert (hands.status("GHA01", transfer_id), hands.status("CHE01", transfer_id)) == ("settled", "completed")
    assert hands.standing("CHE01") == [(1, 10)]


def test_a_completion_in_an_answer_counts_like_the_completion(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    monkeypatch.setattr(acquiring, "_book", refuse)
    hands.settle()
    assert hands.turned_down("CHE01", "GHA01") == [Problem.BLOCK_IN_DISPUTE]
    monkeypatch.undo()
    hands.wait(hours=2)
    hands["CHE01"].desk.tick(hands.at)
    hands.settle()
    assert hands.status("CHE01", transfer_id) == "completed"


def refuse(*_: object) -> None:
    raise Rejected(Objection(Problem.BLOCK_IN_DISPUTE))


# The table and the desk ---------------------------------------------------------------------------------------------


def test_units_move_in_two_steps_only_one_on_either_side() -> None:
    moving = {key: step for key, step in STEPS.items() if step.is_moving}
    assert {(side, str(status), str(event)) for side, status, event in moving} == {
        (Side.SENDER, "proposed", "accepted"), (Side.ACQUIRER, "accepted", "completed"),
    }  # fmt: skip


def test_nothing_leads_from_an_end_to_units_that_move() -> None:
    ends = {TransferStatus.REJECTED, TransferStatus.CANCELLED, TransferStatus.SETTLED}
    reached = {(status, step.status) for (_, status, _), step in STEPS.items() if status in ends}
    assert all(before == after for before, after in reached)
    assert ends <= FINAL
    assert all(step.effect is Effect.NONE for (_, status, _), step in STEPS.items() if status in FINAL)


def test_another_module_plugs_its_messages_in(hands: Hands) -> None:
    heard: list[str] = []

    def handle(turn: Turn, received: Received) -> None:
        heard.append(received.peer.code)
        turn.alert(received.peer.code, "asked", received.message.id)

    desk = hands["CHE01"].desk
    plugged = type(desk)(hands["CHE01"].books, hands["CHE01"].signer, subjects=[Subject({Type.CLOCK_ASKED: handle})])
    hands.say("GHA01", "CHE01", Type.CLOCK_ASKED, asked_at=written(hands.at))
    assert hands.turned_down("CHE01", "GHA01") == [Problem.MESSAGE_TYPE]
    hands["CHE01"].desk = plugged
    hands.say("GHA01", "CHE01", Type.CLOCK_ASKED, asked_at=written(hands.at))
    assert heard == ["GHA01"]


def test_a_proposal_that_is_not_even_taken_in_frees_the_units(hands: Hands) -> None:
    transfer_id = hands.propose("GHA01", "CHE01")
    outbox = hands["GHA01"].storage.table("outgoing")
    key, message = next(iter(outbox.items()))
    outbox[key] = replace(message, data={**message.data, "blocks": []})
    hands.settle()
    assert hands.status("GHA01", transfer_id) == "rejected"
    assert hands.objections("GHA01", transfer_id) == [Problem.MESSAGE_MALFORMED]


def test_blocks_go_out_and_come_back_in_any_parts(hands: Hands) -> None:
    for first, last in itertools.pairwise([1, 4, 9, 16]):
        hands.transfer("GHA01", "CHE01", first, last - 1)
    for first, last in [(1, 2), (3, 3), (5, 7), (9, 14)]:
        hands.transfer("CHE01", "GHA01", first, last)
    assert hands.standing("CHE01") == [(4, 4), (8, 8), (15, 15)]
    assert hands.standing("GHA01") == [(1, 3), (5, 7), (9, 14), (16, 100)]
