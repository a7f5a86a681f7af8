"""The connection, and PostgreSQL's refusals in the words of the rules."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, cast

import psycopg
from django.db import connections, transaction
from psycopg.rows import TupleRow

from article6.domain.refusals import BrokenInvariant, Code, invariant, refused

Connection = psycopg.Connection[TupleRow]

REFUSED_BY_LEDGER = "A6001"
"""SQLSTATE of the ledger's own refusals; the message is the code."""

CONSTRAINTS: Mapping[str, Code] = {
    "block_no_overlap": Code.LEDGER_TILING,
    "block_range": Code.SERIAL_MALFORMED,
    "block_gap_is_bare": Code.LEDGER_TILING,
    "block_first_transfer_authorized": Code.UNIT_NOT_AUTHORIZED,
    "block_final_unreserved": Code.BLOCK_FINAL,
    "batch_range": Code.SERIAL_MALFORMED,
    "batch_metric": Code.REQUEST_MALFORMED,
    "account_purpose": Code.ACCOUNT_PURPOSE,
    "underlying_use_identity": Code.UNDERLYING_USED_TWICE,
    "underlying_use_range": Code.SERIAL_MALFORMED,
    "underlying_use_batch": Code.BATCH_UNKNOWN,
    "underlying_statement_batch": Code.BATCH_UNKNOWN,
    "underlying_statement_status": Code.UNDERLYING_STATEMENT,
    "declaration_identity": Code.LEDGER_BUSY,
    "declaration_subject": Code.DECLARATION_MALFORMED,
    "declaration_act_declaration": Code.DECLARATION_UNKNOWN,
    "declaration_act_kind": Code.REQUEST_MALFORMED,
    "declaration_act_not_before": Code.REQUEST_MALFORMED,
    "declaration_act_once": Code.DECLARATION_ALREADY_DECIDED,
    "batch_underlying_one_to_one": Code.UNDERLYING_NOT_ONE_TO_ONE,
    "batch_cooperative_approach": Code.APPROACH_UNKNOWN,
    "transaction_quantity": Code.QUANTITY_NOT_POSITIVE,
    "entry_once_per_transaction": Code.SERIALS_REPEATED,
    "entry_range": Code.SERIAL_MALFORMED,
    "entry_first_transfer_authorized": Code.UNIT_NOT_AUTHORIZED,
    "series_top": Code.SERIAL_MALFORMED,
    "account_section": Code.SECTION_UNKNOWN,
    "account_status": Code.REQUEST_MALFORMED,
    "account_number": Code.REQUEST_MALFORMED,
    "section_code": Code.REQUEST_MALFORMED,
    "registry_pkey": Code.REGISTRY_EXISTS,
    "registry_is_one": Code.REGISTRY_EXISTS,
    "registry_kind": Code.REQUEST_MALFORMED,
    "activity_identity": Code.LEDGER_BUSY,
    "cooperative_approach_code": Code.APPROACH_EXISTS,
    "cooperative_approach_first_transfer": Code.AUTHORIZATION_MALFORMED,
    "party_authorization_identity": Code.AUTHORIZATION_EXISTS,
    "party_authorization_quantity": Code.AUTHORIZATION_MALFORMED,
    "party_authorization_approach": Code.APPROACH_UNKNOWN,
    "party_authorization_duration": Code.AUTHORIZATION_MALFORMED,
    "authorization_count_identity": Code.AUTHORIZATION_EXISTS,
    "authorization_count_units": Code.LEDGER_BUSY,
    "membership_once": Code.REQUEST_MALFORMED,
    "role_change_kind": Code.REQUEST_MALFORMED,
    "role_change_role": Code.REQUEST_MALFORMED,
    "decision_subject": Code.REQUEST_MALFORMED,
    "decision_once": Code.PROPOSAL_DECIDED,
    "account_retirement_period": Code.ACCOUNT_PERIOD_TAKEN,
    "account_request_once": Code.PROPOSAL_DECIDED,
    "account_request_section": Code.SECTION_UNKNOWN,
    "identification_once": Code.REQUEST_MALFORMED,
    "identification_request": Code.PROPOSAL_UNKNOWN,
    "document_request": Code.PROPOSAL_UNKNOWN,
    "document_sha256": Code.ACCOUNT_NOT_IDENTIFIED,
    "representative_change_account": Code.ACCOUNT_UNKNOWN,
    "trusted_change_account": Code.ACCOUNT_UNKNOWN,
    "trusted_change_kind": Code.REQUEST_MALFORMED,
    "trusted_change_named": Code.REQUEST_MALFORMED,
    "account_representative_once": Code.LEDGER_BUSY,
    "account_representative_status": Code.REQUEST_MALFORMED,
    "trusted_account_once": Code.LEDGER_BUSY,
    "audit_event_idempotency": Code.IDEMPOTENCY_CONTENT_DIFFERS,
    "ndc_section": Code.SECTION_UNKNOWN,
    "ndc_identity": Code.LEDGER_BUSY,
    "ndc_period": Code.NDC_MALFORMED,
    "ndc_target": Code.NDC_MALFORMED,
    "ndc_method": Code.NDC_MALFORMED,
    "ndc_metric": Code.NDC_MALFORMED,
    "designated_authority_section": Code.SECTION_UNKNOWN,
    "designated_authority_identity": Code.LEDGER_BUSY,
    "designated_authority_named": Code.REQUEST_MALFORMED,
    "party_report_section": Code.SECTION_UNKNOWN,
    "party_report_identity": Code.LEDGER_BUSY,
    "party_report_kind": Code.REPORT_MALFORMED,
    "party_report_year": Code.REPORT_MALFORMED,
    "party_level_section": Code.SECTION_UNKNOWN,
    "party_level_identity": Code.LEDGER_BUSY,
    "party_level_source": Code.LEVELS_MALFORMED,
    "party_level_kind": Code.LEVELS_MALFORMED,
    "party_level_amounts": Code.LEVELS_MALFORMED,
    "ndc_demand_section": Code.SECTION_UNKNOWN,
    "ndc_demand_identity": Code.LEDGER_BUSY,
    "entity_section": Code.SECTION_UNKNOWN,
    "entity_identity": Code.LEDGER_BUSY,
    "entity_named": Code.ENTITY_MALFORMED,
    "entity_status": Code.ENTITY_MALFORMED,
    "activity_participant_activity": Code.ACTIVITY_UNKNOWN,
    "activity_participant_identity": Code.LEDGER_BUSY,
    "host_statement_activity": Code.ACTIVITY_UNKNOWN,
    "host_statement_identity": Code.LEDGER_BUSY,
    "host_statement_quantity": Code.MECHANISM_STATEMENT,
    "host_statement_authorization": Code.MECHANISM_STATEMENT,
    "cer_taken_over_range": Code.SERIAL_MALFORMED,
    "unit_label_series": Code.LABEL_NO_UNITS,
    "unit_label_range": Code.SERIAL_MALFORMED,
    "unit_label_named": Code.REQUEST_MALFORMED,
    "fee_invoice_activity": Code.ACTIVITY_UNKNOWN,
    "fee_payment_invoice": Code.FEE_UNKNOWN,
    "fee_payment_amount": Code.REQUEST_MALFORMED,
    "fee_refund_invoice": Code.FEE_UNKNOWN,
    "fee_refund_amount": Code.REQUEST_MALFORMED,
    "fee_refund_reason": Code.REQUEST_MALFORMED,
    "nomenclature_value_identity": Code.LEDGER_BUSY,
    "nomenclature_value_period": Code.NOMENCLATURE_MALFORMED,
    "nomenclature_value_named": Code.NOMENCLATURE_MALFORMED,
    "attribute_schema_identity": Code.LEDGER_BUSY,
    "attribute_schema_subject": Code.ATTRIBUTES_SCHEMA_INVALID,
    "business_rule_identity": Code.LEDGER_BUSY,
    "business_rule_act_kind": Code.REQUEST_MALFORMED,
    "business_rule_act_effect": Code.REQUEST_MALFORMED,
    "business_rule_act_not_before": Code.REQUEST_MALFORMED,
    "business_rule_act_once": Code.RULE_ALREADY_DECIDED,
    "business_rule_act_rule": Code.RULE_UNKNOWN,
    "correction_case_complete": Code.CORRECTION_INCOMPLETE,
    "correction_act_case": Code.CORRECTION_UNKNOWN,
    "correction_act_identity": Code.LEDGER_BUSY,
    "correction_act_kind": Code.REQUEST_MALFORMED,
    "correction_act_person": Code.REQUEST_MALFORMED,
    "correction_act_remedy": Code.REQUEST_MALFORMED,
    "correction_concern_case": Code.CORRECTION_UNKNOWN,
    "correction_concern_section": Code.SECTION_UNKNOWN,
    "correction_concern_identity": Code.LEDGER_BUSY,
    "account_elsewhere": Code.LEDGER_BUSY,
    "account_elsewhere_named": Code.EXCHANGE_ONLY,
    "entry_first_transferred_once": Code.UNIT_NOT_AUTHORIZED,
    "leaving_approval_once": Code.TRANSACTION_NOT_PROPOSED,
    "leaving_approval_transaction": Code.TRANSACTION_UNKNOWN,
    "expected_units_account": Code.ACCOUNT_UNKNOWN,
    "expected_units_identity": Code.EXCHANGE_EXPECTED,
    "expected_units_range": Code.SERIAL_MALFORMED,
    "arrival_transaction": Code.TRANSACTION_UNKNOWN,
    "arrival_series": Code.SERIAL_MALFORMED,
    "arrival_once": Code.SERIALS_REPEATED,
    "arrival_range": Code.SERIAL_MALFORMED,
    "aef_version_section": Code.SECTION_UNKNOWN,
    "aef_version_followed": Code.AEF_VERSION_UNKNOWN,
    "aef_version_identity": Code.AEF_VERSION_BACKWARDS,
    "aef_version_follows_once": Code.AEF_VERSION_BACKWARDS,
    "aef_version_first_once": Code.AEF_VERSION_BACKWARDS,
    "aef_version_number": Code.REQUEST_MALFORMED,
    "aef_version_year_over": Code.AEF_YEAR_OPEN,
    "aef_version_part_version": Code.AEF_VERSION_UNKNOWN,
    "aef_version_part_identity": Code.LEDGER_APPEND_ONLY,
    "aef_version_part_filled": Code.REQUEST_MALFORMED,
    "aef_version_seal_version": Code.AEF_VERSION_UNKNOWN,
    "aef_version_seal_once": Code.LEDGER_APPEND_ONLY,
    "aef_version_seal_sha256": Code.REQUEST_MALFORMED,
    "aef_confidential_section": Code.SECTION_UNKNOWN,
    "aef_confidential_named": Code.REQUEST_MALFORMED,
    "aef_explanation_section": Code.SECTION_UNKNOWN,
    "notice_section": Code.SECTION_UNKNOWN,
    "notice_acknowledgement_notice": Code.NOTICE_UNKNOWN,
    "notice_acknowledgement_once": Code.LEDGER_BUSY,
    "holding_snapshot_account": Code.ACCOUNT_UNKNOWN,
    "holding_snapshot_identity": Code.LEDGER_BUSY,
    "report_schedule_section": Code.SECTION_UNKNOWN,
    "report_schedule_rhythm": Code.REPORT_PARAMETERS,
    "report_schedule_end_schedule": Code.SCHEDULE_UNKNOWN,
    "report_schedule_end_once": Code.SCHEDULE_UNKNOWN,
    "report_issued_section": Code.SECTION_UNKNOWN,
    "report_issued_code": Code.LEDGER_BUSY,
    "report_issued_past": Code.REPORT_AS_OF,
    "report_issued_schedule": Code.SCHEDULE_UNKNOWN,
    "report_issued_once": Code.LEDGER_BUSY,
    "submission_section": Code.SECTION_UNKNOWN,
    "submission_version_once": Code.LEDGER_BUSY,
    "submission_file_identity": Code.LEDGER_BUSY,
    "submission_act_identity": Code.LEDGER_BUSY,
    "certificate_code": Code.LEDGER_BUSY,
    "certificate_section": Code.SECTION_UNKNOWN,
    "certificate_transaction": Code.TRANSACTION_UNKNOWN,
    "log_leaf_position": Code.LEDGER_BUSY,
    "log_leaf_subject": Code.LEDGER_BUSY,
    "log_leaf_hash": Code.REQUEST_MALFORMED,
    "log_secret_position": Code.LEDGER_BUSY,
    "log_secret_leaf": Code.LEDGER_BUSY,
    "log_secret_bytes": Code.REQUEST_MALFORMED,
    "log_tile_identity": Code.LEDGER_BUSY,
    "log_tile_full": Code.REQUEST_MALFORMED,
    "log_checkpoint_size": Code.LEDGER_BUSY,
    "log_checkpoint_root": Code.REQUEST_MALFORMED,
    "log_cosignature_checkpoint": Code.LOG_LEAF_UNKNOWN,
    "log_cosignature_once": Code.LEDGER_BUSY,
    "log_key_once": Code.LEDGER_BUSY,
    "log_key_role": Code.REQUEST_MALFORMED,
    "log_peer_key_once": Code.LEDGER_BUSY,
    "log_peer_key_role": Code.REQUEST_MALFORMED,
    "log_witnessed_once": Code.LEDGER_BUSY,
    "log_doubt_once": Code.LEDGER_BUSY,
    "log_cursor_stream": Code.LEDGER_BUSY,
    "log_rotation_overlap": Code.REQUEST_MALFORMED,
    "log_rotation_reason": Code.REQUEST_MALFORMED,
    "log_rotation_decision_rotation": Code.PROPOSAL_UNKNOWN,
    "log_rotation_decision_once": Code.PROPOSAL_DECIDED,
    "log_key_announcement_rotation": Code.PROPOSAL_UNKNOWN,
    "log_key_announcement_old": Code.EXCHANGE_NO_KEY,
    "log_key_announcement_new": Code.EXCHANGE_NO_KEY,
    "log_key_announcement_once": Code.PROPOSAL_DECIDED,
    "log_key_announcement_one_after": Code.PROPOSAL_DECIDED,
    "log_key_announcement_one_before": Code.LEDGER_BUSY,
    "log_key_announcement_moments": Code.REQUEST_MALFORMED,
    "log_key_told_announcement": Code.PROPOSAL_UNKNOWN,
    "log_key_told_once": Code.LEDGER_BUSY,
    "log_peer_announcement_one_after": Code.LEDGER_BUSY,
    "log_peer_announcement_one_before": Code.LEDGER_BUSY,
    "submission_year": Code.SUBMISSION_UNNAMED,
    "review_status_value": Code.SUBMISSION_REVIEW,
    "exchange_alert_seen_alert": Code.NOTICE_UNKNOWN,
    "exchange_key_kid": Code.LEDGER_BUSY,
    "exchange_key_end_once": Code.LEDGER_BUSY,
    "exchange_key_end_key": Code.EXCHANGE_NO_KEY,
    "exchange_peer_code": Code.LEDGER_BUSY,
    "exchange_peer_named": Code.REQUEST_MALFORMED,
    "exchange_peer_status": Code.REQUEST_MALFORMED,
    "exchange_peer_act_peer": Code.PEER_UNKNOWN,
    "exchange_peer_act_offer": Code.PROPOSAL_UNKNOWN,
    "exchange_peer_act_once": Code.PROPOSAL_DECIDED,
    "exchange_peer_act_kind": Code.REQUEST_MALFORMED,
    "exchange_outgoing_peer": Code.PEER_UNKNOWN,
    "exchange_outgoing_identity": Code.LEDGER_APPEND_ONLY,
    "exchange_signed_number": Code.LEDGER_APPEND_ONLY,
    "exchange_signed_pkey": Code.LEDGER_APPEND_ONLY,
    "exchange_incoming_peer": Code.PEER_UNKNOWN,
    "exchange_incoming_identity": Code.LEDGER_BUSY,
    "exchange_incoming_number": Code.LEDGER_BUSY,
    "exchange_transfer_peer": Code.PEER_UNKNOWN,
    "exchange_transfer_status": Code.REQUEST_MALFORMED,
    "exchange_transfer_quantity": Code.QUANTITY_NOT_POSITIVE,
    "exchange_mandate_peer": Code.PEER_UNKNOWN,
    "exchange_mandate_section": Code.SECTION_UNKNOWN,
    "exchange_mandate_purpose": Code.REQUEST_MALFORMED,
    "exchange_mandate_clients": Code.REQUEST_MALFORMED,
    "exchange_mandate_act_mandate": Code.PROPOSAL_UNKNOWN,
    "exchange_mandate_act_once": Code.PROPOSAL_DECIDED,
    "exchange_view_peer": Code.PEER_UNKNOWN,
    "exchange_view_kind": Code.REQUEST_MALFORMED,
    "exchange_view_page_once": Code.LEDGER_BUSY,
    "exchange_instruction_peer": Code.PEER_UNKNOWN,
    "exchange_instruction_section": Code.SECTION_UNKNOWN,
    "exchange_instruction_identity": Code.LEDGER_BUSY,
    "exchange_instruction_act_of": Code.PROPOSAL_UNKNOWN,
    "exchange_instruction_decided": Code.PROPOSAL_DECIDED,
    "exchange_instruction_ended": Code.PROPOSAL_DECIDED,
    "account_held_for": Code.LEDGER_BUSY,
    "account_held_for_named": Code.EXCHANGE_ONLY,
    "told_units_peer": Code.PEER_UNKNOWN,
    "told_units_once": Code.SERIALS_ALREADY_ISSUED,
    "told_units_range": Code.SERIAL_MALFORMED,
    "told_act_once": Code.BLOCK_NOT_HELD,
    "told_act_range": Code.SERIAL_MALFORMED,
    "exchange_publication_peer": Code.PEER_UNKNOWN,
    "exchange_publication_once": Code.LEDGER_BUSY,
    "exchange_reconciliation_peer": Code.PEER_UNKNOWN,
    "exchange_reconciliation_identity": Code.LEDGER_BUSY,
    "exchange_reconciliation_status": Code.REQUEST_MALFORMED,
    "exchange_difference_of": Code.REQUEST_MALFORMED,
    "exchange_difference_way": Code.REQUEST_MALFORMED,
    "exchange_difference_range": Code.SERIAL_MALFORMED,
    "exchange_hold_of": Code.REQUEST_MALFORMED,
    "exchange_hold_transaction": Code.TRANSACTION_UNKNOWN,
    "exchange_hold_once": Code.LEDGER_BUSY,
    "exchange_resolution_of": Code.REQUEST_MALFORMED,
}


