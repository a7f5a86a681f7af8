-- Accounts and moments of which no snapshot counts what the journal has: the ends of the years in which the account
-- moved, and of the months in which it moved often.
WITH moved AS (
    SELECT m.account_id, date_trunc('month', m.at) + interval '1 month' AS month, count(*) AS transactions
    FROM (SELECT t.source_id AS account_id, t.decided_at AT TIME ZONE 'UTC' AS at FROM ledger_transaction t
              WHERE t.status = 'completed' AND t.source_id IS NOT NULL AND t.decided_at < %(settled)s
          UNION ALL
          SELECT t.target_id, t.decided_at AT TIME ZONE 'UTC' FROM ledger_transaction t
              WHERE t.status = 'completed' AND t.target_id IS DISTINCT FROM t.source_id AND t.target_id IS NOT NULL
                AND t.decided_at < %(settled)s) m
    GROUP BY 1, 2),
summed AS (
    SELECT account_id, month, transactions,
           sum(transactions) OVER (PARTITION BY account_id ORDER BY month)::bigint AS total FROM moved),
wanted AS (
    SELECT account_id, month AS at, total FROM summed WHERE transactions >= %(often)s
    UNION
    SELECT account_id, date_trunc('year', month - interval '1 month') + interval '1 year', max(total)
        FROM summed GROUP BY 1, 2)
SELECT w.account_id, w.at AT TIME ZONE 'UTC', a.section_id
FROM wanted w JOIN account a ON a.id = w.account_id
WHERE w.at AT TIME ZONE 'UTC' <= %(settled)s
  AND NOT EXISTS (SELECT 1 FROM holding_snapshot s WHERE s.account_id = w.account_id
                    AND s.at = w.at AT TIME ZONE 'UTC' AND s.transactions = w.total)
ORDER BY 1, 2 LIMIT %(limit)s
