SELECT k.series_id, k.lo, k.hi, k.account_id, k.reserved_by, k.batch_id, b.unit_type, b.party, b.vintage_year,
       k.authorization_id, k.first_transfer_id, CASE WHEN b.metric = 'non-GHG' THEN b.metric_unit ELSE '' END AS metric
FROM block k
JOIN batch b ON b.id = k.batch_id
LEFT JOIN activity v ON v.id = b.activity_id
WHERE k.account_id = (SELECT o.id FROM account o WHERE o.number = %(source)s) AND k.reserved_by IS NULL
  AND (%(unit_type)s::text IS NULL OR b.unit_type = %(unit_type)s)
  AND (%(vintage_year)s::integer IS NULL OR b.vintage_year = %(vintage_year)s)
  AND (%(activity)s::text IS NULL OR v.code = %(activity)s)
  AND (%(party)s::text IS NULL OR b.party = %(party)s)
ORDER BY k.series_id, k.hi LIMIT /*how_many*/
