"""Connecting with other registries: one administrator offers, a second agrees, on each side; then both may speak.

An offer names the peer's address, the services wanted and the keys that the peer publishes. Whoever agrees has compared
the keys' thumbprints with the other administrator by another way than the network. Whoever resumes or ends a suspended
connection is another person than who suspended it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from article6.domain.canonical import NotCanonical, parse
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.exchange import keys
from article6.exchange.books import PeerStatus, PinnedKey
from article6.exchange.envelope import REGISTRY
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Rejected
from article6.gateways import GatewayFailure
from article6.gateways import peers as gateway
from article6.services import people
from article6.services.commands import command, once
from article6.services.exchange import desks, own_keys, pump
from article6.services.exchange.connecting import pinnable, restand
from article6.services.exchange.limits import limits
from article6.services.exchange.own_code import own_code
from article6.services.exchange.standing import CONNECT, KNOW, SERVICES
from article6.store import journal, messages
from article6.store.journal import Command
from article6.store.queries import exchange as reading
from article6.store.queries import registries, told

VERSION = "1"
"""The version of the protocol that this program speaks."""

TAKEN_LATE = timedelta(days=7)
"""How long messages are taken again that a key signed which ended long ago, where two administrators agree to it."""

UNDER_WAY = ("waiting", "proposed", "accepted")


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer: what the second person compares and agrees to."""

    code: str
    name: str
    url: str
    purpose: str
    services: tuple[str, ...]
    kids: tuple[str, ...]
    offer_id: int


def described() -> dict[str, Any]:
    """What this registry tells everybody of itself."""
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return {
        "code": found["code"], "name": found["name"], "kind": found["kind"], "versions": [VERSION],
        "services": sorted(SERVICES), "types": sorted(str(each) for each in Type),
    }  # fmt: skip


def offer(
    code: str, url: str, services: Iterable[str] = (), *, by: PersonId, now: datetime, purpose: str = CONNECT,
    jwks: Mapping[str, Any] | None = None, takes_late: bool = False, key: str | None = None,
) -> Offered:  # fmt: skip
    """Propose to connect with a registry (or only to know it), with the keys that it publishes or, where it is not on
    the network, those given; a second person agrees. Offered again, for other services or keys, it replaces the offer.

    Where `takes_late`, messages of keys that ended too long ago are taken for another seven days: the ends of the keys
    are moved so far, which is still weeks ago. Otherwise what was signed before such an end and did not come in time
    would never be taken, nor what comes after it.

    Raises:
        Refused: `by` may not connect registries, no such service, the registry does not answer or is another one.
    """
    wanted = sorted(set(services))
    given = command(by, key, "offer_peer", [code, url, wanted, purpose, *(["takes_late"] if takes_late else [])])
    earliest_end = now + TAKEN_LATE - limits().key_grace if takes_late else None
    return once(
        given,
        lambda: _offer(code, url, wanted, purpose, jwks, earliest_end, given, now),
        lambda _answer: _offered(code),
    )


def _offer(
    code: str, url: str, wanted: list[str], purpose: str, jwks: Mapping[str, Any] | None, earliest_end: datetime | None,
    given: Command, now: datetime,
) -> Offered:  # fmt: skip
    by = given.person_id
    require(by)
    if code == own_code() or not REGISTRY.fullmatch(code) or purpose not in (CONNECT, KNOW):
        raise refused(Code.REQUEST_MALFORMED, code, "the code of another registry, 2 to 8 letters and digits")
    if unknown := sorted(set(wanted) - SERVICES.keys()):
        raise refused(Code.REQUEST_MALFORMED, ", ".join(unknown), f"one of {', '.join(SERVICES)}")
    name = _read_name(code, url) if url else ""
    found = _keys(jwks) if jwks is not None else _published(url)
    if not found:
        raise refused(Code.PEER_UNREACHABLE, code, "it publishes no key yet; its administrator makes one")
    own_keys.make(by=by, now=now)
    content = {
        "url": url, "name": name, "services": wanted, "purpose": purpose,
        "keys": [pinnable(_ended(each, earliest_end)) for each in found],
    }  # fmt: skip
    with journal.database_transaction():
        messages.add_peer(code)
        messages.peer_act(code, "offered", content, by, now)
        journal.note(given, "peer.offered", f"registry:{code}", now, [])
    return _offered(code)


def _ended(key: PinnedKey, earliest: datetime | None) -> PinnedKey:
    if key.until is None or earliest is None or key.until >= earliest:
        return key
    return replace(key, until=earliest)


def _offered(code: str) -> Offered:
    found = reading.last_act(code, "offered")
    if found is None:
        raise refused(Code.PEER_UNKNOWN, code)
    content = found["content"]
    kids = tuple(each["kid"] for each in content["keys"])
    return Offered(
        code, content["name"], content["url"], content["purpose"], tuple(content["services"]), kids, found["id"]
    )  # fmt: skip


