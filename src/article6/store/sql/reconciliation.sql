-- Reconciliation between registries: each comparison with a peer, what was found to differ, what is held for it, and what
-- both sides signed. The messages themselves are kept with all others (exchange.sql).
-- Source: 6/CMA.4 annex I paras 9-10, 17(c); standards.md 7.1.4.

CREATE TABLE exchange_reconciliation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reconciliation_id text NOT NULL,
    peer text NOT NULL CONSTRAINT exchange_reconciliation_peer REFERENCES exchange_peer (code),
    is_ours boolean NOT NULL,
    as_of timestamptz NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    result text NOT NULL DEFAULT '',
    peer_result text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT exchange_reconciliation_identity UNIQUE (peer, reconciliation_id),
    CONSTRAINT exchange_reconciliation_status CHECK (status IN ('confirmed', 'initiated', 'totals_differ',
        'blocks_differ', 'completed', 'completed_by_hand', 'denied', 'by_hand'))
);
CREATE INDEX exchange_reconciliation_open ON exchange_reconciliation (peer, id) WHERE status = 'by_hand';

-- Serials that one side has so in its books and the other has not; `is_ours`: we are that side.
CREATE TABLE exchange_difference (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    of_id bigint NOT NULL CONSTRAINT exchange_difference_of REFERENCES exchange_reconciliation,
    registry text NOT NULL,
    party text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    unit_type text NOT NULL,
    way text NOT NULL,
    is_ours boolean NOT NULL,
    CONSTRAINT exchange_difference_way CHECK (way IN ('given', 'taken')),
    CONSTRAINT exchange_difference_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904)
);
CREATE INDEX exchange_difference_by_case ON exchange_difference (of_id);

-- Which transaction of the ledger holds units for a case; whether it still does, its status says.
CREATE TABLE exchange_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    of_id bigint NOT NULL CONSTRAINT exchange_hold_of REFERENCES exchange_reconciliation,
    transaction_id bigint NOT NULL CONSTRAINT exchange_hold_transaction REFERENCES ledger_transaction
        CONSTRAINT exchange_hold_once UNIQUE,
    at timestamptz NOT NULL
);
CREATE INDEX exchange_hold_by_case ON exchange_hold (of_id);

-- What each side signed. Ours has the person; the peer's the message in which it came.
CREATE TABLE exchange_resolution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    of_id bigint NOT NULL CONSTRAINT exchange_resolution_of REFERENCES exchange_reconciliation,
    by_us boolean NOT NULL,
    corrections jsonb NOT NULL,
    decided_by text NOT NULL,
    message_id text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX exchange_resolution_by_case ON exchange_resolution (of_id, id);

-- What came from a peer is found without reading the ledger.
CREATE INDEX transaction_arrived ON ledger_transaction ((terms ->> 'peer'))
    WHERE type IN ('acquisition', 'transfer_back');

-- What is held is never moved by the hold, and no clock ends it.
CREATE FUNCTION guard_hold_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('completed', 'expired') THEN
        PERFORM refuse('exchange.only', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_decided BEFORE UPDATE ON ledger_transaction
    FOR EACH ROW WHEN (OLD.type = 'hold') EXECUTE FUNCTION guard_hold_decided();

-- A comparison goes on; what it is of stays, and what has ended has.
CREATE FUNCTION guard_reconciliation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.reconciliation_id, NEW.peer, NEW.is_ours, NEW.as_of, NEW.started_at) IS DISTINCT FROM
       (OLD.id, OLD.reconciliation_id, OLD.peer, OLD.is_ours, OLD.as_of, OLD.started_at)
       OR (OLD.status IN ('completed_by_hand', 'denied') AND NEW.status <> OLD.status)
       OR (OLD.status = 'by_hand' AND NEW.status NOT IN ('by_hand', 'completed_by_hand')) THEN
        PERFORM refuse('ledger.append_only', format('reconciliation %s is %s', OLD.reconciliation_id, OLD.status));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_reconciliation_guarded BEFORE UPDATE ON exchange_reconciliation
    FOR EACH ROW EXECUTE FUNCTION guard_reconciliation();
CREATE TRIGGER exchange_reconciliation_stays BEFORE DELETE OR TRUNCATE ON exchange_reconciliation
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['exchange_difference', 'exchange_hold', 'exchange_resolution'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['exchange_reconciliation', 'exchange_difference', 'exchange_hold',
        'exchange_resolution'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()))', name || '_in_sight', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
CREATE POLICY exchange_reconciliation_changed ON exchange_reconciliation
    FOR UPDATE USING ((SELECT sight_all())) WITH CHECK (true);
