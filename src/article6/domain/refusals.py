"""Refusals: what a rule says when it says no.

A code is public and permanent: never renamed, reused or removed. The sentence tells the person what to do; it is a
gettext message id, translated where it is shown. Every code has its entry in `SENTENCES` and in
docs/reference/refusals.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


def N_(text: str) -> str:
    """Mark a text for translation without translating it here: the pure rooms know no language."""
    return text


class Code(StrEnum):
    """Public and permanent. Order here is the order of the reference page, not of precedence (rules.py has that)."""

    REQUEST_MALFORMED = "request.malformed"
    IDEMPOTENCY_CONTENT_DIFFERS = "idempotency.content_differs"
    PERSON_UNKNOWN = "person.unknown"
    PERSON_NOT_PERMITTED = "person.not_permitted"
    PERSON_APPROVES_OWN = "person.approves_own"
    ACCOUNT_UNKNOWN = "account.unknown"
    ACCOUNTS_SAME = "accounts.same"
    ACCOUNT_NOT_OPEN = "account.not_open"
    ACCOUNT_NOT_EMPTY = "account.not_empty"
    ACCOUNT_TYPE_UNKNOWN = "account.type_unknown"
    ACCOUNT_REFUSES_UNIT = "account.refuses_unit"
    TRANSACTION_TYPE_UNKNOWN = "transaction.type_unknown"
    TRANSACTION_WRONG_ACCOUNTS = "transaction.wrong_accounts"
    TRANSACTION_TERMS_MISSING = "transaction.terms_missing"
    TRANSACTION_UNKNOWN = "transaction.unknown"
    TRANSACTION_NOT_PROPOSED = "transaction.not_proposed"
    TRANSACTION_NOT_ALONE = "transaction.not_alone"
    QUANTITY_NOT_POSITIVE = "quantity.not_positive"
    QUANTITY_NOT_WHOLE = "quantity.not_whole"
    QUANTITY_TOO_LARGE = "quantity.too_large"
    QUANTITY_RANGE_MISMATCH = "quantity.range_mismatch"
    QUANTITY_EXCEEDS_HOLDING = "quantity.exceeds_holding"
    SERIAL_MALFORMED = "serial.malformed"
    SERIALS_REPEATED = "serials.repeated"
    SERIALS_ALREADY_ISSUED = "serials.already_issued"
    BLOCK_NOT_HELD = "block.not_held"
    BLOCK_RESERVED = "block.reserved"
    BLOCK_FINAL = "block.final"
    BLOCK_ALREADY_FIRST_TRANSFERRED = "block.already_first_transferred"
    UNIT_TYPE_UNKNOWN = "unit.type_unknown"
    UNIT_FOREIGN = "unit.foreign"
    UNIT_NOT_AUTHORIZED = "unit.not_authorized"
    PARTY_UNKNOWN = "party.unknown"
    SECTION_UNKNOWN = "section.unknown"
    VINTAGE_OUT_OF_RANGE = "vintage.out_of_range"
    ATTRIBUTES_INVALID = "attributes.invalid"
    ATTRIBUTES_SCHEMA_INVALID = "attributes.schema_invalid"
    NOMENCLATURE_UNKNOWN_VALUE = "nomenclature.unknown_value"
    NOMENCLATURE_WITHDRAWN_VALUE = "nomenclature.withdrawn_value"
    NOMENCLATURE_MALFORMED = "nomenclature.malformed"
    RULE_REFUSED = "rule.refused"
    RULE_FAILED = "rule.failed"
    RULE_BROKEN = "rule.broken"
    RULE_UNKNOWN = "rule.unknown"
    RULE_NOT_TRIED = "rule.not_tried"
    RULE_ALREADY_DECIDED = "rule.already_decided"
    UNDERLYING_NOT_ONE_TO_ONE = "underlying.not_one_to_one"
    APPROACH_UNKNOWN = "approach.unknown"
    APPROACH_EXISTS = "approach.exists"
    AUTHORIZATION_UNKNOWN = "authorization.unknown"
    AUTHORIZATION_EXISTS = "authorization.exists"
    AUTHORIZATION_MALFORMED = "authorization.malformed"
    AUTHORIZATION_NOT_THIS_PARTY = "authorization.not_this_party"
    AUTHORIZATION_PARTY_NOT_COVERED = "authorization.party_not_covered"
    AUTHORIZATION_PURPOSE_NOT_COVERED = "authorization.purpose_not_covered"
    AUTHORIZATION_VINTAGE_NOT_COVERED = "authorization.vintage_not_covered"
    AUTHORIZATION_WOULD_REACH_BACK = "authorization.would_reach_back"
    AUTHORIZATION_CEILING_EXCEEDED = "authorization.ceiling_exceeded"
    AUTHORIZATION_EXPIRED = "authorization.expired"
    AUTHORIZATION_ENTITY_NOT_COVERED = "authorization.entity_not_covered"
    AUTHORIZATION_SCOPE_NOT_COVERED = "authorization.scope_not_covered"
    AUTHORIZATION_REVOKED = "authorization.revoked"
    AUTHORIZATION_PREVIEW_OUTDATED = "authorization.preview_outdated"
    USE_BY_OWN_PARTY = "use.by_own_party"
    USE_OUTSIDE_PERIOD = "use.outside_period"
    OMGE_NOT_ADJUSTED = "omge.not_adjusted"
    ACTIVITY_UNKNOWN = "activity.unknown"
    MECHANISM_OMGE_PERCENT = "mechanism.omge_percent"
    MECHANISM_STATEMENT = "mechanism.statement"
    MECHANISM_STATEMENT_MISSING = "mechanism.statement_missing"
    MECHANISM_INSTRUCTION = "mechanism.instruction"
    MECHANISM_NOT_A_PARTICIPANT = "mechanism.not_a_participant"
    MECHANISM_ACCOUNT_MISSING = "mechanism.account_missing"
    MECHANISM_LATER_NOT_ALLOWED = "mechanism.later_not_allowed"
    MECHANISM_MCU_MOVED = "mechanism.mcu_moved"
    CER_INELIGIBLE = "cer.ineligible"
    CER_TAKEN_OVER = "cer.taken_over"
    CER_NOT_FIRST_NDC = "cer.not_first_ndc"
    FEE_UNKNOWN = "fee.unknown"
    FEE_UNPAID = "fee.unpaid"
    FEE_PAID_ALREADY = "fee.paid_already"
    REGISTRY_EXISTS = "registry.exists"
    REGISTRY_MISSING = "registry.missing"
    FILE_COLUMNS = "file.columns"
    FILE_ROW_TRUNCATED = "file.row_truncated"
    FILE_ROW_REPEATED = "file.row_repeated"
    FILE_VALUE = "file.value"
    LEDGER_APPEND_ONLY = "ledger.append_only"
    LEDGER_TILING = "ledger.tiling"
    LEDGER_BUSY = "ledger.busy"


SENTENCES: dict[Code, str] = {
    Code.REQUEST_MALFORMED: N_(
        "The request is incomplete or contradicts itself; see the detail, correct it and send it again."
    ),
    Code.IDEMPOTENCY_CONTENT_DIFFERS: N_(
        "This idempotency key was used for another request; use a new key for new content."
    ),
    Code.PERSON_UNKNOWN: N_("No such person, or the person may not sign in; ask the registry administrator."),
    Code.PERSON_NOT_PERMITTED: N_(
        "Your role in this section does not allow this; ask a person who has the role, or the administrator."
    ),
    Code.PERSON_APPROVES_OWN: N_("You proposed this; a second person has to approve it."),
    Code.ACCOUNT_UNKNOWN: N_("No such account here; check the number and its two check digits."),
    Code.ACCOUNTS_SAME: N_("Source and target are the same account; name two different accounts."),
    Code.ACCOUNT_NOT_OPEN: N_("The account is closed or blocked; choose another account or ask the administrator why."),
    Code.ACCOUNT_NOT_EMPTY: N_("Units still stand in the account; move them before you close it."),
    Code.ACCOUNT_TYPE_UNKNOWN: N_("This kind of registry has no such account type; choose one of its list."),
    Code.ACCOUNT_REFUSES_UNIT: N_("This type of account may not hold this type of unit; choose another account."),
    Code.TRANSACTION_TYPE_UNKNOWN: N_("This kind of registry has no such transaction type; choose one of its list."),
    Code.TRANSACTION_WRONG_ACCOUNTS: N_(
        "This transaction may not go from this account to that one; choose the type or the accounts that fit."
    ),
    Code.TRANSACTION_TERMS_MISSING: N_("This transaction needs more particulars; fill in those named."),
    Code.TRANSACTION_UNKNOWN: N_("No such transaction here; check the number."),
    Code.TRANSACTION_NOT_PROPOSED: N_("The transaction was decided already and cannot be decided again."),
    Code.TRANSACTION_NOT_ALONE: N_(
        "This happens only as part of another act; ask for that: an issuance on instruction, or a later authorization."
    ),
    Code.QUANTITY_NOT_POSITIVE: N_("The quantity must be at least one unit."),
    Code.QUANTITY_NOT_WHOLE: N_("Units are not divided: give a whole number."),
    Code.QUANTITY_TOO_LARGE: N_("The quantity is larger than any series can hold (2^62); check the number."),
    Code.QUANTITY_RANGE_MISMATCH: N_(
        "The quantity differs from the serials named; correct one of them (last minus first plus one)."
    ),
    Code.QUANTITY_EXCEEDS_HOLDING: N_(
        "The account does not hold that many free units that fit; lower the quantity or change the filter."
    ),
    Code.SERIAL_MALFORMED: N_(
        "This is not a serial number or range that can be read; give whole numbers, first not above last."
    ),
    Code.SERIALS_REPEATED: N_("The same serials are named twice in one request; name each once."),
    Code.SERIALS_ALREADY_ISSUED: N_(
        "Some of these serials were issued already; each serial is issued once. Check the range."
    ),
    Code.BLOCK_NOT_HELD: N_("The source account does not hold these serials; look up where they are."),
    Code.BLOCK_RESERVED: N_(
        "These units are reserved by a transaction that waits for approval; have it decided first."
    ),
    Code.BLOCK_FINAL: N_("These units are cancelled or retired; nothing leaves such an account."),
    Code.BLOCK_ALREADY_FIRST_TRANSFERRED: N_(
        "These units were first transferred already; that is recorded once and stays."
    ),
    Code.UNIT_TYPE_UNKNOWN: N_("This kind of registry does not issue this type of unit; choose one of its list."),
    Code.UNIT_FOREIGN: N_(
        "This unit was not issued in this registry and cannot be cancelled here; report it where it was issued."
    ),
    Code.UNIT_NOT_AUTHORIZED: N_(
        "Only outcomes that their Party authorized can be first transferred; these are not. Have them authorized first."
    ),
    Code.PARTY_UNKNOWN: N_("No such Party; give its ISO 3166-1 alpha-3 code (the European Union is EUE)."),
    Code.SECTION_UNKNOWN: N_("The registry has no such section; check its code."),
    Code.VINTAGE_OUT_OF_RANGE: N_(
        "The vintage is missing or no year in which this outcome can have occurred; give the calendar year."
    ),
    Code.ATTRIBUTES_INVALID: N_("The further attributes do not fit their schema; see the detail."),
    Code.ATTRIBUTES_SCHEMA_INVALID: N_(
        "This is no schema that can be declared; see the detail, and write it in JSON Schema 2020-12."
    ),
    Code.NOMENCLATURE_UNKNOWN_VALUE: N_(
        "The list has no such value; choose one of its values, spelled as the list spells it."
    ),
    Code.NOMENCLATURE_WITHDRAWN_VALUE: N_(
        "The value was withdrawn from its list; records that have it stay valid, a new one takes another value."
    ),
    Code.NOMENCLATURE_MALFORMED: N_("The nomenclatures cannot be taken over as they are; see the detail."),
    Code.RULE_REFUSED: N_("A rule of this registry's administrators refuses this; the detail says why."),
    Code.RULE_FAILED: N_(
        "A rule of this registry's administrators could not be worked out here, so this is refused; tell them its name."
    ),
    Code.RULE_BROKEN: N_("The rule's expression cannot be used; see the detail and correct it."),
    Code.RULE_UNKNOWN: N_("No such rule, or none in that state; check its name and version."),
    Code.RULE_NOT_TRIED: N_("Nobody has tried this version of the rule on past transactions; try it first."),
    Code.RULE_ALREADY_DECIDED: N_(
        "This version of the rule was approved or retired already; a change is a new version."
    ),
    Code.UNDERLYING_NOT_ONE_TO_ONE: N_(
        "The underlying block does not have as many units as are recorded; they must match one to one."
    ),
    Code.APPROACH_UNKNOWN: N_(
        "No such cooperative approach here; record it first or check its identifier (CA and four digits)."
    ),
    Code.APPROACH_EXISTS: N_("This cooperative approach is recorded already."),
    Code.AUTHORIZATION_UNKNOWN: N_("No such authorization here; record it first or check its identifier."),
    Code.AUTHORIZATION_EXISTS: N_("This version of the authorization is recorded already; a change is a new version."),
    Code.AUTHORIZATION_MALFORMED: N_("The authorization lacks an element or contradicts itself; see the detail."),
    Code.AUTHORIZATION_NOT_THIS_PARTY: N_(
        "An authorization covers only outcomes that occurred in the Party that gave it."
    ),
    Code.AUTHORIZATION_PARTY_NOT_COVERED: N_(
        "The authorization does not name this Party; the units cannot go there under it."
    ),
    Code.AUTHORIZATION_PURPOSE_NOT_COVERED: N_("The authorization does not cover this purpose."),
    Code.AUTHORIZATION_VINTAGE_NOT_COVERED: N_("The vintage lies outside the authorized time frame."),
    Code.AUTHORIZATION_WOULD_REACH_BACK: N_(
        "These units were first transferred under another authorization; a change does not reach back to them."
    ),
    Code.AUTHORIZATION_CEILING_EXCEEDED: N_(
        "More units would stand under the authorization than it covers; lower the quantity or have it changed."
    ),
    Code.AUTHORIZATION_EXPIRED: N_(
        "The authorization's final date for this has passed; the Party has to change it first."
    ),
    Code.AUTHORIZATION_ENTITY_NOT_COVERED: N_(
        "The authorization names entities, and the account's holder is none of them; use an account of one of them."
    ),
    Code.AUTHORIZATION_SCOPE_NOT_COVERED: N_("The authorization does not cover these units; see the detail."),
    Code.AUTHORIZATION_REVOKED: N_("The authorization was revoked; nothing is put under it or used under it any more."),
    Code.AUTHORIZATION_PREVIEW_OUTDATED: N_(
        "Units under the authorization have moved since the preview; look at it again and confirm what it shows now."
    ),
    Code.USE_BY_OWN_PARTY: N_("A Party cannot use its own outcomes as ITMOs towards its NDC."),
    Code.USE_OUTSIDE_PERIOD: N_(
        "Vintage and year of use must lie in the NDC implementation period of the retirement account."
    ),
    Code.OMGE_NOT_ADJUSTED: N_(
        "Only units with a corresponding adjustment are cancelled towards overall mitigation; these are not authorized."
    ),
    Code.ACTIVITY_UNKNOWN: N_("No such activity of this Party here; check its code, or record it first."),
    Code.MECHANISM_OMGE_PERCENT: N_(
        "Overall mitigation takes at least 2 per cent of the units issued; give 2 to 100 per cent."
    ),
    Code.MECHANISM_STATEMENT: N_("The host Party's statement is incomplete or contradicts itself; see the detail."),
    Code.MECHANISM_STATEMENT_MISSING: N_(
        "The host Party has made no statement on this activity's units; record it before they are issued."
    ),
    Code.MECHANISM_INSTRUCTION: N_(
        "The instruction is incomplete, or the quantities to forward are not what is left to forward; see the detail."
    ),
    Code.MECHANISM_NOT_A_PARTICIPANT: N_(
        "Units go only to the host Party and to Parties that authorized a participant; record the participant first."
    ),
    Code.MECHANISM_ACCOUNT_MISSING: N_("The registry has no open account of this type; the administrator opens one."),
    Code.MECHANISM_LATER_NOT_ALLOWED: N_(
        "These units cannot be authorized afterwards: they are authorized, or the host Party's statement excludes it."
    ),
    Code.MECHANISM_MCU_MOVED: N_(
        "Some of these units were transferred, cancelled or reserved since they were forwarded; it is too late."
    ),
    Code.CER_INELIGIBLE: N_(
        "These units may not be taken over: only CERs of activities registered on or after 1 January 2013 are."
    ),
    Code.CER_TAKEN_OVER: N_("Some of these Kyoto serials were taken over already or are named twice; each is once."),
    Code.CER_NOT_FIRST_NDC: N_("CERs count towards a Party's first or first updated NDC only; name its account."),
    Code.FEE_UNKNOWN: N_("No such invoice here; check its number."),
    Code.FEE_UNPAID: N_("The fee for this request is not paid in full; record the payment first."),
    Code.FEE_PAID_ALREADY: N_("The invoice is paid already, or nothing was due on it."),
    Code.REGISTRY_EXISTS: N_("This database already holds a registry; use another one or another name."),
    Code.REGISTRY_MISSING: N_("This database holds no registry yet; run `article6 init` first."),
    Code.FILE_COLUMNS: N_("The file lacks columns; the first line must name those listed."),
    Code.FILE_ROW_TRUNCATED: N_("The line has too few or too many values; the file may be cut off. Get it again."),
    Code.FILE_ROW_REPEATED: N_("The line repeats an earlier one; remove one of them."),
    Code.FILE_VALUE: N_("The line has a value that cannot be read; see the detail."),
    Code.LEDGER_APPEND_ONLY: N_("What the ledger has written is never changed or removed; book a correction instead."),
    Code.LEDGER_TILING: N_("Serials would overlap or be lost; the database refuses."),
    Code.LEDGER_BUSY: N_("Others are moving the same units; try again."),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for a no.

    `subject` names what it concerns: an account number, a serial range, a line of a file, a field.
    """

    code: Code
    subject: str = ""
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What to do about it, in English; the doors translate it."""
        return SENTENCES[self.code]

    def __str__(self) -> str:
        parts = [str(self.code), self.subject, self.detail]
        return ": ".join(part for part in parts if part)


class Refused(Exception):
    """A rule said no; nothing was written. Carries every reason, most important first."""

    def __init__(self, reasons: Iterable[Refusal]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(str(reason) for reason in self.reasons))

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(reason.code for reason in self.reasons)


def refused(code: Code, subject: str = "", detail: str = "") -> Refused:
    """The exception for a single reason."""
    return Refused([Refusal(code, subject, detail)])


class BrokenInvariant(Exception):
    """Our bug; nobody catches it."""


def invariant(holds: bool, what: str) -> None:
    """Guard a promise about units; unlike `assert` it survives `python -O`."""
    if not holds:
        raise BrokenInvariant(what)