def agree(code: str, *, by: PersonId, now: datetime, kids: Sequence[str] = (), key: str | None = None) -> PeerStatus:
    """Agree to the newest offer, as another person than who made it: its keys are pinned and the peer is told.

    `kids` are thumbprints as the other registry's administrator told them; where given, they must be the offer's.

    Raises:
        Refused: nothing is offered, `by` offered it, or the keys are others.
    """
    given = command(by, key, "agree_peer", [code, list(kids)])
    return once(given, lambda: _agree(code, kids, given, now), lambda _answer: _status(code))


def _agree(code: str, kids: Sequence[str], given: Command, now: datetime) -> PeerStatus:
    require(given.person_id)
    with journal.database_transaction():
        offered = _open_offer(code)
        content = offered["content"]
        theirs = sorted(each["kid"] for each in content["keys"])
        if kids and sorted(kids) != theirs:
            raise refused(Code.PEER_KEYS_DIFFER, code, ", ".join(theirs))
        messages.peer_act(code, "agreed", {}, given.person_id, now, offer_id=offered["id"])
        messages.describe_peer(code, content["name"], content["url"])
        messages.peer_heard(code)  # what waits for it is tried at once, at the address agreed now
        restand(code)
        if content["purpose"] == CONNECT:
            said = {
                "agreed_at": written(now), "services": content["services"], "types": [str(each) for each in Type],
                "name": described()["name"],
            }  # fmt: skip
            _say(code, Type.CONNECTION_AGREED, said, now)
        journal.note(given, "peer.agreed", f"registry:{code}", now, [])
    return _status(code)


def decline(code: str, *, by: PersonId, now: datetime, key: str | None = None) -> PeerStatus:
    """Turn the newest offer down, or withdraw it.

    Raises:
        Refused: nothing is offered, or `by` may not connect registries.
    """
    given = command(by, key, "decline_peer", code)

    def act() -> PeerStatus:
        require(by)
        with journal.database_transaction():
            messages.peer_act(code, "declined", {}, by, now, offer_id=_open_offer(code)["id"])
            journal.note(given, "peer.declined", f"registry:{code}", now, [])
        return _status(code)

    return once(given, act, lambda _answer: _status(code))


