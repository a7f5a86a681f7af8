-- How units move: pick, lock, carve, merge. Called by the functions of post.sql only. Locks are taken in one order,
-- (series, serial); merging never waits. Each statement must run by index at any size of the ledger, whatever the
-- planner guesses about arrays: hence the SET clauses.

-- Pick p_quantity units of one account, lowest serial first, from the batches and under the authorizations (0: none)
-- that the rules have judged; waits for blocks that others hold locked.
CREATE OR REPLACE FUNCTION ledger_pick(p_account bigint, p_quantity bigint, p_batches bigint[], p_judged bigint[],
                            OUT series integer[], OUT los bigint[], OUT his bigint[])
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    how_many integer := 4;
    found integer;
    total bigint;
BEGIN
    LOOP
        SELECT array_agg(b.series_id), array_agg(b.lo), array_agg(b.hi), count(*), sum(b.hi - b.lo + 1)
            INTO series, los, his, found, total
            FROM (SELECT k.series_id, k.lo, k.hi FROM block k
                  WHERE k.account_id = p_account AND k.reserved_by IS NULL AND k.batch_id = ANY (p_batches)
                    AND COALESCE(k.authorization_id, 0) = ANY (p_judged)
                  ORDER BY k.series_id, k.hi LIMIT how_many FOR UPDATE) b;
        EXIT WHEN total >= p_quantity;
        -- A short answer may only mean that rows changed while we waited; ask for the count afresh.
        IF found < how_many THEN
            SELECT sum(k.hi - k.lo + 1) INTO total FROM block k
                WHERE k.account_id = p_account AND k.reserved_by IS NULL AND k.batch_id = ANY (p_batches)
                  AND COALESCE(k.authorization_id, 0) = ANY (p_judged);
            IF total IS NULL OR total < p_quantity THEN
                PERFORM refuse('quantity.exceeds_holding', COALESCE(total, 0)::text);
            END IF;
        ELSE
            how_many := how_many * 8;
        END IF;
    END LOOP;
    FOR i IN 1 .. found LOOP
        IF p_quantity <= his[i] - los[i] + 1 THEN
            his[i] := los[i] + p_quantity - 1;
            series := series[1:i];
            los := los[1:i];
            his := his[1:i];
            RETURN;
        END IF;
        p_quantity := p_quantity - (his[i] - los[i] + 1);
    END LOOP;
END $$;

-- Lock every block that the ranges (given in lock order) touch; make sure that the sources hold them, free.
CREATE OR REPLACE FUNCTION ledger_lock(p_sources bigint[], p_judged bigint[], r_tx integer[], r_series integer[], r_lo bigint[], r_hi bigint[])
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    changed bigint;
    wanted bigint;
    covered bigint;
    elsewhere text;
    reserved text;
BEGIN
    SELECT sum(r.hi - r.lo + 1), min(format('%s:%s-%s', r.series, r.lo, r.hi)) FILTER (WHERE s.top IS NULL)
        INTO wanted, elsewhere
        FROM unnest(r_series, r_lo, r_hi) AS r(series, lo, hi)
        LEFT JOIN series s ON s.id = r.series AND s.top >= r.hi;
    IF elsewhere IS NOT NULL THEN
        PERFORM refuse('block.not_held', elsewhere);
    END IF;
    FOR attempt IN 1 .. 100 LOOP
        SELECT sum(LEAST(b.hi, r.hi) - GREATEST(b.lo, r.lo) + 1),
               min(format('%s:%s-%s', r.series, r.lo, r.hi))
                   FILTER (WHERE b.account_id IS DISTINCT FROM p_sources[r.tx]),
               min(format('%s:%s-%s', r.series, r.lo, r.hi)) FILTER (WHERE b.reserved_by IS NOT NULL),
               count(*) FILTER (WHERE NOT COALESCE(b.authorization_id, 0) = ANY (p_judged))
            INTO covered, elsewhere, reserved, changed
            FROM unnest(r_tx, r_series, r_lo, r_hi) AS r(tx, series, lo, hi)
            CROSS JOIN LATERAL (
                SELECT k.lo, k.hi, k.account_id, k.reserved_by, k.authorization_id FROM block k
                WHERE k.series_id = r.series AND k.hi >= r.lo
                  AND k.hi <= (SELECT n.hi FROM block n WHERE n.series_id = r.series AND n.hi >= r.hi
                               ORDER BY n.hi LIMIT 1)
                ORDER BY k.hi FOR UPDATE) b
            WHERE b.lo <= r.hi AND b.hi >= r.lo;
        IF covered = wanted THEN
            IF elsewhere IS NOT NULL THEN
                PERFORM refuse('block.not_held', elsewhere);
            ELSIF reserved IS NOT NULL THEN
                PERFORM refuse('block.reserved', reserved);
            ELSIF changed > 0 THEN
                PERFORM refuse('ledger.busy', 'the authorization of these units has just changed');
            END IF;
            RETURN;
        END IF;
        -- Blocks were split or merged while we waited for them: look again, with a new snapshot.
    END LOOP;
    PERFORM refuse('ledger.busy', 'blocks keep changing');
END $$;

