"""The messages between registries: what each holds, what may happen to a transfer, the codes and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from article6.exchange import transfers
from article6.exchange.books import Side, TransferStatus
from article6.exchange.envelope import TYPE_BASE, schema_id
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.problems import SENTENCES, Problem
from article6.exchange.schemas import schema
from article6.exchange.transfers import Effect, Event, Says, Step
from reference_pages.tables import NOTE, table, yes

WHEN: Mapping[Event, str] = {
    Event.ANNOUNCED: "the second person approves",
    Event.WITHDRAWN: "a person withdraws it",
    Event.EXPIRED: "the deadline comes",
    Event.NOT_TAKEN: "the receipt rejects the proposal",
    Event.ACCEPTED: "`transfer.accepted` comes",
    Event.REJECTED: "`transfer.rejected` comes",
    Event.CONFIRMED: "`transfer.confirmed` comes",
    Event.DISPUTED: "`transfer.status_told` says disputed, or the receipt rejects the completion",
    Event.COMPLETED: "`transfer.completed` comes, or `transfer.status_told` says completed and has it",
    Event.CANCELLED: "`transfer.cancelled` comes, or `transfer.status_told` says cancelled, rejected or unknown",
}

EFFECTS: Mapping[Effect, str] = {
    Effect.NONE: "",
    Effect.RELEASE: "the units are free again",
    Effect.TAKE_OUT: "the units move to the account `elsewhere` of the peer",
    Effect.TAKE_IN: "the units are booked",
    Effect.FORGET: "the units are no longer expected",
}

STATUSES: Mapping[TransferStatus, str] = {
    TransferStatus.WAITING: "Known to the sender alone: the units are reserved, a second person has not approved.",
    TransferStatus.PROPOSED: "The sender waits for an answer until the deadline; the units are reserved.",
    TransferStatus.ACCEPTED: "The acquirer has promised to book the units and waits for the sender's word, however long.",
    TransferStatus.REJECTED: "The acquirer does not take the units; the sender has freed them. Final.",
    TransferStatus.CANCELLED: "The sender has freed the units, by rule or by a person. Final.",
    TransferStatus.COMPLETED: "The units have moved: with the sender, to `elsewhere`; with the acquirer, to the account.",
    TransferStatus.SETTLED: "The sender knows that the acquirer has booked the units. Final.",
    TransferStatus.DISPUTED: "What was completed could not be booked; the administrators of both decide.",
}

LIMITS: Mapping[str, str] = {
    "batch_messages": "messages in a request, at most",
    "batch_bytes": "bytes in the body of a request, at most",
    "message_bytes": "bytes of a message as a compact JWS, at most",
    "transfer_blocks": "blocks in a transfer, at most",
    "nesting": "objects and arrays within each other, at most",
    "gap": "by how much a number may be ahead of the one up to which all messages have come",
    "skew": "by how much a message's time may be ahead of the recipient's clock",
    "key_grace": "how long after its key has ended a message may arrive that was signed before",
    "deadline": "from the proposal to the sender's cancellation by rule, where the sender sets nothing else",
    "ask_after": "how long an acquirer that accepted waits before it asks, and asks again",
    "retry_first": "the wait after the first attempt that failed; it doubles with every further one",
    "retry_most": "the longest wait between attempts",
    "peer_messages_per_minute": "messages a minute that a peer may send before it is told to wait",
}


def messages() -> str:
    lines = [
        NOTE,
        "# Messages between registries",
        "",
        "What [the exchange](exchange.md) says in words, from the program's own tables. A message's content, `data`, is judged by",
        "the JSON Schema (2020-12) that its `dataschema` names; the schemas are in `src/article6/exchange/schemas`. Every object is",
        "closed: what is not named here has no place in it.",
        "",
        "## Types",
        "",
        *table(
            ("type", "means"), ((f"[`{name(each)}`](#{anchor(each)})", schema(each)["description"]) for each in Type)
        ),
        "",
    ]
    for each in Type:
        lines += [f"### {name(each)}", "", schema(each)["description"], "", f"`{schema_id(each)}`", ""]
        lines += [*table(("member", "is", "required", "means"), members(schema(each))), ""]
        lines += exclusive(schema(each))
    lines += ["## What the types have in common", ""]
    for title, definition in sorted(definitions().items()):
        lines += [f"### {title}", "", definition.get("description", ""), ""]
        if "properties" in definition:
            lines += [*table(("member", "is", "required", "means"), members(definition)), ""]
        else:
            lines += [f"Is {kind(definition)}.", ""]
    return "\n".join([*lines, *states(), *codes(), *limits(), ""])


def name(message_type: Type) -> str:
    return message_type.removeprefix(TYPE_BASE)


def anchor(message_type: Type) -> str:
    return name(message_type).replace(".", "")


def definitions() -> dict[str, Mapping[str, Any]]:
    """What the schemas define by name; one name means one thing in all of them."""
    found: dict[str, Mapping[str, Any]] = {}
    for each in Type:
        for title, definition in schema(each).get("$defs", {}).items():
            if found.setdefault(title, definition) != definition:
                raise ValueError(f"{title} is defined in two ways, the second in {name(each)}")
    return found


def members(found: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str, str, str]]:
    for title, inner in found["properties"].items():
        is_required = title in found["required"]
        yield f"`{above}{title}`", kind(inner), yes(is_required), inner.get("description", "")
        if "properties" in inner:
            yield from members(inner, f"{above}{title}.")


def exclusive(found: Mapping[str, Any]) -> list[str]:
    """The rule of types that carry one of several members."""
    if "oneOf" not in found:
        return []
    return ["Of the members that are not required there is the one that `kind` names, and no other.", ""]


def kind(found: Mapping[str, Any]) -> str:
    if "$ref" in found:
        title = found["$ref"].rpartition("/")[2]
        return f"[{title}](#{title})"
    if "anyOf" in found:
        return " or ".join(kind(each) for each in found["anyOf"])
    if "enum" in found or "const" in found:
        return ", ".join(f"`{each}`" for each in found.get("enum", [found.get("const")]))
    if found["type"] == "array":
        return f"list of {kind(found['items'])}{bounds(found, 'minItems', 'maxItems')}"
    if "pattern" in found:
        return f"string as `{found['pattern'].replace('|', chr(92) + '|')}`"
    if found["type"] == "string":
        return f"string{bounds(found, 'minLength', 'maxLength')}"
    return str(found["type"]) + bounds(found, "minimum", "maximum")


def bounds(found: Mapping[str, Any], least: str, most: str) -> str:
    said = [f"at least {found[least]:,}"] if least in found else []
    said += [f"at most {found[most]:,}"] if most in found else []
    return f" ({', '.join(said)})" if said else ""


def states() -> list[str]:
    lines = [
        "## States of a transfer",
        "",
        *table(("status", "means"), ((f"`{s}`", STATUSES[s]) for s in TransferStatus)),
        "",
    ]
    for side in Side:
        lines += [
            f"### The {side}",
            "",
            f"What is not in this table does not happen: the message is kept, changes nothing, and is turned down with `{Problem.TRANSFER_ALREADY_FINAL}` or `{Problem.TRANSFER_NOT_ACCEPTED}`.",
            "",
        ]
        if side is Side.ACQUIRER:
            lines += [
                "`transfer.proposed` makes the transfer: `accepted` or `rejected`, with the message of that name.",
                "",
            ]
        steps = ((status, event, step) for (at, status, event), step in transfers.STEPS.items() if at is side)
        lines += [*table(("status", "when", "then", "in the ledger", "says"), (row(*each) for each in steps)), ""]
    return lines


def row(status: TransferStatus, event: Event, step: Step) -> Iterable[str]:
    after = "stays" if step.status == status else f"`{step.status}`"
    says = "" if step.says is Says.NOTHING else f"`transfer.{step.says}`"
    return f"`{status}`", WHEN[event], after, EFFECTS[step.effect], says


def codes() -> list[str]:
    rows = ((f"`{each}`", SENTENCES[each]) for each in Problem)
    return [
        "## Codes",
        "",
        "Permanent: never renamed, reused or removed.",
        "",
        *table(("code", "means, and what to do"), rows),
        "",
    ]


def limits() -> list[str]:
    values = ((f"`{each.name}`", amount(getattr(Limits(), each.name)), LIMITS[each.name]) for each in fields(Limits))
    return ["## Limits", "", *table(("limit", "is", "means"), values), ""]


def amount(value: int | timedelta) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    seconds = int(value.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return str(value)
