"""The auditor: looks at what stands in the books and at the signed evidence, with arithmetic and eyes of its own.

It shares nothing with the exchange: it opens signatures itself, reads JSON itself and counts serial by serial.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Serial = tuple[str, str, int]
"""Originating registry, Party and number."""

Range = tuple[str, str, int, int]
"""The same with the first and the last number."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A transfer in one registry's books. `serials` are (registry, party, first, last); `heard` the peer's messages, as
    compact JWS; `evidence` the completions that came with the proposal, `completion` the one that completed it.
    `is_information`: amounts were told, and the units stayed with the sender."""

    id: str
    side: str
    peer: str
    status: str
    serials: tuple[Range, ...]
    heard: tuple[str, ...]
    completion: str
    completed_at: str
    evidence: tuple[str, ...]
    is_information: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    """All that a registry shows the auditor: what is live in its accounts and what it ever issued, with the attributes;
    `sent` its messages with the receipts that it has (compact JWS, '' where none), by peer; `kept` the digests of the
    messages that it kept, by peer, with whether they were handled; `told` what peers told it of and nothing was done
    with, `held` what is live here and a peer was told of, by peer."""

    code: str
    key: bytes
    is_liar: bool
    live: Mapping[Range, str]
    issued: Mapping[Range, str]
    deals: Mapping[str, Deal]
    sent: Mapping[str, Sequence[tuple[str, str]]]
    kept: Mapping[str, Mapping[str, bool]]
    told: Mapping[str, Sequence[Range]] = field(default_factory=dict)
    held: Mapping[str, Sequence[Range]] = field(default_factory=dict)


def spread(ranges: Iterable[Range]) -> Iterator[Serial]:
    """Every serial of some ranges."""
    for registry, party, first, last in ranges:
        for number in range(first, last + 1):
            yield registry, party, number


def live_twice(lives: Mapping[str, Sequence[Range]]) -> list[str]:
    """Ranges of which serials stand in live accounts of two registries, or twice in one."""
    series: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for code, ranges in lives.items():
        for registry, party, first, last in ranges:
            series[registry, party].append((first, last, code))
    found = []
    for name, standing in series.items():
        standing.sort()
        top, where = 0, ""
        for first, last, code in standing:
            if first <= top:
                found.append(f"{'-'.join(name)}:{first}-{min(last, top)} stands in {where} and in {code}")
            if last > top:
                top, where = last, code
    return found


class Audit:
    """One look at all registries after everything has settled."""

    def __init__(self, registries: Sequence[Inspected]) -> None:
        self._all = {each.code: each for each in registries}
        self._honest = [each for each in registries if not each.is_liar]
        self._keys = {each.code: Ed25519PublicKey.from_public_bytes(each.key) for each in registries}
        self._read: dict[str, dict[str, Any]] = {}
        self._verified: set[str] = set()
        self._tainted = self._touched_by_liars()

    def faults(self) -> list[str]:
        """What is wrong, empty where all promises were kept."""
        checks = (
            self._units(), self._told_is_held(), self._sums(), self._attributes(), self._returns(),
            self._double_spends(), self._acknowledged(), self._never_said(), self._histories(), self._signatures(),
        )  # fmt: skip
        return [fault for check in checks for fault in check]

    # Every serial in exactly one registry --------------------------------------------------------------------------

    def _units(self) -> Iterator[str]:
        where = self._where()
        for serial in {serial for each in self._honest for serial in spread(each.issued)} - self._tainted:
            if len(where[serial]) != 1:
                yield f"unit {serial} stands live in {where[serial] or 'no registry'}"
        issued = {serial for each in self._all.values() for serial in spread(each.issued)}
        for serial in where.keys() - issued - self._tainted:
            yield f"unit {serial} stands live in {where[serial]} and was never issued"

    def _told_is_held(self) -> Iterator[str]:
        """What a registry was told of stands in the books of who told it, and nothing stands there untold."""
        for each in self._honest:
            for other in self._honest:
                if each is not other:
                    told = Counter(spread(each.told.get(other.code, ())))
                    held = Counter(spread(other.held.get(each.code, ())))
                    for serial in (told - held) + (held - told):
                        yield f"unit {serial}: {each.code} and {other.code} differ on what {each.code} was told of"

    def _sums(self) -> Iterator[str]:
        """Each registry for itself: what stands here was issued here or came, and did not go as often."""
        gone, come = {"completed", "settled", "disputed"}, {"completed"}
        for each in self._honest:
            sums = Counter(spread(each.issued))
            for deal in each.deals.values():
                if deal.is_information:
                    continue
                if deal.side == "acquirer" and deal.status in come:
                    sums.update(spread(deal.serials))
                elif deal.side == "sender" and deal.status in gone:
                    sums.subtract(spread(deal.serials))
            sums.subtract(spread(each.live))
            for serial, count in sums.items():
                if count:
                    yield f"unit {serial}: the transfers of {each.code} and its accounts differ by {count}"

    def _attributes(self) -> Iterator[str]:
        """Units of honest registries look everywhere as they were issued, also after a liar passed them on."""
        issued = {
            serial: looks for each in self._honest for block, looks in each.issued.items() for serial in spread([block])
        }
        for each in self._honest:
            for block, looks in each.live.items():
                if any(issued.get(serial, looks) != looks for serial in spread([block])):
                    yield f"units {block} do not look in {each.code} as they were issued"

    def _returns(self) -> Iterator[str]:
        """What a registry gave comes back under the last word by which it gave it, or newly from who issued it."""
        for each in self._honest:
            moves = [deal for deal in each.deals.values() if deal.completed_at and not deal.is_information]
            given: dict[Serial, str] = {}
            seen: dict[Serial, set[str]] = defaultdict(set)
            for deal in sorted(moves, key=lambda deal: deal.completed_at):
                for serial in spread(deal.serials):
                    if deal.side == "sender":
                        given[serial] = deal.completion
                    elif serial in given and not self._is_fresh(each, deal, serial, given[serial], seen[serial]):
                        yield f"unit {serial} came back to {each.code} by {deal.id}, though it was given away since"
                    seen[serial] |= {*deal.evidence, deal.completion}

    def _is_fresh(self, at: Inspected, deal: Deal, serial: Serial, given: str, seen: set[str]) -> bool:
        if given in deal.evidence:
            return True
        anew = [jws for jws in {*deal.evidence, deal.completion} - seen if self._unproven(jws)["source"] == serial[0]]
        return serial[0] != at.code and any(serial in self._given(self._unproven(jws)) for jws in anew)

    def _where(self) -> dict[Serial, list[str]]:
        where: dict[Serial, list[str]] = defaultdict(list)
        for each in self._honest:
            for serial in spread(each.live):
                where[serial].append(each.code)
        return where

    def _touched_by_liars(self) -> set[Serial]:
        """What a liar issued, or was ever given: it can give that to two at once, and nobody can prevent it."""
        liars = {each.code for each in self._all.values() if each.is_liar}
        touched = set()
        for each in self._honest:
            moved = [deal for deal in each.deals.values() if deal.completed_at and not deal.is_information]
            given = [deal for deal in moved if deal.side == "sender"]
            touched |= {serial for deal in given if deal.peer in liars for serial in spread(deal.serials)}
            came = [deal for deal in moved if deal.side == "acquirer"]
            touched |= {serial for deal in came for serial in spread(deal.serials) if serial[0] in liars}
        return touched

    # Nothing acknowledged is lost -----------------------------------------------------------------------------------

    def _acknowledged(self) -> Iterator[str]:
        for each in self._honest:
            for peer, messages in each.sent.items():
                kept = self._all[peer].kept.get(each.code, {})
                for jws, receipt in messages:
                    name = hashlib.sha256(jws.encode()).hexdigest()
                    if not self._all[peer].is_liar and not receipt:
                        yield f"{each.code}: message {name} to {peer} never got a receipt"
                    elif receipt and not self._is_receipt(receipt, peer, name):
                        yield f"{each.code}: {peer} signed something else than a receipt for {name}"
                    elif receipt and not self._all[peer].is_liar and not kept.get(name):
                        yield f"{each.code}: {peer} acknowledged {name} and did not keep or handle it"

    def _never_said(self) -> Iterator[str]:
        for each in self._honest:
            for peer, kept in each.kept.items():
                if not self._all[peer].is_liar:
                    said = {hashlib.sha256(jws.encode()).hexdigest() for jws, _ in self._all[peer].sent[each.code]}
                    for name in kept.keys() - said:
                        yield f"{each.code} took {name} for a message of {peer}, which never said it"

    def _is_receipt(self, receipt: str, peer: str, name: str) -> bool:
        content = self._content(receipt, peer)
        return content.get("sha256") == name and bool(content.get("final"))

    # Both histories agree -------------------------------------------------------------------------------------------

    def _histories(self) -> Iterator[str]:
        agreed = {("settled", "completed"), ("rejected", "rejected"), ("cancelled", "cancelled"),
                  ("cancelled", "rejected"), ("cancelled", ""), ("waiting", "")}  # fmt: skip
        for each in self._honest:
            for deal in each.deals.values():
                peer = self._all[deal.peer]
                if peer.is_liar:
                    continue
                theirs = peer.deals.get(deal.id)
                if theirs is not None and (theirs.peer != each.code or theirs.side == deal.side):
                    yield f"transfer {deal.id}: {each.code} and {peer.code} do not mean the same"
                elif theirs is None and deal.side == "acquirer":
                    yield f"transfer {deal.id}: {each.code} knows it and its sender {peer.code} does not"
                elif deal.side == "sender":
                    pair = (deal.status, theirs.status if theirs else "")
                    if pair not in agreed:
                        yield f"transfer {deal.id}: {each.code} says {pair[0]}, {peer.code} says {pair[1] or 'nothing'}"
                    if theirs and sorted(spread(theirs.serials)) != sorted(spread(deal.serials)):
                        yield f"transfer {deal.id}: not the same units in {each.code} and {peer.code}"

    # Both hold the other's signature on it --------------------------------------------------------------------------

    def _signatures(self) -> Iterator[str]:
        needed = {("sender", "completed"): "accepted", ("sender", "settled"): "confirmed",
                  ("acquirer", "completed"): "completed", ("acquirer", "disputed"): "completed"}  # fmt: skip
        for each in self._honest:
            for deal in each.deals.values():
                what = needed.get((deal.side, deal.status))
                if what == "completed" and self._heard(deal, "cancelled", before=deal.completion):
                    yield f"{each.code} booked {deal.id} after {deal.peer} had cancelled it"
                if what == "completed" and not self._is_title(deal, each.code):
                    yield f"{each.code} has no completion of {deal.id} that {deal.peer} signed"
                elif what and what != "completed" and not self._heard(deal, what):
                    yield f"{each.code} does not have {deal.peer}'s signed word that {deal.id} is {what}"

    def _heard(self, deal: Deal, what: str, before: str = "") -> bool:
        """Whether the peer said so; said it before it said something else."""
        limit = int(self._unproven(before)["sequence"]) if before else 0
        for jws in deal.heard:
            said = self._unproven(jws)
            is_before = not limit or int(said["sequence"]) < limit
            is_it = str(said["type"]).endswith(f".transfer.{what}.v1") and said["data"]["transfer_id"] == deal.id
            if is_it and is_before:
                return bool(self._content(jws, deal.peer))
        return False

    def _is_title(self, deal: Deal, code: str) -> bool:
        said = self._content(deal.completion, deal.peer)
        if not str(said.get("type")).endswith(f".transfer.{'told' if deal.is_information else 'completed'}.v1"):
            return False
        return said.get("recipient") == code and self._given(said) == set(spread(deal.serials))

    # A liar's double spending stands in evidence --------------------------------------------------------------------

    def _double_spends(self) -> Iterator[str]:
        twice = {serial: codes for serial, codes in self._where().items() if len(codes) > 1}
        if not twice:
            return
        completions = list(self._completions())
        for serial, codes in sorted(twice.items()):
            about = [said for said in completions if serial in self._given(said)]
            if not any(self._gave_too_often(each.code, about, serial) for each in self._all.values() if each.is_liar):
                yield f"unit {serial} stands live in {' and '.join(codes)}, and no signatures show who gave it twice"

    def _completions(self) -> Iterator[dict[str, Any]]:
        """Every completion that an honest registry holds, its own and others', each once, its signature verified."""
        held = {jws for each in self._honest for messages in each.sent.values() for jws, _ in messages}
        for each in self._honest:
            for deal in each.deals.values():
                if deal.side == "acquirer" and deal.completed_at:
                    held |= {deal.completion, *deal.evidence}
        for jws in held:
            said = self._unproven(jws)
            if str(said["type"]).endswith(".transfer.completed.v1") and self._content(jws, said["source"]):
                yield said

    def _gave_too_often(self, liar: str, about: Sequence[Mapping[str, Any]], serial: Serial) -> bool:
        """Whether the signatures alone show that a registry gave a unit more often than it had it."""
        given = len([said for said in about if said["source"] == liar])
        had = len([said for said in about if said["recipient"] == liar]) + int(serial[0] == liar)
        return given > had

    # Reading --------------------------------------------------------------------------------------------------------

    def _given(self, said: Mapping[str, Any]) -> set[Serial]:
        ranges = [
            (each["registry"], each["party"], int(each["first"]), int(each["last"]))
            for each in said.get("data", {}).get("serials", ())
        ]
        return set(spread(ranges))

    def _content(self, jws: str, signer: str) -> dict[str, Any]:
        """What was signed, {} where it was not this registry that signed."""
        if jws not in self._verified:
            signed, _, signature = jws.rpartition(".")
            try:
                self._keys[signer].verify(_bytes(signature), signed.encode())
            except (InvalidSignature, ValueError):
                return {}
            self._verified.add(jws)
        found = self._unproven(jws)
        return found if found.get("source") == signer else {}

    def _unproven(self, jws: str) -> dict[str, Any]:
        if jws not in self._read:
            self._read[jws] = json.loads(_bytes(jws.split(".")[1]))
        return self._read[jws]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
