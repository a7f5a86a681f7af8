-- The one door through which units move.
--
-- ledger_post writes n transactions, each completed (units move now) or proposed (units are reserved), with their
-- blocks, entries and audit events; or raises a refusal (SQLSTATE A6001) and writes nothing. Units are named by
-- ranges (r_*: the transaction's position, the series, first and last serial), or, for a single transaction without
-- ranges, picked lowest serial first from the batches that the rules have judged (p_batches). What the rules judged
-- without a lock - who holds, what is reserved, is the account open - is judged again here, under it.
-- Plans are kept (plan_cache_mode): for arrays of unknown length the planner would else plan anew at every call, which
-- takes longer than most calls; the SET clauses of move.sql see to it that the kept plan goes by index.
-- p_judged lists the authorizations (0: none) under which the rules saw the units stand;
-- p_first names the authorizations for which this event is the first transfer; p_authorization, if given, is laid
-- on the units (0: theirs is taken away), and counted against its ceiling under the lock of its count.

-- One transaction whose units stand in one block: the common case, without the set machinery of ledger_carve.
-- Returns null, having written nothing, when they do not: the general way then takes over.
CREATE OR REPLACE FUNCTION ledger_post_one(
    p_person integer, p_type text, p_section smallint, p_source bigint, p_target bigint, p_quantity bigint,
    p_at timestamptz, p_terms jsonb, p_series integer, p_lo bigint, p_hi bigint,
    p_batches bigint[], p_judged bigint[], p_first bigint[], p_key text, p_hash bytea)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    b block;
    below_hi bigint;
    above_hi bigint;
    first_id bigint;
    is_first boolean;
    terminal boolean;
    target_status text;
    source_status text;
    foreign_account bigint;
    transaction_id bigint;
BEGIN
    IF p_series IS NULL THEN
        -- The CASE hides from the planner how few blocks may pass, or it would read and sort all of the account's.
        SELECT * INTO b FROM block k
            WHERE k.account_id = p_source AND k.reserved_by IS NULL
              AND CASE WHEN k.batch_id = ANY (p_batches) THEN COALESCE(k.authorization_id, 0) = ANY (p_judged) END
            ORDER BY k.series_id, k.hi LIMIT 1 FOR UPDATE;
        p_lo := b.lo;
        p_hi := b.lo + p_quantity - 1;
    ELSE
        SELECT * INTO b FROM block k WHERE k.series_id = p_series AND k.hi >= p_hi ORDER BY k.hi LIMIT 1 FOR UPDATE;
    END IF;
    IF b.lo IS NULL OR b.lo > p_lo OR b.hi < p_hi OR b.account_id IS DISTINCT FROM p_source
       OR b.reserved_by IS NOT NULL OR NOT COALESCE(b.authorization_id, 0) = ANY (p_judged) THEN
        RETURN NULL;
    END IF;
    -- Read after the lock: an account that is being closed has waited for us, or we for it.
    SELECT t.is_terminal, t.status, s.status,
           CASE WHEN s.type IN ('elsewhere', 'held_for') THEN s.id
                WHEN t.type IN ('elsewhere', 'held_for') THEN t.id END
        INTO terminal, target_status, source_status, foreign_account
        FROM account s, account t WHERE s.id = p_source AND t.id = p_target;
    IF foreign_account IS NOT NULL THEN
        PERFORM refuse('exchange.only', foreign_account::text);
    END IF;
    IF source_status <> 'open' OR target_status NOT IN ('open', 'blocked_debit') THEN
        PERFORM refuse('account.not_open', CASE WHEN source_status <> 'open' THEN p_source ELSE p_target END::text);
    END IF;
    is_first := b.first_transfer_id IS NULL AND COALESCE(b.authorization_id = ANY (p_first), false);

    INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity, terms, proposed_by,
                                    proposed_at, decided_by, decided_at)
        VALUES (p_type, 'completed', p_section, p_source, p_target, p_quantity, p_terms, p_person, p_at, p_person, p_at)
        RETURNING id INTO transaction_id;
    INSERT INTO audit_event (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
        VALUES (p_at, p_person, p_section, p_type || '.completed', 'transaction:' || transaction_id, p_key, p_hash,
                CASE WHEN p_key IS NOT NULL THEN jsonb_build_array(transaction_id) END);
    INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,
                       is_first_transfer)
        VALUES (transaction_id, b.series_id, p_lo, p_hi, serial_fork(p_lo, p_hi), p_source, p_target, b.batch_id,
                b.authorization_id, is_first);

    first_id := CASE WHEN is_first THEN transaction_id ELSE b.first_transfer_id END;
    IF p_lo = b.lo THEN
        -- The sibling below, if the target holds one, takes the piece; unless somebody holds it locked.
        SELECT k.hi INTO below_hi FROM block k
            WHERE k.series_id = b.series_id AND k.hi = p_lo - 1 AND k.account_id = p_target
              AND k.batch_id = b.batch_id AND k.authorization_id IS NOT DISTINCT FROM b.authorization_id
              AND k.first_transfer_id IS NOT DISTINCT FROM first_id AND k.reserved_by IS NULL
            FOR UPDATE SKIP LOCKED;
        IF p_hi < b.hi AND below_hi IS NOT NULL THEN
            UPDATE block k SET lo = CASE k.hi WHEN b.hi THEN p_hi + 1 ELSE k.lo END,
                               hi = CASE k.hi WHEN b.hi THEN k.hi ELSE p_hi END
                WHERE k.series_id = b.series_id AND k.hi IN (b.hi, below_hi);
            RETURN transaction_id;
        END IF;
    END IF;
    IF p_hi = b.hi THEN
        SELECT k.hi INTO above_hi FROM (
            SELECT * FROM block n WHERE n.series_id = b.series_id AND n.hi > b.hi ORDER BY n.hi LIMIT 1) k
            WHERE k.account_id = p_target AND k.batch_id = b.batch_id;
    END IF;
    WITH piece AS (
        INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id, is_final)
        SELECT b.series_id, p_lo - 1, b.lo, b.account_id, b.batch_id, b.authorization_id, b.first_transfer_id,
               b.is_final
        WHERE p_lo > b.lo
        UNION ALL
        SELECT b.series_id, p_hi, p_lo, p_target, b.batch_id, b.authorization_id, first_id, terminal
        WHERE p_hi < b.hi)
    UPDATE block k SET lo = CASE WHEN p_hi < b.hi THEN p_hi + 1 ELSE p_lo END,
                       account_id = CASE WHEN p_hi < b.hi THEN k.account_id ELSE p_target END,
                       first_transfer_id = CASE WHEN p_hi < b.hi THEN k.first_transfer_id ELSE first_id END,
                       is_final = CASE WHEN p_hi < b.hi THEN k.is_final ELSE terminal END
        WHERE k.series_id = b.series_id AND k.hi = b.hi;
    IF below_hi IS NOT NULL OR above_hi IS NOT NULL THEN
        PERFORM ledger_merge(ARRAY[b.series_id], ARRAY[p_lo], ARRAY[p_hi]);
    END IF;
    RETURN transaction_id;
