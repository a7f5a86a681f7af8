-- Issue or record a batch: the only way in which units come to be. p_lo null takes the next serials of the series.
CREATE OR REPLACE FUNCTION ledger_issue(
    p_person integer, p_type text, p_section smallint, p_account bigint,
    p_registry text, p_party text, p_lo bigint, p_quantity bigint, p_at timestamptz, p_terms jsonb,
    p_batch jsonb, p_digest bytea, p_authorization bigint, p_is_first boolean, p_key text, p_hash bytea,
    OUT transaction_id bigint, OUT batch_id bigint, OUT lo bigint, OUT hi bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s series;
    b block;
    target account;
BEGIN
    IF p_lo IS NOT NULL THEN
        PERFORM ledger_expects_none(p_registry, p_party, p_lo, p_lo + p_quantity - 1);
    END IF;
    IF p_batch ->> 'underlying_lo' IS NOT NULL THEN
        PERFORM ledger_underlying_turn(ARRAY[p_batch ->> 'underlying_registry']);
    END IF;
    IF p_authorization IS NOT NULL THEN
        PERFORM ledger_put_under(p_authorization, p_quantity);
    END IF;
    -- One issuance at a time for a series; transfers of its units go on.
    SELECT * INTO s FROM series k WHERE k.registry = p_registry AND k.party = p_party FOR NO KEY UPDATE;
    IF s.id IS NULL THEN
        INSERT INTO series (registry, party) VALUES (p_registry, p_party) ON CONFLICT DO NOTHING;
        SELECT * INTO s FROM series k WHERE k.registry = p_registry AND k.party = p_party FOR NO KEY UPDATE;
    END IF;
    lo := COALESCE(p_lo, s.top + 1);
    hi := lo + p_quantity - 1;
    IF hi > 4611686018427387904 THEN
        PERFORM refuse('serial.malformed', 'serials end at 2^62');
    END IF;
    IF lo <= s.top THEN
        SELECT * INTO b FROM block k WHERE k.series_id = s.id AND k.hi >= ledger_issue.lo
            ORDER BY k.hi LIMIT 1 FOR UPDATE;
        IF b.account_id IS NOT NULL OR b.hi < hi OR hi > s.top THEN
            PERFORM refuse('serials.already_issued', format('%s-%s', lo, hi));
        END IF;
    END IF;
    SELECT * INTO target FROM account a WHERE a.id = p_account;
    IF target.status NOT IN ('open', 'blocked_debit') THEN
        PERFORM refuse('account.not_open', p_account::text);
    END IF;
    INSERT INTO ledger_transaction (type, status, section_id, target_id, quantity, terms, proposed_by, proposed_at,
                                    decided_by, decided_at)
        VALUES (p_type, 'completed', p_section, p_account, p_quantity, p_terms, p_person, p_at, p_person, p_at)
        RETURNING id INTO transaction_id;
    INSERT INTO batch (series_id, lo, hi, unit_type, party, cooperative_approach_id, activity_id, vintage_year, metric,
                       metric_unit, conversion_numerator, conversion_denominator, gwp, mitigation_type, sectors,
                       activity_types, underlying_registry, underlying_lo, underlying_hi, original_serial,
                       attributes, attributes_schema, issued_at, transaction_id, digest, underlying_series,
                       conversion_method)
        SELECT s.id, ledger_issue.lo, ledger_issue.hi, r.unit_type, p_party, r.cooperative_approach_id, r.activity_id,
               r.vintage_year, r.metric, r.metric_unit, r.conversion_numerator, r.conversion_denominator, r.gwp,
               r.mitigation_type, r.sectors, r.activity_types, r.underlying_registry, r.underlying_lo,
               r.underlying_hi, r.original_serial, r.attributes, r.attributes_schema, p_at,
               ledger_issue.transaction_id, p_digest, COALESCE(r.underlying_series, ''), COALESCE(r.conversion_method, '')
        FROM jsonb_populate_record(NULL::batch, p_batch) r
        RETURNING id INTO batch_id;
    WITH grown AS (
        UPDATE series k SET top = GREATEST(k.top, ledger_issue.hi) WHERE k.id = s.id AND k.top < ledger_issue.hi),
    shrunk AS (
        UPDATE block k SET lo = ledger_issue.hi + 1 WHERE k.series_id = s.id AND k.hi = b.hi AND b.hi > ledger_issue.hi),
    taken AS (
        UPDATE block k SET lo = ledger_issue.lo, account_id = p_account, batch_id = ledger_issue.batch_id,
                           authorization_id = p_authorization, is_final = target.is_terminal,
                           first_transfer_id = CASE WHEN p_is_first THEN ledger_issue.transaction_id END
            WHERE k.series_id = s.id AND k.hi = b.hi AND b.hi = ledger_issue.hi)
    INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id, is_final)
        SELECT s.id, ledger_issue.lo - 1, COALESCE(b.lo, s.top + 1), NULL, NULL, NULL, NULL, false
            WHERE COALESCE(b.lo, s.top + 1) < ledger_issue.lo
        UNION ALL
        SELECT s.id, ledger_issue.hi, ledger_issue.lo, p_account, ledger_issue.batch_id, p_authorization,
               CASE WHEN p_is_first THEN ledger_issue.transaction_id END, target.is_terminal
            WHERE b.hi IS DISTINCT FROM ledger_issue.hi;
    INSERT INTO entry (transaction_id, series_id, lo, hi, fork, to_id, batch_id, authorization_id, is_first_transfer)
        VALUES (ledger_issue.transaction_id, s.id, ledger_issue.lo, ledger_issue.hi,
                serial_fork(ledger_issue.lo, ledger_issue.hi), p_account, ledger_issue.batch_id, p_authorization,
                p_is_first);
    INSERT INTO audit_event (at, person_id, section_id, action, subject, idempotency_key, request_hash, answer)
        VALUES (p_at, p_person, p_section, p_type || '.completed', 'transaction:' || ledger_issue.transaction_id, p_key,
                p_hash,
                CASE WHEN p_key IS NOT NULL THEN jsonb_build_array(ledger_issue.transaction_id) END);
END $$;