EVERYTHING = "*"
"""The sight of who judges, or of an operator at the shell: every section."""

NOTHING = "{}"
"""The sight of a stranger: no section; what is public of a public registry all the same."""

_sight_of_process = NOTHING
_sight: ContextVar[str | None] = ContextVar("sight", default=None)


def sight_of_sections(section_ids: Iterable[int]) -> str:
    """The sight of who belongs to these sections, as the setting `article6.sections` writes it."""
    return numbers(sorted(set(section_ids)))


def sight() -> str:
    """What is in sight now."""
    return _sight.get() or _sight_of_process


@contextlib.contextmanager
def seeing(what: str) -> Iterator[None]:
    """Read with this in sight (EVERYTHING, NOTHING, some sections); PostgreSQL shows no row besides (sql/sight.sql)."""
    before = _sight.set(what)
    try:
        yield
    finally:
        _sight.reset(before)


def see(what: str) -> None:
    """As `seeing`, until the `seeing` around it ends."""
    _sight.set(what)


def see_everything_in_this_process() -> None:
    """For programs that have no readers of their own: commands at the shell, the clockwork, tests.

    A server never does: there, every request says whose eyes it reads with.
    """
    global _sight_of_process
    _sight_of_process = EVERYTHING


def connection() -> Connection:
    """The psycopg connection under Django's, in autocommit unless within `database_transaction`; it sees what is in
    sight now."""
    django_connection = connections["default"]
    broken = django_connection.connection is not None and django_connection.connection.closed
    if broken and not django_connection.in_atomic_block:
        # The server went away. Django would not notice, because our statements do not pass through its cursors.
        django_connection.close()
    django_connection.ensure_connection()
    found = cast(Connection, django_connection.connection)
    wanted = _sight.get() or _sight_of_process
    if getattr(django_connection, "article6_sight", None) != (found, wanted):
        # Our own digits, braces and star; a setting takes no parameter.
        found.execute(cast(Any, f"SET article6.sections TO '{wanted}'"))
        django_connection.article6_sight = (found, wanted)  # type: ignore[attr-defined]  # ours, on Django's
    return found


