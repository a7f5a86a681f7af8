"""The channel between two registries: every message arrives once and in order, over a network that does neither.

What comes is told apart in three. What nobody can be held to (no or a wrong signature, an unknown key or sender,
another recipient, a number used before) is turned away: kept as evidence, its number not used. What is authentic and
wrong is kept and rejected in its receipt, its number used. The rest is kept, and handed on in the order of its numbers.
Nothing here asks what stands in the books at the time: what a message gets does not depend on when it arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from article6.domain.canonical import NotCanonical, canonical, parse
from article6.domain.refusals import N_, invariant
from article6.exchange import envelope, keys, receipts, schemas
from article6.exchange.arrivals import Arrivals, Read
from article6.exchange.books import Acknowledged, Incoming, Memory, Outgoing, Peer, PeerStatus
from article6.exchange.envelope import Envelope
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.problems import SENTENCES, Objection, Problem, Rejected
from article6.exchange.receipts import Receipt

TALKING = frozenset({PeerStatus.PENDING, PeerStatus.CONNECTED, PeerStatus.SUSPENDED})
"""Peers that are listened and written to. What a pending or suspended one may ask for is decided when it is handled."""

LIMITS = Limits()
TOO_LATE = "ended too long ago"
LATE = N_(
    "Messages signed with a key that ended long ago are not taken, and what comes after them waits. Where they were "
    "sent to, offer the connection again and say that late messages are taken; a second administrator agrees."
)
ENVELOPE_BYTES = 1_000
"""Room for the envelope and the header around the content of a message, and its signature."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a peer's receipts said: how many messages need not be sent again, which of them it rejected and why, and
    why others are to be sent again."""

    acknowledged: int = 0
    rejected: tuple[tuple[Outgoing, tuple[Objection, ...]], ...] = ()
    put_off: tuple[Objection, ...] = ()


class Channel:
    """`receive`, `to_send` and `take_receipts` open their own database transactions; `next` and `send` run in the
    caller's, together with the change that they belong to."""

    def __init__(self, books: Memory, signer: Signer, limits: Limits = LIMITS) -> None:
        self.books = books
        self.signer = signer
        self.limits = limits

    # ------------------------------------------------------------------------------------------------------ inwards
    def receive(self, body: bytes, now: datetime) -> bytes:
        """Take a batch of messages in. Each is taken or turned away by itself, with its own receipt in the answer; all
        are kept in one database transaction, since a commit costs more than the rest of taking a message in.

        Raises:
            Rejected: the body is too large or no batch; it was kept as evidence, and no message of it was taken.
        """
        try:
            messages = self._batch(body, "messages")
        except Rejected as refused:
            with self.books.transaction():
                self.books.evidence("", _kept_text(body), refused.objections, now)
            raise
        with self.books.transaction():
            read = [self._read(each, now) for each in messages]
            arrivals: dict[str, Arrivals] = {}
            given = [self._received(jws, read, each, arrivals, now) for jws, each in zip(messages, read, strict=True)]
            for each in arrivals.values():
                each.close(self.books)
        return canonical({"receipts": given})

    def next(self, peer: str) -> tuple[Incoming, Envelope] | None:
        """The message that is to be handled now; `Memory.done` says that it was. Rejected ones are passed over."""
        while found := self.books.in_order(peer, 1):
            if not found[0].objections:
                return found[0], envelope.kept(keys.content(found[0].jws))
            self.books.done(found)
        return None

    def _read(self, jws: str, now: datetime) -> Read | Rejected:
        """What can be said of a message before its sender's numbers are looked at."""
        try:
            message, late = self._authentic(jws, now)
            return Read(message, self._objections(jws, message), late)
        except Rejected as refused:
            return refused

    def _received(
        self, jws: str, batch: Sequence[Read | Rejected], this: Read | Rejected, arrivals: dict[str, Arrivals],
        now: datetime,
    ) -> str:  # fmt: skip
        """The receipt for a message of a batch. `arrivals` are the senders as the batch leaves them."""
        try:
            if isinstance(this, Rejected):
                raise this
            source = this.message.source
            if source not in arrivals:
                theirs = [each.message for each in batch if isinstance(each, Read) and each.message.source == source]
                arrivals[source] = Arrivals.of(self._peer(source, lock=True), theirs, self.books)
            return self._kept(jws, this, arrivals[source], now)
        except Rejected as refused:  # nothing was written of it
            return self._turned_away(jws, refused.objections, now)

    def _kept(self, jws: str, read: Read, arrivals: Arrivals, now: datetime) -> str:
        message = read.message
        before = arrivals.by_id.get(message.id)
        if before is not None:
            if before.jws != jws:
                raise Rejected(Objection(Problem.MESSAGE_ID_REUSED, message.id))
            return before.receipt
        if read.late is not None:
            raise Rejected(read.late)
        arrivals.require_number(message.sequence, self.limits.gap)
        receipt = self._receipt(jws, message.source, read.objections, now, message)
        kept = Incoming(
            message.id, message.source, message.sequence, jws, now, read.objections, receipt=receipt,
            type=message.type, about=envelope.about(message.data),
        )  # fmt: skip
        arrivals.add(kept, self.books)
        return receipt

    def _authentic(self, jws: str, now: datetime) -> tuple[Envelope, Objection | None]:
        """The message, where there is no doubt about who sent it, to whom and when; and where its key ended so long ago
        that it is not believed unless it came before, that."""
        peer = self._peer(keys.header(jws).registry)
        payload, key = keys.signed_by(jws, peer.keys)
        message = envelope.from_bytes(payload)
        if message.source != peer.code:
            raise Rejected(Objection(Problem.SIGNATURE_WRONG, "source", "not the registry that signed"))
        if message.recipient != self.books.code:
            raise Rejected(Objection(Problem.RECIPIENT_WRONG, message.recipient))
        keys.require_valid(key, message.sent_at)
        is_late = key.until is not None and now >= key.until + self.limits.key_grace
        if message.sent_at > now + self.limits.skew:
            raise Rejected(Objection(Problem.CLOCK_SKEW, message.id))
        return message, Objection(Problem.KEY_NOT_VALID, key.kid, TOO_LATE) if is_late else None

    def _peer(self, code: str, *, lock: bool = False) -> Peer:
        peer = self.books.peer(code, lock=lock) if envelope.REGISTRY.fullmatch(code) else None
        if peer is None or peer.status is PeerStatus.KNOWN:
            raise Rejected(Objection(Problem.SENDER_UNKNOWN, code[:40]))
        if peer.status not in TALKING:
            raise Rejected(Objection(Problem.SENDER_SUSPENDED, code))
        return peer

    def _objections(self, jws: str, message: Envelope) -> tuple[Objection, ...]:
        """What is wrong with an authentic message, whenever it arrives."""
        if len(jws) > self.limits.message_bytes:
            return (Objection(Problem.MESSAGE_TOO_LARGE, message.id, f"at most {self.limits.message_bytes} bytes"),)
        try:
            schemas.validate(message.type, message.data)
        except Rejected as refused:
            return refused.objections
        return ()

    def _turned_away(self, jws: str, objections: Sequence[Objection], now: datetime) -> str:
        """Keep the evidence, tell the administrator, and say so to whoever it was."""
        sender = keys.claimed(jws)
        if objections[0].problem is not Problem.SEQUENCE_TOO_FAR:
            with self.books.transaction():
                self.books.evidence(sender, jws, objections, now)
                if envelope.REGISTRY.fullmatch(sender) and self.books.peer(sender) is not None:
                    self._alert(sender, objections, now)
        return self._receipt(jws, sender, objections, now)

    def _receipt(
        self, jws: str, sender: str, objections: Sequence[Objection], now: datetime, message: Envelope | None = None
    ) -> str:
        receipt = Receipt(
            source=self.books.code,
            recipient=sender,
            sha256=keys.digest(jws),
            received_at=now,
            is_taken=message is not None and not objections,
            is_final=message is not None,
            id=message.id if message else "",
            sequence=message.sequence if message else 0,
            objections=tuple(objections),
        )
        return receipts.signed(receipt, self.signer)

    # ----------------------------------------------------------------------------------------------------- outwards
    def send(self, peer: str, message_type: str, data: Mapping[str, Any], now: datetime, answers: str = "") -> str:
        """Put a message in the outbox, in the transaction of the change that it announces; its id.

        Raises:
            Rejected: `message.too_large`: nobody would take it.
        """
        try:
            schemas.validate(message_type, data)
        except Rejected as refused:
            invariant(False, f"a message of ours is no {message_type}: {refused.objections[:3]}")
        text = canonical(data)
        if len(text) * 4 // 3 + ENVELOPE_BYTES > self.limits.message_bytes:
            raise Rejected(Objection(Problem.MESSAGE_TOO_LARGE, "", f"at most {self.limits.message_bytes} bytes"))
        message = Outgoing(self.books.new_id(), peer, str(message_type), envelope.Written(text.decode()), now, answers)
        self.books.outgoing(message)
        return message.id

    def to_send(self, peer: str, now: datetime, limit: int | None = None) -> bytes | None:
        """The next batch for a peer, None where nothing waits: first what has no receipt, oldest first, then what has
        no number yet. Asking again gives the same messages until receipts are taken."""
        most = min(limit or self.limits.batch_messages, self.limits.batch_messages)
        with self.books.transaction():
            found = self.books.peer(peer, lock=True)
            if found is None or found.status not in TALKING:
                return None
            waiting = [each.jws for each in self.books.unacknowledged(peer, most)]
            if len(waiting) < most:
                waiting += self._numbered(found, most - len(waiting), now)
        size = len('{"messages":[]}') - 1  # each brings its quotes and a comma, but for one
        fitting: list[str] = []
        for jws in waiting:
            size += len(jws) + 3
            if fitting and size > self.limits.batch_bytes:
                break
            fitting.append(jws)
        return canonical({"messages": fitting}) if fitting else None

    def _numbered(self, peer: Peer, limit: int, now: datetime) -> list[str]:
        sequence, signed = peer.sent, list[Outgoing]()
        for message in self.books.unsigned(peer.code, limit):
            sequence += 1
            content = Envelope(
                id=message.id,
                source=self.books.code,
                recipient=peer.code,
                type=message.type,
                sequence=sequence,
                sent_at=now,
                data=message.data,
                answers=message.answers,
            )
            jws = self.signer.sign(envelope.to_bytes(content))
            signed.append(replace(message, sequence=sequence, jws=jws))
        if signed:
            self.books.signed(signed)
            self.books.save_peer(replace(peer, sent=sequence))
        return [each.jws for each in signed]

    def take_receipts(
        self, peer: str, body: bytes, now: datetime, then: Callable[[Taken], None] | None = None
    ) -> Taken:
        """Take a peer's answer to a batch. Receipts that were taken before change nothing; so what follows from those
        that are new, `then`, has to be in the same database transaction.

        Raises:
            Rejected: the body holds no receipts of that peer for us, or it is no peer; kept as evidence.
        """
        try:
            with self.books.transaction():
                taken = self._taken(peer, body, now)
                if then is not None:
                    then(taken)
                return taken
        except Rejected as refused:
            with self.books.transaction():
                self.books.evidence(peer, _kept_text(body), refused.objections, now)
                self._alert(peer, refused.objections, now)
            raise

    def _taken(self, code: str, body: bytes, now: datetime) -> Taken:
        peer = self.books.peer(code, lock=True)
        if peer is None:
            raise Rejected(Objection(Problem.SENDER_UNKNOWN, code[:40]))
        found = [(each, receipts.opened(each, peer.keys)) for each in self._batch(body, "receipts")]
        if wrong := [each for _, each in found if each.source != code or each.recipient != self.books.code]:
            raise Rejected(Objection(Problem.RECIPIENT_WRONG, wrong[0].recipient[:40], "a receipt between others"))
        waiting = {keys.digest(each.jws): each for each in self.books.unacknowledged(code, self.limits.batch_messages)}
        rejected: list[tuple[Outgoing, tuple[Objection, ...]]] = []
        put_off: list[Objection] = []
        new: list[Acknowledged] = []
        for jws, receipt in found:
            message = waiting.get(receipt.sha256)
            if message is None:
                continue
            if not receipt.is_final:
                put_off += receipt.objections
                continue
            del waiting[receipt.sha256]
            new.append(Acknowledged(message.id, jws, receipt.objections))
            if not receipt.is_taken:
                rejected.append((message, receipt.objections))
        self.books.acknowledge(new, now)
        self._settle(peer, [objection for _, each in rejected for objection in each] + put_off, now)
        return Taken(len(new), tuple(rejected), tuple(put_off))

    def _settle(self, peer: Peer, objections: Sequence[Objection], now: datetime) -> None:
        rest = self.books.unacknowledged(peer.code, 1)
        acknowledged = peer.sent if not rest or rest[0].sequence is None else rest[0].sequence - 1
        if acknowledged != peer.acknowledged:
            self.books.save_peer(replace(peer, acknowledged=acknowledged))
        self._alert(peer.code, [each for each in objections if each.problem is not Problem.SEQUENCE_TOO_FAR], now)

    def _alert(self, peer: str, objections: Sequence[Objection], now: datetime) -> None:
        if any(each.detail == TOO_LATE for each in objections):
            self.books.alert(peer, LATE, "", now)
        for problem in dict.fromkeys(each.problem for each in objections if each.detail != TOO_LATE):
            self.books.alert(peer, SENTENCES[problem], str(problem), now)

    def _batch(self, body: bytes, name: str) -> list[str]:
        """The compact JWS of a request or of its answer."""
        if len(body) > self.limits.batch_bytes:
            raise Rejected(Objection(Problem.MESSAGE_TOO_LARGE, "", f"at most {self.limits.batch_bytes} bytes"))
        try:
            found = parse(body)
        except NotCanonical as error:
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "", str(error))) from error
        if not isinstance(found, dict) or set(found) != {name} or not isinstance(found[name], list):
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, name, "an object with one list"))
        if not all(isinstance(each, str) for each in found[name]):
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, name, "a list of compact JWS"))
        if len(found[name]) > self.limits.batch_messages:
            raise Rejected(Objection(Problem.MESSAGE_TOO_LARGE, name, f"at most {self.limits.batch_messages}"))
        return list(found[name])


def _kept_text(body: bytes) -> str:
    """A body from anybody as text that a database can keep."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")
