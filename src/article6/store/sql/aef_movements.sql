-- Authorized units moved in a year: into, out of or within the Party's section, or first transferred as the Party's
-- own outcomes wherever they stood (a use or cancellation by another Party can be the first transfer; in the
-- mechanism registry issuance, levies and forwarding are). What leaves the pending account, and what the host Party
-- authorizes afterwards in another Party's account, comes from the host Party.
WITH mine AS (SELECT a.id FROM account a JOIN section s ON s.id = a.section_id WHERE s.party = %(party)s),
pending AS (SELECT a.id FROM account a WHERE a.type = 'pending' AND (SELECT kind FROM registry) = 'mechanism'),
ends AS (SELECT a.id FROM account a WHERE a.type IN ('cancellation_oimp', 'cancellation_omge', 'adaptation_fund',
                                                     'cancellation_omge_voluntary', 'share_of_proceeds')
            OR (a.type LIKE 'cancellation%%'  -- declared
                AND a.type NOT IN ('cancellation_voluntary', 'cancellation_administrative'))
         UNION ALL TABLE pending),
moved AS (
    SELECT t.id FROM ledger_transaction t
        WHERE (t.source_id IN (TABLE mine) OR t.source_id IN (TABLE pending))
          AND t.decided_at >= %(since)s AND t.decided_at < %(until)s
    UNION
    SELECT t.id FROM ledger_transaction t
        WHERE (t.target_id IN (TABLE mine) OR t.target_id IN (TABLE ends))
          AND t.decided_at >= %(since)s AND t.decided_at < %(until)s
    UNION  -- the Party's authorization can be the first transfer of its outcomes in another's account
    SELECT t.id FROM ledger_transaction t
        WHERE t.type LIKE 'authorization%%' AND t.decided_at >= %(since)s AND t.decided_at < %(until)s)
SELECT t.id, t.decided_at, e.lo, e.hi, b.underlying_lo + e.lo - b.lo,
       -- What many movements have in common, as one text: whoever reads a million of them looks at it once.
       json_build_array(
           t.type, COALESCE(t.terms, '{}'), e.is_first_transfer, g.party, g.to_party,
           COALESCE(fa.type, ''), u.purposes, u.first_transfer_oimp, r.registry, b.party, c.code, u.code,
           b.vintage_year, b.metric, b.metric_unit, b.conversion_numerator, b.conversion_denominator, b.gwp,
           b.mitigation_type,
           CASE WHEN b.underlying_lo IS NOT NULL THEN b.underlying_registry END)::text
FROM moved m
JOIN ledger_transaction t ON t.id = m.id AND t.status = 'completed'
JOIN entry e ON e.transaction_id = t.id AND e.authorization_id IS NOT NULL
JOIN batch b ON b.id = e.batch_id AND b.vintage_year IS NOT NULL
JOIN series r ON r.id = e.series_id
JOIN party_authorization u ON u.id = e.authorization_id
LEFT JOIN cooperative_approach c ON c.id = COALESCE(b.cooperative_approach_id, u.cooperative_approach_id)
LEFT JOIN account fa ON fa.id = e.from_id LEFT JOIN section fs ON fs.id = fa.section_id
JOIN account ta ON ta.id = e.to_id JOIN section ts ON ts.id = ta.section_id
-- Of what another registry gave or took, both registries know the two Parties from the same proposal.
CROSS JOIN LATERAL (SELECT CASE WHEN fa.type = 'pending' OR t.type = 'authorization_later_abroad' THEN b.party
                                WHEN t.type IN ('acquisition', 'transfer_back') THEN t.terms ->> 'transferring_party'
                                ELSE COALESCE(fs.party, '') END AS party,
                           CASE WHEN ta.type = 'elsewhere' THEN COALESCE(t.terms ->> 'acquiring_party', '')
                                ELSE COALESCE(ts.party, '') END AS to_party) g
WHERE (e.is_first_transfer AND b.party = %(party)s)
   OR (t.type = ANY (%(crossing)s) AND (g.party = %(party)s) <> (g.to_party = %(party)s)
       -- Of a correction only ITMOs are reported: what was first transferred before. A block that was not is unmarked
       -- as a whole, so that the first serial of its entry says it for all.
       AND (t.type <> 'correction'
            OR EXISTS (SELECT FROM (SELECT n.first_transfer_id FROM block n
                                    WHERE n.series_id = e.series_id AND n.hi >= e.lo ORDER BY n.hi LIMIT 1) k
                       JOIN ledger_transaction f ON f.id = k.first_transfer_id
                       WHERE (f.decided_at, f.id) < (t.decided_at, t.id))))
   OR ((t.type = ANY (%(giving)s) OR t.type LIKE 'cancellation%%') AND g.party = %(party)s)
ORDER BY t.decided_at, t.id, e.series_id, e.lo
