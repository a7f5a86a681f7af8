"""Reconciliation of two registries: totals, then the blocks of totals that differ, then the trail of such blocks.

What passed between the two is drawn from the ledger's journal, as of a moment that the first message names. Both sides
compare, each by itself, with what the other told; both block what differs and stands with them, and nothing else. It is
free again once both administrators have signed the same resolution and a later comparison finds nothing.

Source: 6/CMA.4 annex I paras 9-10, 17(c); the phases and statuses are those of standards.md 7.1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from article6.domain.refusals import N_
from article6.exchange import comparing, keys, titles
from article6.exchange.books import Books, Outgoing, Peer, PeerStatus
from article6.exchange.cases import (
    COMPARING,
    SERVICE,
    STATEMENT,
    CaseBooks,
    Correction,
    Reconciliation,
    Signature,
    Status,
    TrailEntry,
    both_signed,
    correction,
    correction_json,
    left_open,
)
from article6.exchange.comparing import OTHER_WAY, Difference, Key, Passed, Way
from article6.exchange.facts import Serials
from article6.exchange.facts_json import serials_from, serials_json
from article6.exchange.message_types import Type
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Subject, Turn

CASE = N_("The books of both registries differ; a reconciliation has the serials and the evidence of both.")
DENIED = N_("The peer did not take our reconciliation; its receipt has the reason.")
PEER_FOUND = N_(
    "The peer finds that the books differ, and we do not: compare the reconciliation with its administrator."
)
NOT_HELD = N_("Units that differ are reserved by another transaction and could not be blocked; decide that one first.")
SIGNED = N_("The peer signed how a case of reconciliation is to be resolved; sign the same, or another way.")
AGREED = N_(
    "Both signed how a case of reconciliation is resolved: correct what is to be corrected, and reconcile again."
)

BLOCKS_AT_ONCE = 5_000
"""Blocks or entries in a message."""

EVIDENCE_BYTES = 2_000_000
"""Completions in a message, together."""


class Reconciling:
    """The subject of the desk, over what a registry keeps of its cases."""

    def __init__(self, cases: CaseBooks) -> None:
        self.cases = cases

    def subject(self) -> Subject:
        return Subject(
            {
                Type.RECONCILIATION_STARTED: self._started,
                Type.RECONCILIATION_TOTALS: self._totals,
                Type.RECONCILIATION_BLOCKS: self._blocks,
                Type.RECONCILIATION_TRAIL: self._trail,
                Type.RECONCILIATION_RESULT: self._result,
                Type.RECONCILIATION_RESOLVED: self._resolved,
            },
            {Type.RECONCILIATION_STARTED: self._denied},
        )

    # Totals ---------------------------------------------------------------------------------------------------------

    def start(self, turn: Turn, peer: str, reason: str) -> Reconciliation:
        """Ask a peer to compare what passed between us until now.

        Raises:
            Rejected: it is not connected, or the service is not agreed.
        """
        _require(turn.books.peer(peer), peer)
        found = Reconciliation(
            turn.books.new_id(), peer, True, turn.now, reason, Status.INITIATED, turn.now, turn.now
        )  # fmt: skip
        self.cases.save(found)
        said = {"reconciliation_id": found.id, "as_of": written(found.as_of), "reason": reason}
        turn.say(peer, Type.RECONCILIATION_STARTED, said)
        return found

    def _started(self, turn: Turn, received: Received) -> None:
        peer, data = received.peer.code, received.data
        _require(received.peer, peer)
        as_of = moment(data["as_of"])
        if as_of > turn.now + turn.limits.skew:
            raise Rejected(Objection(Problem.CLOCK_SKEW, "as_of", data["as_of"]))
        if self.cases.reconciliation(data["reconciliation_id"], peer) is not None:
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "reconciliation_id", "started before"))
        found = Reconciliation(
            data["reconciliation_id"], peer, False, as_of, data["reason"], Status.CONFIRMED, turn.now, turn.now
        )
        self.cases.save(found)
        self._tell_totals(turn, found, received.message.id)

    def _denied(self, turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
        found = self.cases.reconciliation(str(message.data["reconciliation_id"]), message.peer, lock=True)
        if found is not None and found.status is Status.INITIATED:
            self.cases.save(replace(found, status=Status.DENIED, changed_at=turn.now))
            turn.alert(message.peer, DENIED, found.id)

    def _tell_totals(self, turn: Turn, found: Reconciliation, answers: str) -> None:
        ours = self._passed(found)
        said = {
            "reconciliation_id": found.id, "as_of": written(found.as_of),
            "given": comparing.totals_json(ours[Way.GIVEN]), "taken": comparing.totals_json(ours[Way.TAKEN]),
        }  # fmt: skip
        turn.say(found.peer, Type.RECONCILIATION_TOTALS, said, answers)

    def _passed(self, found: Reconciliation) -> Passed:
        return comparing.passed(self.cases.flows(found.peer, found.as_of), self.cases.settled(found.peer))

    def _totals(self, turn: Turn, received: Received) -> None:
        found = self._under_way(received)
        if moment(received.data["as_of"]) != found.as_of:
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "as_of", "not the moment that was agreed"))
        if found.is_ours and found.status is Status.INITIATED:
            self._tell_totals(turn, found, received.message.id)
        ours = self._passed(found)
        differing = comparing.differing_totals(ours, received.data)
        if not differing:
            self._agreed(turn, found, received.message.id)
            return
        after = replace(found, status=Status.TOTALS_DIFFER, changed_at=turn.now)
        self.cases.save(after)
        self._tell_blocks(turn, after, ours, differing, received.message.id)

    # Blocks ---------------------------------------------------------------------------------------------------------

    def _tell_blocks(
        self, turn: Turn, found: Reconciliation, ours: Passed, differing: set[Key], answers: str
    ) -> None:  # fmt: skip
        blocks = list(self._standing(ours, differing))
        pages = [blocks[at : at + BLOCKS_AT_ONCE] for at in range(0, len(blocks), BLOCKS_AT_ONCE)] or [[]]
        for number, page in enumerate(pages, 1):
            cursor = "" if number == len(pages) else str(number)
            said = {"reconciliation_id": found.id, "blocks": page, "cursor": cursor}
            turn.say(found.peer, Type.RECONCILIATION_BLOCKS, said, answers)

    def _standing(self, ours: Passed, differing: set[Key]) -> Iterator[dict[str, Any]]:
        for key in sorted(differing):
            for first, last in ours[Way.GIVEN].get(key, ()):
                yield _block(Serials(key.registry, key.party, first, last), key, "elsewhere")
            taken = [Serials(key.registry, key.party, *each) for each in ours[Way.TAKEN].get(key, ())]
            gone = self.cases.used(taken)
            here = [part for each in taken for part in comparing.beyond(each, gone)]
            lines = [*((each, "here") for each in here), *((each, "gone") for each in gone)]
            yield from (_block(serials, key, where) for serials, where in sorted(lines))

    def _blocks(self, turn: Turn, received: Received) -> None:
        found = self._under_way(received, Status.COMPLETED)
        if received.data["cursor"]:
            return
        last = received.incoming.sequence
        theirs = _told(self._said(found, Type.RECONCILIATION_BLOCKS, last))
        totals = self._said(found, Type.RECONCILIATION_TOTALS, last)
        ours = self._passed(found)
        named = {key for keys_of in theirs.values() for key in keys_of}
        differing = named | (comparing.differing_totals(ours, totals[-1]) if totals else set())
        if found.status is not Status.TOTALS_DIFFER:
            # The peer's totals were ours, and it saw it otherwise: it is answered all the same.
            self._tell_blocks(turn, found, ours, differing, received.message.id)
        differences = comparing.differences(ours, theirs, sorted(differing))
        if differences:
            self._differ(turn, found, differences, received.message.id)
        elif found.result != "agreed":
            self._agreed(turn, found, received.message.id)

    def _differ(
        self, turn: Turn, found: Reconciliation, differences: Sequence[Difference], answers: str
    ) -> None:  # fmt: skip
        known = [
            each.serials
            for case in self.cases.open_cases(found.peer)
            for each in self.cases.differences(case.id, case.peer)
        ]
        is_known = not any(comparing.beyond(each.serials, known) for each in differences)
        status = Status.BLOCKS_DIFFER if is_known else Status.BY_HAND
        self.cases.save(replace(found, status=status, changed_at=turn.now, result="blocks_differ"))
        self.cases.add_differences(found.id, found.peer, differences)
        self._hold(turn, found, [each.serials for each in differences if each.is_ours])
        serials = comparing.serials_of(differences)
        self._tell_trail(turn, found, serials, answers)
        self._tell_result(turn, found, "blocks_differ", serials, answers)
        if not is_known:
            turn.alert(found.peer, CASE, found.id)

    def _hold(self, turn: Turn, found: Reconciliation, serials: Iterable[Serials]) -> None:
        """Block what differs, but for what both have signed is to be corrected here."""
        being_corrected = [
            each.serials
            for case in self.cases.open_cases(found.peer)
            for each in both_signed(self.cases.signatures(case.id, case.peer))
            if each.registry == turn.books.code
        ]
        wanted = [part for each in serials for part in comparing.beyond(each, being_corrected)]
        busy = self.cases.hold(found.id, found.peer, wanted, turn.now) if wanted else []
        if busy:
            turn.alert(found.peer, NOT_HELD, f"{found.id} {busy[0]}")

    # Trail ----------------------------------------------------------------------------------------------------------

    def _tell_trail(self, turn: Turn, found: Reconciliation, serials: Sequence[Serials], answers: str) -> None:
        pages = list(_pages(self.cases.trail(serials)))
        for number, page in enumerate(pages, 1):
            evidence = list(dict.fromkeys(each.evidence for each in page if each.evidence))
            said = {
                "reconciliation_id": found.id, "entries": [_entry(each) for each in page], "evidence": evidence,
                "cursor": "" if number == len(pages) else str(number),
            }  # fmt: skip
            turn.say(found.peer, Type.RECONCILIATION_TRAIL, said, answers)

    def _trail(self, turn: Turn, received: Received) -> None:
        """What the peer alone has in its books is blocked here too, as far as a completion shows that it passed."""
        found = self._of(received)
        if received.data["cursor"] or found.status not in (Status.BY_HAND, Status.BLOCKS_DIFFER):
            return
        pages = self._said(found, Type.RECONCILIATION_TRAIL, received.incoming.sequence)
        shown = [part for page in pages for jws in page["evidence"] for part in _shown(turn.books, found.peer, jws)]
        theirs = [each for each in self.cases.differences(found.id, found.peer) if not each.is_ours]
        self._hold(turn, found, [part for each in theirs for part in comparing.overlap(each.serials, shown)])

    # Result ---------------------------------------------------------------------------------------------------------

    def _agreed(self, turn: Turn, found: Reconciliation, answers: str) -> None:
        self.cases.save(replace(found, status=Status.COMPLETED, changed_at=turn.now, result="agreed"))
        self._tell_result(turn, found, "agreed", (), answers)
        self._close(turn, found)

    def _close(self, turn: Turn, found: Reconciliation) -> None:
        """Nothing differs: what both signed a resolution of is done, and what was blocked for it is free."""
        cases = [each for each in self.cases.open_cases(found.peer) if each.as_of <= found.as_of]
        done = [each for each in cases if not self._left_open(each)]
        for case in done:
            self.cases.save(replace(case, status=Status.COMPLETED_BY_HAND, changed_at=turn.now))
        left = [
            each.serials
            for case in self.cases.open_cases(found.peer)
            for each in self.cases.differences(case.id, case.peer)
        ]
        if done and not left:
            self.cases.release(found.peer, None, turn.now)
        elif done:
            free = [each.serials for case in done for each in self.cases.differences(case.id, case.peer)]
            over = [part for each in free for part in comparing.beyond(each, left)]
            self.cases.release(found.peer, over, turn.now)

    def _tell_result(
        self, turn: Turn, found: Reconciliation, result: str, serials: Sequence[Serials], answers: str
    ) -> None:  # fmt: skip
        said = {
            "reconciliation_id": found.id, "result": result, "found_at": written(turn.now),
            "differing": [serials_json(each) for each in serials[:BLOCKS_AT_ONCE]],
        }  # fmt: skip
        turn.say(found.peer, Type.RECONCILIATION_RESULT, said, answers)

    def _result(self, turn: Turn, received: Received) -> None:
        found = self._of(received)
        self.cases.save(replace(found, peer_result=received.data["result"], changed_at=turn.now))
        if found.result == "agreed" and received.data["result"] != "agreed":
            turn.alert(found.peer, PEER_FOUND, found.id)

    # Resolution -----------------------------------------------------------------------------------------------------

    def sign(
        self, turn: Turn, found: Reconciliation, corrections: Sequence[Correction], decided_by: str
    ) -> None:  # fmt: skip
        """Sign how a case is resolved; once both have signed the same, what is to be corrected here is free for it.

        Raises:
            Rejected: it is no open case, or a correction is of serials that do not differ.
        """
        self._require_of_case(found, corrections)
        said = {
            "reconciliation_id": found.id, "decided_by": decided_by, "at": written(turn.now),
            "corrections": [correction_json(each) for each in sorted(corrections)],
        }  # fmt: skip
        message_id = turn.say(found.peer, Type.RECONCILIATION_RESOLVED, said)
        signature = Signature(True, tuple(sorted(corrections)), decided_by, turn.now, message_id)
        self._signed(turn, found, signature)

    def _resolved(self, turn: Turn, received: Received) -> None:
        found, data = self._of(received), received.data
        corrections = tuple(sorted(correction(each) for each in data["corrections"]))
        self._require_of_case(found, corrections)
        signature = Signature(False, corrections, data["decided_by"], turn.now, received.message.id)
        if not self._signed(turn, found, signature):
            turn.alert(found.peer, SIGNED, received.message.id)

    def _signed(self, turn: Turn, found: Reconciliation, signature: Signature) -> bool:
        before = len(both_signed(self.cases.signatures(found.id, found.peer)))
        self.cases.sign(found.id, found.peer, signature)
        agreed = both_signed(self.cases.signatures(found.id, found.peer))[before:]
        if agreed:
            ours = [each.serials for each in agreed if each.registry == turn.books.code and each.action != STATEMENT]
            self.cases.release(found.peer, ours, turn.now)
            turn.alert(found.peer, AGREED, f"{found.id} {signature.message_id}")
        return bool(agreed)

    def _require_of_case(self, found: Reconciliation, corrections: Sequence[Correction]) -> None:
        if found.status is not Status.BY_HAND:
            raise Rejected(Objection(Problem.NOT_PERMITTED, found.id, str(found.status)))
        still_open = self._left_open(found)
        for each in corrections:
            if comparing.beyond(each.serials, still_open):
                detail = "does not differ, or both have signed what is done about it"
                raise Rejected(Objection(Problem.NOT_PERMITTED, str(each.serials), detail))

    def _left_open(self, case: Reconciliation) -> list[Serials]:
        differences = self.cases.differences(case.id, case.peer)
        return left_open(differences, self.cases.signatures(case.id, case.peer))

    # ----------------------------------------------------------------------------------------------------------------

    def _of(self, received: Received) -> Reconciliation:
        reconciliation_id = str(received.data["reconciliation_id"])
        found = self.cases.reconciliation(reconciliation_id, received.peer.code, lock=True)
        if found is None:
            raise Rejected(Objection(Problem.NOT_PERMITTED, reconciliation_id, "no such reconciliation"))
        return found

    def _under_way(self, received: Received, *also: Status) -> Reconciliation:
        found = self._of(received)
        if found.status not in (*COMPARING, *also):
            raise Rejected(Objection(Problem.NOT_PERMITTED, found.id, str(found.status)))
        return found

    def _said(self, found: Reconciliation, message_type: Type, last: int) -> list[Mapping[str, Any]]:
        return self.cases.said(found.peer, found.id, message_type, last)


def _require(peer: Peer | None, code: str) -> None:
    if peer is None or peer.status is not PeerStatus.CONNECTED or SERVICE not in peer.services:
        raise Rejected(Objection(Problem.SERVICE_NOT_AGREED, SERVICE, code))


def _told(pages: Iterable[Mapping[str, Any]]) -> Passed:
    """What the peer's blocks say that it gave and took."""
    found: dict[Way, dict[Key, list[tuple[int, int]]]] = {way: {} for way in OTHER_WAY}
    for page in pages:
        for each in page["blocks"]:
            serials = serials_from(each["serials"])
            key = Key(serials.registry, serials.party, each["unit_type"])
            way = Way.GIVEN if each["where"] == "elsewhere" else Way.TAKEN
            found[way].setdefault(key, []).append((serials.first, serials.last))
    return {way: {key: comparing.merged(each) for key, each in lines.items()} for way, lines in found.items()}


