"""The one door through which the ledger is written. Each function is one call of the database, or one plain insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from psycopg.types.json import Jsonb

from article6.domain.authorizations import Authorization
from article6.domain.nomenclatures import Value
from article6.domain.orders import Account, Issuance, Order, PersonId, Status, TransactionId
from article6.domain.refusals import invariant
from article6.domain.serials import SerialRange, SeriesRange
from article6.store.database import connection, database_transaction, numbers, one, refusals_translated, row, rows

__all__ = ["Command", "Posting", "database_transaction", "decide", "issue", "note", "post"]


@dataclass(frozen=True, slots=True)
class Command:
    """Who asks, and the idempotency key under which the answer is kept; `content` is the digest of the request."""

    person_id: PersonId
    key: str | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """An order that the rules have let pass, with the facts that the ledger needs of it.

    `batches` and `authorizations` (0: none) are those of the units the rules judged.
    """

    order: Order
    source: Account
    target: Account
    quantity: int
    at: datetime
    is_completed: bool
    expires_at: datetime | None
    batches: tuple[int, ...]
    authorizations: tuple[int, ...]

    def terms(self) -> Jsonb | None:
        return Jsonb(dict(self.order.terms)) if self.order.terms else None


NO_AUTHORIZATION = 0
"""What is laid on units that lose their authorization."""

POST = """SELECT ledger_post(%s::integer, %s::text[], %s::boolean[], %s::smallint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[], %s::integer[], %s::integer[], %s::bigint[],
    %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint, %s::text, %s::bytea)"""


def post(
    postings: Sequence[Posting],
    command: Command,
    first_transfer: Sequence[int] = (),
    authorization: int | None = None,
) -> list[TransactionId]:
    """Write transactions, all or none, with their blocks, entries and audit events, in one call.

    Several postings must name their units by ranges. `first_transfer` lists the authorizations for which this is the
    first transfer; `authorization` is laid on the units (`NO_AUTHORIZATION`: theirs is taken away).

    Raises:
        Refused: the ledger saw under lock what the rules could not see; nothing was written.
    """
    ranges = sorted((each, position) for position, posting in enumerate(postings, 1) for each in posting.order.ranges)
    invariant(bool(ranges) or len(postings) == 1, "several postings name their units by ranges")
    first = postings[0]
    parameters = (
        command.person_id,
        [posting.order.type for posting in postings],
        numbers(posting.is_completed for posting in postings),
        numbers(posting.source.section_id for posting in postings),
        numbers(posting.source.id for posting in postings),
        numbers(posting.target.id for posting in postings),
        numbers(posting.quantity for posting in postings),
        [posting.at for posting in postings],
        [posting.expires_at for posting in postings],
        [posting.terms() for posting in postings],
        numbers(position for _, position in ranges) if ranges else None,
        numbers(each.series_id for each, _ in ranges) if ranges else None,
        numbers(each.first for each, _ in ranges) if ranges else None,
        numbers(each.last for each, _ in ranges) if ranges else None,
        numbers(first.batches),
        numbers(sorted({number for posting in postings for number in posting.authorizations})),
        numbers(first_transfer),
        authorization,
        command.key,
        command.content,
    )
    with refusals_translated():
        found = one(POST, parameters)
    return [TransactionId(number) for number in found[0]]


def decide(
    transaction_id: TransactionId,
    status: Status,
    command: Command | None,
    now: datetime,
    reason: str = "",
    first_transfer: Sequence[int] = (),
    authorization: int | None = None,
) -> None:
    """Complete a proposed transaction, or release what it reserved. Without a command: by the clock.

    Raises:
        Refused: somebody else decided it first, or an account is no longer open.
    """
    with refusals_translated():
        row(
            """SELECT ledger_decide(%s::bigint, %s::text, %s::integer, %s::timestamptz, %s::text, %s::bigint[],
               %s::bigint, %s::text, %s::bytea)""",
            (
                transaction_id,
                status,
                command.person_id if command else None,
                now,
                reason,
                list(first_transfer),
                authorization,
                command.key if command else None,
                command.content if command else None,
            ),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposed transaction that a person completes; `first_transfer` as in `post`."""

    transaction_id: TransactionId
    person_id: PersonId
    first_transfer: tuple[int, ...]


