-- What the pictures of the public face are made of, summed up as far as the journal is surely complete, so that a page costs
-- what came since and not what the journal holds. It is no evidence: it can be thrown away and summed up anew.

-- The journal is written in the order of its ids but for what is under way at the same time.
CREATE INDEX entry_by_id ON entry USING brin (id) WITH (pages_per_range = 32);

-- Movements of units after one line of the journal, through another, in the parts that pictures ask for. `giver` and
-- `taker` are the Parties from one of which units went to the other, empty where they did not; `account_type`, `section`
-- and `purpose` are of a terminal account that units ended in. Of what another registry gave or took, the particulars
-- name the Parties; what leaves the mechanism's pending account comes from its host.
CREATE FUNCTION movements(p_after bigint, p_through bigint) RETURNS TABLE (
    year integer, party text, unit_type text, is_first_transfer boolean, giver text, taker text, account_type text,
    section text, purpose text, quantity bigint)
LANGUAGE sql STABLE AS $$
    SELECT date_part('year', t.decided_at AT TIME ZONE 'UTC')::integer, b.party, b.unit_type, e.is_first_transfer,
           CASE WHEN w.crosses AND w.giver <> '' AND w.taker <> '' AND w.giver <> w.taker THEN w.giver ELSE '' END,
           CASE WHEN w.crosses AND w.giver <> '' AND w.taker <> '' AND w.giver <> w.taker THEN w.taker ELSE '' END,
           CASE WHEN a.is_terminal THEN a.type ELSE '' END,
           CASE WHEN a.is_terminal THEN COALESCE(s.party, '') ELSE '' END,
           CASE WHEN a.is_terminal THEN COALESCE(NULLIF(a.purpose, ''), t.terms ->> 'purpose', '') ELSE '' END,
           e.hi - e.lo + 1
    FROM entry e
    JOIN ledger_transaction t ON t.id = e.transaction_id AND t.status = 'completed'
    JOIN batch b ON b.id = e.batch_id
    LEFT JOIN account a ON a.id = t.target_id LEFT JOIN section s ON s.id = a.section_id
    LEFT JOIN account fa ON fa.id = e.from_id LEFT JOIN section fs ON fs.id = fa.section_id
    LEFT JOIN account ta ON ta.id = e.to_id LEFT JOIN section ts ON ts.id = ta.section_id
    CROSS JOIN LATERAL (
        SELECT ta.id IS NOT NULL AND t.type <> 'forwarding' AND fa.section_id IS DISTINCT FROM ta.section_id AS crosses,
               CASE WHEN fa.type = 'pending' THEN b.party
                    WHEN t.type IN ('acquisition', 'transfer_back') THEN COALESCE(t.terms ->> 'transferring_party', '')
                    ELSE COALESCE(fs.party, '') END AS giver,
               CASE WHEN ta.type = 'elsewhere' THEN COALESCE(t.terms ->> 'acquiring_party', '')
                    ELSE COALESCE(ts.party, '') END AS taker) w
    WHERE e.id > p_after AND e.id <= p_through
$$;

CREATE TABLE movement_sum (
    key uuid CONSTRAINT movement_sum_once PRIMARY KEY,
    year integer NOT NULL,
    party text NOT NULL,
    unit_type text NOT NULL,
    is_first_transfer boolean NOT NULL,
    giver text NOT NULL,
    taker text NOT NULL,
    account_type text NOT NULL,
    section text NOT NULL,
    purpose text NOT NULL,
    quantity bigint NOT NULL
);

-- How far the sums go, and how far they may go next: every line up to `ahead_id` was written by an act that had begun
-- before `ahead_xmax`, so that none of them is missing once all such acts are over.
CREATE TABLE movement_sum_through (
    is_only boolean CONSTRAINT movement_sum_through_once PRIMARY KEY DEFAULT true,
    entry_id bigint NOT NULL,
    ahead_id bigint NOT NULL,
    ahead_xmax xid8 NOT NULL,
    CONSTRAINT movement_sum_through_only CHECK (is_only)
);
INSERT INTO movement_sum_through (entry_id, ahead_id, ahead_xmax) VALUES (0, 0, '0');

-- Sum up further, at most so many lines; how many that were.
CREATE FUNCTION fold_movements(p_at_most bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    so_far movement_sum_through;
    reached bigint;
    written bigint;
BEGIN
    SELECT * INTO so_far FROM movement_sum_through FOR UPDATE SKIP LOCKED;
    IF so_far.entry_id IS NULL THEN
        RETURN 0;  -- another process is at it
    END IF;
    reached := so_far.entry_id;
    IF pg_snapshot_xmin(pg_current_snapshot()) >= so_far.ahead_xmax THEN
        reached := LEAST(so_far.ahead_id, so_far.entry_id + p_at_most);
        INSERT INTO movement_sum AS known
        SELECT md5(ROW(m.year, m.party, m.unit_type, m.is_first_transfer, m.giver, m.taker, m.account_type, m.section,
                       m.purpose)::text)::uuid,
               m.year, m.party, m.unit_type, m.is_first_transfer, m.giver, m.taker, m.account_type, m.section, m.purpose,
               sum(m.quantity)::bigint
        FROM movements(so_far.entry_id, reached) m GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10
        ON CONFLICT (key) DO UPDATE SET quantity = known.quantity + EXCLUDED.quantity;
    END IF;
    -- A number is drawn by an act that has begun; so the number is read first, and the acts under way after it. A sequence
    -- that nobody has drawn from names its first number as the last one.
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO written FROM entry_id_seq;
    IF reached = so_far.ahead_id AND written > reached
       OR so_far.ahead_xmax > pg_snapshot_xmax(pg_current_snapshot()) THEN  -- restored onto another server
        UPDATE movement_sum_through
        SET entry_id = reached, ahead_id = GREATEST(written, reached), ahead_xmax = pg_snapshot_xmax(pg_current_snapshot());
    ELSIF reached > so_far.entry_id THEN
        UPDATE movement_sum_through SET entry_id = reached;
    END IF;
    RETURN reached - so_far.entry_id;
END $$;

-- The sums tell of the whole ledger: who sees a part of it sums that up from the journal.
ALTER TABLE movement_sum ENABLE ROW LEVEL SECURITY;
CREATE POLICY movement_sum_in_sight ON movement_sum FOR SELECT USING ((SELECT sight_ledger()));
ALTER TABLE movement_sum_through ENABLE ROW LEVEL SECURITY;
CREATE POLICY movement_sum_through_in_sight ON movement_sum_through FOR SELECT USING ((SELECT sight_ledger()));
