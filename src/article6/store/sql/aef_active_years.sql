-- Without an authorization there is nothing to report, and no transaction is looked at.
SELECT party, year FROM (
    SELECT u.party, date_part('year', u.authorized_on)::integer AS year FROM party_authorization u
    UNION
    SELECT s.party, date_part('year', t.decided_at AT TIME ZONE 'UTC')::integer
    FROM ledger_transaction t
    JOIN account a ON a.id IN (t.source_id, t.target_id)
    JOIN section s ON s.id = a.section_id
    WHERE EXISTS (SELECT FROM party_authorization) AND t.status = 'completed'
      AND (t.type = ANY (%(crossing)s) OR t.type = ANY (%(giving)s) OR t.type LIKE 'cancellation%%')
      AND EXISTS (SELECT FROM entry e WHERE e.transaction_id = t.id AND e.authorization_id IS NOT NULL)
    UNION  -- in the mechanism registry most first transfers touch no account of the host Party's
    SELECT b.party, date_part('year', t.decided_at AT TIME ZONE 'UTC')::integer
    FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id JOIN batch b ON b.id = e.batch_id
    WHERE (SELECT kind FROM registry) = 'mechanism' AND EXISTS (SELECT FROM party_authorization)
      AND e.is_first_transfer) found
WHERE party IS NOT NULL
ORDER BY party, year
