-- Fills an Article 6 database: each of %(parties)s Parties hands lots of ten units to its neighbours, who pass three in four
-- on, and use them in the same year or in the next. Everything is reported by both sides and held in between.
WITH lot AS (
    SELECT k, k %% %(parties)s::integer AS h, k / %(parties)s::integer AS n FROM generate_series(%(since)s::integer, %(until)s::integer) k
), traded AS (
    SELECT k, h, n * 10 + 1 AS lo, n * 10 + 10 AS hi, n %% %(years)s::integer AS y, (h + 1 + n %% 5) %% %(parties)s::integer AS one,
        (h + 6 + n %% 5) %% %(parties)s::integer AS other, n %% 4 <> 0 AS is_passed_on,
        n %% 2 = 0 AS is_used_at_once, n %% %(years)s::integer < %(years)s::integer - 1 AS is_used_later
    FROM lot
), line AS (
    SELECT t.*, l.part, l.tables, l.who, l.year, l.type, l.day, l.sender, l.receiver
    FROM traded t CROSS JOIN LATERAL (VALUES
        (0, 3, h, y, 'First transfer', '02-01T09:00', NULL, one),
        (1, 3, one, y, 'Acquisition', '02-01T12:00', h, NULL),
        (2, 3, CASE WHEN is_passed_on THEN one END, y, 'Transfer', '05-03T09:00', NULL, other),
        (3, 3, CASE WHEN is_passed_on THEN other END, y, 'Acquisition', '05-03T12:00', one, NULL),
        (4, 3, CASE WHEN is_used_at_once THEN CASE WHEN is_passed_on THEN other ELSE one END END, y, 'Use', '09-01T09:00',
            NULL, NULL),
        (5, 4, CASE WHEN NOT is_used_at_once THEN CASE WHEN is_passed_on THEN other ELSE one END END, y, NULL, NULL, NULL,
            NULL),
        (6, 3, CASE WHEN NOT is_used_at_once AND is_used_later THEN CASE WHEN is_passed_on THEN other ELSE one END END, y + 1,
            'Use', '09-01T09:00', NULL, NULL)
    ) l (part, tables, who, year, type, day, sender, receiver)
    WHERE l.who IS NOT NULL
), told AS (
    SELECT i.*, s.party AS reporter, s.section_id, p.party AS host, f.party AS sent_by, g.party AS sent_to, s.submission_id,
        %(first_year)s::integer + i.year AS in_year, 'CA' || lpad((i.h + 1)::text, 4, '0') AS approach,
        %(first_year)s::integer + greatest(i.y - 1, 0) AS vintage
    FROM line i
    JOIN bench_submission s ON s.place = i.who AND s.year = i.year
    JOIN bench_party p ON p.place = i.h
    LEFT JOIN bench_party f ON f.place = i.sender
    LEFT JOIN bench_party g ON g.place = i.receiver
    ORDER BY s.submission_id, i.tables, i.k
)
INSERT INTO submission_row (submission_id, section_id, table_number, number, shown_to, cells, action_type, action_subtype,
    approach, authorization_code, registry, first_party, vintage, metric, transferring, acquiring, purpose, year_used, lo, hi,
    quantity, at, is_day, first_id, last_id)
SELECT submission_id, section_id, tables, k * 7 + part + 1, 'all',
    jsonb_build_object('ActionDateTime', in_year || '-' || day || ':00.000Z', 'ActionType', type,
        'ActionSubtype', CASE WHEN part = 0 THEN 'First transfer to another Party' END, 'CooperativeApproachID', approach,
        'AuthorizationID', host || ' A1', 'FirstTransferringPartyID', host, 'PartyITMORegistryID', reporter || '01',
        'FirstID', lo, 'LastID', hi, 'UnderlyingUnitRegistryID', 'NA', 'UnderlyingUnitFirstUnitID', 'NA',
        'UnderlyingUnitLastUnitID', 'NA', 'Metric', 'GHG', 'QuantityCO2', 10, 'QuantityNon-GHG', 'NA',
        'MitigationType', 'Emission reductions', 'Vintage', vintage, 'TransferringPartyID', coalesce(sent_by, 'NA'))
    || jsonb_build_object('AcquiringPartyID', coalesce(sent_to, 'NA'), 'PurposeITMOUsedForOIMP',
        CASE WHEN type = 'Use' THEN 'NDC' ELSE 'NA' END, 'YearITMOUsedTowardsNDC',
        CASE WHEN type = 'Use' THEN to_jsonb(in_year) ELSE '"NA"'::jsonb END),
    type, CASE WHEN part = 0 THEN 'First transfer to another Party' END, approach, host || ' A1', reporter || '01', host,
    vintage, 'GHG', sent_by, sent_to, CASE WHEN type = 'Use' THEN 'NDC' END, CASE WHEN type = 'Use' THEN in_year END, lo, hi, 10,
    CASE WHEN day IS NOT NULL THEN (in_year || '-' || day || 'Z')::timestamptz END,
    CASE WHEN day IS NOT NULL THEN false END, lo::text, hi::text
FROM told
