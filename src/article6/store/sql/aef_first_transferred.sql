-- First transfers before a moment, here or (of what came from there) in other registries; they are disjoint: of each serial
-- there is one.
WITH mine AS (
    SELECT a.id FROM account a JOIN section s ON s.id = a.section_id WHERE s.party = %(party)s AND NOT a.is_terminal),
held AS MATERIALIZED (
    SELECT DISTINCT e.series_id FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id
    WHERE t.target_id IN (TABLE mine) AND t.decided_at < %(until)s AND t.status = 'completed')
SELECT e.series_id, e.batch_id, e.lo, e.hi, b.underlying_lo + e.lo - b.lo,
       json_build_array(
           r.registry, b.party, c.code, u.code, b.vintage_year, b.metric, b.metric_unit, b.conversion_numerator,
           b.conversion_denominator, b.gwp, b.mitigation_type,
           CASE WHEN b.underlying_lo IS NOT NULL THEN b.underlying_registry END)::text
FROM entry e
JOIN ledger_transaction t ON t.id = e.transaction_id AND t.decided_at < %(until)s
JOIN batch b ON b.id = e.batch_id AND b.vintage_year IS NOT NULL
JOIN series r ON r.id = e.series_id
JOIN party_authorization u ON u.id = e.authorization_id
LEFT JOIN cooperative_approach c ON c.id = COALESCE(b.cooperative_approach_id, u.cooperative_approach_id)
WHERE (e.is_first_transfer OR e.was_first_transferred) AND e.series_id IN (TABLE held)
ORDER BY e.series_id, e.lo
