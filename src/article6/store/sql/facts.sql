-- One row: the registry's kind, the person with roles, the accounts (before each, whether the person is a
-- representative of it, and whether it trusts the target; null where it does not ask), the lots, an earlier answer under
-- the key, and the last acts on business rules and on declarations.
SELECT
    (SELECT kind FROM registry),
    (SELECT json_build_array(p.name, p.is_active, (
         SELECT json_agg(json_build_array(m.section_id, m.role)) FROM store_membership m
         WHERE m.person_id = p.id AND (m.until IS NULL OR m.until > now())), p.is_machine)
     FROM store_person p WHERE p.id = %(person)s),
    (SELECT json_agg(json_build_array(
         CASE WHEN a.is_represented THEN represents(a.id, %(person)s) END,
         CASE WHEN a.trusted_only THEN trusts(a.id, %(target)s) END,
         a.id, a.number, a.type, a.section_id, COALESCE(s.party, ''), a.status, a.needs_approval,
         a.period_first, a.period_last, a.holder, a.metric, a.purpose, a.sub_purpose, /*standing*/))
     FROM account a JOIN section s ON s.id = a.section_id WHERE a.number IN (%(source)s, %(target)s)),
    (SELECT json_agg(json_build_array(l.series_id, l.lo, l.hi, l.account_id, l.reserved_by, l.batch_id, l.unit_type,
                                      COALESCE(l.party, ''), l.vintage_year, l.authorization_id,
                                      l.first_transfer_id IS NOT NULL, l.metric))
     FROM (/*lots*/) l),
    e.request_hash, e.action, e.answer,
    (SELECT max(id) FROM business_rule_act), (SELECT max(id) FROM declaration_act)
FROM (SELECT 1) one
LEFT JOIN audit_event e ON e.person_id = %(person)s AND e.idempotency_key = %(key)s::text
