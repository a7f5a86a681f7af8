"""One kept message, opened: what it says, who signed it, and whether the signature holds now as it held then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import N_, Code, refused
from article6.exchange import envelope, keys, receipts
from article6.exchange.books import PinnedKey
from article6.exchange.problems import Objection, Rejected
from article6.services.exchange import own_keys, peers
from article6.services.exchange.memory import pinned
from article6.store.queries import kept_messages

GOOD = N_("The signature is right: one of the registry's keys made it, and the key was valid then.")
UNSIGNED = N_("It is not signed yet: it waits for its number.")
NO_RECEIPT = N_("No receipt has come yet.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a signature anew says: `is_good` None where there is nothing to check. `text` is a gettext
    message; `objections` say what is wrong."""

    is_good: bool | None
    text: str
    registry: str = ""
    kid: str = ""
    objections: tuple[Objection, ...] = ()


def opened(direction: str, number: int, *, by: PersonId) -> dict[str, Any]:
    """A message that went `out` or came `in`, by its number here: as kept, with `envelope` (its fields), `content`
    (what it says, as indented JSON), the `verdict` on its signature, and the same of the receipt (`receipt_content`,
    `receipt_verdict`).

    Raises:
        Refused: there is none, or `by` may not connect registries.
    """
    peers.require(by)
    is_out = direction == "out"
    found = kept_messages.outgoing(number) if is_out else kept_messages.incoming(number)
    if found is None or direction not in ("out", "in"):
        raise refused(Code.MESSAGE_UNKNOWN, f"{direction} {number}"[:40])
    ours, theirs = keys.from_jwks(own_keys.published()), pinned(found["peer"])
    signers, receivers = (ours, theirs) if is_out else (theirs, ours)
    payload, fields = _payload(found)
    return {
        **found,
        "direction": direction,
        "envelope": fields,
        "content": _indented(payload.get("data", payload)),
        "verdict": _checked(found["jws"], signers, envelope.opened, UNSIGNED),
        "receipt_content": _indented(_read(found["receipt"])) if found["receipt"] else "",
        "receipt_verdict": _checked(found["receipt"], receivers, receipts.opened, NO_RECEIPT),
    }


def numbers_here(message_ids: Iterable[str]) -> dict[tuple[str, str], int]:
    """The numbers by which messages are opened, by direction (`out`, `in`) and message_id."""
    return kept_messages.numbers_of(list(message_ids))


def _payload(found: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a message says, and the fields of its envelope."""
    if found["jws"]:
        payload = _read(found["jws"])
        return payload, {name: str(value) for name, value in payload.items() if name != "data"}
    return {"data": json.loads(found["data"])}, {"id": found["message_id"], "type": found["type"]}


def _read(jws: str) -> dict[str, Any]:
    found = json.loads(keys.content(jws))
    return found if isinstance(found, dict) else {"data": found}


def _indented(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)


def _checked(
    jws: str | None, signers: Sequence[PinnedKey], opening: Callable[[str, Sequence[PinnedKey]], object], absent: str
) -> Verdict:
    if not jws:
        return Verdict(None, absent)
    try:
        said = keys.header(jws)
        opening(jws, signers)
    except Rejected as rejected:
        text = N_("The signature does not hold. Do not rely on this message; ask the other administrator.")
        return Verdict(False, text, keys.claimed(jws), "", tuple(rejected.objections))
    return Verdict(True, GOOD, said.registry, said.kid)
