-- The lines of the journal that touched an account, decided from one moment on and before another, of transactions from a
-- number on.
WITH moved AS (
    SELECT t.id FROM ledger_transaction t
        WHERE t.source_id = %(account)s AND t.id >= %(from)s AND t.status = 'completed'
          AND t.decided_at < %(until)s AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
    UNION
    SELECT t.id FROM ledger_transaction t
        WHERE t.target_id = %(account)s AND t.id >= %(from)s AND t.status = 'completed'
          AND t.decided_at < %(until)s AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s))
SELECT e.id, e.series_id, e.lo, e.hi,
       (e.to_id = %(account)s)::integer - COALESCE(e.from_id = %(account)s, false)::integer,
       e.batch_id, COALESCE(e.authorization_id, 0)
FROM moved m JOIN entry e ON e.transaction_id = m.id
