"""Instructions on units of which amounts were told: what the simulation's desks have besides transfers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from article6.exchange.books import Outgoing
from article6.exchange.facts import Serials
from article6.exchange.facts_json import serials_from, serials_json
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.simulation.ledger import USED, Told
from article6.exchange.simulation.memory import MemoryBooks
from article6.exchange.turns import Received, Subject, Turn

TRANSACTIONS = {USED: "use_ndc", "given": "international_transfer"}
TERMS: Mapping[str, Callable[[Serials], dict[str, Any]]] = {
    USED: lambda _part: {"use_year": 2026},
    "given": lambda part: {"reference": part.party},
}


class Informed:
    """Both sides of instructions, over the books of a registry."""

    def __init__(self, books: MemoryBooks) -> None:
        self._books = books

    def subject(self) -> Subject:
        return Subject(
            {Type.INSTRUCTION_GIVEN: self._given, Type.INSTRUCTION_ANSWERED: self._answered},
            {Type.INSTRUCTION_GIVEN: self._not_taken},
        )

    def instruction(
        self, told: Told, part: Serials, act: str, target: str, now: datetime, party: str = ""
    ) -> dict[str, Any]:
        """What two persons of this registry instruct on a part of what it was told of, which waits for the answer."""
        name = self._books.new_id()
        self._books.ask(part, name)
        self._books.storage.put("instructions", name, (told.peer, part, act))
        return {
            "instruction_id": name, "party": party, "transaction": TRANSACTIONS[act],
            "source_account": told.held_in, "target_account": target if act != USED else "", "quantity": "0",
            "serials": [serials_json(part)], "terms": TERMS[act](part), "instructed_by": "Ama", "approved_by": "Bo",
        }  # fmt: skip

    def open(self) -> list[tuple[str, Serials, str]]:
        """Instructions without an answer: peer, units, act."""
        return list(self._books.storage.table("instructions").values())

    def _given(self, turn: Turn, received: Received) -> None:
        data, peer = received.data, received.peer.code
        if data["instruction_id"] in self._books.storage.table(f"instructed {peer}"):
            raise Rejected(Objection(Problem.MESSAGE_ID_REUSED, str(data["instruction_id"])))
        self._books.storage.put(f"instructed {peer}", data["instruction_id"], turn.now)
        is_done = self._is_done(data, peer)
        answer = {
            "instruction_id": data["instruction_id"], "result": "done" if is_done else "refused", "objections": [],
            "transaction": "", "answered_at": written(turn.now),
        }  # fmt: skip
        turn.say(peer, Type.INSTRUCTION_ANSWERED, answer, received.message.id)

    def _is_done(self, data: Mapping[str, Any], peer: str) -> bool:
        acts = {transaction: act for act, transaction in TRANSACTIONS.items()}
        if data["transaction"] not in acts or len(data["serials"]) != 1:
            return False
        part = serials_from(data["serials"][0])
        return self._books.carry_out(part, peer, acts[data["transaction"]], str(data["target_account"]))

    def _answered(self, turn: Turn, received: Received) -> None:
        name = str(received.data["instruction_id"])
        asked = self._books.storage.table("instructions").get(name)
        if asked is None or asked[0] != received.peer.code:
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "instruction_id", "no open instruction of ours"))
        self._end(name, is_done=received.data["result"] == "done")

    def _not_taken(self, turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
        if str(message.data["instruction_id"]) in self._books.storage.table("instructions"):
            self._end(str(message.data["instruction_id"]), is_done=False)

    def _end(self, name: str, *, is_done: bool) -> None:
        _peer, part, act = self._books.storage.table("instructions")[name]

        def ended(each: Told) -> Told | None:
            if not is_done:
                return replace(each, asked="")
            return replace(each, asked="", act=act) if act == USED else None

        self._books.change_told(part, ended)
        self._books.storage.remove("instructions", name)
