-- One batch is looked up per block: OFFSET 0 keeps the planner from reading all batches to join them.
SELECT k.series_id, k.lo, k.hi, k.account_id, k.reserved_by, k.batch_id, b.unit_type, b.party, b.vintage_year,
       k.authorization_id, k.first_transfer_id, CASE WHEN b.metric = 'non-GHG' THEN b.metric_unit ELSE '' END AS metric
FROM (SELECT * FROM block f
      WHERE f.account_id = (SELECT o.id FROM account o WHERE o.number = %(source)s) AND f.reserved_by IS NULL
      ORDER BY f.series_id, f.hi LIMIT /*how_many*/) k
CROSS JOIN LATERAL (SELECT c.* FROM batch c WHERE c.id = k.batch_id OFFSET 0) b
ORDER BY k.series_id, k.hi