END $$;

-- A correction reaches blocked accounts: what blocks them holds units in place until they are put right. Into an account
-- `elsewhere` only what leaves for another registry goes; out of it nothing goes by this door. So it is with accounts that
-- are held for a Party whose registry was told of their units, but that this registry has things done with them.
CREATE OR REPLACE FUNCTION ledger_accounts_open(p_sources bigint[], p_targets bigint[], p_types text[])
RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
    terminal boolean[];
    refused text;
    foreign_account text;
BEGIN
    SELECT array_agg(t.is_terminal ORDER BY n.ord),
           min(CASE WHEN s.type = 'elsewhere' OR s.type = 'held_for'
                         AND n.type NOT IN ('use_ndc', 'cancellation_oimp', 'cancellation_omge', 'cancellation_voluntary',
                                            'international_transfer', 'hold') THEN n.source
                    WHEN n.type <> 'hold' AND (t.type IN ('elsewhere', 'held_for'))
                         <> (n.type IN ('transfer_out', 'international_transfer_out')) THEN n.target
               END)::text,
           min(CASE WHEN n.type = 'correction' AND 'closed' NOT IN (s.status, t.status) THEN NULL
                    WHEN s.status <> 'open' THEN n.source WHEN t.status NOT IN ('open', 'blocked_debit') THEN n.target
               END)::text
        INTO terminal, foreign_account, refused
        FROM unnest(p_sources, p_targets, p_types) WITH ORDINALITY AS n(source, target, type, ord)
        JOIN account s ON s.id = n.source JOIN account t ON t.id = n.target;
    IF foreign_account IS NOT NULL THEN
        PERFORM refuse('exchange.only', foreign_account);
    END IF;
    IF refused IS NOT NULL THEN
        PERFORM refuse('account.not_open', refused);
    END IF;
    RETURN terminal;
