"""A registry that lies: with its own pinned key, its own numbers, and everything that ever passed it on the wire."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from article6.domain.canonical import canonical
from article6.exchange import envelope, keys, sending
from article6.exchange.books import Side, Transfer, TransferStatus
from article6.exchange.envelope import Envelope
from article6.exchange.facts import INFORMATION, Proposed, Serials, UnitBlock
from article6.exchange.facts_json import block_from, proposed_json, serials_from, serials_json
from article6.exchange.keys import Signer
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.simulation.ledger import HELD_FOR, USED, Told
from article6.exchange.simulation.registry import SERVICE, Registry
from article6.exchange.titles import facts_digest
from article6.exchange.turns import Received, Subject, Turn

Lie = Callable[["Liar", str, datetime], bytes | None]


class Liar(Registry):
    """Does honest business too, so that it comes to hold titles. `overheard` are the messages of others that it saw."""

    is_liar = True
    random: Random
    overheard: list[str]
    lies: dict[str, Proposed]

    def arm(self, random: Random) -> None:
        """Give it its own randomness."""
        self.random, self.overheard, self.lies = random, [], {}

    def overhear(self, body: bytes) -> None:
        """Remember what passes on the wire."""
        try:
            messages = json.loads(body)["messages"]
        except (ValueError, KeyError, TypeError):
            return
        self.overheard += [
            each for each in messages if isinstance(each, str) and each.count(".") == 2 and len(each) > 99
        ]

    def subjects(self) -> Sequence[Subject]:
        return [*super().subjects(), Subject({Type.TRANSFER_ACCEPTED: self._accepted})]

    def _accepted(self, turn: Turn, received: Received) -> None:
        """What was accepted is completed, whether or not there is anything to give, and sometimes twice."""
        transfer_id = str(received.data["transfer_id"])
        lie = self.lies.get(transfer_id)
        if lie is None:
            sending.accepted(turn, received)
            return
        for _ in range(self.random.choice([1, 1, 2])):
            turn.say(received.peer.code, Type.TRANSFER_COMPLETED, completion(lie.blocks, transfer_id, turn.now))

    def lie(self, now: datetime) -> tuple[str, str, bytes | None]:
        """Tell a random lie to a random peer, what it once held in half of the cases where it did hold something (less
        often where it was only told of it): the lie's name, the peer, and a body to send at once where it is a lie of
        form."""
        victim = self.random.choice(self.peers())
        name = self.random.choice([*sorted(LIES), *["foreign_serials"] * 3])
        held = self._held()
        has_held = any(not each.proposed.is_information for each in held)
        if held and self.random.random() < (0.5 if has_held else 0.2):
            name = self.random.choice(["stale_chain", "better_facts"])
        with self.books.transaction():
            return name, victim, LIES[name](self, victim, now)

    # Lies of form: bodies that are not what they look like ----------------------------------------------------------

    def forged(self, victim: str, now: datetime) -> bytes | None:
        """In the name of another registry, signed with the liar's own key."""
        others = [each for each in self.peers() if each != victim]
        if not others:
            return None
        name = self.random.choice(others)
        return batch(self._crafted(Signer(name, self.random.randbytes(32), now), name, victim, now))

    def under_a_borrowed_name(self, victim: str, now: datetime) -> bytes | None:
        """The header says the liar, the envelope another registry."""
        return batch(self._crafted(self.signer, self.random.choice(self.peers()), victim, now))

    def altered(self, victim: str, now: datetime) -> bytes | None:
        """A message that was overheard, with other content under the old signature."""
        if not self.overheard:
            return None
        first, content, last = self.random.choice(self.overheard).split(".")
        said = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        said["data"]["transfer_id"] = "T-altered"
        text = base64.urlsafe_b64encode(canonical(said)).rstrip(b"=").decode()
        return batch(f"{first}.{text}.{last}")

    def replayed(self, victim: str, now: datetime) -> bytes | None:
        """Messages of others, or its own, once more, to whomever."""
        return batch(*self.random.sample(self.overheard, min(3, len(self.overheard)))) if self.overheard else None

    def renumbered(self, victim: str, now: datetime) -> bytes | None:
        """Another message under a number that is used already."""
        used = self.books.peer(victim)
        if used is None or used.sent < 1:
            return None
        return batch(self._crafted(self.signer, self.code, victim, now, self.random.randint(1, used.sent)))

    def garbage(self, victim: str, now: datetime) -> bytes | None:
        return self.random.choice(
            [b"", b"[]", b'{"messages":["a.b.c"]}', b'{"messages":[1]}', self.random.randbytes(40)]
        )

    def _crafted(self, signer: Signer, source: str, victim: str, now: datetime, sequence: int = 1) -> str:
        message = Envelope(
            id=self.books.new_id(),
            source=source,
            recipient=victim,
            type=Type.TRANSFER_CANCELLED,
            sequence=sequence,
            sent_at=now,
            data={"transfer_id": self._any_transfer(), "objections": []},
        )
        return signer.sign(envelope.to_bytes(message))

    # Lies of content: true signatures, false words ------------------------------------------------------------------

    def second_completion(self, victim: str, now: datetime) -> None:
        """Complete once more what is completed, for the same or for more serials."""
        for transfer in self._deals({TransferStatus.COMPLETED, TransferStatus.SETTLED}):
            blocks = list(transfer.proposed.blocks)
            if self.random.random() < 0.5:
                blocks.append(UnitBlock(Serials(victim, "THA", 1, 9), {"unit_type": "ITMO"}))
            self._say(transfer.peer, Type.TRANSFER_COMPLETED, completion(blocks, transfer.id, now), now)

    def completion_after_cancel(self, victim: str, now: datetime) -> None:
        for transfer in self._deals({TransferStatus.CANCELLED, TransferStatus.REJECTED}):
            data = completion(transfer.proposed.blocks, transfer.id, now)
            self._say(transfer.peer, Type.TRANSFER_COMPLETED, data, now)

    def cancel_after_completion(self, victim: str, now: datetime) -> None:
        for transfer in self._deals({TransferStatus.COMPLETED, TransferStatus.SETTLED}):
            self._say(transfer.peer, Type.TRANSFER_CANCELLED, {"transfer_id": transfer.id, "objections": []}, now)

    def double_spend(self, victim: str, now: datetime) -> None:
        """Propose what it issued, wherever that is now."""
        if self.issued:
            serials = self.random.choice(self.issued)
            first = self.random.randint(serials.first, serials.last)
            part = Serials(serials.registry, serials.party, first, min(first + 5, serials.last))
            self._offer(victim, [UnitBlock(part, {"unit_type": "ITMO", "vintage_year": 2024})], (), now)

    def stale_chain(self, victim: str, now: datetime) -> None:
        """Propose once more what it held once, by the chain that was good then; best to whom it gave it before."""
        held = self._held()
        if not held:
            return
        had = self.random.choice(held)
        given = [each for block in had.proposed.blocks for each in self.books.moved(block.serials, Side.SENDER)]
        blocks, evidence = self._chained(had)
        self._offer(given[0].peer if given and self.random.random() < 0.7 else victim, blocks, evidence, now)

    def better_facts(self, victim: str, now: datetime) -> None:
        """Propose what it holds or held, with another vintage."""
        if not (held := self._held()):
            return
        blocks, evidence = self._chained(self.random.choice(held))
        better = [replace(each, batch={**each.batch, "vintage_year": 2030}) for each in blocks]
        self._offer(victim, better, evidence, now)

    def _held(self) -> list[Transfer]:
        return [each for each in self.books.transfers() if each.side == Side.ACQUIRER and each.completed_at]

    def foreign_serials(self, victim: str, now: datetime) -> None:
        """Propose units of others: without a chain, with one it made up, or with titles that it overheard."""
        blocks = [block for jws in self.overheard if is_a(jws, Type.TRANSFER_PROPOSED) for block in blocks_of(jws)]
        if not blocks:
            return
        block = self.random.choice(blocks)
        evidence: tuple[str, ...] = ()
        kind = self.random.choice(["none", "made up", "overheard", "overheard"])
        titles = [each for each in self.overheard if is_a(each, Type.TRANSFER_COMPLETED)]
        if kind == "made up":
            evidence = (self._made_up(block, now),)
        elif kind == "overheard" and titles:
            evidence = (self.random.choice(titles),)
        chain = tuple(keys.digest(each) for each in evidence)
        self._offer(victim, [replace(block, provenance=chain)], evidence, now)

    def foreign_instructions(self, victim: str, now: datetime) -> None:
        """Instruct on units that are held for another, best where it overheard that they were told of."""
        said = [json.loads(keys.content(jws)) for jws in self.overheard if is_a(jws, Type.TRANSFER_PROPOSED)]
        told_of = [
            each
            for each in said
            if each["data"]["service"] == INFORMATION and self.code not in (each["source"], each["recipient"])
        ]
        if not (told_of or said):
            return
        about = self.random.choice(told_of or said)
        whom = about["source"] if told_of else victim
        serials = serials_from(self.random.choice(about["data"]["blocks"])["serials"])
        told = Told(serials, whom, f"{HELD_FOR}{self.random.choice([self.code, about['recipient']])}")
        act = self.random.choice([USED, "given"])
        asked = self.informed.instruction(told, serials, act, self.random.choice(["1", "2"]), now)
        self._say(whom, Type.INSTRUCTION_GIVEN, asked, now)

    def false_answers(self, victim: str, now: datetime) -> None:
        """Answers to what was not asked, about whatever transfer."""
        transfer_id = self._any_transfer()
        kind = self.random.choice([Type.TRANSFER_ACCEPTED, Type.TRANSFER_CONFIRMED, Type.TRANSFER_REJECTED])
        said: dict[str, object] = {"transfer_id": transfer_id}
        if kind == Type.TRANSFER_CONFIRMED:
            said["confirmed_at"] = written(now)
        if kind == Type.TRANSFER_REJECTED:
            said["objections"] = [{"code": "account.unknown", "subject": "", "detail": ""}]
        self._say(victim, kind, said, now)

    def false_status(self, victim: str, now: datetime) -> None:
        status = self.random.choice(["unknown", "cancelled", "completed", "disputed", "accepted", "rejected"])
        told: dict[str, object] = {"transfer_id": self._any_transfer(), "status": status}
        titles = [each for each in self.overheard if is_a(each, Type.TRANSFER_COMPLETED)]
        if status == "completed" and titles:
            told["completion"] = self.random.choice(titles)
        self._say(victim, Type.TRANSFER_STATUS_TOLD, told, now)

    def _made_up(self, block: UnitBlock, now: datetime) -> str:
        message = Envelope(
            id=self.books.new_id(),
            source=block.serials.registry,
            recipient=self.code,
            type=Type.TRANSFER_COMPLETED,
            sequence=1,
            sent_at=now,
            data=completion([block], "T-made-up", now),
        )
        signer = Signer(block.serials.registry, self.random.randbytes(32), now)
        return self.random.choice([signer, self.signer]).sign(envelope.to_bytes(message))

    def _offer(self, victim: str, blocks: Sequence[UnitBlock], evidence: tuple[str, ...], now: datetime) -> None:
        content = Proposed(
            transfer_id=f"T-{self.books.new_id()}",
            service=SERVICE,
            source_account="1",
            target_account=self.random.choice(["1", "2"]),
            quantity=sum(each.serials.count for each in blocks),
            blocks=tuple(blocks),
            deadline=written(now + timedelta(days=1)),
            evidence=evidence,
        )
        self.lies[content.transfer_id] = content
        self._say(victim, Type.TRANSFER_PROPOSED, proposed_json(content), now)

    def _chained(self, had: Transfer) -> tuple[list[UnitBlock], tuple[str, ...]]:
        title = keys.digest(had.completion)
        blocks = [
            UnitBlock(each.serials, each.batch, provenance=(*each.provenance, title)) for each in had.proposed.blocks
        ]
        return blocks, (*had.proposed.evidence, had.completion)

    def _deals(self, statuses: set[TransferStatus]) -> list[Transfer]:
        """At most two of its own transfers with such a status."""
        found = [each for each in self.books.transfers() if each.side == Side.SENDER and each.status in statuses]
        found = [each for each in found if not each.proposed.is_information] or found
        return self.random.sample(found, min(2, len(found)))

    def _say(self, peer: str, message_type: Type, data: Mapping[str, object], now: datetime) -> None:
        self.desk.channel.send(peer, message_type, data, now)

    def _any_transfer(self) -> str:
        known = [each.id for each in self.books.transfers()]
        for jws in self.overheard[-20:]:
            known.append(str(json.loads(keys.content(jws))["data"].get("transfer_id", "T-0")))
        return self.random.choice(known) if known else "T-0"