def _forget_sight() -> None:
    # What was set within a database transaction is unset when it is rolled back.
    connections["default"].article6_sight = None  # type: ignore[attr-defined]  # ours, on Django's


def close() -> None:
    """Give the connection up: a later call opens a new one."""
    connections["default"].close()


def rows(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), *, binary: bool = False) -> list[TupleRow]:
    """All rows of a query, read with a server-side plan that is kept; `binary` reads many columns faster."""
    with connection().cursor(binary=binary) as cursor:
        return cursor.execute(cast(Any, statement), parameters or None).fetchall()


def row(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> TupleRow | None:
    """The first row of a query, None where there is none."""
    with connection().cursor() as cursor:
        return cursor.execute(cast(Any, statement), parameters or None).fetchone()


def one(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> TupleRow:
    """The row of a query that always has one."""
    found = row(statement, parameters)
    if found is None:
        raise BrokenInvariant(statement)
    return found


def numbers(values: Iterable[int | None]) -> str:
    """Whole numbers (or booleans) as PostgreSQL writes an array of them; cast the mark in the statement to its type.

    psycopg would look at every element of every list first, which takes longer than most of our statements.
    """
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"


def records(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """All rows of a query, each under its columns' names."""
    with connection().cursor() as cursor:
        found = cursor.execute(cast(Any, statement), parameters or None).fetchall()
        names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, each, strict=True)) for each in found]