END $$;

CREATE OR REPLACE FUNCTION ledger_post(
    p_person integer, p_types text[], p_completed boolean[], p_sections smallint[],
    p_sources bigint[], p_targets bigint[], p_quantities bigint[], p_times timestamptz[], p_expires timestamptz[],
    p_terms jsonb[], r_tx integer[], r_series integer[], r_lo bigint[], r_hi bigint[],
    p_batches bigint[], p_judged bigint[], p_first bigint[], p_authorization bigint, p_key text, p_hash bytea)
RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids bigint[];
    one bigint;
BEGIN
    IF cardinality(p_types) = 1 AND p_completed[1] AND p_authorization IS NULL
       AND COALESCE(cardinality(r_tx), 1) = 1 THEN
        one := ledger_post_one(p_person, p_types[1], p_sections[1], p_sources[1], p_targets[1], p_quantities[1],
                               p_times[1], p_terms[1], r_series[1], r_lo[1], r_hi[1], p_batches, p_judged,
                               p_first, p_key, p_hash);
        IF one IS NOT NULL THEN
            RETURN ARRAY[one];
        END IF;
    END IF;
    WITH written AS (
        INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity, terms, proposed_by,
                                        proposed_at, expires_at, decided_by, decided_at)
        SELECT t.type, CASE WHEN t.done THEN 'completed' ELSE 'proposed' END, t.section, t.source, t.target,
               t.quantity, t.terms, p_person, t.at, t.expires,
               CASE WHEN t.done THEN p_person END, CASE WHEN t.done THEN t.at END
        FROM unnest(p_types, p_completed, p_sections, p_sources, p_targets, p_quantities, p_times, p_expires, p_terms)
             WITH ORDINALITY AS t(type, done, section, source, target, quantity, at, expires, terms, ord)
        ORDER BY t.ord
        RETURNING id, proposed_at, type, status, section_id),
    noted AS (
        -- The first event of the call carries its key, and the answer that a repeat gets.
        INSERT INTO audit_event (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
        SELECT w.proposed_at, p_person, w.section_id, w.type || '.' || w.status, 'transaction:' || w.id,
               CASE WHEN w.id = a.ids[1] THEN p_key END, CASE WHEN w.id = a.ids[1] THEN p_hash END,
               CASE WHEN w.id = a.ids[1] AND p_key IS NOT NULL THEN to_jsonb(a.ids) END
        FROM written w, (SELECT array_agg(id ORDER BY id) AS ids FROM written) a)
    SELECT array_agg(id ORDER BY id) INTO ids FROM written;
    IF r_tx IS NULL THEN
        SELECT k.series, k.los, k.his INTO r_series, r_lo, r_hi
            FROM ledger_pick(p_sources[1], p_quantities[1], p_batches, p_judged) k;
        r_tx := array_fill(1, ARRAY[cardinality(r_series)]);
    ELSE
        PERFORM ledger_lock(p_sources, p_judged, r_tx, r_series, r_lo, r_hi);
    END IF;
    IF p_authorization IS NOT NULL AND p_completed[1] THEN
        PERFORM ledger_count(p_authorization, r_series, r_lo, r_hi);
    END IF;
    PERFORM ledger_carve(ids, p_completed, p_targets, ledger_accounts_open(p_sources, p_targets, p_types), p_first,
                         p_authorization, r_tx, r_series, r_lo, r_hi);
    PERFORM ledger_merge(r_series, r_lo, r_hi);
    RETURN ids;
END $$;

-- Decide a proposed transaction: 'completed' moves the units it reserved, any other status releases them.
CREATE OR REPLACE FUNCTION ledger_decide(p_transaction bigint, p_status text, p_person integer, p_at timestamptz, p_reason text,
                              p_first bigint[], p_authorization bigint, p_key text, p_hash bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    t ledger_transaction;
    terminal boolean[];
    held bigint;
    m_series integer[];
    m_lo bigint[];
    m_hi bigint[];
BEGIN
    UPDATE ledger_transaction SET status = p_status, decided_by = p_person, decided_at = p_at,
                                  decision_reason = p_reason
        WHERE id = p_transaction AND status = 'proposed' RETURNING * INTO t;
    IF t.id IS NULL THEN
        PERFORM refuse('transaction.not_proposed', COALESCE(
            (SELECT status FROM ledger_transaction WHERE id = p_transaction), 'unknown'));
    END IF;
    INSERT INTO audit_event (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
        VALUES (p_at, p_person, t.section_id, t.type || '.' || p_status, 'transaction:' || t.id, p_key, p_hash,
                CASE WHEN p_key IS NOT NULL THEN jsonb_build_array(t.id) END);
    SELECT array_agg(b.series_id), array_agg(b.lo), array_agg(b.hi), sum(b.hi - b.lo + 1)
        INTO m_series, m_lo, m_hi, held
        FROM (SELECT k.series_id, k.lo, k.hi FROM block k WHERE k.reserved_by = t.id
              ORDER BY k.series_id, k.hi FOR UPDATE) b;
    IF held IS DISTINCT FROM t.quantity THEN
        RAISE EXCEPTION 'transaction % reserves % units, not %', t.id, held, t.quantity;
    END IF;
    IF p_status = 'completed' THEN
        IF p_authorization IS NOT NULL THEN
            PERFORM ledger_count(p_authorization, m_series, m_lo, m_hi);
        END IF;
        terminal := ledger_accounts_open(ARRAY[t.source_id], ARRAY[t.target_id], ARRAY[t.type]);
        WITH before AS MATERIALIZED (
            SELECT b.*, COALESCE(p_authorization, b.authorization_id) AS authorized_by,
                   b.first_transfer_id IS NULL
                   AND COALESCE(COALESCE(p_authorization, b.authorization_id) = ANY (p_first), false) AS is_first
            FROM block b WHERE b.reserved_by = t.id),
        noted AS (
            INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,
                               is_first_transfer)
            SELECT t.id, series_id, lo, hi, serial_fork(lo, hi), account_id, t.target_id, batch_id, authorized_by,
                   is_first
            FROM before)
        UPDATE block b SET account_id = t.target_id, reserved_by = NULL, is_final = terminal[1],
                           authorization_id = o.authorized_by,
                           first_transfer_id = CASE WHEN o.is_first THEN t.id ELSE o.first_transfer_id END
            FROM before o WHERE b.series_id = o.series_id AND b.hi = o.hi;
    ELSE
        UPDATE block b SET reserved_by = NULL WHERE b.reserved_by = t.id;
    END IF;
    PERFORM ledger_merge(m_series, m_lo, m_hi);
END $$;

-- Close, block or open an account. The lock on the blocks' table lets postings under way finish first and makes
-- later ones read the new status; closing demands that nothing stands in the account.
CREATE OR REPLACE FUNCTION ledger_account_status(p_account bigint, p_status text, p_reason text, p_at timestamptz,
                                      p_person integer, p_key text, p_hash bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE block IN EXCLUSIVE MODE;
    -- Whoever accepts units for the account has waited for us, or we for them.
    PERFORM 1 FROM account WHERE id = p_account FOR UPDATE;
    IF p_status = 'closed' AND ledger_expects(p_account) THEN
        PERFORM refuse('exchange.units_expected', p_account::text);
    END IF;
    IF p_status = 'closed' AND EXISTS (SELECT 1 FROM block WHERE account_id = p_account) THEN
        PERFORM refuse('account.not_empty', p_account::text);
    END IF;
    IF p_status = 'closed' AND EXISTS (
        SELECT 1 FROM ledger_transaction WHERE status = 'proposed' AND (source_id = p_account OR target_id = p_account)) THEN
        PERFORM refuse('account.has_proposals', p_account::text);
    END IF;
    UPDATE account SET status = p_status, status_reason = p_reason, status_since = p_at WHERE id = p_account;
    INSERT INTO audit_event (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
        SELECT p_at, p_person, a.section_id, 'account.' || p_status, 'account:' || p_account, p_key, p_hash,
               jsonb_build_array(p_account)
        FROM account a WHERE a.id = p_account;
END $$;
