-- What is final stays where it is; a first transfer is recorded once and for ever. Rows may be merged or split as
-- long as every serial keeps its account and its mark. Its authorization may give way to a later version of the same
-- only where its own terms say so (4/CMA.6 para 7).
CREATE OR REPLACE FUNCTION guard_block_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken boolean;
BEGIN
    SELECT bool_or((OLD.is_final AND (b.account_id IS DISTINCT FROM OLD.account_id OR NOT b.is_final))
                   OR (OLD.first_transfer_id IS NOT NULL
                       AND (b.first_transfer_id IS DISTINCT FROM OLD.first_transfer_id
                            OR (b.authorization_id IS DISTINCT FROM OLD.authorization_id
                                AND NOT COALESCE(authorization_reaches_back(OLD.authorization_id, b.authorization_id),
                                                 false))))
                   OR b.batch_id IS DISTINCT FROM OLD.batch_id)
        INTO broken
        FROM block b
        WHERE b.series_id = OLD.series_id AND b.hi >= OLD.lo
          AND b.hi <= (SELECT min(n.hi) FROM block n WHERE n.series_id = OLD.series_id AND n.hi >= OLD.hi);
    IF broken IS DISTINCT FROM false THEN
        PERFORM refuse(CASE WHEN OLD.is_final THEN 'block.final' ELSE 'block.already_first_transferred' END,
                       format('series %s, serials %s-%s', OLD.series_id, OLD.lo, OLD.hi));
    END IF;
    RETURN NULL;
END $$;
