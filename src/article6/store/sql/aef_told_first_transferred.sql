-- As aef_first_transferred, of units that stay in another registry: those that had been first transferred when this
-- registry was told of them, without those that were given to another Party since. They are disjoint.
WITH named AS (SELECT registry, party, -min(id) AS series_id FROM told_units GROUP BY registry, party)
SELECT n.series_id, -u.id, lower(r), upper(r) - 1,
       (u.batch ->> 'underlying_first')::bigint + lower(r) - u.lo,
       json_build_array(
           u.registry, u.party, c.code, p.code, (u.batch ->> 'vintage_year')::integer,
           COALESCE(u.batch ->> 'metric', 'GHG'), COALESCE(u.batch ->> 'metric_unit', ''),
           (u.batch -> 'conversion' ->> 0)::bigint, (u.batch -> 'conversion' ->> 1)::bigint,
           COALESCE(u.batch ->> 'gwp', ''), COALESCE(u.batch ->> 'mitigation_type', ''),
           CASE WHEN u.batch ? 'underlying_first' THEN COALESCE(u.batch ->> 'underlying_registry', '') END)::text
FROM section s
JOIN told_units u ON u.section_id = s.id AND u.batch ? 'vintage_year' AND u.first_transferred_at IS NOT NULL
    AND u.at < %(until)s
JOIN named n ON n.registry = u.registry AND n.party = u.party
JOIN party_authorization p ON p.id = u.authorization_id
LEFT JOIN cooperative_approach c ON c.code = u.batch ->> 'cooperative_approach'
    OR (NOT u.batch ? 'cooperative_approach' AND c.id = p.cooperative_approach_id)
CROSS JOIN LATERAL unnest(int8multirange(int8range(u.lo, u.hi, '[]')) - COALESCE(
    (SELECT range_agg(int8range(a.lo, a.hi, '[]')) FROM told_act a
     WHERE a.told_id = u.id AND a.type = 'international_transfer' AND a.at < %(until)s), '{}')) r
WHERE s.party = %(party)s
ORDER BY n.series_id, lower(r)