def suspend(code: str, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> PeerStatus:
    """Begin nothing new with a peer from now on; what is under way is finished. One person may, at once.

    Raises:
        Refused: it is not connected, or `by` may not connect registries.
    """
    given = command(by, key, "suspend_peer", [code, reason])
    act = _Act("suspended", Type.CONNECTION_SUSPENDED, (PeerStatus.CONNECTED,))
    return once(given, lambda: _act(code, act, reason, given, now), lambda _answer: _status(code))


def resume(code: str, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> PeerStatus:
    """Take part again, as another person than who suspended.

    Raises:
        Refused: it is not suspended, or `by` suspended it.
    """
    given = command(by, key, "resume_peer", [code, reason])
    act = _Act("resumed", Type.CONNECTION_RESUMED, (PeerStatus.SUSPENDED,))
    return once(given, lambda: _act(code, act, reason, given, now), lambda _answer: _status(code))


def end(code: str, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> PeerStatus:
    """End a suspended connection, as another person than who suspended it; the peer is told if it can be reached.

    Raises:
        Refused: it is not suspended, transfers are under way, units are held here or there of which only amounts were
            told, or `by` suspended it.
    """
    given = command(by, key, "end_peer", [code, reason])
    return once(given, lambda: _end(code, reason, given, now), lambda _answer: _status(code))


def _end(code: str, reason: str, given: Command, now: datetime) -> PeerStatus:
    require(given.person_id)
    found = known(code)
    if found["status"] not in (PeerStatus.SUSPENDED, PeerStatus.PENDING):
        raise refused(Code.PEER_STATE, code, found["status"])
    busy = sum(reading.transfers_count(code, each) for each in UNDER_WAY)
    if busy:
        raise refused(Code.PEER_STATE, code, f"{busy} transfers under way")
    if units := told.between(code):
        raise refused(Code.PEER_AMOUNTS_STAND, code, f"{units}")
    with journal.database_transaction():
        # The act first: whoever suspended is refused before anything is said.
        messages.peer_act(code, "ended", {"reason": reason}, given.person_id, now)
        if own_keys.is_there(now):
            _say(code, Type.CONNECTION_ENDED, {"at": written(now), "reason": reason}, now)
        journal.note(given, "peer.ended", f"registry:{code}", now, [])
    messages.peer_heard(code)
    pump.send(code, now)
    with journal.database_transaction():
        restand(code)
    return _status(code)


def rotate(*, by: PersonId, now: datetime, lead: timedelta = own_keys.LEAD) -> PinnedKey:
    """Make the registry's next key and announce it to every peer, signed by the present one.

    Raises:
        Refused: as for `own_keys.rotate`.
    """
    with journal.database_transaction():
        new, rotation = own_keys.rotate(by=by, now=now, lead=lead)
        said = {"statement": rotation.statement, "possession": rotation.possession}
        for code in pump.talking():
            _say(code, Type.CONNECTION_KEY_ADDED, said, now)
    return new


def listed() -> list[dict[str, Any]]:
    """Every peer with its queues: as `store.queries.exchange.peers` and `queues`, `alerts` and pinned `kids`."""
    queues, alerts = reading.queues(), reading.open_alerts()
    return [
        {
            **each, **{name: queues[each["code"]][name] for name in ("to_send", "oldest", "to_handle", "last_receipt")},
            "alerts": alerts.get(each["code"], 0),
            "kids": [key["kid"] for key in reading.peer_keys(each["code"])],
            "is_offered": reading.open_offer(each["code"]) is not None,
        }
        for each in reading.peers()
    ]  # fmt: skip


def shown(code: str) -> dict[str, Any]:
    """One peer with its keys, the open offer, and everything that was done about it.

    Raises:
        Refused: there is none.
    """
    offered = reading.open_offer(code)
    return {
        **known(code), "keys": reading.peer_keys(code), "acts": reading.peer_acts(code),
        "offer": None if offered is None else offered["content"],
    }  # fmt: skip


def offered_by(code: str) -> PersonId | None:
    """Who made the open offer about a peer; None where none is open."""
    found = reading.open_offer(code)
    return None if found is None else PersonId(found["person_id"])


def known(code: str) -> dict[str, Any]:
    """One peer.

    Raises:
        Refused: there is none.
    """
    found = reading.peer(code)
    if found is None:
        raise refused(Code.PEER_UNKNOWN, code[:40])
    return found


def require(by: PersonId) -> None:
    """Who is not allowed to connect registries, is refused."""
    people.require(by, Right.CONNECT, ANY_SECTION)


def published_by(url: str) -> tuple[dict[str, Any], tuple[PinnedKey, ...]]:
    """What the registry at an address says of itself, and its keys.

    Raises:
        Refused: it does not answer as a registry does.
    """
    return _document(url), _published(url)


@dataclass(frozen=True, slots=True)
class _Act:
    """What one person does about a connection, the message that says so, and in which statuses."""

    name: str
    type: Type
    allowed: tuple[PeerStatus, ...]


def _act(code: str, act: _Act, reason: str, given: Command, now: datetime) -> PeerStatus:
    require(given.person_id)
    with journal.database_transaction():
        found = reading.peer(code, lock=True)
        if found is None:
            raise refused(Code.PEER_UNKNOWN, code[:40])
        if found["status"] not in act.allowed:
            raise refused(Code.PEER_STATE, code, found["status"])
        messages.peer_act(code, act.name, {"reason": reason}, given.person_id, now)
        restand(code)
        _say(code, act.type, {"at": written(now), "reason": reason}, now)
        journal.note(given, f"peer.{act.name}", f"registry:{code}", now, [])
    return _status(code)


def _say(code: str, type_: Type, data: Mapping[str, Any], now: datetime) -> None:
    desks.channel(now).send(code, type_, data, now)


def _status(code: str) -> PeerStatus:
    return PeerStatus(known(code)["status"])


def _open_offer(code: str) -> dict[str, Any]:
    known(code)
    found = reading.open_offer(code)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, code)
    return found


def _document(url: str) -> dict[str, Any]:
    try:
        found = parse(gateway.current().read(url, gateway.REGISTRY))
    except (GatewayFailure, NotCanonical) as error:
        raise refused(Code.PEER_UNREACHABLE, url, str(error)) from error
    if not isinstance(found, dict) or not isinstance(found.get("code"), str):
        raise refused(Code.PEER_UNREACHABLE, url, "no registry answers there")
    return found


def _read_name(code: str, url: str) -> str:
    found = _document(url)
    if found["code"] != code:
        raise refused(Code.PEER_UNREACHABLE, url, f"the registry there is {found['code'][:40]}")
    if VERSION not in (found.get("versions") or []):
        raise refused(Code.PEER_UNREACHABLE, url, f"it does not speak version {VERSION} of the protocol")
    return str(found.get("name", ""))[:200]


def _published(url: str) -> tuple[PinnedKey, ...]:
    try:
        return _keys(json.loads(gateway.current().read(url, gateway.KEYS)))
    except (GatewayFailure, ValueError) as error:
        raise refused(Code.PEER_UNREACHABLE, url, str(error)) from error


def _keys(jwks: Mapping[str, Any]) -> tuple[PinnedKey, ...]:
    try:
        return keys.from_jwks(jwks if isinstance(jwks, Mapping) else {})
    except Rejected as error:
        raise refused(Code.PEER_UNREACHABLE, "", str(error)) from error
