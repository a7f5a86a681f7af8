-- Fees given back (7/CMA.4 annex I para 57): never more than was paid, whoever asks at the same time.
CREATE TABLE fee_refund (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL CONSTRAINT fee_refund_invoice REFERENCES fee_invoice,
    amount_cents bigint NOT NULL,
    refunded_on date NOT NULL,
    reference text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT fee_refund_amount CHECK (amount_cents > 0),
    CONSTRAINT fee_refund_reason CHECK (reference <> '' AND reason <> '')
);
CREATE INDEX fee_refund_by_invoice ON fee_refund (invoice_id);

CREATE FUNCTION guard_fee_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    paid bigint;
    refunded bigint;
BEGIN
    -- The turn that payments and refunds of an invoice take.
    PERFORM pg_advisory_xact_lock(hashtext('invoice:' || NEW.invoice_id));
    SELECT COALESCE(sum(p.amount_cents), 0) INTO paid FROM fee_payment p WHERE p.invoice_id = NEW.invoice_id;
    SELECT COALESCE(sum(r.amount_cents), 0) INTO refunded FROM fee_refund r WHERE r.invoice_id = NEW.invoice_id;
    IF refunded + NEW.amount_cents > paid THEN
        PERFORM refuse('fee.refund_exceeds', format('%s paid, %s given back before', paid, refunded));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fee_refund_within_payments BEFORE INSERT ON fee_refund
    FOR EACH ROW EXECUTE FUNCTION guard_fee_refund();
CREATE TRIGGER fee_refund_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fee_refund
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
