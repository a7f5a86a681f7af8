-- Per series, the serials at which the number of times the Party's section holds a unit (0 or 1) changes, by the
-- journal up to a moment. Moves within the section cancel out.
WITH mine AS (
    SELECT a.id FROM account a JOIN section s ON s.id = a.section_id WHERE s.party = %(party)s AND NOT a.is_terminal),
moved AS (
    SELECT t.id, -1 AS change FROM ledger_transaction t
        WHERE t.source_id IN (TABLE mine) AND t.decided_at < %(until)s AND t.status = 'completed'
    UNION ALL
    SELECT t.id, 1 FROM ledger_transaction t
        WHERE t.target_id IN (TABLE mine) AND t.decided_at < %(until)s AND t.status = 'completed'),
net AS (SELECT m.id, sum(m.change) AS change FROM moved m GROUP BY m.id HAVING sum(m.change) <> 0)
SELECT p.series_id, p.serial, sum(p.change)::integer
FROM (SELECT e.series_id, v.serial, v.change FROM net n JOIN entry e ON e.transaction_id = n.id
      CROSS JOIN LATERAL (VALUES (e.lo, n.change), (e.hi + 1, -n.change)) AS v(serial, change)) p
GROUP BY p.series_id, p.serial HAVING sum(p.change) <> 0
ORDER BY p.series_id, p.serial
