SELECT k.series_id, k.lo, k.hi, k.account_id, k.reserved_by, k.batch_id, b.unit_type, b.party, b.vintage_year,
       k.authorization_id, k.first_transfer_id
FROM (SELECT * FROM block f
      WHERE f.account_id = (SELECT o.id FROM account o WHERE o.number = %(source)s) AND f.reserved_by IS NULL
      ORDER BY f.series_id, f.hi LIMIT %(how_many)s) k
JOIN batch b ON b.id = k.batch_id
ORDER BY k.series_id, k.hi
