-- What submissions that count say publicly, one line for each information that a row gives (4/CMA.6 para 22). A row may
-- give several: a first transfer to the Adaptation Fund is also a contribution for adaptation. Amounts are t CO2 eq, or
-- units of the metric where it is no greenhouse gas.
WITH counting AS (
    SELECT s.id, s.party, s.reported_year AS year FROM submission s
    WHERE s.entered = 'form_passed' AND (%(party)s::text IS NULL OR s.party = %(party)s)
      AND (%(year)s::integer IS NULL OR s.reported_year = %(year)s)
      AND (SELECT a.act FROM submission_act a WHERE a.submission_id = s.id ORDER BY a.number DESC LIMIT 1)
          IN ('form_passed', 'found_consistent', 'found_inconsistent')
), said AS (
    SELECT c.party, c.year, r.approach, i.information, r.first_party, COALESCE(r.acquiring, r.transferring) AS counterpart,
           r.authorization_code, r.vintage, COALESCE(r.metric, '') AS metric, COALESCE(r.metric_unit, '') AS metric_unit,
           r.purpose, CASE WHEN r.metric = 'non-GHG' THEN r.quantity_other ELSE r.quantity END AS amount
    FROM counting c JOIN submission_row r ON r.submission_id = c.id AND r.table_number = 3 AND r.shown_to <> 'own'
    CROSS JOIN LATERAL (VALUES
        ('first_transferred', r.action_type = 'First transfer'),
        ('transferred', r.action_type = 'Transfer'),
        ('acquired', r.action_type = 'Acquisition'),
        ('used_ndc', r.action_type = 'Use' AND r.year_used IS NOT NULL),
        ('used_oimp', r.year_used IS NULL AND r.purpose IS NOT NULL AND COALESCE(r.action_subtype, '') NOT LIKE '%%OMGE'
            AND (r.action_type IN ('Use', 'Cancellation', 'Voluntary Cancellation')
                 OR r.action_subtype = 'Use or cancellation')),
        ('cancelled_voluntarily', COALESCE(r.action_subtype, '') NOT LIKE '%%OMGE'
            AND (r.action_type = 'Voluntary Cancellation' OR (r.action_type = 'Cancellation' AND r.purpose IS NULL))),
        ('adaptation', r.action_type <> 'Acquisition'
            AND (r.acquiring = 'AF' OR r.action_subtype LIKE '%%Adaptation Fund%%')),
        ('omge', r.action_subtype LIKE '%%OMGE')) AS i (information, holds)
    WHERE i.holds
    UNION ALL
    SELECT c.party, c.year, r.approach, 'held', r.first_party, NULL, r.authorization_code, r.vintage,
           COALESCE(r.metric, ''), COALESCE(r.metric_unit, ''), NULL,
           CASE WHEN r.metric = 'non-GHG' THEN r.quantity_other ELSE r.quantity END
    FROM counting c JOIN submission_row r ON r.submission_id = c.id AND r.table_number = 4 AND r.shown_to <> 'own'
    UNION ALL
    SELECT n.party, n.year, n.approach, i.information, n.party, NULL, n.authorization_code, NULL, n.metric, n.metric_unit,
           n.authorized_for, n.quantity
    FROM (SELECT DISTINCT ON (c.id, r.authorization_code) c.party, c.year, r.approach, r.authorization_code,
              COALESCE(r.metric, '') AS metric, COALESCE(r.metric_unit, '') AS metric_unit, r.authorized_for, r.quantity
          FROM counting c JOIN submission_row r ON r.submission_id = c.id AND r.table_number = 2 AND r.shown_to <> 'own'
          ORDER BY c.id, r.authorization_code, r.authorization_version DESC NULLS LAST) n
    CROSS JOIN LATERAL (VALUES ('authorized', true), ('authorized_oimp', n.authorized_for <> 'NDC')) AS i (information, holds)
    WHERE i.holds
)