def _block(serials: Serials, key: Key, where: str) -> dict[str, Any]:
    return {"serials": serials_json(serials), "unit_type": key.unit_type, "where": where, "account": ""}


def _pages(entries: Sequence[TrailEntry]) -> Iterator[list[TrailEntry]]:
    page: list[TrailEntry] = []
    size = 0
    seen: set[str] = set()
    for each in entries:
        more = 0 if each.evidence in seen else len(each.evidence)
        if page and (size + more > EVIDENCE_BYTES or len(page) == BLOCKS_AT_ONCE or len(seen) >= 1_000):
            yield page
            page, size, seen, more = [], 0, set(), len(each.evidence)
        page.append(each)
        size += more
        seen.add(each.evidence)
    yield page


def _entry(each: TrailEntry) -> dict[str, Any]:
    return {
        "serials": serials_json(each.serials), "at": written(each.at), "transaction": each.transaction,
        "action": each.action, "transfer_id": each.transfer_id,
        "evidence": keys.digest(each.evidence) if each.evidence else "",
    }  # fmt: skip


def _shown(books: Books, peer: str, jws: str) -> tuple[Serials, ...]:
    """What a completion between the two of us is about: one that we said, or one that came. A word that the peer signs
    today for itself shows nothing."""
    try:
        title = titles.read_title(jws, books)
    except Rejected:
        return ()
    if {title.giver, title.receiver} != {peer, books.code}:
        return ()
    is_known = title.giver == books.code or books.incoming(peer, title.message_id) is not None
    return title.serials if is_known else ()
