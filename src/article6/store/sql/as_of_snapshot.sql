-- The latest snapshot at or before a moment that counts all that the journal has before it.
SELECT s.at, s.series_ids, s.los, s.his, s.batch_ids, s.authorization_ids, s.from_transaction
FROM holding_snapshot s
WHERE s.account_id = %(account)s AND s.at <= %(until)s
  AND s.counted = (
      SELECT count(*) FROM (
          SELECT t.id FROM ledger_transaction t WHERE t.source_id = s.account_id AND t.id >= s.from_transaction
              AND t.status = 'completed' AND t.decided_at < s.at
          UNION
          SELECT t.id FROM ledger_transaction t WHERE t.target_id = s.account_id AND t.id >= s.from_transaction
              AND t.status = 'completed' AND t.decided_at < s.at) late)
ORDER BY s.at DESC, s.id DESC LIMIT 1