def batch(*messages: str) -> bytes:
    return canonical({"messages": list(messages)})


def is_a(jws: str, message_type: Type) -> bool:
    return bool(json.loads(keys.content(jws))["type"] == message_type)


def blocks_of(jws: str) -> list[UnitBlock]:
    """The units of a proposal."""
    return [block_from(each) for each in json.loads(keys.content(jws))["data"]["blocks"]]


def completion(blocks: Sequence[UnitBlock], transfer_id: str, now: datetime) -> dict[str, object]:
    """The content of a completion."""
    return {
        "transfer_id": transfer_id,
        "completed_at": written(now),
        "serials": [serials_json(each.serials) for each in blocks],
        "facts": [facts_digest(each) for each in blocks],
    }


LIES: dict[str, Lie] = {
    each.__name__: each
    for each in (
        Liar.forged, Liar.under_a_borrowed_name, Liar.altered, Liar.replayed, Liar.renumbered, Liar.garbage,
        Liar.second_completion, Liar.completion_after_cancel, Liar.cancel_after_completion, Liar.double_spend,
        Liar.stale_chain, Liar.better_facts, Liar.foreign_serials, Liar.foreign_instructions, Liar.false_answers,
        Liar.false_status,
    )
}  # fmt: skip
"""What it can say, by name."""
