-- What the mechanism registry keeps beside the ledger: who takes part in an activity, what its host Party says of its
-- units, which Kyoto serials were taken over, and fees. A change is a new row.

-- A Party's authorization of an entity to take part (3/CMA.3 annex paras 41, 45).
CREATE TABLE activity_participant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL CONSTRAINT activity_participant_activity REFERENCES activity,
    party text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    is_authorized boolean NOT NULL,
    reference text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT activity_participant_identity UNIQUE (activity_id, party, name, version)
);

-- The host Party's statement on the units to be issued (6/CMA.6 paras 10-15).
CREATE TABLE host_statement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL CONSTRAINT host_statement_activity REFERENCES activity,
    version integer NOT NULL,
    statement text NOT NULL,
    stated_on date NOT NULL,
    reference text NOT NULL,
    quantity bigint,
    authorization_code text,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT host_statement_identity UNIQUE (activity_id, version),
    CONSTRAINT host_statement_quantity CHECK (
        (statement = 'authorizes_in_part') = (quantity IS NOT NULL) AND COALESCE(quantity, 1) > 0),
    CONSTRAINT host_statement_authorization CHECK (
        (statement IN ('authorizes_in_full', 'authorizes_in_part')) = (authorization_code IS NOT NULL))
);

-- Kyoto serials taken over from the CDM registry, and the units here that stand for them, one to one.
CREATE TABLE cer_taken_over (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    first_serial text NOT NULL,
    last_serial text NOT NULL,
    registered_on date NOT NULL,
    batch_id bigint NOT NULL CONSTRAINT cer_taken_over_batch REFERENCES batch,
    taken_at timestamptz NOT NULL,
    CONSTRAINT cer_taken_over_range CHECK (lo >= 1 AND lo <= hi),
    CONSTRAINT cer_taken_over_batch_once UNIQUE (batch_id)
);
CREATE INDEX cer_taken_over_by_serial ON cer_taken_over (party, hi);

CREATE TABLE fee_invoice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL CONSTRAINT fee_invoice_activity REFERENCES activity,
    fee text NOT NULL,
    quantity bigint,
    lines jsonb NOT NULL,
    amount_cents bigint NOT NULL,
    is_waived boolean NOT NULL,
    schedule text NOT NULL,
    invoiced_at timestamptz NOT NULL,
    CONSTRAINT fee_invoice_amount CHECK (amount_cents >= 0 AND (NOT is_waived OR amount_cents = 0))
);
CREATE INDEX fee_invoice_by_activity ON fee_invoice (activity_id);

CREATE TABLE fee_payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL CONSTRAINT fee_payment_invoice REFERENCES fee_invoice,
    amount_cents bigint NOT NULL,
    paid_on date NOT NULL,
    reference text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT fee_payment_amount CHECK (amount_cents > 0)
);
CREATE INDEX fee_payment_by_invoice ON fee_payment (invoice_id);

-- The parts of an issuance name it in their particulars.
CREATE INDEX transaction_by_issuance ON ledger_transaction ((terms ->> 'issuance')) WHERE terms ? 'issuance';

-- A Kyoto serial is taken over once, whoever asks at the same time: one insertion for a Party waits for the other.
CREATE FUNCTION guard_cer_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cer_taken_over'), hashtext(NEW.party));
    -- What is taken does not overlap, so the first that ends at or after the new one's start is the one to ask.
    SELECT format('%s %s-%s', c.party, c.lo, c.hi) INTO taken
        FROM (SELECT * FROM cer_taken_over k WHERE k.party = NEW.party AND k.hi >= NEW.lo ORDER BY k.hi LIMIT 1) c
        WHERE c.lo <= NEW.hi;
    IF taken IS NOT NULL THEN
        PERFORM refuse('cer.taken_over', taken);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cer_once BEFORE INSERT ON cer_taken_over FOR EACH ROW EXECUTE FUNCTION guard_cer_once();

CREATE TRIGGER activity_participant_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_participant
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER host_statement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON host_statement
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER cer_taken_over_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cer_taken_over
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER fee_invoice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fee_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER fee_payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fee_payment
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