def complete(decisions: Sequence[Decision], now: datetime) -> None:
    """Complete proposed transactions, in this order, all or none, in one call.

    Raises:
        Refused: as `decide`.
    """
    with refusals_translated():
        rows(
            """SELECT 1 FROM (SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::text[]) WITH ORDINALITY
                   AS u(id, person, first, n) ORDER BY u.n OFFSET 0) t
               CROSS JOIN LATERAL ledger_decide(t.id, 'completed', t.person, %s::timestamptz, '', t.first::bigint[],
                   NULL, NULL, NULL) f""",
            (
                numbers(each.transaction_id for each in decisions),
                numbers(each.person_id for each in decisions),
                [numbers(each.first_transfer) for each in decisions],
                now,
            ),
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """A batch that now exists."""

    transaction_id: TransactionId
    batch_id: int
    serials: SerialRange


@dataclass(frozen=True, slots=True)
class Issuing:
    """An issuance that the rules have let pass, with the facts that the ledger needs of it."""

    issuance: Issuance
    target: Account
    authorization: Authorization | None
    is_first_transfer: bool
    at: datetime
    type: str = "issuance"


# Series by series, so that two calls that issue in the same series lock them in one order.
ISSUE = """SELECT f.* FROM (
        SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
            %s::timestamptz[], %s::jsonb[], %s::jsonb[], %s::bytea[], %s::bigint[], %s::boolean[], %s::text[])
        WITH ORDINALITY AS u(section, account, registry, party, first, quantity, at, terms, batch, digest, authorized,
                             is_first, type, n)
        ORDER BY u.registry, u.party, u.n OFFSET 0) t
    CROSS JOIN LATERAL ledger_issue(%s::integer, t.type, t.section, t.account, t.registry, t.party, t.first,
        t.quantity, t.at, t.terms, t.batch, t.digest, t.authorized, t.is_first, %s::text, %s::bytea) f
    ORDER BY t.n"""


def issue(issuings: Sequence[Issuing], command: Command) -> list[Issued]:
    """Create batches with their units in the target accounts, all or none, in their order and in one call.

    The command's key is kept with a single issuance only; who issues several keeps it with an event of its own.

    Raises:
        Refused: the serials overlap issued ones, or the account is no longer open; nothing was written.
    """
    digests = [each.issuance.batch.digest(each.issuance.registry, each.issuance.party) for each in issuings]
    is_single = len(issuings) == 1
    parameters = (
        [each.target.section_id for each in issuings],
        [each.target.id for each in issuings],
        [each.issuance.registry for each in issuings],
        [each.issuance.party for each in issuings],
        [each.issuance.first for each in issuings],
        [each.issuance.quantity for each in issuings],
        [each.at for each in issuings],
        [
            Jsonb({**each.issuance.terms, "digest": digest.hex()})
            for each, digest in zip(issuings, digests, strict=True)
        ],
        [Jsonb(each.issuance.batch.as_columns()) for each in issuings],
        digests,
        [each.authorization.id if each.authorization else None for each in issuings],
        [each.is_first_transfer for each in issuings],
        [each.type for each in issuings],
        command.person_id,
        command.key if is_single else None,
        command.content if is_single else None,
    )
    with refusals_translated():
        if not is_single:
            take_underlying_turn(each.issuance.batch.underlying_registry for each in issuings)
            take_turn(each.authorization.id for each in issuings if each.authorization is not None)
        found = rows(ISSUE, parameters)
    return [Issued(TransactionId(each[0]), each[1], SerialRange(each[2], each[3])) for each in found]


def take_underlying_turn(registries: Iterable[str]) -> None:
    """Keep others from recording units of these underlying registries until this database transaction is over."""
    if names := sorted({each for each in registries if each}):
        row("SELECT ledger_underlying_turn(%s::text[])", (names,))


def take_turn(authorizations: Iterable[int]) -> None:
    """Keep others from putting units under these authorizations until this database transaction is over."""
    if ids := sorted(set(authorizations)):
        row("SELECT ledger_authorization_turn(%s::bigint[])", (numbers(ids),))


def wait_for_turn(name: str) -> None:
    """Do what is called so one after the other: others wait until this database transaction is over."""
    row("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))


def set_account_status(account: Account, status: str, reason: str, command: Command, now: datetime) -> None:
    """Open, block or close an account.

    Raises:
        Refused: a closed account stays closed; one with units is not closed.
    """
    with refusals_translated():
        row(
            "SELECT ledger_account_status(%s, %s, %s, %s, %s::integer, %s, %s)",
            (account.id, status, reason, now, command.person_id, command.key, command.content),
        )


def note(
    command: Command, action: str, subject: str, now: datetime, answer: Any = None, *, section_id: int | None = None
) -> None:
    """Write an audit event of a command that is not a transaction; `section_id` is the section it belongs to, None
    where it concerns the registry as a whole.

    Raises:
        Refused: the idempotency key was used before, by a command that ran at the same time.
    """
    with refusals_translated():
        row(
            """INSERT INTO audit_event
                   (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
               VALUES (%s, %s, %s::smallint, %s, %s, %s, %s, %s) RETURNING 1""",
            (
                now,
                command.person_id,
                section_id or None,
                action,
                subject,
                command.key,
                command.content,
                None if answer is None else Jsonb(answer),
            ),
        )


def insert(table: str, values: Mapping[str, Any]) -> int:
    """Insert a row into one of the tables that stand beside the ledger; its id. A mapping is kept as JSON.

    Raises:
        Refused: a named constraint said no.
    """
    invariant(table in INSERTABLE, f"{table} is not written this way")
    columns = ", ".join(values)
    marks = ", ".join("%s" for _ in values)
    kept = tuple(Jsonb(dict(each)) if isinstance(each, Mapping) else each for each in values.values())
    with refusals_translated():
        found = one(f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id", kept)
    return int(found[0])


def insert_many(table: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """Insert rows as one stream, however many they are; mappings are kept as JSON.

    Raises:
        Refused: a named constraint said no.
    """
    invariant(table in INSERTABLE, f"{table} is not written this way")
    # Not COPY, which row-level security forbids.
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('%s' for _ in columns)})"
    kept = ([Jsonb(dict(each)) if isinstance(each, Mapping) else each for each in line] for line in lines)
    with refusals_translated(), connection().cursor() as cursor:
        cursor.executemany(cast(Any, statement), kept)


def group_submissions(numbers_: Sequence[int]) -> None:
    """Count the rows of these submissions by what they name, of each once; all of them have to be in sight."""
    row("SELECT group_submissions(%s::bigint[])", (list(numbers_),))


INSERTABLE = frozenset(
    {
        "registry", "section", "account", "activity", "cooperative_approach", "party_authorization",
        "nomenclature_value", "attribute_schema", "business_rule", "business_rule_act", "activity_participant",
        "unit_label", "underlying_statement", "declaration", "declaration_act", "host_statement", "cer_taken_over",
        "fee_invoice", "fee_payment", "fee_refund",
        "ndc", "party_level", "designated_authority", "party_report", "ndc_demand", "entity",
        "aef_version", "aef_version_part", "aef_version_seal", "aef_confidential", "aef_explanation",
        "correction_case", "correction_act", "correction_concern", "notice", "notice_acknowledgement",
        "submission_file", "submission", "submission_act", "submission_layout", "submission_row", "submission_mark",
        "submission_result", "submission_finding", "review_status", "check_run", "check_home", "check_memory",
        "invitation", "invitation_act", "machine_secret", "machine_secret_end", "operator_act",
        "role_change", "account_request", "account_request_identification", "account_request_document",
        "representative_change", "trusted_change", "decision",
        "holding_snapshot", "report_schedule", "report_schedule_end", "report_issued", "certificate",
        "exchange_mandate", "exchange_mandate_act", "exchange_view", "exchange_view_page", "exchange_instruction",
        "exchange_instruction_act", "exchange_publication", "exchange_reconciliation", "exchange_difference",
        "exchange_hold", "told_units", "told_act",
        "log_rotation", "log_rotation_decision", "log_key_announcement", "log_key_told", "log_peer_announcement",
        "training_run", "training_progress", "training_feedback",
    }
)  # fmt: skip


def record_nomenclature(name: str, versions: Sequence[Value], now: datetime) -> None:
    """Add versions of a list's values, in one call.

    Raises:
        Refused: somebody else added the same versions first.
    """
    with refusals_translated():
        row(
            """INSERT INTO nomenclature_value
                   (list, value, version, labels, valid_from, valid_until, replaced_by, source, recorded_at)
               SELECT %s, v.*, %s, %s FROM unnest(%s::text[], %s::integer[], %s::jsonb[], %s::date[], %s::date[],
                                                  %s::text[]) v RETURNING 1""",
            (
                name,
                versions[0].source,
                now,
                [each.value for each in versions],
                [each.version for each in versions],
                [Jsonb(dict(each.labels)) for each in versions],
                [each.valid_from for each in versions],
                [each.valid_until for each in versions],
                [each.replaced_by for each in versions],
            ),
        )


def entities_json(entities: Sequence[Any]) -> Jsonb:
    """Authorized entities as the authorization's table keeps them."""
    return Jsonb(list(entities))


def units(ranges: Sequence[SeriesRange]) -> int:
    """How many units the ranges name."""
    return sum(each.count for each in ranges)
