-- What waits for a second person and is in sight: its subject and number, its section, whether the person represents the
-- account (NULL: nobody does), and, of a change of roles, who asked, for whom, and whether a role is taken. Left out is what
-- the person proposed. The sections in which the person holds a right are named for it; NULL is all of them.
-- The rules themselves are the domain's: here is only what keeps other people's work from being read.
WITH mine AS MATERIALIZED (
    SELECT %(person)s::bigint AS person, %(approve)s::int[] AS approve, %(administer)s::int[] AS administer,
           %(appoint)s::int[] AS appoint, %(requests)s::int[] AS requests, %(roles)s::int[] AS roles,
           %(subject)s::text AS subject, %(number)s::text AS number)
(SELECT 'transaction' AS subject, t.id::text AS number, w.section_id, w.represents AS is_representative,
        t.proposed_by::bigint AS proposed_by, NULL::bigint AS person_id, false AS is_taken
 FROM mine m JOIN ledger_transaction t ON t.status = 'proposed' LEFT JOIN account a ON a.id = t.source_id
     CROSS JOIN LATERAL (
         SELECT COALESCE(a.section_id, t.section_id)::int AS section_id,
                CASE WHEN a.is_represented THEN represents(a.id, m.person) END AS represents) w
 WHERE (m.subject = '' OR m.subject = 'transaction') AND (m.number = '' OR m.number = t.id::text)
   AND t.type <> ALL (%(not_alone)s::text[]) AND t.proposed_by <> m.person
   AND CASE WHEN w.represents IS NULL THEN m.approve IS NULL OR w.section_id = ANY (m.approve)
            ELSE w.represents OR m.administer IS NULL OR w.section_id = ANY (m.administer) END
 ORDER BY t.expires_at, t.id LIMIT %(limit)s)
UNION ALL
(SELECT 'transfer_out', x.transfer_id, w.section_id, w.represents, t.proposed_by, NULL, false
 FROM mine m JOIN exchange_transfer x ON x.side = 'sender' AND x.status = 'waiting'
     JOIN ledger_transaction t ON t.id = x.ledger_id AND t.status = 'proposed' LEFT JOIN account a ON a.id = t.source_id
     CROSS JOIN LATERAL (
         SELECT COALESCE(a.section_id, t.section_id)::int AS section_id,
                CASE WHEN a.is_represented THEN represents(a.id, m.person) END AS represents) w
 WHERE (m.subject = '' OR m.subject = 'transfer_out') AND (m.number = '' OR m.number = x.transfer_id)
   AND t.proposed_by <> m.person
   AND CASE WHEN w.represents IS NULL THEN m.approve IS NULL OR w.section_id = ANY (m.approve)
            ELSE w.represents OR m.administer IS NULL OR w.section_id = ANY (m.administer) END
 ORDER BY t.expires_at, t.id LIMIT %(limit)s)
UNION ALL
(SELECT 'account_request', r.id::text, r.section_id, NULL, r.proposed_by, NULL, false
 FROM mine m JOIN account_request r ON r.proposed_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'account_request') AND (m.number = '' OR m.number = r.id::text)
   AND (m.requests IS NULL OR r.section_id = ANY (m.requests))
   AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.subject = 'account_request' AND d.subject_id = r.id)
 ORDER BY r.id LIMIT %(limit)s)
UNION ALL
(SELECT 'representative_change', c.id::text, c.section_id, NULL, c.proposed_by, NULL, false
 FROM mine m JOIN representative_change c
     ON c.proposed_by <> m.person AND m.person <> ALL (c.added) AND m.person <> ALL (c.reinstated)
 WHERE (m.subject = '' OR m.subject = 'representative_change') AND (m.number = '' OR m.number = c.id::text)
   AND (m.appoint IS NULL OR m.approve IS NULL OR c.section_id = ANY (m.appoint || m.approve))
   AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.subject = 'representative_change' AND d.subject_id = c.id)
 ORDER BY c.id LIMIT %(limit)s)
UNION ALL
(SELECT 'trusted_change', c.id::text, c.section_id, w.represents, c.proposed_by, NULL, false
 FROM mine m JOIN trusted_change c ON c.proposed_by <> m.person JOIN account a ON a.id = c.account_id
     CROSS JOIN LATERAL (SELECT CASE WHEN a.is_represented THEN represents(a.id, m.person) END AS represents) w
 WHERE (m.subject = '' OR m.subject = 'trusted_change') AND (m.number = '' OR m.number = c.id::text)
   AND CASE WHEN w.represents IS NULL THEN m.approve IS NULL OR c.section_id = ANY (m.approve)
            ELSE w.represents OR m.administer IS NULL OR c.section_id = ANY (m.administer) END
   AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.subject = 'trusted_change' AND d.subject_id = c.id)
 ORDER BY c.id LIMIT %(limit)s)
