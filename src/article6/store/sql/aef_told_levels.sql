-- As aef_levels, of units that stay in another registry and of which a Party's section was told. A series is named by a
-- number below zero, that of the first units of it that this registry was told of.
WITH named AS (SELECT registry, party, -min(id) AS series_id FROM told_units GROUP BY registry, party),
changed AS (
    SELECT n.series_id, v.serial, v.change
    FROM section s JOIN told_units u ON u.section_id = s.id AND u.at < %(until)s
    JOIN named n ON n.registry = u.registry AND n.party = u.party
    CROSS JOIN LATERAL (
        SELECT u.lo AS serial, 1 AS change UNION ALL SELECT u.hi + 1, -1
        UNION ALL
        SELECT a.lo, -1 FROM told_act a WHERE a.told_id = u.id AND a.at < %(until)s
        UNION ALL
        SELECT a.hi + 1, 1 FROM told_act a WHERE a.told_id = u.id AND a.at < %(until)s) v
    WHERE s.party = %(party)s)
SELECT c.series_id, c.serial, sum(c.change)::integer FROM changed c
GROUP BY c.series_id, c.serial HAVING sum(c.change) <> 0
ORDER BY c.series_id, c.serial
