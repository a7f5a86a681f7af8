-- The latest transactions that moved units, as business rules see them: what was judged then, as far as the journal
-- and the roles kept it. Accounts are shown open, as they were when units moved. An issuance has no source, and its batch.
SELECT x.id, x.type, x.quantity, x.terms, x.proposed_at,
       CASE WHEN s.id IS NOT NULL THEN
           json_build_array(s.id, s.number, s.type, s.section_id, COALESCE(ss.party, ''), 'open', s.needs_approval)
       END,
       json_build_array(t.id, t.number, t.type, t.section_id, COALESCE(ts.party, ''), 'open', t.needs_approval),
       (SELECT array_agg(DISTINCT m.role::text) FROM store_membership m
        WHERE m.person_id = x.proposed_by AND m.section_id IN (0, COALESCE(s.section_id, t.section_id))
          AND m.since <= x.proposed_at AND (m.until IS NULL OR m.until > x.proposed_at)),
       e.unit_types, e.vintages, e.parties, e.blocks, e.is_authorized, e.is_first_transferred,
       (SELECT jsonb_build_object(
                   'activity', v.code, 'approach', c.code, 'authorization', p.code, 'metric', b.metric,
                   'mitigation_type', b.mitigation_type, 'underlying_registry', b.underlying_registry,
                   'sectors', b.sectors, 'activity_types', b.activity_types)
        FROM entry n JOIN batch b ON b.id = n.batch_id
        LEFT JOIN activity v ON v.id = b.activity_id
        LEFT JOIN cooperative_approach c ON c.id = b.cooperative_approach_id
        LEFT JOIN party_authorization p ON p.id = n.authorization_id
        WHERE x.source_id IS NULL AND n.transaction_id = x.id LIMIT 1)
FROM (SELECT * FROM ledger_transaction l
      WHERE l.status = 'completed' ORDER BY l.id DESC LIMIT %(at_most)s) x
LEFT JOIN account s ON s.id = x.source_id
LEFT JOIN section ss ON ss.id = s.section_id
JOIN account t ON t.id = x.target_id
JOIN section ts ON ts.id = t.section_id
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT b.unit_type) AS unit_types, array_agg(DISTINCT b.vintage_year) AS vintages,
           array_agg(DISTINCT b.party) AS parties, count(*) AS blocks,
           COALESCE(bool_and(n.authorization_id IS NOT NULL), false) AS is_authorized,
           COALESCE(bool_or(EXISTS (
               SELECT 1 FROM block k WHERE k.series_id = n.series_id AND k.hi >= n.lo
                 AND k.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = n.series_id AND m.hi >= n.hi
                                       ORDER BY m.hi LIMIT 1), n.hi)
                 AND k.first_transfer_id < x.id)), false) AS is_first_transferred
    FROM entry n JOIN batch b ON b.id = n.batch_id WHERE n.transaction_id = x.id) e
ORDER BY x.id DESC