UNION ALL
(SELECT 'role_change', c.id::text, c.section_id, NULL, c.proposed_by, c.person_id, c.change = 'take'
 FROM mine m JOIN role_change c ON c.proposed_by <> m.person AND (c.change = 'take' OR c.person_id <> m.person)
 WHERE (m.subject = '' OR m.subject = 'role_change') AND (m.number = '' OR m.number = c.id::text)
   AND (m.roles IS NULL OR m.approve IS NULL OR c.section_id = ANY (m.roles || m.approve))
   AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.subject = 'role_change' AND d.subject_id = c.id)
 ORDER BY c.id DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'correction', l.case_id::text, s.id, NULL, l.person_id, NULL, false
 FROM mine m JOIN correction_act l ON l.act = 'proposed' AND l.person_id <> m.person
     JOIN correction_case c ON c.id = l.case_id JOIN section s ON s.code = %(administrators)s
 WHERE (m.subject = '' OR m.subject = 'correction') AND (m.number = '' OR m.number = l.case_id::text)
   AND (m.administer IS NULL OR s.id = ANY (m.administer))
   AND NOT EXISTS (SELECT 1 FROM correction_act n WHERE n.case_id = l.case_id AND n.number > l.number)
 ORDER BY l.case_id LIMIT %(limit)s)
UNION ALL
(SELECT 'instruction', i.id::text, i.section_id, NULL, i.instructed_by, NULL, false
 FROM mine m JOIN exchange_instruction i ON i.side = 'given' AND i.instructed_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'instruction') AND (m.number = '' OR m.number = i.id::text)
   AND (m.approve IS NULL OR i.section_id = ANY (m.approve))
   AND NOT EXISTS (SELECT 1 FROM exchange_instruction_act d WHERE d.instruction_id = i.id)
 ORDER BY i.id DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'mandate', g.id::text, g.section_id, NULL, g.given_by, NULL, false
 FROM mine m JOIN exchange_mandate g ON g.given_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'mandate') AND (m.number = '' OR m.number = g.id::text)
   AND (m.appoint IS NULL OR g.section_id = ANY (m.appoint))
   AND NOT EXISTS (SELECT 1 FROM exchange_mandate_act d WHERE d.mandate_id = g.id)
 ORDER BY g.id DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'rule', r.name || '~' || r.version, 0, NULL, r.drafted_by, NULL, false
 FROM mine m JOIN business_rule r ON r.drafted_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'rule') AND (m.number = '' OR m.number = r.name || '~' || r.version)
   AND m.administer IS NULL
   AND NOT EXISTS (SELECT 1 FROM business_rule n WHERE n.name = r.name AND n.version > r.version)
   AND NOT EXISTS (SELECT 1 FROM business_rule_act d WHERE d.business_rule_id = r.id AND d.act <> 'tried')
   AND EXISTS (SELECT 1 FROM business_rule_act d WHERE d.business_rule_id = r.id AND d.act = 'tried')
 ORDER BY r.name LIMIT %(limit)s)
UNION ALL
(SELECT 'declaration', r.subject || '~' || r.name || '~' || r.version, 0, NULL, r.drafted_by, NULL, false
 FROM mine m JOIN declaration r ON r.drafted_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'declaration')
   AND (m.number = '' OR m.number = r.subject || '~' || r.name || '~' || r.version)
   AND m.administer IS NULL
   AND NOT EXISTS (
       SELECT 1 FROM declaration n WHERE n.subject = r.subject AND n.name = r.name AND n.version > r.version)
   AND NOT EXISTS (SELECT 1 FROM declaration_act d WHERE d.declaration_id = r.id)
 ORDER BY r.subject, r.name LIMIT %(limit)s)
UNION ALL
(SELECT 'peer_offer', o.peer, 0, NULL, o.person_id, NULL, false
 FROM mine m JOIN exchange_peer_act o ON o.act = 'offered' AND o.person_id <> m.person
 WHERE (m.subject = '' OR m.subject = 'peer_offer') AND (m.number = '' OR m.number = o.peer)
   AND m.administer IS NULL
   AND NOT EXISTS (SELECT 1 FROM exchange_peer_act n WHERE n.peer = o.peer AND n.act = 'offered' AND n.id > o.id)
   AND NOT EXISTS (SELECT 1 FROM exchange_peer_act d WHERE d.offer_id = o.id)
 ORDER BY o.peer LIMIT %(limit)s)
UNION ALL
(SELECT 'log_key', r.id::text, 0, NULL, r.proposed_by, NULL, false
 FROM mine m JOIN log_rotation r ON r.proposed_by <> m.person
 WHERE (m.subject = '' OR m.subject = 'log_key') AND (m.number = '' OR m.number = r.id::text)
   AND m.administer IS NULL
   AND NOT EXISTS (SELECT 1 FROM log_rotation_decision d WHERE d.rotation_id = r.id)
 ORDER BY r.id LIMIT %(limit)s)
