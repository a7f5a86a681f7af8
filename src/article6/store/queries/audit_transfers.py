"""What the self-audit asks of the journal and the transfers with other registries: questions that must find nothing."""

TRANSFERS = """WITH moved AS MATERIALIZED (
        SELECT t.id, t.terms ->> 'transfer' AS transfer_id, t.terms ->> 'peer' AS peer FROM ledger_transaction t
        WHERE t.status = 'completed'
          AND t.type IN ('transfer_out', 'international_transfer_out', 'acquisition', 'transfer_back')),
    lines AS MATERIALIZED (
        SELECT m.transfer_id, m.peer, s.registry, s.party, e.lo, e.hi
        FROM moved m JOIN entry e ON e.transaction_id = m.id JOIN series s ON s.id = e.series_id
        UNION ALL SELECT u.transfer_id, u.peer, u.registry, u.party, u.lo, u.hi FROM told_units u),
    sums AS (SELECT transfer_id, sum(hi - lo + 1) AS units FROM lines GROUP BY 1)
    SELECT format('transfer %s with %s: %s units by its messages, %s by the journal', x.transfer_id, x.peer, x.quantity,
                  COALESCE(n.units, 0))
    FROM exchange_transfer x LEFT JOIN sums n ON n.transfer_id = x.transfer_id
    WHERE x.completed_at IS NOT NULL AND x.quantity IS DISTINCT FROM n.units
    UNION ALL
    SELECT format('transfer %s: %s-%s:%s-%s passed by its messages, and not by the journal', u.transfer_id, u.registry,
                  u.party, u.lo, u.hi)
    FROM exchange_transfer x JOIN exchange_transfer_units u ON u.transfer_id = x.transfer_id
    WHERE x.completed_at IS NOT NULL AND u.hi - u.lo + 1 > COALESCE((
        SELECT sum(LEAST(l.hi, u.hi) - GREATEST(l.lo, u.lo) + 1) FROM lines l
        WHERE l.transfer_id = u.transfer_id AND l.registry = u.registry AND l.party = u.party
          AND l.lo <= u.hi AND l.hi >= u.lo), 0)
    UNION ALL
    SELECT format('transaction %s: moved units to or from %s, and no completed transfer says so', m.id, m.peer)
    FROM moved m JOIN exchange_peer p ON p.code = m.peer
    LEFT JOIN exchange_transfer x ON x.transfer_id = m.transfer_id AND x.completed_at IS NOT NULL
    WHERE x.transfer_id IS NULL
    UNION ALL
    SELECT format('transfer %s from %s: completed without the signed word of the sender', x.transfer_id, x.peer)
    FROM exchange_transfer x
    WHERE x.side = 'acquirer' AND x.completed_at IS NOT NULL AND x.completion = ''
    UNION ALL
    SELECT format('transaction %s: blocks units for no case of reconciliation', t.id)
    FROM ledger_transaction t LEFT JOIN exchange_hold h ON h.transaction_id = t.id
    WHERE t.type = 'hold' AND t.status = 'proposed' AND h.id IS NULL"""
