"""What judging a proposal reads of the ledger: asked when it is needed, or once for many proposals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from article6.domain.authorizations import Authorization
from article6.domain.orders import Account
from article6.exchange.facts import Proposed, UnitBlock
from article6.store import arrivals, journal
from article6.store.arrivals import Named
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import facts, registries, told

Found = TypeVar("Found")

Serials = tuple[str, str, int, int]
"""Registry, Party, first and last serial."""

Identity = tuple[str, str, int]
"""Party, identifier and version of an authorization."""


def named(blocks: Iterable[UnitBlock]) -> list[Serials]:
    """The serials of blocks as queries take them."""
    return [(each.serials.registry, each.serials.party, each.serials.first, each.serials.last) for each in blocks]


def under(block: UnitBlock) -> str:
    """Party and identifier of the authorization of a block as one text, '' where it has none."""
    return f"{block.authorization[0]} {block.authorization[1]}" if block.authorization is not None else ""


class Source:
    """The database, asked each time."""

    def identity(self) -> Mapping[str, Any] | None:
        """The registry itself."""
        return registries.identity()

    def account(self, number: str) -> Account | None:
        """An account as it stands."""
        return facts.accounts([number]).get(number)

    def take_turns(self, blocks: Sequence[UnitBlock]) -> None:
        """Until the database transaction is over, nobody else accepts or takes in units of these series, nor under
        these authorizations."""
        arrivals.take_turn([Named(*each) for each in named(blocks)])
        for name in sorted({under(each) for each in blocks} - {""}):
            journal.wait_for_turn(f"expected under {name}")

    def standing(self, serials: Sequence[Serials]) -> list[dict[str, Any]]:
        """As `reading.standing`."""
        return reading.standing(serials)

    def expected(self, serials: Sequence[Serials]) -> list[tuple[int, str]]:
        """As `reading.expected`."""
        return reading.expected(serials)

    def told_of(self, serials: Sequence[Serials]) -> list[tuple[int, str]]:
        """As `told.counted`."""
        return told.counted(serials)

    def counted(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int | None]]:
        """As `reading.counted`."""
        return reading.counted(identities)

    def expected_under(self, names: Iterable[str]) -> Mapping[str, int]:
        """As `reading.expected_under`."""
        return reading.expected_under(names)

    def authorizations(self, identities: Iterable[Identity]) -> Mapping[Identity, Authorization]:
        """As `reading.authorizations`."""
        return reading.authorizations(identities)

    def approaches(self, codes: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """As `reading.approaches`."""
        return reading.approaches(codes)

    def activities(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], dict[str, Any]]:
        """As `reading.activities`."""
        return reading.activities(identities)

    def once(self, about: object, find: Callable[[], Found]) -> Found:
        """What is found about something; the same again need not be looked for."""
        return find()


DATABASE = Source()


DATABASE = Source()


class ReadAhead(Source):
    """What some proposals of other units each need, read with one statement of each kind under the turns of all of
    them. What one of them changes of what the next is judged by is counted here: nothing else changes meanwhile.

    `transfer_ids` are those whose units are expected and may come.
    """

    def __init__(self, proposals: Sequence[Proposed], transfer_ids: Sequence[str]) -> None:
        blocks = [block for each in proposals for block in each.blocks]
        super().take_turns(blocks)
        self._identity = registries.identity()
        self._accounts = facts.accounts({each.target_account for each in proposals})
        self._serials = frozenset(named(blocks))
        self._standing = _by_serials(self._serials, reading.standing)
        self._expected = {
            each: [transfer_id for _, transfer_id in found]
            for each, found in _pairs(self._serials, reading.expected).items()
        }
        self._told = {each: [peer for _, peer in found] for each, found in _pairs(self._serials, told.counted).items()}
        self._read_documents(proposals, blocks)
        self._of_transfer = reading.expected_of(transfer_ids)
        self._found: tuple[str, Any] | None = None

    def _read_documents(self, proposals: Sequence[Proposed], blocks: Sequence[UnitBlock]) -> None:
        laid = {each.authorization for each in blocks if each.authorization is not None}
        told_of = (each for one in proposals for each in one.authorizations)
        versions = {
            (str(each["party"]), str(each["code"]), int(each["version"])) for each in told_of if _is_named(each)
        }
        self._asked_authorizations = laid | versions
        self._authorizations = reading.authorizations(self._asked_authorizations)
        self._counted = dict(reading.counted({each[:2] for each in laid}))
        self._under = Counter(reading.expected_under({under(each) for each in blocks} - {""}))
        self._approaches: dict[frozenset[str], Mapping[str, dict[str, Any]]] = {}
        self._activities: dict[frozenset[tuple[str, str]], Mapping[tuple[str, str], dict[str, Any]]] = {}

    def identity(self) -> Mapping[str, Any] | None:
        return self._identity

    def account(self, number: str) -> Account | None:
        return self._accounts.get(number)

    def take_turns(self, blocks: Sequence[UnitBlock]) -> None:
        """They are taken."""

    def standing(self, serials: Sequence[Serials]) -> list[dict[str, Any]]:
        if not self._serials.issuperset(serials):  # parts of blocks
            return super().standing(serials)
        return [
            {**part, "position": position}
            for position, each in enumerate(serials)
            for part in self._standing.get(each, ())
        ]

    def expected(self, serials: Sequence[Serials]) -> list[tuple[int, str]]:
        if not self._serials.issuperset(serials):
            return super().expected(serials)
        return [(position, one) for position, each in enumerate(serials) for one in self._expected.get(each, ())]

    def told_of(self, serials: Sequence[Serials]) -> list[tuple[int, str]]:
        if not self._serials.issuperset(serials):
            return super().told_of(serials)
        return [(position, one) for position, each in enumerate(serials) for one in self._told.get(each, ())]

    def counted(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int | None]]:
        return {each: self._counted[each] for each in identities if each in self._counted}

    def expected_under(self, names: Iterable[str]) -> Mapping[str, int]:
        return {each: self._under[each] for each in names if self._under[each]}

    def authorizations(self, identities: Iterable[Identity]) -> Mapping[Identity, Authorization]:
        wanted = set(identities)
        if not wanted <= self._asked_authorizations:
            return super().authorizations(wanted)
        return {each: self._authorizations[each] for each in wanted if each in self._authorizations}

    def approaches(self, codes: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        wanted = frozenset(codes)
        if wanted not in self._approaches:
            self._approaches[wanted] = super().approaches(wanted)
        return self._approaches[wanted]

    def activities(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], dict[str, Any]]:
        wanted = frozenset(identities)
        if wanted not in self._activities:
            self._activities[wanted] = super().activities(wanted) if wanted else {}
        return self._activities[wanted]

    def once(self, about: object, find: Callable[[], Found]) -> Found:
        text = repr(about)  # not by equality, to which True is 1
        if self._found is None or self._found[0] != text:
            self._found = text, find()
        found: Found = self._found[1]
        return found

    def expects(self, newly: Iterable[tuple[str, int]]) -> None:
        """Units are to come under authorizations (Party and identifier, how many)."""
        for name, units in newly:
            self._under[name] += units

    def forgets(self, transfer_id: str) -> None:
        """The units of a transfer are not expected any more."""
        for name, units in self._of_transfer.pop(transfer_id, {}).items():
            self._under[name] -= units

    def came(self, newly: Iterable[tuple[tuple[str, str], int]]) -> None:
        """Units came under authorizations (Party and identifier as two, how many)."""
        for identity, units in newly:
            if identity in self._counted:
                counted, ceiling = self._counted[identity]
                self._counted[identity] = counted + units, ceiling


def _is_named(told_of: Mapping[str, Any]) -> bool:
    return {"party", "code"} <= told_of.keys() and str(told_of.get("version")).isdecimal()


def _by_serials(serials: Iterable[Serials], read: Any) -> dict[Serials, list[dict[str, Any]]]:
    ordered = sorted(serials)
    found: dict[Serials, list[dict[str, Any]]] = defaultdict(list)
    for part in read(ordered):
        found[ordered[part["position"]]].append(part)
    return found


def _pairs(serials: Iterable[Serials], read: Any) -> dict[Serials, list[tuple[int, str]]]:
    ordered = sorted(serials)
    found: dict[Serials, list[tuple[int, str]]] = defaultdict(list)
    for position, name in read(ordered):
        found[ordered[position]].append((position, name))
    return found
