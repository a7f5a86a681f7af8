SELECT k.series_id, GREATEST(k.lo, r.lo) AS lo, LEAST(k.hi, r.hi) AS hi, k.account_id, k.reserved_by, k.batch_id,
       b.unit_type, b.party, b.vintage_year, k.authorization_id, k.first_transfer_id, CASE WHEN b.metric = 'non-GHG' THEN b.metric_unit ELSE '' END AS metric
FROM unnest(%(series)s::integer[], %(first)s::bigint[], %(last)s::bigint[]) AS r(series, lo, hi)
CROSS JOIN LATERAL (
    SELECT n.* FROM block n WHERE n.series_id = r.series AND n.hi >= r.lo
      AND n.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = r.series AND m.hi >= r.hi
                            ORDER BY m.hi LIMIT 1), r.hi)
    ORDER BY n.hi OFFSET 0) k
LEFT JOIN batch b ON b.id = k.batch_id