_streams = itertools.count(1)


def stream(
    statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), size: int = 5000, *, binary: bool = False
) -> Iterator[TupleRow]:
    """The rows of a query that may be large, `size` at a time; needs a database transaction around it.

    `binary` reads numbers and moments faster.
    """
    with connection().cursor(name=f"stream_{next(_streams)}", binary=binary) as cursor:
        cursor.itersize = size
        yield from cursor.execute(cast(Any, statement), parameters or None)


@contextlib.contextmanager
def database_transaction() -> Iterator[None]:
    """One database transaction for one use case; within another it joins that one."""
    connection()
    try:
        with transaction.atomic():
            yield
    except BaseException:
        _forget_sight()
        raise


@contextlib.contextmanager
def one_moment() -> Iterator[None]:
    """A read-only view of the ledger as it stood at one moment, whatever is posted meanwhile.

    Within a database transaction it joins that one.
    """
    if connections["default"].in_atomic_block:
        yield
        return
    with database_transaction():
        connection().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextlib.contextmanager
def written_at_one_moment() -> Iterator[None]:
    """A database transaction of its own that writes down what it reads of the ledger as it stood at one moment."""
    invariant(not connections["default"].in_atomic_block, "a moment begins with its own database transaction")
    with database_transaction():
        connection().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextlib.contextmanager
def refusals_translated() -> Iterator[None]:
    """Turn what PostgreSQL refuses into the refusal that the rules would have given.

    Raises:
        Refused: the ledger or a named constraint said no, or others were in the way (`ledger.busy`).
    """
    try:
        yield
    except psycopg.errors.Error as error:
        diagnosis = error.diag
        if error.sqlstate == REFUSED_BY_LEDGER:
            raise refused(Code(diagnosis.message_primary or ""), diagnosis.message_detail or "") from error
        if error.sqlstate in ("40001", "40P01", "55P03"):
            raise refused(Code.LEDGER_BUSY) from error
        code = CONSTRAINTS.get(diagnosis.constraint_name or "")
        if code is None:
            raise
        raise refused(code, diagnosis.constraint_name or "", diagnosis.message_detail or "") from error
