"""What the self-audit reads: the journal, and questions that must find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from article6.domain.steps import Line, Run, Stand
from article6.store.database import one, records, rows, stream

AT_MOST = 20
"""Findings named of a kind; the rest are counted."""

TILING = """SELECT format('%s: serials %s-%s follow %s', s.registry || '/' || s.party, t.lo, t.hi, t.before)
    FROM (SELECT series_id, lo, hi, lag(hi, 1, 0::bigint) OVER (PARTITION BY series_id ORDER BY hi) AS before
          FROM block) t JOIN series s ON s.id = t.series_id WHERE t.lo <> t.before + 1
    UNION ALL
    SELECT format('%s: ends at %s, its blocks at %s', s.registry || '/' || s.party, s.top, COALESCE(m.hi, 0))
    FROM series s LEFT JOIN (SELECT series_id, max(hi) AS hi FROM block GROUP BY series_id) m ON m.series_id = s.id
    WHERE COALESCE(m.hi, 0) <> s.top"""

CONSERVATION = """SELECT format('%s: %s units issued, %s stand in accounts', s.registry || '/' || s.party, i.issued,
                                  h.held)
    FROM series s
    LEFT JOIN (SELECT series_id, sum(hi - lo + 1) AS issued FROM entry WHERE from_id IS NULL GROUP BY 1) i
           ON i.series_id = s.id
    LEFT JOIN (SELECT series_id, sum(hi - lo + 1) AS held FROM block WHERE account_id IS NOT NULL GROUP BY 1) h
           ON h.series_id = s.id
    WHERE COALESCE(i.issued, 0) <> COALESCE(h.held, 0)"""

TRANSACTIONS = """SELECT format('transaction %s (%s): %s units, %s in the journal', t.id, t.status, t.quantity,
                                COALESCE(e.units, 0))
    FROM ledger_transaction t
    LEFT JOIN (SELECT transaction_id, sum(hi - lo + 1) AS units FROM entry GROUP BY 1) e ON e.transaction_id = t.id
    WHERE COALESCE(e.units, 0) <> CASE WHEN t.status = 'completed' THEN t.quantity ELSE 0 END
    UNION ALL
    SELECT format('entry %s: no transaction %s', e.id, e.transaction_id) FROM entry e
    LEFT JOIN ledger_transaction t ON t.id = e.transaction_id WHERE t.id IS NULL"""

RESERVATIONS = """SELECT format('transaction %s (%s): %s units reserved of %s', b.reserved_by,
                                COALESCE(t.status, 'unknown'),
                                b.units, t.quantity)
    FROM (SELECT reserved_by, sum(hi - lo + 1) AS units FROM block WHERE reserved_by IS NOT NULL GROUP BY 1) b
    LEFT JOIN ledger_transaction t ON t.id = b.reserved_by
    WHERE t.status IS DISTINCT FROM 'proposed' OR b.units <> t.quantity
    UNION ALL
    SELECT format('transaction %s: proposed, but reserves nothing', t.id) FROM ledger_transaction t
    WHERE t.status = 'proposed' AND t.source_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM block b WHERE b.reserved_by = t.id)"""

FINALITY = """SELECT format('entry %s: %s-%s left account %s, which is final', e.id, e.lo, e.hi, a.number)
    FROM entry e JOIN account a ON a.id = e.from_id WHERE a.is_terminal AND e.to_id <> e.from_id
    UNION ALL
    SELECT format('series %s, serials %s-%s: marked %s in account %s', b.series_id, b.lo, b.hi,
                  CASE WHEN b.is_final THEN 'final' ELSE 'not final' END, a.number)
    FROM block b JOIN account a ON a.id = b.account_id WHERE a.is_terminal <> b.is_final"""

FOUR_EYES = """SELECT format('transaction %s: proposed and approved by person %s', id, proposed_by)
    FROM ledger_transaction WHERE status = 'completed' AND expires_at IS NOT NULL AND decided_by = proposed_by"""

EVENTS = """SELECT format('transaction %s: no audit event', t.id) FROM ledger_transaction t
    WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.subject = 'transaction:' || t.id)"""

OWNERS = """SELECT format('series %s, serials %s-%s: no such account or batch', b.series_id, b.lo, b.hi) FROM block b
    LEFT JOIN account a ON a.id = b.account_id LEFT JOIN batch c ON c.id = b.batch_id
    WHERE b.account_id IS NOT NULL AND (a.id IS NULL OR c.id IS NULL OR c.series_id <> b.series_id
                                        OR b.lo < c.lo OR b.hi > c.hi)"""

CEILINGS = """SELECT format('%s %s: %s units counted, %s stand under it', COALESCE(c.party, s.party),
                              COALESCE(c.code, s.code), c.units, COALESCE(s.units, 0))
    FROM authorization_count c
    FULL JOIN (SELECT a.party, a.code, sum(b.hi - b.lo + 1) AS units
               FROM block b JOIN party_authorization a ON a.id = b.authorization_id GROUP BY 1, 2) s
           ON s.party = c.party AND s.code = c.code
    WHERE c.units IS DISTINCT FROM COALESCE(s.units, 0)
    UNION ALL
    SELECT format('%s %s: %s units stand under it, %s are authorized', c.party, c.code, c.units, v.quantity)
    FROM authorization_count c
    CROSS JOIN LATERAL (SELECT a.quantity FROM party_authorization a WHERE a.party = c.party AND a.code = c.code
                        ORDER BY a.version DESC LIMIT 1) v
    WHERE c.units > v.quantity"""

CORRECTIONS = """SELECT format('transaction %s: corrects without a case that a second person confirmed', t.id)
    FROM ledger_transaction t
    WHERE t.type IN ('correction', 'cancellation_corrective') AND t.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM correction_act p JOIN correction_act c ON c.case_id = p.case_id AND c.number = p.number + 1
        WHERE p.transaction_id = t.id AND c.act = 'confirmed' AND c.person_id <> p.person_id)
    UNION ALL
    SELECT format('case %s: confirmed, and transaction %s is %s', c.case_id, t.id, t.status)
    FROM correction_act c JOIN correction_act p ON p.case_id = c.case_id AND p.number = c.number - 1
    JOIN ledger_transaction t ON t.id = p.transaction_id
    WHERE c.act = 'confirmed' AND t.status <> 'completed'
    UNION ALL
    SELECT format('transaction %s: a correction marked a first transfer', t.id) FROM ledger_transaction t
    WHERE t.type = 'correction'
      AND EXISTS (SELECT 1 FROM entry e WHERE e.transaction_id = t.id AND e.is_first_transfer)"""

UNDERLYING = """SELECT format('batches %s and %s rest on the same units of %s', a.id, b.id, a.underlying_registry)
    FROM (SELECT id, underlying_registry, underlying_series, underlying_lo, underlying_hi,
                 lag(id) OVER w AS before, lag(underlying_hi) OVER w AS before_hi
          FROM batch WHERE underlying_lo IS NOT NULL
          WINDOW w AS (PARTITION BY underlying_registry, underlying_series ORDER BY underlying_lo, id)) b
    JOIN batch a ON a.id = b.before WHERE b.before_hi >= b.underlying_lo
    UNION ALL
    SELECT format('batches %s and %s rest on the same units of %s', a.id, b.id, a.underlying_registry)
    FROM batch a JOIN batch b ON b.underlying_registry = a.underlying_registry AND b.underlying_series <> ''
     AND b.underlying_lo <= a.underlying_hi AND b.underlying_hi >= a.underlying_lo
    WHERE a.underlying_lo IS NOT NULL AND a.underlying_series = ''
    UNION ALL
    SELECT format('batch %s: its underlying units are not marked as used', b.id) FROM batch b
    WHERE b.underlying_lo IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM underlying_use u WHERE u.registry = b.underlying_registry
           AND u.series IN (b.underlying_series, '') AND u.lo <= b.underlying_lo AND u.hi >= b.underlying_hi)
    UNION ALL
    SELECT format('batch %s: units of a metric in account %s of another', c.id, a.number)
    FROM account a JOIN block k ON k.account_id = a.id JOIN batch c ON c.id = k.batch_id
    WHERE (a.metric <> '' OR c.metric <> 'GHG')
      AND a.metric <> CASE WHEN c.metric = 'non-GHG' THEN c.metric_unit ELSE '' END"""

GUARDS = """SELECT format('trigger %s on %s is missing or off', w.name, w.relation)
    FROM (VALUES ('block', 'block_tiles_insert'), ('block', 'block_tiles_update'), ('block', 'block_tiles_delete'),
                 ('block', 'block_keeps'), ('block', 'block_truncate'), ('entry', 'entry_append_only'),
                 ('audit_event', 'audit_event_append_only'), ('batch', 'batch_append_only'),
                 ('party_authorization', 'party_authorization_append_only'),
                 ('party_authorization', 'party_authorization_ceiling'),
                 ('ledger_transaction', 'transaction_decided'), ('ledger_transaction', 'transaction_append_only'),
                 ('account', 'account_identity'), ('account', 'account_append_only'),
                 ('nomenclature_value', 'nomenclature_value_append_only'),
                 ('attribute_schema', 'attribute_schema_append_only'),
                 ('business_rule', 'business_rule_append_only'),
                 ('business_rule_act', 'business_rule_act_append_only'),
                 ('business_rule_act', 'business_rule_act_fits'),
                 ('correction_case', 'correction_case_append_only'), ('correction_act', 'correction_act_append_only'),
                 ('correction_act', 'correction_act_fits'), ('correction_concern', 'correction_concern_append_only'),
                 ('notice', 'notice_append_only'), ('notice_acknowledgement', 'notice_acknowledgement_append_only'),
                 ('told_units', 'told_units_are_new'), ('told_units', 'told_units_append_only'),
                 ('told_act', 'told_act_is_done'), ('told_act', 'told_act_append_only'),
                 ('leaving_approval', 'leaving_approval_fits'), ('leaving_approval', 'leaving_approval_append_only'),
                 ('ledger_transaction', 'leaving_decided'), ('arrival', 'arrival_append_only'),
                 ('batch', 'underlying_once'), ('underlying_use', 'underlying_use_append_only'),
                 ('underlying_statement', 'underlying_statement_append_only'), ('account', 'account_destination'),
                 ('declaration', 'declaration_append_only'), ('declaration_act', 'declaration_act_append_only'),
                 ('declaration_act', 'declaration_act_fits'),
                 ('series', 'series_grows'), ('series', 'series_append_only'), ('ndc', 'ndc_append_only'),
                 ('designated_authority', 'designated_authority_append_only'), ('entity', 'entity_append_only'),
                 ('party_report', 'party_report_append_only'), ('ndc_demand', 'ndc_demand_append_only'),
                 ('activity_participant', 'activity_participant_append_only'),
                 ('host_statement', 'host_statement_append_only'), ('cer_taken_over', 'cer_once'),
                 ('cer_taken_over', 'cer_taken_over_append_only'), ('fee_invoice', 'fee_invoice_append_only'),
                 ('fee_payment', 'fee_payment_append_only'), ('fee_refund', 'fee_refund_append_only'),
                 ('fee_refund', 'fee_refund_within_payments'), ('unit_label', 'unit_label_append_only'),
                 ('decision', 'decision_is_anothers'), ('decision', 'decision_applies'),
                 ('decision', 'decision_append_only'), ('role_change', 'role_change_append_only'),
                 ('store_person', 'person_reinstated'), ('account', 'account_requested'),
                 ('account_request', 'account_request_append_only'),
                 ('account_request_identification', 'account_request_identification_append_only'),
                 ('account_request_document', 'account_request_document_append_only'),
                 ('representative_change', 'representative_change_append_only'),
                 ('holding_snapshot', 'holding_snapshot_append_only'),
                 ('report_schedule', 'report_schedule_append_only'),
                 ('report_schedule_end', 'report_schedule_end_append_only'),
                 ('report_issued', 'report_issued_append_only'),
                 ('log_leaf', 'log_leaf_append_only'), ('log_secret', 'log_secret_append_only'),
                 ('log_tile', 'log_tile_append_only'), ('log_checkpoint', 'log_checkpoint_append_only'),
                 ('log_checkpoint', 'log_checkpoint_grows'), ('log_cosignature', 'log_cosignature_append_only'),
                 ('log_key', 'log_key_append_only'), ('log_peer_key', 'log_peer_key_append_only'),
                 ('log_rotation', 'log_rotation_append_only'),
                 ('log_rotation_decision', 'log_rotation_decision_append_only'),
                 ('log_rotation_decision', 'log_rotation_decision_is_anothers'),
                 ('log_key_announcement', 'log_key_announcement_append_only'),
                 ('log_key_announcement', 'log_key_announcement_is_decided'),
                 ('log_key_told', 'log_key_told_append_only'),
                 ('log_peer_announcement', 'log_peer_announcement_append_only'),
                 ('log_witnessed', 'log_witnessed_append_only'), ('log_doubt', 'log_doubt_append_only'),
                 ('exchange_outgoing', 'exchange_outgoing_append_only'),
                 ('exchange_signed', 'exchange_signed_append_only'), ('exchange_signed', 'exchange_signed_gapless'),
                 ('exchange_receipt', 'exchange_receipt_append_only'),
                 ('exchange_incoming', 'exchange_incoming_append_only'),
                 ('exchange_handled', 'exchange_handled_append_only'),
                 ('exchange_handled', 'exchange_handled_in_order'),
                 ('exchange_evidence', 'exchange_evidence_append_only'),
                 ('exchange_peer_act', 'exchange_peer_act_append_only'),
                 ('exchange_peer_act', 'exchange_act_is_anothers'), ('exchange_peer', 'exchange_peer_guarded'),
                 ('exchange_peer_key', 'exchange_peer_key_append_only'),
                 ('exchange_transfer', 'exchange_transfer_guarded'), ('exchange_transfer', 'exchange_transfer_stays'),
                 ('exchange_transfer_change', 'exchange_transfer_change_append_only'),
                 ('ledger_transaction', 'hold_decided'), ('exchange_difference', 'exchange_difference_append_only'),
                 ('exchange_hold', 'exchange_hold_append_only'),
                 ('exchange_resolution', 'exchange_resolution_append_only'),
                 ('exchange_reconciliation', 'exchange_reconciliation_guarded'),
                 ('exchange_reconciliation', 'exchange_reconciliation_stays'),
                 ('trusted_change', 'trusted_change_append_only'),
                 ('operator_act', 'operator_act_append_only'))
         AS w(relation, name)
    LEFT JOIN pg_trigger g ON g.tgrelid = w.relation::regclass AND g.tgname = w.name AND g.tgenabled IN ('O', 'A')
    WHERE g.oid IS NULL
    UNION ALL
    SELECT format('row-level security of %s is off', c.oid::regclass)
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity
      AND (c.relname IN ('block', 'entry', 'batch', 'fee_invoice', 'fee_payment')
           OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'section_id'))
    UNION ALL
    SELECT format('the constraint %s is missing', w.name)
    FROM (VALUES ('block_no_overlap'), ('block_range'), ('block_gap_is_bare'), ('block_first_transfer_authorized'),
                 ('entry_once_per_transaction'), ('entry_range'), ('series_identity')) AS w(name)
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = w.name AND c.convalidated)
    UNION ALL
    SELECT format('the program may %s %s directly', p.privilege, r.relation)
    FROM unnest(ARRAY['block', 'entry', 'ledger_transaction', 'batch', 'series', 'audit_event', 'account', 'log_leaf',
                      'log_secret', 'log_tile', 'log_checkpoint', 'log_cosignature', 'log_key', 'log_peer_key',
                      'log_witnessed', 'log_doubt',
                      'authorization_count', 'party_authorization', 'nomenclature_value', 'attribute_schema',
                      'business_rule', 'business_rule_act', 'correction_case', 'correction_act', 'correction_concern',
                      'notice', 'notice_acknowledgement', 'ndc', 'designated_authority', 'party_report', 'ndc_demand',
                      'leaving_approval', 'expected_units', 'arrival', 'entity', 'holding_snapshot', 'report_schedule',
                      'report_schedule_end', 'report_issued', 'exchange_key', 'exchange_peer_act', 'exchange_peer_key',
                      'exchange_outgoing', 'exchange_signed', 'exchange_receipt', 'exchange_incoming',
                      'exchange_handled', 'exchange_evidence', 'exchange_transfer_change', 'exchange_alert',
                      'exchange_difference', 'exchange_hold', 'exchange_resolution'])
         AS r(relation),
         unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p(privilege)
    WHERE has_table_privilege('article6_app', r.relation, p.privilege)
    UNION ALL
    SELECT format('the program may insert into %s directly', r.relation)
    FROM unnest(ARRAY['block', 'entry', 'ledger_transaction', 'batch', 'series', 'authorization_count',
                      'log_leaf', 'log_secret', 'log_tile',
                      'leaving_approval', 'expected_units', 'arrival', 'exchange_peer_key',
                      'exchange_transfer_change']) AS r(relation)
    WHERE has_table_privilege('article6_app', r.relation, 'INSERT')
    UNION ALL
    SELECT 'the program is a superuser' FROM pg_roles WHERE rolname = 'article6_app' AND rolsuper"""


def findings(question: str) -> tuple[int, list[str]]:
    """What a question that must find nothing finds: how much, and the first of it."""
    found = rows(f"SELECT f.*, count(*) OVER () FROM ({question}) f LIMIT {AT_MOST}")
    return (int(found[0][1]), [each[0] for each in found]) if found else (0, [])


def counts() -> dict[str, int]:
    """How many rows of each kind there are to check."""
    found = one(
        """SELECT (SELECT count(*) FROM block), (SELECT count(*) FROM entry), (SELECT count(*) FROM ledger_transaction),
                  (SELECT count(*) FROM batch), (SELECT count(*) FROM series)"""
    )
    return dict(zip(("blocks", "entries", "transactions", "batches", "series"), found, strict=True))


def series() -> list[tuple[int, str]]:
    """Every series: id and name."""
    return [(number, name) for number, name in rows("SELECT id, registry || '/' || party FROM series ORDER BY id")]


def journal(series_id: int) -> Iterator[Line]:
    """The journal of a series in the order in which it was written. Needs a database transaction around it."""
    statement = """SELECT id, transaction_id, lo, hi, from_id, to_id, batch_id, authorization_id, is_first_transfer,
                          was_first_transferred
                   FROM entry WHERE series_id = %s ORDER BY id"""
    return (Line(*each) for each in stream(statement, (series_id,)))


def ledger(series_id: int) -> Iterator[Run]:
    """The blocks of a series as runs. Needs a database transaction around it."""
    statement = """SELECT lo, hi, account_id, batch_id, authorization_id, first_transfer_id
                   FROM block WHERE series_id = %s ORDER BY hi"""
    return (Run(lo, hi, Stand(*rest)) for lo, hi, *rest in stream(statement, (series_id,)))


BATCHES = """SELECT b.id, s.registry, s.party AS series_party, b.unit_type, b.party, b.cooperative_approach_id,
    b.activity_id,
    b.vintage_year, b.metric, b.metric_unit, b.conversion_numerator, b.conversion_denominator, b.gwp, b.mitigation_type,
    b.sectors, b.activity_types, b.underlying_registry, b.underlying_lo, b.underlying_hi, b.original_serial,
    b.attributes, b.attributes_schema, b.underlying_series, b.conversion_method, b.digest,
    COALESCE(t.terms ->> 'digest',
             (SELECT encode(a.digest, 'hex') FROM arrival a WHERE a.transaction_id = b.transaction_id
                AND a.series_id = b.series_id AND a.lo = b.lo)) AS noted,
    e.lo = b.lo AND e.hi = b.hi AND e.from_id IS NULL AS is_journaled
    FROM batch b JOIN series s ON s.id = b.series_id
    LEFT JOIN ledger_transaction t ON t.id = b.transaction_id
    LEFT JOIN entry e ON e.transaction_id = b.transaction_id AND e.batch_id = b.id
    WHERE b.id > %s ORDER BY b.id LIMIT 2000"""


def batches() -> Iterator[dict[str, Any]]:
    """Every batch with what its issuance noted of it."""
    after = 0
    while found := records(BATCHES, (after,)):
        yield from found
        after = found[-1]["id"]
