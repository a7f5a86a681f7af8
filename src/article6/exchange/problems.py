"""Why a message, or a block that it names, is turned down. Codes are permanent and part of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from article6.domain.refusals import N_


class Problem(StrEnum):
    """Codes by family: what cannot be read, who says it, in which order, what it says of units."""

    MESSAGE_MALFORMED = "message.malformed"
    MESSAGE_TOO_LARGE = "message.too_large"
    MESSAGE_VERSION = "message.version_unknown"
    MESSAGE_TYPE = "message.type_unknown"
    MESSAGE_ID_REUSED = "message.id_reused"
    SENDER_UNKNOWN = "sender.unknown"
    SENDER_SUSPENDED = "sender.suspended"
    SENDER_FLOODING = "sender.flooding"
    RECIPIENT_WRONG = "recipient.wrong"
    SIGNATURE_MISSING = "signature.missing"
    SIGNATURE_WRONG = "signature.wrong"
    KEY_UNKNOWN = "key.unknown"
    KEY_NOT_VALID = "key.not_valid"
    CLOCK_SKEW = "clock.skew"
    SEQUENCE_REUSED = "sequence.reused"
    SEQUENCE_TOO_FAR = "sequence.too_far"
    SERVICE_NOT_AGREED = "service.not_agreed"
    TRANSFER_EXISTS = "transfer.exists_with_other_content"
    TRANSFER_UNKNOWN = "transfer.unknown"
    TRANSFER_NOT_ACCEPTED = "transfer.not_accepted"
    TRANSFER_ALREADY_FINAL = "transfer.already_final"
    TRANSFER_DEADLINE = "transfer.deadline_passed"
    TRANSFER_TOO_MANY_BLOCKS = "transfer.too_many_blocks"
    ACCOUNT_UNKNOWN = "account.unknown"
    ACCOUNT_NOT_OPEN = "account.not_open"
    ACCOUNT_REFUSES_UNIT = "account.refuses_unit"
    BLOCK_ALREADY_HERE = "block.already_here"
    BLOCK_REPEATED = "block.repeated"
    BLOCK_NOT_SENDERS = "block.not_the_senders"
    BLOCK_FACTS_DIFFER = "block.facts_differ"
    BLOCK_NOT_AUTHORIZED = "block.not_authorized"
    BLOCK_IN_DISPUTE = "block.in_dispute"
    PROVENANCE_BROKEN = "provenance.broken"
    PROVENANCE_UNKNOWN_SIGNER = "provenance.unknown_signer"
    AUTHORIZATION_DIFFERS = "authorization.facts_differ"
    NOT_PERMITTED = "request.not_permitted"
    CODE_UNKNOWN = "code.unknown"


SENTENCES: Mapping[Problem, str] = MappingProxyType(
    {
        Problem.MESSAGE_MALFORMED: N_(
            "The message is not what its type says; the detail names the place. The other registry has to correct it."
        ),
        Problem.MESSAGE_TOO_LARGE: N_("The message is larger than the limit; send fewer blocks at a time."),
        Problem.MESSAGE_VERSION: N_(
            "This version of the message is not known here; use a version that both registries support."
        ),
        Problem.MESSAGE_TYPE: N_("No message of this type is known here; see what the other registry supports."),
        Problem.MESSAGE_ID_REUSED: N_(
            "A message of this number has come before with other content; ask the other registry how that came about."
        ),
        Problem.SENDER_UNKNOWN: N_("This registry is not connected with us; connect with it first."),
        Problem.SENDER_SUSPENDED: N_(
            "The connection is suspended or ended; the administrators of both registries can resume it."
        ),
        Problem.SENDER_FLOODING: N_("More messages than agreed came in a short time; wait, and send them again later."),
        Problem.RECIPIENT_WRONG: N_("The message is for another registry; correct the address in the connection."),
        Problem.SIGNATURE_MISSING: N_("The message is not signed; nothing unsigned is taken."),
        Problem.SIGNATURE_WRONG: N_(
            "The signature is not that of the registry named; somebody altered the message, or the keys are mixed up."
        ),
        Problem.KEY_UNKNOWN: N_(
            "The message is signed with a key that was not agreed; have the other registry announce it."
        ),
        Problem.KEY_NOT_VALID: N_("The key was not valid when the message was signed; sign with a key that is."),
        Problem.CLOCK_SKEW: N_("The message comes from the future; set the clocks of both registries right."),
        Problem.SEQUENCE_REUSED: N_(
            "Another message has this sequence number already; the other registry was perhaps restored from a copy."
        ),
        Problem.SEQUENCE_TOO_FAR: N_(
            "Too many messages before this one are missing; it is taken once they have come, without your doing."
        ),
        Problem.SERVICE_NOT_AGREED: N_(
            "The registries have not agreed on this service; agree on it in the connection, then ask again."
        ),
        Problem.TRANSFER_EXISTS: N_(
            "A transfer of this number is known with other content; propose it under a new number."
        ),
        Problem.TRANSFER_UNKNOWN: N_("No transfer of this number is known here; check the number."),
        Problem.TRANSFER_NOT_ACCEPTED: N_(
            "The transfer was not accepted, so it cannot be completed; the administrators decide what is to be done."
        ),
        Problem.TRANSFER_ALREADY_FINAL: N_("The transfer has ended already, and nothing more happens to it."),
        Problem.TRANSFER_DEADLINE: N_("The time for an answer has passed; propose the transfer again."),
        Problem.TRANSFER_TOO_MANY_BLOCKS: N_("The transfer has more blocks than the limit; divide it."),
        Problem.ACCOUNT_UNKNOWN: N_("The other registry has no account of this number; check the number."),
        Problem.ACCOUNT_NOT_OPEN: N_("The account is closed or blocked; choose another account."),
        Problem.ACCOUNT_REFUSES_UNIT: N_("Units of this type may not stand in this account; choose another account."),
        Problem.BLOCK_ALREADY_HERE: N_(
            "Units of this block stand in the acquiring registry already; reconcile the two registries."
        ),
        Problem.BLOCK_REPEATED: N_("Units of this block are named twice; name each unit once."),
        Problem.BLOCK_NOT_SENDERS: N_(
            "The sender has not shown that it holds these units; reconcile with the registry that issued them."
        ),
        Problem.BLOCK_FACTS_DIFFER: N_(
            "The two registries know different facts about these units; find out which are right and correct the rest."
        ),
        Problem.BLOCK_NOT_AUTHORIZED: N_("The units are not authorized for this; have them authorized first."),
        Problem.BLOCK_IN_DISPUTE: N_("These units are in dispute between registries; resolve it first."),
        Problem.PROVENANCE_BROKEN: N_(
            "The signed transfers do not lead from the issuing registry to the sender; ask the sender for all of them."
        ),
        Problem.PROVENANCE_UNKNOWN_SIGNER: N_(
            "A registry through which the units came is not known here; agree to its keys first."
        ),
        Problem.AUTHORIZATION_DIFFERS: N_(
            "The two registries know different contents of this authorization; compare them with the Party's document."
        ),
        Problem.NOT_PERMITTED: N_(
            "The Party or the registry has no right to ask for this; ask the administrator there."
        ),
        Problem.CODE_UNKNOWN: N_("The other registry gave a reason that is not known here; the detail has it."),
    }
)
"""What each code means and what to do, for people."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason against a message or against one of its blocks: `subject` names the block (`REG-PTY:first-last`), the
    account or the field."""

    problem: Problem
    subject: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """As messages have it; what they do not allow is cut off or replaced."""
        return {"code": str(self.problem), "subject": _plain(self.subject, 200), "detail": _plain(self.detail, 500)}


def _plain(text: str, length: int) -> str:
    """A text that may come from anybody, as it can be written everywhere."""
    return text[:length].encode("utf-8", "replace").decode().replace("\0", "?")


class Rejected(Exception):
    """A message that is not taken: kept as evidence, answered with its objections, nothing else changed."""

    def __init__(self, *objections: Objection) -> None:
        super().__init__(", ".join(f"{each.problem} {each.subject}".strip() for each in objections))
        self.objections = objections
