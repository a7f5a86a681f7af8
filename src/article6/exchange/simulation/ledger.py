"""A small ledger for the simulation: accounts, blocks that are split and never overlap, reservations, `elsewhere`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from article6.exchange.books import Transfer, TransferStatus
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.problems import Objection, Problem
from article6.exchange.provenance import covers, overlap, without
from article6.exchange.simulation.storage import Storage

ELSEWHERE = "elsewhere "
"""The account of units that left, with the code of the peer behind."""

HELD_FOR = "held for "
"""The account of units that are here and of which a peer was told the amounts, with its code behind."""

USED = "used"
"""The account in which units end."""


class AccountStatus(StrEnum):
    OPEN = "open"
    BLOCKED = "blocked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Holding:
    """Units that stand in one account. `reserved_for` names the transfer that waits for an answer, '' none."""

    serials: Serials
    account: str
    batch: tuple[tuple[str, Any], ...]
    reserved_for: str = ""

    @property
    def is_live(self) -> bool:
        """Whether the units stand in this registry, not elsewhere."""
        return not self.account.startswith(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Told:
    """Units of which a peer told us, that stand with it in the account `held_in`. `act` is what it has done with them
    by our instruction, '' nothing yet; `asked` the instruction under way, '' none."""

    serials: Serials
    peer: str
    held_in: str
    act: str = ""
    asked: str = ""


class MemoryLedger:
    """The ledger's part of the port; holdings per series are one row, so that a write is all of it or nothing."""

    def __init__(self, code: str, storage: Storage) -> None:
        self.code = code
        self.storage = storage

    # What people of the registry do ---------------------------------------------------------------------------------

    def set_account(self, account: str, status: AccountStatus) -> bool:
        """Open, block or close an account. Closing is refused where units stand in it or are expected."""
        is_used = any(each.account == account for each in self.holdings())
        is_expecting = account in {target for target, _ in self.storage.table("expected").values()}
        if status == AccountStatus.CLOSED and (is_used or is_expecting):
            return False
        self.storage.put("accounts", account, status)
        return True

    def accounts(self) -> Mapping[str, AccountStatus]:
        return self.storage.table("accounts")

    def issue(self, serials: Serials, account: str, batch: Mapping[str, Any]) -> None:
        """Create units of an own series."""
        self._write(serials, [*self._series(serials), Holding(serials, account, tuple(sorted(batch.items())))])

    def free(self, account: str) -> list[Holding]:
        """What can be transferred from an account."""
        return [each for each in self.holdings() if each.account == account and not each.reserved_for]

    def reserve(self, transfer_id: str, serials: Serials) -> UnitBlock:
        """Hold units of one holding for a transfer; nobody else can move them."""
        held = self._within(serials)
        if len(held) != 1 or held[0].reserved_for or not held[0].is_live:
            raise ValueError(f"{serials} cannot be reserved")
        self._change(serials, lambda each: replace(each, reserved_for=transfer_id))
        return UnitBlock(serials, dict(held[0].batch))

    # The port -------------------------------------------------------------------------------------------------------

    def judge(self, proposed: Proposed, peer: str, at: datetime) -> list[Objection]:
        found = self._against_account(proposed.target_account)
        for block in proposed.blocks:
            found += self._against_serials(block.serials, proposed.transfer_id)
            for held in self._within(block.serials):
                if dict(held.batch) != dict(block.batch):
                    found.append(Objection(Problem.BLOCK_FACTS_DIFFER, str(block.serials)))
        return found

    def expect(self, transfer: Transfer, at: datetime) -> None:
        serials = tuple(block.serials for block in transfer.proposed.blocks)
        self.storage.put("expected", transfer.id, (transfer.proposed.target_account, serials))

    def forget(self, transfer: Transfer, at: datetime) -> None:
        self.storage.remove("expected", transfer.id)

    def take_in(self, transfer: Transfer, at: datetime) -> list[Objection]:
        found: list[Objection] = []
        for block in transfer.proposed.blocks:
            found += self._against_serials(block.serials, transfer.id)
        if found:
            return found
        if transfer.proposed.is_information:
            self._tell(transfer)
            return []
        for block in transfer.proposed.blocks:
            new = Holding(block.serials, transfer.proposed.target_account, tuple(sorted(block.batch.items())))
            self._change(block.serials, lambda each: None)
            self._write(block.serials, [*self._series(block.serials), new])
        self.storage.remove("expected", transfer.id)
        return []

    def take_out(self, transfer: Transfer, at: datetime) -> list[Objection]:
        if found := self._against_account(transfer.proposed.source_account):
            return found
        for block in transfer.proposed.blocks:
            held = self._within(block.serials)
            if not all(each.reserved_for == transfer.id and each.is_live for each in held):
                return [Objection(Problem.BLOCK_NOT_SENDERS, str(block.serials))]
        away = self.held_in(transfer) if transfer.proposed.is_information else f"{ELSEWHERE}{transfer.peer}"
        for block in transfer.proposed.blocks:
            self._change(block.serials, lambda each: replace(each, account=away, reserved_for=""))
        return []

    def held_in(self, transfer: Transfer) -> str:
        return f"{HELD_FOR}{transfer.peer}"

    def release(self, transfer: Transfer, status: TransferStatus, at: datetime) -> None:
        for block in transfer.proposed.blocks:
            self._change(block.serials, lambda each: replace(each, reserved_for=""))

    def stands_with(self, serials: Serials) -> str | None:
        held = self._within(serials)
        if not held:
            return None
        peers = {each.account.removeprefix(ELSEWHERE) if not each.is_live else "" for each in held}
        is_whole = covers([each.serials for each in held], serials)
        return peers.pop() if is_whole and len(peers) == 1 else ""

    # Blocks ---------------------------------------------------------------------------------------------------------

    def holdings(self) -> list[Holding]:
        """Everything that ever stood here, where it stands now, in serial order."""
        series: Sequence[tuple[Holding, ...]] = list(self.storage.table("series").values())
        return [holding for row in series for holding in row]

    # Amounts that were told -----------------------------------------------------------------------------------------

    def told_units(self) -> list[Told]:
        """What peers told us of and did not get back, used or not."""
        return list(self.storage.table("told").get("all", ()))

    def _tell(self, transfer: Transfer) -> None:
        account = f"{HELD_FOR}{self.code}"
        new = [Told(block.serials, transfer.peer, account) for block in transfer.proposed.blocks]
        self.storage.put("told", "all", (*self.told_units(), *new))
        self.storage.remove("expected", transfer.id)

    def ask(self, part: Serials, asked: str) -> None:
        """Note that an instruction is under way about units that we were told of."""
        self.change_told(part, lambda each: replace(each, asked=asked))

    def change_told(self, part: Serials, change: Callable[[Told], Told | None]) -> None:
        """Split at the ends of the range and change, or take away (None), what was told of it."""
        after: list[Told] = []
        for each in self.told_units():
            if common := overlap(each.serials, part):
                after += [replace(each, serials=rest) for rest in without(each.serials, common)]
                if changed := change(replace(each, serials=common)):
                    after.append(changed)
            else:
                after.append(each)
        self.storage.put("told", "all", tuple(sorted(after, key=lambda each: each.serials)))

    def carry_out(self, part: Serials, peer: str, act: str, target: str) -> bool:
        """Do with units that are held for a peer what it instructs; False: they are not, or the account is not open."""
        held = self._within(part)
        account = f"{HELD_FOR}{peer}"
        if not covers([each.serials for each in held if each.account == account], part):
            return False
        if act != USED and self.accounts().get(target) != AccountStatus.OPEN:
            return False
        self._change(part, lambda each: replace(each, account=USED if act == USED else target))
        return True

    def _against_account(self, account: str) -> list[Objection]:
        status = self.accounts().get(account)
        if status is None:
            return [Objection(Problem.ACCOUNT_UNKNOWN, account)]
        return [] if status == AccountStatus.OPEN else [Objection(Problem.ACCOUNT_NOT_OPEN, account, str(status))]

    def _against_serials(self, serials: Serials, transfer_id: str) -> list[Objection]:
        if any(each.is_live for each in self._within(serials)):
            return [Objection(Problem.BLOCK_ALREADY_HERE, str(serials))]
        if any(overlap(each.serials, serials) for each in self.told_units()):
            return [Objection(Problem.BLOCK_ALREADY_HERE, str(serials), "told of")]
        for other, (_, expected) in self.storage.table("expected").items():
            if other != transfer_id and any(overlap(each, serials) for each in expected):
                return [Objection(Problem.BLOCK_ALREADY_HERE, str(serials), f"expected by transfer {other}")]
        return []

    def _series(self, serials: Serials) -> tuple[Holding, ...]:
        found: tuple[Holding, ...] = self.storage.table("series").get((serials.registry, serials.party), ())
        return found

    def _within(self, serials: Serials) -> list[Holding]:
        return [each for each in self._series(serials) if overlap(each.serials, serials)]

    def _write(self, serials: Serials, holdings: Sequence[Holding]) -> None:
        ordered = tuple(sorted(holdings, key=lambda each: each.serials))
        for before, this in pairwise(ordered):
            if overlap(before.serials, this.serials):
                raise ValueError(f"{this.serials} stands twice in {self.code}")
        self.storage.put("series", (serials.registry, serials.party), ordered)

    def _change(self, serials: Serials, change: Callable[[Holding], Holding | None]) -> None:
        """Split at the ends of the range and change, or take away (None), what lies within."""
        after: list[Holding] = []
        for each in self._series(serials):
            if common := overlap(each.serials, serials):
                after += [replace(each, serials=rest) for rest in without(each.serials, common)]
                if changed := change(replace(each, serials=common)):
                    after.append(changed)
            else:
                after.append(each)
        self._write(serials, after)
