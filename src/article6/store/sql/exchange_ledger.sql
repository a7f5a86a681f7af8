-- The ledger's side of transfers between registries: who approved what leaves, what is to come, what has come and what was
-- told of it. All of it is written by the functions of exchange_arrivals.sql alone.

-- Units that were first transferred in another registry before they came carry the mark, and no first transfer of ours.
ALTER TABLE entry ADD COLUMN was_first_transferred boolean NOT NULL DEFAULT false;
ALTER TABLE entry ADD CONSTRAINT entry_first_transferred_once
    CHECK (NOT was_first_transferred OR (NOT is_first_transfer AND authorization_id IS NOT NULL)) NOT VALID;

-- One account for a peer, which is its holder.
ALTER TABLE account ADD CONSTRAINT account_elsewhere_named CHECK (type <> 'elsewhere' OR holder <> '') NOT VALID;
CREATE UNIQUE INDEX account_elsewhere ON account (holder) WHERE type = 'elsewhere';

-- The second person's word on what leaves: from then on it is the peer's answer that decides, and no clock of ours.
CREATE TABLE leaving_approval (
    transaction_id bigint NOT NULL CONSTRAINT leaving_approval_once PRIMARY KEY
        CONSTRAINT leaving_approval_transaction REFERENCES ledger_transaction,
    person_id integer NOT NULL,
    at timestamptz NOT NULL
);

-- What was accepted and has not come yet. A row goes when the units come, or when they will not. `under` names the
-- authorization (Party and identifier) under which they are to be counted, '' where they are counted already.
CREATE TABLE expected_units (
    transfer_id text NOT NULL,
    registry text NOT NULL,
    party text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    account_id bigint NOT NULL CONSTRAINT expected_units_account REFERENCES account,
    peer text NOT NULL,
    under text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    CONSTRAINT expected_units_identity PRIMARY KEY (registry, party, hi),
    CONSTRAINT expected_units_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904)
);
CREATE INDEX expected_units_by_account ON expected_units (account_id);
CREATE INDEX expected_units_by_authorization ON expected_units (under) WHERE under <> '';
CREATE INDEX expected_units_by_transfer ON expected_units (transfer_id);

CREATE FUNCTION ledger_expects(p_account bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM expected_units e WHERE e.account_id = p_account)
$$;

-- Serials given by hand are not those that another registry is about to give.
CREATE FUNCTION ledger_expects_none(p_registry text, p_party text, p_lo bigint, p_hi bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('expected_units'), hashtext(p_registry || '-' || p_party));
    IF (SELECT e.lo <= p_hi FROM expected_units e WHERE e.registry = p_registry AND e.party = p_party AND e.hi >= p_lo
        ORDER BY e.hi LIMIT 1) THEN
        PERFORM refuse('exchange.expected', format('%s-%s:%s-%s', p_registry, p_party, p_lo, p_hi));
    END IF;
END $$;

-- What came from another registry, block by block, with what it told of the units; `digest` that of the batch that the
-- units then became, null where they came back to the batch that they had.
CREATE TABLE arrival (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text NOT NULL,
    peer text NOT NULL,
    transaction_id bigint NOT NULL CONSTRAINT arrival_transaction REFERENCES ledger_transaction,
    series_id integer NOT NULL CONSTRAINT arrival_series REFERENCES series,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    first_transferred_at text NOT NULL DEFAULT '',
    first_transferred_by text NOT NULL DEFAULT '',
    history jsonb NOT NULL DEFAULT '[]',
    digest bytea,
    CONSTRAINT arrival_once UNIQUE (transaction_id, series_id, lo),
    CONSTRAINT arrival_range CHECK (lo >= 1 AND lo <= hi)
);
CREATE INDEX arrival_by_serial ON arrival (series_id, hi);
CREATE INDEX arrival_by_transfer ON arrival (transfer_id);

CREATE FUNCTION guard_leaving_approval() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t ledger_transaction;
BEGIN
    SELECT * INTO t FROM ledger_transaction k WHERE k.id = NEW.transaction_id FOR UPDATE;
    IF t.status IS DISTINCT FROM 'proposed' OR t.type NOT IN ('transfer_out', 'international_transfer_out') THEN
        PERFORM refuse('transaction.not_proposed', COALESCE(t.status, 'unknown'));
    END IF;
    IF t.proposed_by = NEW.person_id THEN
        PERFORM refuse('person.approves_own', NEW.transaction_id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leaving_approval_fits BEFORE INSERT ON leaving_approval
    FOR EACH ROW EXECUTE FUNCTION guard_leaving_approval();

-- Nothing leaves unapproved, and what was announced to a peer is not given up by our clock.
CREATE FUNCTION guard_leaving_decided() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    approver integer;
BEGIN
    SELECT a.person_id INTO approver FROM leaving_approval a WHERE a.transaction_id = NEW.id;
    IF (NEW.status = 'completed' AND (approver IS NULL OR approver IS DISTINCT FROM NEW.decided_by))
       OR (NEW.status = 'expired' AND approver IS NOT NULL) THEN
        PERFORM refuse('exchange.not_announced', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leaving_decided BEFORE UPDATE ON ledger_transaction
    FOR EACH ROW WHEN (OLD.type IN ('transfer_out', 'international_transfer_out'))
    EXECUTE FUNCTION guard_leaving_decided();

CREATE TRIGGER leaving_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaving_approval
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER arrival_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON arrival
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- These lean on the policies of the tables that they ask.
ALTER TABLE leaving_approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY leaving_approval_in_sight ON leaving_approval FOR SELECT
    USING ((SELECT sight_all())
           OR EXISTS (SELECT 1 FROM ledger_transaction t WHERE t.id = leaving_approval.transaction_id));
ALTER TABLE expected_units ENABLE ROW LEVEL SECURITY;
CREATE POLICY expected_units_in_sight ON expected_units FOR SELECT
    USING ((SELECT sight_all()) OR EXISTS (SELECT 1 FROM account a WHERE a.id = expected_units.account_id));
ALTER TABLE arrival ENABLE ROW LEVEL SECURITY;
CREATE POLICY arrival_in_sight ON arrival FOR SELECT
    USING ((SELECT sight_all()) OR EXISTS (SELECT 1 FROM ledger_transaction t WHERE t.id = arrival.transaction_id));