-- Cut the ranges out of their (locked) blocks and hand them to their transactions' targets, or reserve them.
-- A block is cut into: what lies before a range, the range, and what lies after the last range in it.
-- p_authorization, if given, is laid on the units; 0 takes theirs away.
CREATE OR REPLACE FUNCTION ledger_carve(p_ids bigint[], p_completed boolean[], p_targets bigint[], p_terminal boolean[],
                             p_first bigint[], p_authorization bigint,
                             r_tx integer[], r_series integer[], r_lo bigint[], r_hi bigint[]) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    WITH hit AS (
        SELECT r.tx, b.*, GREATEST(b.lo, r.lo) AS cut_lo, LEAST(b.hi, r.hi) AS cut_hi
        FROM unnest(r_tx, r_series, r_lo, r_hi) AS r(tx, series, lo, hi)
        CROSS JOIN LATERAL (
            SELECT k.* FROM block k WHERE k.series_id = r.series AND k.hi >= r.lo
              AND k.hi <= (SELECT n.hi FROM block n WHERE n.series_id = r.series AND n.hi >= r.hi
                           ORDER BY n.hi LIMIT 1)) b),
    gap AS (
        SELECT h.*, COALESCE(lag(cut_hi) OVER w + 1, lo) AS gap_lo,
               CASE WHEN lead(cut_lo) OVER w IS NULL THEN hi ELSE cut_hi END AS rest_hi
        FROM hit h WINDOW w AS (PARTITION BY series_id, hi ORDER BY cut_lo)),
    after AS MATERIALIZED (
        SELECT g.series_id, g.hi AS row_hi, p.lo, p.hi, p.tx, g.account_id AS from_id, g.batch_id,
               CASE WHEN p_completed[p.tx] THEN p_targets[p.tx] ELSE g.account_id END AS account_id,
               CASE WHEN p_completed[p.tx] THEN NULLIF(COALESCE(p_authorization, g.authorization_id), 0)
                    ELSE g.authorization_id END AS authorization_id,
               CASE WHEN p_completed[p.tx] AND g.first_transfer_id IS NULL
                     AND COALESCE(p_authorization, g.authorization_id) = ANY (p_first) THEN p_ids[p.tx]
                    ELSE g.first_transfer_id END AS first_transfer_id,
               g.first_transfer_id AS first_before,
               CASE WHEN p.tx IS NULL THEN g.reserved_by WHEN NOT p_completed[p.tx] THEN p_ids[p.tx]
               END AS reserved_by,
               CASE WHEN p_completed[p.tx] THEN p_terminal[p.tx] ELSE g.is_final END AS is_final
        FROM gap g CROSS JOIN LATERAL (
            VALUES (g.gap_lo, g.cut_lo - 1, NULL), (g.cut_lo, g.cut_hi, g.tx), (g.cut_hi + 1, g.rest_hi, NULL)
        ) AS p(lo, hi, tx) WHERE p.lo <= p.hi),
    kept AS (
        UPDATE block b SET lo = a.lo, account_id = a.account_id, authorization_id = a.authorization_id,
                           first_transfer_id = a.first_transfer_id, reserved_by = a.reserved_by, is_final = a.is_final
        FROM after a WHERE b.series_id = a.series_id AND b.hi = a.hi AND a.hi = a.row_hi),
    split AS (
        INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id,
                           reserved_by, is_final)
        SELECT series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id, reserved_by, is_final
        FROM after WHERE hi <> row_hi)
    INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,
                       is_first_transfer)
    SELECT p_ids[tx], series_id, lo, hi, serial_fork(lo, hi), from_id, account_id, batch_id, authorization_id,
           first_transfer_id IS NOT NULL AND first_before IS NULL
    FROM after WHERE p_completed[tx];
END $$;

-- Merge blocks with their siblings on either side. A neighbour that somebody holds locked is left alone, so that
-- merging can neither wait nor deadlock.
CREATE OR REPLACE FUNCTION ledger_merge(m_series integer[], m_lo bigint[], m_hi bigint[]) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    WITH near AS (
        SELECT b.* FROM unnest(m_series, m_lo, m_hi) AS m(series, lo, hi)
        CROSS JOIN LATERAL (
            SELECT k.* FROM block k WHERE k.series_id = m.series AND k.hi >= m.lo - 1
              AND k.hi <= COALESCE((SELECT n.hi FROM block n WHERE n.series_id = m.series AND n.hi > m.hi
                                    ORDER BY n.hi LIMIT 1), m.hi)
              AND k.account_id IS NOT NULL
            ORDER BY k.hi FOR UPDATE SKIP LOCKED) b),
    marked AS (
        SELECT *, (lag(hi) OVER w = lo - 1
                   AND lag(account_id) OVER w = account_id AND lag(batch_id) OVER w = batch_id
                   AND lag(is_final) OVER w = is_final
                   AND lag(authorization_id) OVER w IS NOT DISTINCT FROM authorization_id
                   AND lag(first_transfer_id) OVER w IS NOT DISTINCT FROM first_transfer_id
                   AND lag(reserved_by) OVER w IS NOT DISTINCT FROM reserved_by) IS NOT TRUE AS starts
        FROM (SELECT DISTINCT * FROM near) d WINDOW w AS (PARTITION BY series_id ORDER BY hi)),
    island AS (
        SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY series_id ORDER BY hi) AS number FROM marked),
    whole AS MATERIALIZED (
        SELECT series_id, hi, min(lo) OVER w AS whole_lo, max(hi) OVER w AS whole_hi, count(*) OVER w AS members
        FROM island WINDOW w AS (PARTITION BY series_id, number)),
    gone AS (
        DELETE FROM block b USING whole w
        WHERE b.series_id = w.series_id AND b.hi = w.hi AND w.hi < w.whole_hi)
    UPDATE block b SET lo = w.whole_lo FROM whole w
        WHERE b.series_id = w.series_id AND b.hi = w.hi AND w.hi = w.whole_hi AND w.members > 1;
END $$;
