"""What each refusal tells the person to do: one sentence a code, translated where it is shown."""

from article6.domain.refusal_codes import N_, Code

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
    Code.PERSON_NOT_REPRESENTATIVE: N_(
        "The account has representatives, and you are none of them; ask one of them, or have yourself appointed."
    ),
    Code.PERSON_IS_MACHINE: N_(
        "A machine client has tokens, no password; it proposes and reads, and a person decides and administers."
    ),
    Code.PERSON_NO_SECOND_FACTOR: N_(
        "The person may act and has no second factor yet, so that a token would let in past it; let the person set one."
    ),
    Code.PERSON_SIGNS_IN: N_(
        "The person can sign in already; ask for a recovery, which a second administrator approves, where that is lost."
    ),
    Code.INVITATION_ENDED: N_(
        "This link was used, withdrawn or has ended; ask an administrator of the registry for a new one."
    ),
    Code.MACHINE_SECRETS: N_("The machine client has two secrets that hold; end one of them before you make another."),
    Code.PERSON_LAST_ADMINISTRATOR: N_(
        "The registry would be left without an administrator; appoint another one first."
    ),
    Code.PERSON_NOT_REINSTATED: N_("A suspension ends only by a reinstatement that a second person approved."),
    Code.ROLE_NEEDS_END: N_("This role is given for a time only; say when it ends."),
    Code.ROLE_OF_PARTY: N_("This role belongs to one Party's section; name the section of a Party."),
    Code.PROPOSAL_UNKNOWN: N_("Nothing of this number waits for a decision; check the number."),
    Code.PROPOSAL_DECIDED: N_("This was decided already and cannot be decided again."),
    Code.ACCOUNT_UNKNOWN: N_("No such account here; check the number and its two check digits."),
    Code.ACCOUNTS_SAME: N_("Source and target are the same account; name two different accounts."),
    Code.ACCOUNT_NOT_OPEN: N_("The account is closed or blocked; choose another account or ask the administrator why."),
    Code.ACCOUNT_NOT_EMPTY: N_("Units still stand in the account; move them before you close it."),
    Code.ACCOUNT_HAS_PROPOSALS: N_(
        "Transactions from or to the account wait for a second person; have them decided before you close it."
    ),
    Code.ACCOUNT_PERIOD_TAKEN: N_(
        "The Party has a retirement account for this NDC implementation period; there is one for each period."
    ),
    Code.ACCOUNT_NOT_IDENTIFIED: N_("The request lacks what identifies the holder; see the detail and complete it."),
    Code.ACCOUNT_TOO_FEW_REPRESENTATIVES: N_(
        "The account asks for a second person, so it needs two active representatives; name both in one change."
    ),
    Code.ACCOUNT_NOT_TRUSTED: N_(
        "The account sends units to trusted accounts only, and this is none; have it added to the list first."
    ),
    Code.ACCOUNT_TYPE_UNKNOWN: N_("This kind of registry has no such account type; choose one of its list."),
    Code.ACCOUNT_REFUSES_UNIT: N_("This type of account may not hold this type of unit; choose another account."),
    Code.TRANSACTION_TYPE_UNKNOWN: N_("This kind of registry has no such transaction type; choose one of its list."),
    Code.TRANSACTION_WRONG_ACCOUNTS: N_(
        "This transaction may not go from this account to that one; choose the type or the accounts that fit."
    ),
    Code.TRANSACTION_TERMS_MISSING: N_("This transaction needs more particulars; fill in those named."),
    Code.TRANSACTION_PURPOSE_DIFFERS: N_(
        "The account is for another purpose than the one given; choose an account of that purpose, or leave it out."
    ),
    Code.CANCELLATION_PARTICIPANTS_ONLY: N_(
        "Here only participants of the activity cancel its units voluntarily; have a participant ask for it."
    ),
    Code.UNDERLYING_USED_TWICE: N_(
        "Some of these underlying units stand behind an earlier batch; each is recorded once. Check the serials."
    ),
    Code.UNDERLYING_SERIES: N_(
        "This registry numbers its units as a whole; leave the series of the underlying units empty."
    ),
    Code.UNDERLYING_STATEMENT: N_(
        "A statement on underlying units needs a batch that has some, the registry's reference and a day not to come."
    ),
    Code.BATCH_UNKNOWN: N_("No such batch here; check the number."),
    Code.METRIC_INCOMPLETE: N_(
        "Units of a non-GHG metric need its name, the conversion into t CO2 eq and its method; others have none."
    ),
    Code.ACCOUNT_PURPOSE: N_(
        "Only cancellation accounts have a purpose, and a sub-purpose needs a purpose; leave out what does not apply."
    ),
    Code.SERVICE_NOT_AGREED: N_(
        "The service is not agreed: a Party asks for that of issuing units here, another registry for any between both."
    ),
    Code.DECLARATION_MALFORMED: N_("The declaration cannot be read; see the detail and draft it again."),
    Code.DECLARATION_WEAKENS_LAW: N_(
        "This would weaken what is built in: declare a move between accounts that are not final, or a cancellation."
    ),
    Code.DECLARATION_UNKNOWN: N_("No such declaration, or not in this version; look at the list."),
    Code.DECLARATION_ALREADY_DECIDED: N_("This version was approved or retired already; draft a new one."),
    Code.TRANSACTION_UNKNOWN: N_("No such transaction here; check the number."),
    Code.TRANSACTION_NOT_PROPOSED: N_("The transaction was decided already and cannot be decided again."),
    Code.TRANSACTION_NOT_ALONE: N_(
        "This happens only as part of another act; ask for that: an issuance on instruction, a later authorization, "
        "a corrective action."
    ),
    Code.CORRECTION_INCOMPLETE: N_(
        "The corrective action lacks something, or what it has does not go together; the detail says what."
    ),
    Code.CORRECTION_UNKNOWN: N_("No such corrective action here; check its number."),
    Code.CORRECTION_WRONG_STATE: N_(
        "The corrective action is not at this step; see the detail, and look at what was done with it."
    ),
    Code.CORRECTION_NOT_OWN: N_(
        "Only who opened or proposed the corrective action withdraws it; another administrator rejects it."
    ),
    Code.CORRECTION_NOT_CONCERNED: N_(
        "The correction would move units that the case does not name; open a case that names them."
    ),
    Code.CORRECTION_QUANTITY_DIFFERS: N_(
        "What compensates cancels as many units as are concerned, no more and no fewer; give that quantity."
    ),
    Code.EXCHANGE_ONLY: N_(
        "The account stands for what another registry holds: units come and go by transfers between registries only."
    ),
    Code.EXCHANGE_PARTY: N_(
        "A transfer to another registry names the Party that acquires; it is international where that is another Party."
    ),
    Code.EXCHANGE_NOT_ANNOUNCED: N_(
        "A transfer to another registry is approved first; then it ends by what both registries say, not by the clock."
    ),
    Code.EXCHANGE_EXPECTED: N_("These serials are expected already, by another transfer from a registry."),
    Code.EXCHANGE_UNITS_EXPECTED: N_(
        "Units that this registry has accepted are still to come into the account; close it when they came or will not."
    ),
    Code.CORRECTION_NOT_FIRST_TRANSFERRED: N_(
        "A correction is never a first transfer: units that were not first transferred go to their own Party only."
    ),
    Code.LOG_LEAF_UNKNOWN: N_(
        "This does not stand in the transparency log (yet); check kind and subject, or ask again in a moment."
    ),
    Code.LOG_DISCONTINUED: N_(
        "The registry published a checkpoint of its log that its database does not have, as after a restore from an "
        "older backup; the log stops until a later state is restored."
    ),
    Code.CERTIFICATE_UNKNOWN: N_("No certificate with this code that you may have; check the code."),
    Code.CERTIFICATE_NOT_OF_THIS: N_(
        "Certificates are issued for completed cancellations, retirements and transfers; this transaction is none."
    ),
    Code.CERTIFICATE_PART_UNKNOWN: N_(
        "The transaction has no such part to disclose; name those that are there, as the detail lists them."
    ),
    Code.EXCHANGE_SECRET: N_(
        "The registry's private key does not open with this secret; give the secret under which it was made."
    ),
    Code.EXCHANGE_NO_KEY: N_("The registry has no key to sign with yet; make one first."),
    Code.EXCHANGE_TRANSFER_UNKNOWN: N_("No such transfer between registries here; check its identifier."),
    Code.EXCHANGE_TRANSFER_STATE: N_(
        "The transfer between registries is in another state, in which this cannot be done."
    ),
    Code.RECONCILIATION_TOO_MANY: N_(
        "Books were compared with this registry many times within the hour; read those, or wait."
    ),
    Code.RECONCILIATION_UNKNOWN: N_("No such reconciliation with another registry; look at the list of them."),
    Code.RECONCILIATION_STATE: N_(
        "This cannot be signed: the reconciliation is no open case, or the units named are not those that differ."
    ),
    Code.MESSAGE_UNKNOWN: N_("No such message was kept here; look at the list of messages."),
    Code.PEER_UNKNOWN: N_("No such registry is connected or was offered a connection; check its code."),
    Code.PEER_STATE: N_("The connection with this registry is in another state, in which this cannot be done."),
    Code.PEER_AMOUNTS_STAND: N_(
        "Units are held in one of the two registries of which the other was told the amounts; have them used, "
        "cancelled or given back before the connection ends."
    ),
    Code.PEER_UNREACHABLE: N_("The other registry does not answer as it should; check its address and try again."),
    Code.PEER_KEYS_DIFFER: N_(
        "The other registry's keys are not those that were offered; compare them with its administrator and offer anew."
    ),
    Code.NOTICE_UNKNOWN: N_("No such notice to a section of yours; check its number."),
    Code.DRAFT_UNKNOWN: N_("You have no draft of this number; drafts end after 90 days."),
    Code.BULK_NOT_WHOLE: N_(
        "Another line of the file was refused, and all or nothing was asked for; nothing was done."
    ),
    Code.PREVIEW_OUTDATED: N_("Things changed since you looked; look again at what would happen, and confirm that."),
    Code.SUBMISSION_NOT_HERE: N_(
        "Only the international registry keeps the Article 6 database; submit there, or use `article6 check`."
    ),
    Code.SUBMISSION_UNKNOWN: N_("No such submission, or it is not for your eyes; look at the list."),
    Code.SUBMISSION_UNREADABLE: N_(
        "The file cannot be read as an agreed electronic format, and nothing was kept; the detail says what to do."
    ),
    Code.SUBMISSION_UNNAMED: N_("Table 1 does not say which Party reports on which year; fill it in and submit again."),
    Code.SUBMISSION_VERSION_BACKWARDS: N_(
        "A newer version of this Party's report on this year was submitted; give the revision a number above it."
    ),
    Code.SUBMISSION_WRONG_STATE: N_("The submission is past this step; look at what was done with it."),
    Code.SUBMISSION_CONFIDENTIAL: N_(
        "This names no cell, row or field of the file that may be confidential; correct the list of confidential items."
    ),
    Code.SUBMISSION_REVIEW: N_(
        "A review has one of the seven marks of 4/CMA.6 para 37, and its report an https address; see the detail."
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
    Code.URL_NOT_ALLOWED: N_(
        "Only https addresses on the public internet are read, and no redirect leaves them; give one, or a file."
    ),
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
    Code.ENTITY_UNKNOWN: N_("No such entity in the Party's register; check its code, or register it first."),
    Code.ENTITY_EXISTS: N_(
        "An entity of this Party has this code, name or number already; a change is a new version of that one."
    ),
    Code.ENTITY_MALFORMED: N_("The entity's record lacks an element or contradicts itself; see the detail."),
    Code.ENTITY_NOT_ACTIVE: N_("The entity is suspended or has ended; ask the administrator of its Party's section."),
    Code.ENTITY_IDENTIFICATION_LAPSED: N_(
        "The entity's identification has lapsed; the administrator of its Party's section has to renew it first."
    ),
    Code.NDC_MALFORMED: N_("The NDC's record lacks an element or contradicts itself or another; see the detail."),
    Code.NDC_NOT_RECORDED: N_(
        "No NDC of this Party is on record by that day, and this registry demands one; record it before it authorizes."
    ),
    Code.NDC_PERIOD_UNKNOWN: N_(
        "This is no implementation period of an NDC on record for the Party; take one that is, or record the NDC."
    ),
    Code.REPORT_MALFORMED: N_("The record of the submission lacks an element or contradicts another; see the detail."),
    Code.REPORT_UNKNOWN: N_("No such report here; check its kind or its code, and look at the list."),
    Code.REPORT_PARAMETERS: N_("The report lacks a parameter, or has one that it does not know; see the detail."),
    Code.REPORT_AS_OF: N_("A report tells of the past; give a moment that is not in the future."),
    Code.REPORT_TOO_LONG: N_("The report has more rows than a document can show; take it as xlsx, CSV or JSON."),
    Code.REPORT_LETTERS: N_(
        "No font here has all letters of the report; take it as xlsx, CSV or JSON, or have a font that has them put "
        "into the folder of ARTICLE6_FONTS."
    ),
    Code.SCHEDULE_UNKNOWN: N_("No such schedule here, or it was ended already; look at the list."),
    Code.LEVELS_MALFORMED: N_(
        "The series of levels is incomplete or contradicts itself; see the detail, correct it and record it again."
    ),
    Code.LEVELS_SOURCES_MIXED: N_(
        "One series has one source, because sources differ in coverage and method; import each source by itself."
    ),
    Code.BALANCE_NO_NDC: N_(
        "No NDC of this Party with that year is on record, so that period and method of adjustments are not known; "
        "record it first (article6 party ndc)."
    ),
    Code.USE_BY_OWN_PARTY: N_("A Party cannot use its own outcomes as ITMOs towards its NDC."),
    Code.USE_OUTSIDE_PERIOD: N_(
        "Vintage and year of use must lie in the NDC implementation period of the retirement account."
    ),
    Code.OMGE_NOT_ADJUSTED: N_(
        "Only units with a corresponding adjustment are cancelled towards overall mitigation; these are not authorized."
    ),
    Code.ACTIVITY_UNKNOWN: N_("No such activity of this Party here; check its code, or record it first."),
    Code.ACTIVITY_EXISTS: N_("An activity of this Party with this code is recorded already; use it, or another code."),
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
    Code.CREDITING_INCOMPLETE: N_(
        "The issuance lacks what the programme's rules demand, or contradicts itself; complete what is named."
    ),
    Code.CREDITING_DIVISION: N_(
        "The parts are not what is left after the buffer; give quantities that add up to it, or ratios that make 1."
    ),
    Code.CREDITING_LOCK_UNKNOWN: N_(
        "No such lock, or these units are not locked under it any more; look up the lock by its transaction."
    ),
    Code.LABEL_NOT_IN_FORCE: N_("The label does not stand on all of these units; look up where it does."),
    Code.LABEL_NO_UNITS: N_("Some of these serials were never issued here; labels stand on issued units only."),
    Code.BLOCK_LOCKED: N_(
        "These units are locked for an ITMO that is recorded elsewhere; administrators release or convert them."
    ),
    Code.CER_INELIGIBLE: N_(
        "These units may not be taken over: only CERs of activities registered on or after 1 January 2013 are."
    ),
    Code.CER_TAKEN_OVER: N_("Some of these Kyoto serials were taken over already or are named twice; each is once."),
    Code.CER_NOT_FIRST_NDC: N_("CERs count towards a Party's first or first updated NDC only; name its account."),
    Code.FEE_UNKNOWN: N_("No such invoice here; check its number."),
    Code.FEE_UNPAID: N_("The fee for this request is not paid in full; record the payment first."),
    Code.FEE_PAID_ALREADY: N_("The invoice is paid already, or nothing was due on it."),
    Code.FEE_REFUND_EXCEEDS: N_("No more is reimbursed than was paid on the invoice; see the detail."),
    Code.TRAINING_NOT_HERE: N_("There is no training in this registry; `article6 train` makes one for practice."),
    Code.TRAINING_EXERCISE_UNKNOWN: N_("There is no such exercise for you; look at the list of your exercises."),
    Code.TRAINING_ANSWER_WRONG: N_("The registry's records say something else; look again where the steps lead."),
    Code.REGISTRY_EXISTS: N_("This database already holds a registry; use another one or another name."),
    Code.REGISTRY_MISSING: N_("This database holds no registry yet; run `article6 init` first."),
    Code.FILE_COLUMNS: N_("The file lacks columns; the first line must name those listed."),
    Code.FILE_ROW_TRUNCATED: N_("The line has too few or too many values; the file may be cut off. Get it again."),
    Code.FILE_ROW_REPEATED: N_("The line repeats an earlier one; remove one of them."),
    Code.FILE_VALUE: N_("The line has a value that cannot be read; see the detail."),
    Code.AEF_YEAR_OPEN: N_(
        "The year is not over: its report is provisional and cannot be frozen. Freeze it from 1 January (UTC) on."
    ),
    Code.AEF_VERSION_UNKNOWN: N_("The report has no such version; look at its list of versions."),
    Code.AEF_VERSION_BACKWARDS: N_(
        "A version only goes up: give a number above the newest version, or none, and the next one is taken."
    ),
    Code.AEF_ROW_UNKNOWN: N_(
        "The report has no such row, or nothing was said of it; list the rows of the table with their keys."
    ),
    Code.AEF_NOT_EXPLANATORY: N_(
        "Figures and facts of the report follow from the ledger alone; a text goes to the field for additional "
        "explanatory information of tables 2, 3 and 5, or to a table as a whole."
    ),
    Code.AEF_ALWAYS_PUBLIC: N_(
        "Who reports on which year is always public, and so is what the platform fills in; name another field."
    ),
    Code.LEDGER_APPEND_ONLY: N_("What the ledger has written is never changed or removed; book a correction instead."),
    Code.LEDGER_TILING: N_("Serials would overlap or be lost; the database refuses."),
    Code.LEDGER_BUSY: N_("Others are moving the same units; try again."),
}
