-- How units come from other registries, and what is kept of that. Ranges are given in lock order: (registry, party, first).

-- The second person's word on what leaves (judged by its trigger).
CREATE OR REPLACE FUNCTION ledger_announce(p_transaction bigint, p_person integer, p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO leaving_approval (transaction_id, person_id, at) VALUES (p_transaction, p_person, p_at);
    INSERT INTO audit_event (at, person_id, section_id, action, subject)
        SELECT p_at, p_person, t.section_id, t.type || '.announced', 'transaction:' || t.id
        FROM ledger_transaction t WHERE t.id = p_transaction;
$$;

-- Whoever expects, or takes in, units of these series does so one after the other.
CREATE OR REPLACE FUNCTION ledger_series_turn(p_registries text[], p_parties text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    each record;
BEGIN
    FOR each IN SELECT DISTINCT n.registry, n.party FROM unnest(p_registries, p_parties) AS n(registry, party)
                ORDER BY 1, 2 LOOP
        PERFORM pg_advisory_xact_lock(hashtext('expected_units'), hashtext(each.registry || '-' || each.party));
    END LOOP;
END $$;

-- Units that were accepted: nobody closes their account, and nobody accepts them again, until they came or will not.
CREATE OR REPLACE FUNCTION ledger_expect(p_transfer text, p_peer text, p_account bigint, p_at timestamptz,
                                         p_registries text[], p_parties text[], p_los bigint[], p_his bigint[],
                                         p_under text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found account;
    taken text;
BEGIN
    PERFORM ledger_series_turn(p_registries, p_parties);
    -- An account that is being closed has waited for us, or we for it.
    SELECT * INTO found FROM account a WHERE a.id = p_account FOR SHARE;
    IF found.status NOT IN ('open', 'blocked_debit') THEN
        PERFORM refuse('account.not_open', found.number);
    END IF;
    -- What is expected does not overlap, so the first that ends at or after the start is the one to ask.
    SELECT format('%s-%s:%s-%s', n.registry, n.party, n.lo, n.hi) INTO taken
        FROM unnest(p_registries, p_parties, p_los, p_his) AS n(registry, party, lo, hi)
        CROSS JOIN LATERAL (SELECT e.lo FROM expected_units e WHERE e.registry = n.registry AND e.party = n.party
                              AND e.hi >= n.lo ORDER BY e.hi LIMIT 1) x
        WHERE x.lo <= n.hi LIMIT 1;
    IF taken IS NOT NULL THEN
        PERFORM refuse('exchange.expected', taken);
    END IF;
    -- Somebody may have recorded them here by hand since they were judged.
    SELECT format('%s-%s:%s-%s', n.registry, n.party, n.lo, n.hi) INTO taken
        FROM unnest(p_registries, p_parties, p_los, p_his) AS n(registry, party, lo, hi)
        JOIN series s ON s.registry = n.registry AND s.party = n.party
        CROSS JOIN LATERAL (
            SELECT k.account_id FROM block k WHERE k.series_id = s.id AND k.hi >= n.lo
              AND k.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = s.id AND m.hi >= n.hi
                                    ORDER BY m.hi LIMIT 1), n.hi)) b
        JOIN account a ON a.id = b.account_id WHERE a.type <> 'elsewhere' LIMIT 1;
    IF taken IS NOT NULL THEN
        PERFORM refuse('serials.already_issued', taken);
    END IF;
    INSERT INTO expected_units (transfer_id, peer, account_id, since, registry, party, lo, hi, under)
        SELECT p_transfer, p_peer, p_account, p_at, n.registry, n.party, n.lo, n.hi, n.under
        FROM unnest(p_registries, p_parties, p_los, p_his, p_under) AS n(registry, party, lo, hi, under);
END $$;

CREATE OR REPLACE FUNCTION ledger_forget(p_transfer text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM expected_units WHERE transfer_id = p_transfer
$$;

-- Count units that came under authorizations (by any of their versions) against what the latest versions cover.
CREATE OR REPLACE FUNCTION ledger_put_many_under(p_authorizations bigint[], p_units bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT a.party, a.code, sum(n.units)::bigint AS units,
               (SELECT v.id FROM party_authorization v WHERE v.party = a.party AND v.code = a.code
                ORDER BY v.version DESC LIMIT 1) AS latest
        FROM unnest(p_authorizations, p_units) AS n(id, units) JOIN party_authorization a ON a.id = n.id
        GROUP BY a.party, a.code HAVING sum(n.units) <> 0 ORDER BY a.party, a.code
    LOOP
        PERFORM ledger_put_under(each.latest, each.units);
    END LOOP;
END $$;

-- Write down what came, in whichever account; a closed one takes nothing, a blocked one does: it was accepted.
CREATE OR REPLACE FUNCTION ledger_arrive(p_type text, p_person integer, p_source bigint, p_target bigint, p_units bigint,
                                         p_at timestamptz, p_terms jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    target account;
    transaction_id bigint;
BEGIN
    SELECT * INTO target FROM account a WHERE a.id = p_target;
    IF target.status IS NULL OR target.status = 'closed' THEN
        PERFORM refuse('account.not_open', COALESCE(target.number, p_target::text));
    END IF;
    INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity, terms, proposed_by,
                                    proposed_at, decided_by, decided_at)
        VALUES (p_type, 'completed', target.section_id, p_source, p_target, p_units, p_terms, p_person, p_at, p_person, p_at)
        RETURNING id INTO transaction_id;
    INSERT INTO audit_event (at, person_id, section_id, action, subject)
        VALUES (p_at, p_person, target.section_id, p_type || '.completed', 'transaction:' || transaction_id);
    RETURN transaction_id;
END $$;

-- Units that were never here come to be, with their own serials in their own series: a batch for each block, all in one
-- transaction. p_more has for each block in the same order `batch` (its columns), `digest` (in hex), and `told` (what the
-- other registry told of it besides): one document, since arrays of documents are slow to send.
CREATE OR REPLACE FUNCTION ledger_acquire(
    p_person integer, p_account bigint, p_at timestamptz, p_terms jsonb, p_transfer text, p_peer text,
    p_registries text[], p_parties text[], p_los bigint[], p_his bigint[], p_authorizations bigint[], p_marked boolean[],
    p_more jsonb,
    OUT transaction_id bigint, OUT batch_ids bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    n_series integer[];
    taken text;
    p_final boolean;
    p_batches jsonb[] := ARRAY(SELECT x.e -> 'batch' FROM jsonb_array_elements(p_more) WITH ORDINALITY AS x(e, n)
                               ORDER BY x.n);
    p_told jsonb[] := ARRAY(SELECT x.e -> 'told' FROM jsonb_array_elements(p_more) WITH ORDINALITY AS x(e, n)
                            ORDER BY x.n);
    p_digests bytea[] := ARRAY(SELECT decode(x.e ->> 'digest', 'hex')
                               FROM jsonb_array_elements(p_more) WITH ORDINALITY AS x(e, n) ORDER BY x.n);
BEGIN
    PERFORM ledger_underlying_turn(ARRAY(SELECT DISTINCT b ->> 'underlying_registry' FROM unnest(p_batches) b
                                         WHERE b ->> 'underlying_lo' IS NOT NULL));
    PERFORM ledger_put_many_under(p_authorizations, ARRAY(
        SELECT n.hi - n.lo + 1 FROM unnest(p_los, p_his) WITH ORDINALITY AS n(lo, hi, ord) ORDER BY n.ord));
    PERFORM ledger_series_turn(p_registries, p_parties);
    INSERT INTO series (registry, party) SELECT DISTINCT n.registry, n.party
        FROM unnest(p_registries, p_parties) AS n(registry, party) ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    PERFORM 1 FROM series s WHERE (s.registry, s.party) IN (SELECT n.registry, n.party
        FROM unnest(p_registries, p_parties) AS n(registry, party)) ORDER BY s.registry, s.party FOR NO KEY UPDATE;
    SELECT array_agg(s.id ORDER BY n.ord) INTO n_series
        FROM unnest(p_registries, p_parties) WITH ORDINALITY AS n(registry, party, ord)
        JOIN series s ON s.registry = n.registry AND s.party = n.party;
    -- A series that ends before the units do ends with them from now on: a gap for them to stand in.
    WITH wanted AS (
        SELECT n.series, max(n.hi) AS hi FROM unnest(n_series, p_his) AS n(series, hi) GROUP BY n.series),
    short AS (
        SELECT s.id, s.top, w.hi FROM wanted w JOIN series s ON s.id = w.series AND s.top < w.hi),
    grown AS (
        UPDATE series s SET top = k.hi FROM short k WHERE s.id = k.id)
    INSERT INTO block (series_id, hi, lo) SELECT k.id, k.hi, k.top + 1 FROM short k;

    SELECT format('%s-%s:%s-%s', p_registries[n.ord], p_parties[n.ord], n.lo, n.hi) INTO taken
        FROM unnest(n_series, p_los, p_his) WITH ORDINALITY AS n(series, lo, hi, ord)
        CROSS JOIN LATERAL (SELECT k.* FROM block k WHERE k.series_id = n.series AND k.hi >= n.lo
                            ORDER BY k.hi LIMIT 1 FOR UPDATE) b
        WHERE b.account_id IS NOT NULL OR b.hi < n.hi LIMIT 1;
    IF taken IS NOT NULL THEN
        PERFORM refuse('serials.already_issued', taken);
    END IF;
    transaction_id := ledger_arrive('acquisition', p_person, NULL, p_account,
                                    (SELECT sum(n.hi - n.lo + 1)::bigint FROM unnest(p_los, p_his) AS n(lo, hi)),
                                    p_at, p_terms);
    SELECT a.is_terminal INTO p_final FROM account a WHERE a.id = p_account;
    WITH written AS (
        INSERT INTO batch (series_id, lo, hi, unit_type, party, cooperative_approach_id, activity_id, vintage_year, metric,
                           metric_unit, conversion_numerator, conversion_denominator, gwp, mitigation_type, sectors,
                           activity_types, underlying_registry, underlying_lo, underlying_hi, original_serial,
                           attributes, attributes_schema, issued_at, transaction_id, digest, underlying_series,
                           conversion_method)
        SELECT n.series, n.lo, n.hi, r.unit_type, n.party, r.cooperative_approach_id, r.activity_id,
               r.vintage_year, r.metric, r.metric_unit, r.conversion_numerator, r.conversion_denominator, r.gwp,
               r.mitigation_type, r.sectors, r.activity_types, r.underlying_registry, r.underlying_lo,
               r.underlying_hi, r.original_serial, r.attributes, r.attributes_schema, p_at,
               ledger_acquire.transaction_id, n.digest, COALESCE(r.underlying_series, ''),
               COALESCE(r.conversion_method, '')
        FROM unnest(n_series, p_parties, p_los, p_his, p_batches, p_digests)
             WITH ORDINALITY AS n(series, party, lo, hi, batch, digest, ord)
        CROSS JOIN LATERAL jsonb_populate_record(NULL::batch, n.batch) r
        ORDER BY n.ord
        RETURNING id)
    SELECT array_agg(w.id ORDER BY w.id) INTO batch_ids FROM written w;
    WITH wanted AS (
        SELECT * FROM unnest(n_series, p_los, p_his, batch_ids, p_authorizations, p_marked)
            AS n(series, lo, hi, batch, authorization_id, is_marked)),
    cut AS (
        SELECT n.*, b.hi AS gap_hi, COALESCE(lag(n.hi) OVER w, b.lo - 1) AS before, lead(n.lo) OVER w AS next
        FROM wanted n
        CROSS JOIN LATERAL (SELECT k.lo, k.hi FROM block k WHERE k.series_id = n.series AND k.hi >= n.lo
                            ORDER BY k.hi LIMIT 1) b
        WINDOW w AS (PARTITION BY n.series, b.hi ORDER BY n.lo)),
    piece AS (
        SELECT series, before + 1 AS lo, lo - 1 AS hi, gap_hi, NULL::bigint AS batch, NULL::bigint AS authorization_id,
               false AS is_marked FROM cut WHERE before + 1 < lo
        UNION ALL
        SELECT series, lo, hi, gap_hi, batch, authorization_id, is_marked FROM cut
        UNION ALL
        SELECT series, hi + 1, gap_hi, gap_hi, NULL, NULL, false FROM cut WHERE next IS NULL AND hi < gap_hi),
    kept AS (
        UPDATE block b SET lo = p.lo, batch_id = p.batch, authorization_id = p.authorization_id,
                           account_id = CASE WHEN p.batch IS NOT NULL THEN p_account END,
                           is_final = p.batch IS NOT NULL AND p_final,
                           first_transfer_id = CASE WHEN p.is_marked THEN ledger_acquire.transaction_id END
        FROM piece p WHERE b.series_id = p.series AND b.hi = p.hi AND p.hi = p.gap_hi)
    INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id, is_final)
        SELECT p.series, p.hi, p.lo, CASE WHEN p.batch IS NOT NULL THEN p_account END, p.batch, p.authorization_id,
               CASE WHEN p.is_marked THEN ledger_acquire.transaction_id END,
               p.batch IS NOT NULL AND p_final
        FROM piece p WHERE p.hi < p.gap_hi;
    INSERT INTO entry (transaction_id, series_id, lo, hi, fork, to_id, batch_id, authorization_id, was_first_transferred)
        SELECT ledger_acquire.transaction_id, n.series, n.lo, n.hi, serial_fork(n.lo, n.hi), p_account, n.batch,
               n.authorization_id, n.is_marked
        FROM unnest(n_series, p_los, p_his, batch_ids, p_authorizations, p_marked)
             AS n(series, lo, hi, batch, authorization_id, is_marked);
    INSERT INTO arrival (transfer_id, peer, transaction_id, series_id, lo, hi, first_transferred_at,
                         first_transferred_by, history, digest)
        SELECT p_transfer, p_peer, ledger_acquire.transaction_id, n.series, n.lo, n.hi,
               n.told ->> 'first_transferred_at', n.told ->> 'first_transferred_by', n.told -> 'history', n.digest
        FROM unnest(n_series, p_los, p_his, p_told, p_digests) AS n(series, lo, hi, told, digest);
END $$;

-- Units that left come back, out of the account `elsewhere` in which they stand, with what became of them meanwhile: under
-- which authorization they stand, and whether they were first transferred.
CREATE OR REPLACE FUNCTION ledger_bring_back(
    p_person integer, p_source bigint, p_target bigint, p_at timestamptz, p_terms jsonb, p_transfer text, p_peer text,
    r_series integer[], r_lo bigint[], r_hi bigint[], p_authorizations bigint[], p_marked boolean[], p_more jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    number bigint;
    judged bigint[];
    p_told jsonb[] := ARRAY(SELECT x.e -> 'told' FROM jsonb_array_elements(p_more) WITH ORDINALITY AS x(e, n)
                            ORDER BY x.n);
    ones integer[] := array_fill(1, ARRAY[cardinality(r_series)]);
    p_final boolean;
BEGIN
    IF (SELECT a.type FROM account a WHERE a.id = p_source) IS DISTINCT FROM 'elsewhere' THEN
        PERFORM refuse('exchange.only', p_source::text);
    END IF;
    number := ledger_arrive('transfer_back', p_person, p_source, p_target,
                            (SELECT sum(n.hi - n.lo + 1)::bigint FROM unnest(r_lo, r_hi) AS n(lo, hi)), p_at, p_terms);
    SELECT array_agg(DISTINCT COALESCE(k.authorization_id, 0)) INTO judged FROM block k WHERE k.account_id = p_source;
    PERFORM ledger_lock(ARRAY[p_source], COALESCE(judged, ARRAY[0::bigint]), ones, r_series, r_lo, r_hi);
    -- Cut them out of their blocks, reserved for this very transaction.
    PERFORM ledger_carve(ARRAY[number], ARRAY[false], ARRAY[p_target], ARRAY[false], '{}', NULL, ones, r_series, r_lo, r_hi);
    PERFORM ledger_put_many_under(array_agg(c.id), array_agg(c.units)) FROM (
        SELECT COALESCE(k.authorization_id, 0) AS id, -(k.hi - k.lo + 1) AS units FROM block k WHERE k.reserved_by = number
        UNION ALL
        SELECT n.id, n.hi - n.lo + 1 FROM unnest(p_authorizations, r_lo, r_hi) AS n(id, lo, hi) WHERE n.id IS NOT NULL) c;
    SELECT a.is_terminal INTO p_final FROM account a WHERE a.id = p_target;
    WITH moved AS MATERIALIZED (
        SELECT b.*, n.authorized_by, n.is_marked AND b.first_transfer_id IS NULL AS gets_mark
        FROM unnest(r_series, r_lo, r_hi, p_authorizations, p_marked) AS n(series, lo, hi, authorized_by, is_marked)
        CROSS JOIN LATERAL (SELECT k.* FROM block k WHERE k.series_id = n.series AND k.hi BETWEEN n.lo AND n.hi) b),
    noted AS (
        INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,
                           was_first_transferred)
        SELECT number, series_id, lo, hi, serial_fork(lo, hi), p_source, p_target, batch_id, authorized_by, gets_mark
        FROM moved)
    UPDATE block b SET account_id = p_target, reserved_by = NULL, is_final = p_final,
                       authorization_id = m.authorized_by,
                       first_transfer_id = CASE WHEN m.gets_mark THEN number ELSE m.first_transfer_id END
        FROM moved m WHERE b.series_id = m.series_id AND b.hi = m.hi;
    INSERT INTO arrival (transfer_id, peer, transaction_id, series_id, lo, hi, first_transferred_at,
                         first_transferred_by, history)
        SELECT p_transfer, p_peer, number, n.series, n.lo, n.hi,
               n.told ->> 'first_transferred_at', n.told ->> 'first_transferred_by', n.told -> 'history'
        FROM unnest(r_series, r_lo, r_hi, p_told) AS n(series, lo, hi, told);
    PERFORM ledger_merge(r_series, r_lo, r_hi);
    RETURN number;
END $$;

-- The blocks that hold serials, for whoever sees every section; under the policies the planner would read a series from
-- each serial to its end.
CREATE OR REPLACE FUNCTION ledger_standing(p_registries text[], p_parties text[], p_los bigint[], p_his bigint[])
RETURNS TABLE (ord bigint, first bigint, last bigint, series_id integer, lo bigint, hi bigint, account_id bigint,
               batch_id bigint, authorization_id bigint, first_transfer_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1000
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT n.ord, n.lo, n.hi, k.series_id, k.lo, k.hi, k.account_id, k.batch_id, k.authorization_id, k.first_transfer_id
    FROM unnest(p_registries, p_parties, p_los, p_his) WITH ORDINALITY AS n(registry, party, lo, hi, ord)
    JOIN series s ON s.registry = n.registry AND s.party = n.party
    CROSS JOIN LATERAL (
        SELECT m.* FROM block m WHERE m.series_id = s.id AND m.hi >= n.lo
          AND m.hi <= COALESCE((SELECT x.hi FROM block x WHERE x.series_id = s.id AND x.hi >= n.hi
                                ORDER BY x.hi LIMIT 1), n.hi)
        ORDER BY m.hi OFFSET 0) k
    WHERE sight_all() AND k.account_id IS NOT NULL
$$;
