-- Units that stay in another registry, which told a Party's section of them and does with them what it is instructed: the
-- acquisition and each act, as that registry signed them, in the form of aef_movements. Their numbers are below zero:
-- no transaction of this ledger has them.
SELECT l.id, l.at, l.lo, l.hi, (u.batch ->> 'underlying_first')::bigint + l.lo - u.lo,
       json_build_array(
           l.type, l.terms, false, l.from_party, l.to_party, 'holding', p.purposes, p.first_transfer_oimp, u.registry,
           u.party, c.code, p.code, (u.batch ->> 'vintage_year')::integer, COALESCE(u.batch ->> 'metric', 'GHG'),
           COALESCE(u.batch ->> 'metric_unit', ''), (u.batch -> 'conversion' ->> 0)::bigint,
           (u.batch -> 'conversion' ->> 1)::bigint, COALESCE(u.batch ->> 'gwp', ''),
           COALESCE(u.batch ->> 'mitigation_type', ''),
           CASE WHEN u.batch ? 'underlying_first' THEN COALESCE(u.batch ->> 'underlying_registry', '') END)::text
FROM section s
JOIN told_units u ON u.section_id = s.id AND u.batch ? 'vintage_year'
JOIN party_authorization p ON p.id = u.authorization_id
LEFT JOIN cooperative_approach c ON c.code = u.batch ->> 'cooperative_approach'
    OR (NOT u.batch ? 'cooperative_approach' AND c.id = p.cooperative_approach_id)
CROSS JOIN LATERAL (
    SELECT -2 * u.id AS id, u.at, u.lo, u.hi, 'acquisition' AS type, '{}'::jsonb AS terms, u.from_party,
           s.party AS to_party
    UNION ALL
    SELECT -2 * a.id - 1, a.at, a.lo, a.hi, a.type, a.terms, s.party,
           CASE a.type WHEN 'international_transfer' THEN a.terms ->> 'reference' ELSE s.party END
    FROM told_act a WHERE a.told_id = u.id) l
WHERE s.party = %(party)s AND l.at >= %(since)s AND l.at < %(until)s
ORDER BY l.at, l.id DESC, u.registry, u.party, l.lo
