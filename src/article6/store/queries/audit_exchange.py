"""What the self-audit asks of transfers between registries: questions that must find nothing."""

EXCHANGE = """SELECT format('entry %s: transaction %s (%s) moved units into account %s, which stands for another '
                           'registry', e.id, t.id, t.type, a.number)
    FROM account a JOIN ledger_transaction t ON t.target_id = a.id JOIN entry e ON e.transaction_id = t.id
    WHERE a.type = 'elsewhere' AND t.type NOT IN ('transfer_out', 'international_transfer_out')
    UNION ALL
    SELECT format('entry %s: transaction %s (%s) moved units out of account %s, which stands for another registry',
                  e.id, t.id, t.type, a.number)
    FROM account a JOIN ledger_transaction t ON t.source_id = a.id JOIN entry e ON e.transaction_id = t.id
    WHERE a.type = 'elsewhere' AND t.type <> 'transfer_back'
    UNION ALL
    SELECT format('transaction %s: left for another registry, and no second person approved it', t.id)
    FROM ledger_transaction t LEFT JOIN leaving_approval l ON l.transaction_id = t.id
    WHERE t.type IN ('transfer_out', 'international_transfer_out') AND t.status = 'completed'
      AND (l.person_id IS NULL OR l.person_id = t.proposed_by)
    UNION ALL
    SELECT format('transaction %s: %s units came from another registry, of %s is told what they are', t.id, t.quantity,
                  COALESCE(r.units, 0))
    FROM ledger_transaction t
    LEFT JOIN (SELECT transaction_id, sum(hi - lo + 1) AS units FROM arrival GROUP BY 1) r ON r.transaction_id = t.id
    WHERE t.type IN ('acquisition', 'transfer_back') AND t.quantity <> COALESCE(r.units, 0)
    UNION ALL
    SELECT format('entry %s: it says that units were first transferred elsewhere, and did not come from there', e.id)
    FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
    WHERE e.was_first_transferred AND t.type NOT IN ('acquisition', 'transfer_back')
    UNION ALL
    SELECT format('transfer %s: %s-%s:%s-%s are expected, and stand in account %s', x.transfer_id, x.registry, x.party,
                  x.lo, x.hi, a.number)
    FROM expected_units x JOIN series s ON s.registry = x.registry AND s.party = x.party
    JOIN block b ON b.series_id = s.id AND b.hi >= x.lo AND b.lo <= x.hi
    JOIN account a ON a.id = b.account_id WHERE a.type <> 'elsewhere'
    UNION ALL
    SELECT format('transfer %s: units are expected into account %s, which is closed', x.transfer_id, a.number)
    FROM expected_units x JOIN account a ON a.id = x.account_id WHERE a.status = 'closed'"""
