"""What the self-audit asks of units of which amounts alone were told: questions that must find nothing.

Of units that stand here and that another registry was told of, and of those of which this registry was told.
"""

INFORMATION = """WITH held AS MATERIALIZED (
        SELECT a.id, a.number, a.holder, a.party FROM account a WHERE a.type = 'held_for')
    SELECT format('transaction %s: moved units into account %s, and no transfer told %s', t.id, h.number, h.holder)
    FROM held h JOIN ledger_transaction t ON t.target_id = h.id AND t.status = 'completed'
    LEFT JOIN exchange_transfer x ON x.ledger_id = t.id AND x.side = 'sender' AND x.peer = h.holder
        AND x.service = 'transfer_information' AND x.completed_at IS NOT NULL
    WHERE x.id IS NULL OR t.terms ->> 'acquiring_party' IS DISTINCT FROM h.party
    UNION ALL
    SELECT format('transfer %s: amounts were told to %s, and the units do not stand in an account held for it',
                  x.transfer_id, x.peer)
    FROM exchange_transfer x LEFT JOIN ledger_transaction t ON t.id = x.ledger_id
    LEFT JOIN held h ON h.id = t.target_id AND h.holder = x.peer
    WHERE x.side = 'sender' AND x.service = 'transfer_information' AND x.completed_at IS NOT NULL AND h.id IS NULL
    UNION ALL
    SELECT format('transaction %s: moved units out of account %s, and %s did not say so', t.id, h.number, h.holder)
    FROM held h JOIN ledger_transaction t ON t.source_id = h.id AND t.status = 'completed'
    WHERE NOT EXISTS (
        SELECT 1 FROM exchange_instruction i JOIN exchange_instruction_act d ON d.instruction_id = i.id
        WHERE i.side = 'received' AND i.peer = h.holder AND i.transaction_id = t.id AND d.act = 'done')
    UNION ALL
    SELECT format('%s told us of %s-%s:%s-%s, and a unit of it stands in account %s', c.peer, c.registry, c.party, c.lo,
                  c.hi, a.number)
    FROM told_counted c JOIN series s ON s.registry = c.registry AND s.party = c.party
    JOIN block b ON b.series_id = s.id AND b.hi >= c.lo AND b.lo <= c.hi
    JOIN account a ON a.id = b.account_id AND a.type <> 'elsewhere'
    UNION ALL
    SELECT format('%s-%s:%s-%s: told of by %s, and once more by %s', c.registry, c.party, c.lo, c.hi, c.peer, o.peer)
    FROM told_counted c JOIN told_counted o ON o.registry = c.registry AND o.party = c.party AND o.id > c.id
        AND o.hi >= c.lo AND o.lo <= c.hi
    UNION ALL
    SELECT format('units told of by transfer %s: no such transfer of %s is completed', u.transfer_id, u.peer)
    FROM told_units u LEFT JOIN exchange_transfer x ON x.transfer_id = u.transfer_id AND x.side = 'acquirer'
        AND x.peer = u.peer AND x.service = 'transfer_information' AND x.completed_at IS NOT NULL
    WHERE x.id IS NULL
    UNION ALL
    SELECT format('units told of by transfer %s: something was done twice with some, or with others than were told of',
                  u.transfer_id)
    FROM told_units u JOIN told_act a ON a.told_id = u.id
    WHERE a.lo < u.lo OR a.hi > u.hi OR a.section_id <> u.section_id
       OR EXISTS (SELECT 1 FROM told_act o WHERE o.told_id = u.id AND o.id > a.id AND o.lo <= a.hi AND o.hi >= a.lo)
    UNION ALL
    SELECT format('instruction %s to %s: %s units by its words, %s by what was written of it', i.instruction_id, i.peer,
                  n.units, COALESCE(w.units, 0))
    FROM exchange_instruction i
    JOIN LATERAL (SELECT sum((s ->> 'last')::bigint - (s ->> 'first')::bigint + 1) AS units
                  FROM jsonb_array_elements(i.content::jsonb -> 'serials') s) n ON true
    LEFT JOIN LATERAL (SELECT sum(a.hi - a.lo + 1) AS units FROM told_act a WHERE a.instruction_id = i.id
                       AND a.type = i.content::jsonb ->> 'transaction') w ON true
    WHERE i.side = 'given' AND EXISTS (SELECT 1 FROM told_units u WHERE u.peer = i.peer AND u.section_id = i.section_id
                                       AND u.held_in = i.content::jsonb ->> 'source_account')
      AND CASE WHEN EXISTS (SELECT 1 FROM exchange_instruction_act d WHERE d.instruction_id = i.id AND d.act = 'done')
               THEN n.units ELSE 0 END <> COALESCE(w.units, 0)
    UNION ALL
    SELECT format('instruction %s: it is none of ours on the units with which something was done by it',
                  a.instruction_id)
    FROM told_act a JOIN told_units u ON u.id = a.told_id LEFT JOIN exchange_instruction i ON i.id = a.instruction_id
    WHERE i.side IS DISTINCT FROM 'given' OR i.peer <> u.peer OR i.content::jsonb ->> 'source_account' <> u.held_in"""
