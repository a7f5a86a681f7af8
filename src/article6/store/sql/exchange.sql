-- What registries say to each other: keys, peers, messages, transfers. Messages, receipts, evidence and acts are kept
-- for ever as they were; a peer's numbers only grow; a transfer changes its status, and each status is kept besides.
-- Source: 6/CMA.4 annex I paras 9-10; standards.md 7.

-- Our own keys. `sealed` is the private key, encrypted under a secret that is not in the database.
CREATE TABLE exchange_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kid text NOT NULL CONSTRAINT exchange_key_kid UNIQUE,
    x text NOT NULL,
    sealed bytea NOT NULL,
    since timestamptz NOT NULL,
    made_by integer NOT NULL,
    made_at timestamptz NOT NULL
);

-- From `until` on a key signs nothing more; what it signed before stays good.
CREATE TABLE exchange_key_end (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id bigint NOT NULL CONSTRAINT exchange_key_end_key REFERENCES exchange_key
        CONSTRAINT exchange_key_end_once UNIQUE,
    until timestamptz NOT NULL,
    ended_by integer NOT NULL,
    ended_at timestamptz NOT NULL
);

-- `failures` and `retry_at` are of the pump: how often it was not reached in a row, and when it is tried again.
CREATE TABLE exchange_peer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT exchange_peer_code UNIQUE,
    name text NOT NULL DEFAULT '',
    url text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'pending',
    services text[] NOT NULL DEFAULT '{}',
    received bigint NOT NULL DEFAULT 0,
    sent bigint NOT NULL DEFAULT 0,
    acknowledged bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    retry_at timestamptz,
    heard_at timestamptz,
    CONSTRAINT exchange_peer_named CHECK (code ~ '^[A-Z0-9]{2,8}$'),
    CONSTRAINT exchange_peer_status CHECK (status IN ('known', 'pending', 'connected', 'suspended', 'ended'))
);

-- What was done about a peer. `offered` is what one administrator proposes (address, services, keys); `agreed` is the
-- second person's consent to it, `declined` the refusal. Who ends or resumes is another than who suspended. What the
-- peer itself said has the message in which it did, and no person.
CREATE TABLE exchange_peer_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_peer_act_peer REFERENCES exchange_peer (code),
    act text NOT NULL,
    offer_id bigint CONSTRAINT exchange_peer_act_offer REFERENCES exchange_peer_act,
    content jsonb NOT NULL DEFAULT '{}',
    person_id integer,
    message_id text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    CONSTRAINT exchange_peer_act_kind CHECK (act IN ('offered', 'agreed', 'declined', 'tested', 'suspended', 'resumed',
        'ended', 'key_announced', 'services_told', 'peer_suspended', 'peer_resumed', 'peer_ended')),
    CONSTRAINT exchange_peer_act_offered CHECK ((offer_id IS NOT NULL) = (act IN ('agreed', 'declined'))),
    CONSTRAINT exchange_peer_act_by CHECK ((person_id IS NULL) = (act IN ('key_announced', 'services_told',
        'peer_suspended', 'peer_resumed', 'peer_ended')))
);
CREATE UNIQUE INDEX exchange_peer_act_once ON exchange_peer_act (offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX exchange_peer_act_by_peer ON exchange_peer_act (peer, id);

-- Keys of peers, written by the acts' trigger alone; the newest row of a `kid` is in force.
CREATE TABLE exchange_peer_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_peer_key_peer REFERENCES exchange_peer (code),
    act_id bigint NOT NULL CONSTRAINT exchange_peer_key_act REFERENCES exchange_peer_act,
    kid text NOT NULL,
    x text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz
);
CREATE INDEX exchange_peer_key_by_peer ON exchange_peer_key (peer, kid, id DESC);

-- Our messages: as written with the change that they announce, without number (`about`: the transfer); ...
CREATE TABLE exchange_outgoing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id text NOT NULL CONSTRAINT exchange_outgoing_identity UNIQUE,
    peer text NOT NULL CONSTRAINT exchange_outgoing_peer REFERENCES exchange_peer (code),
    type text NOT NULL,
    data text NOT NULL,
    answers text NOT NULL DEFAULT '',
    about text NOT NULL DEFAULT '',
    written_at timestamptz NOT NULL
);
CREATE INDEX exchange_outgoing_about ON exchange_outgoing (about) WHERE about <> '';
CREATE INDEX exchange_outgoing_by_peer ON exchange_outgoing (peer, id);

-- What of them waits for its number: a list of work, kept by triggers, and no record.
CREATE TABLE exchange_unsigned (
    outgoing_id bigint PRIMARY KEY CONSTRAINT exchange_unsigned_outgoing REFERENCES exchange_outgoing,
    peer text NOT NULL
);
CREATE INDEX exchange_unsigned_by_peer ON exchange_unsigned (peer, outgoing_id);

-- ... numbered and signed; ...
CREATE TABLE exchange_signed (
    outgoing_id bigint PRIMARY KEY CONSTRAINT exchange_signed_outgoing REFERENCES exchange_outgoing,
    peer text NOT NULL,
    sequence bigint NOT NULL,
    jws text NOT NULL,
    CONSTRAINT exchange_signed_number UNIQUE (peer, sequence),
    CONSTRAINT exchange_signed_positive CHECK (sequence >= 1)
);

-- ... and with the peer's signed receipt.
CREATE TABLE exchange_receipt (
    outgoing_id bigint PRIMARY KEY CONSTRAINT exchange_receipt_signed REFERENCES exchange_signed,
    peer text NOT NULL,
    sequence bigint NOT NULL,
    receipt text NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    received_at timestamptz NOT NULL
);
CREATE INDEX exchange_receipt_by_peer ON exchange_receipt (peer, sequence);

-- A peer's messages as they came, with the receipt that we gave.
CREATE TABLE exchange_incoming (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_incoming_peer REFERENCES exchange_peer (code),
    message_id text NOT NULL,
    type text NOT NULL DEFAULT '',
    about text NOT NULL DEFAULT '',
    sequence bigint NOT NULL,
    jws text NOT NULL,
    receipt text NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    received_at timestamptz NOT NULL,
    CONSTRAINT exchange_incoming_identity UNIQUE (peer, message_id),
    CONSTRAINT exchange_incoming_number UNIQUE (peer, sequence),
    CONSTRAINT exchange_incoming_positive CHECK (sequence >= 1)
);
CREATE INDEX exchange_incoming_about ON exchange_incoming (about) WHERE about <> '';

CREATE TABLE exchange_handled (
    incoming_id bigint PRIMARY KEY CONSTRAINT exchange_handled_incoming REFERENCES exchange_incoming,
    peer text NOT NULL,
    sequence bigint NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    handled_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT exchange_handled_number UNIQUE (peer, sequence)
);

-- What was turned away at the door: who said it says nobody but itself. `body` is its beginning, `sha256` of the whole.
CREATE TABLE exchange_evidence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL,
    body text NOT NULL,
    sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    at timestamptz NOT NULL
);
CREATE INDEX exchange_evidence_by_peer ON exchange_evidence (peer, at);

CREATE TABLE exchange_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text NOT NULL CONSTRAINT exchange_transfer_identity UNIQUE,
    section_id smallint CONSTRAINT exchange_transfer_section REFERENCES section,
    side text NOT NULL,
    peer text NOT NULL CONSTRAINT exchange_transfer_peer REFERENCES exchange_peer (code),
    status text NOT NULL,
    service text NOT NULL,
    source_account text NOT NULL,
    target_account text NOT NULL,
    quantity bigint NOT NULL,
    proposed text NOT NULL,
    deadline timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    ledger_id bigint,
    completion text NOT NULL DEFAULT '',
    proposal_message_id text NOT NULL DEFAULT '',
    completion_message_id text NOT NULL DEFAULT '',
    completed_at timestamptz,
    CONSTRAINT exchange_transfer_side CHECK (side IN ('sender', 'acquirer')),
    CONSTRAINT exchange_transfer_status CHECK (status IN ('waiting', 'proposed', 'accepted', 'rejected', 'cancelled',
        'completed', 'settled', 'disputed')),
    CONSTRAINT exchange_transfer_quantity CHECK (quantity BETWEEN 1 AND 4611686018427387904)
);
CREATE INDEX exchange_transfer_due ON exchange_transfer (deadline) WHERE side = 'sender' AND status = 'proposed';
CREATE INDEX exchange_transfer_waiting ON exchange_transfer (id) WHERE side = 'sender' AND status = 'waiting';
CREATE INDEX exchange_transfer_unanswered ON exchange_transfer (changed_at)
    WHERE side = 'acquirer' AND status = 'accepted';
CREATE INDEX exchange_transfer_by_peer ON exchange_transfer (peer, id);
CREATE INDEX exchange_transfer_by_ledger ON exchange_transfer (ledger_id) WHERE ledger_id IS NOT NULL;

-- The units of a transfer, written with it.
CREATE TABLE exchange_transfer_units (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text NOT NULL CONSTRAINT exchange_transfer_units_transfer REFERENCES exchange_transfer (transfer_id),
    registry text NOT NULL,
    party text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    CONSTRAINT exchange_transfer_units_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904)
);
CREATE INDEX exchange_transfer_units_by_serial ON exchange_transfer_units USING gist (int8range(lo, hi, '[]'));

-- Every status that a transfer has had, written by its trigger.
CREATE TABLE exchange_transfer_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text NOT NULL,
    section_id smallint,
    status text NOT NULL,
    objections jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX exchange_transfer_change_by_transfer ON exchange_transfer_change (transfer_id, id);

-- What needs a person, and who took note of it.
CREATE TABLE exchange_alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL,
    text text NOT NULL,
    subject text NOT NULL DEFAULT '',
    at timestamptz NOT NULL
);
CREATE INDEX exchange_alert_by_subject ON exchange_alert (peer, subject, at);
CREATE TABLE exchange_alert_seen (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL CONSTRAINT exchange_alert_seen_alert REFERENCES exchange_alert
        CONSTRAINT exchange_alert_seen_once UNIQUE,
    person_id integer NOT NULL,
    at timestamptz NOT NULL
);

-- --- What the database holds to by itself

-- Nobody agrees to their own offer, and nobody undoes their own suspension.
CREATE FUNCTION guard_exchange_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    offer exchange_peer_act;
BEGIN
    IF NEW.act IN ('agreed', 'declined') THEN
        SELECT * INTO offer FROM exchange_peer_act a WHERE a.id = NEW.offer_id;
        IF offer.act IS DISTINCT FROM 'offered' OR offer.peer <> NEW.peer THEN
            PERFORM refuse('proposal.unknown', format('%s', NEW.offer_id));
        END IF;
        IF NEW.act = 'agreed' AND offer.person_id = NEW.person_id THEN
            PERFORM refuse('person.approves_own', format('%s', NEW.offer_id));
        END IF;
        IF NEW.act = 'agreed' AND EXISTS (SELECT 1 FROM exchange_peer_act a WHERE a.peer = NEW.peer
                AND a.act = 'offered' AND a.id > NEW.offer_id) THEN
            PERFORM refuse('proposal.decided', format('%s', NEW.offer_id));
        END IF;
    ELSIF NEW.act IN ('resumed', 'ended') THEN
        IF (SELECT a.person_id FROM exchange_peer_act a WHERE a.peer = NEW.peer AND a.act = 'suspended'
                ORDER BY a.id DESC LIMIT 1) IS NOT DISTINCT FROM NEW.person_id THEN
            PERFORM refuse('person.approves_own', NEW.peer);
        END IF;
    ELSIF NEW.person_id IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM exchange_incoming i WHERE i.peer = NEW.peer AND i.message_id = NEW.message_id) THEN
            PERFORM refuse('proposal.unknown', NEW.message_id);
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- An agreed offer pins its keys; so does the peer's own announcement, which an earlier key has signed.
CREATE FUNCTION exchange_act_pins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO exchange_peer_key (peer, act_id, kid, x, since, until)
    SELECT NEW.peer, NEW.id, k ->> 'kid', k ->> 'x', (k ->> 'since')::timestamptz, (k ->> 'until')::timestamptz
    FROM jsonb_array_elements(CASE WHEN NEW.act = 'agreed'
        THEN (SELECT a.content -> 'keys' FROM exchange_peer_act a WHERE a.id = NEW.offer_id)
        ELSE NEW.content -> 'keys' END) k;
    RETURN NULL;
END $$;

-- Numbers grow; nobody is connected, or known, without two persons' consent.
CREATE FUNCTION guard_exchange_peer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' OR NEW.received + NEW.sent + NEW.acknowledged <> 0 THEN
            PERFORM refuse('ledger.append_only', format('peer %s', NEW.code));
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.code) IS DISTINCT FROM (OLD.id, OLD.code) OR NEW.received < OLD.received OR NEW.sent < OLD.sent
            OR NEW.acknowledged < OLD.acknowledged THEN
        PERFORM refuse('ledger.append_only', format('peer %s', OLD.code));
    END IF;
    IF NEW.status <> OLD.status AND NEW.status IN ('known', 'connected') AND NOT EXISTS (
            SELECT 1 FROM exchange_peer_act a WHERE a.peer = NEW.code AND a.act = 'agreed') THEN
        PERFORM refuse('person.not_permitted', format('%s: nobody agreed', NEW.code));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION exchange_outgoing_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO exchange_unsigned (outgoing_id, peer) VALUES (NEW.id, NEW.peer);
    RETURN NULL;
END $$;

-- Numbers to a peer have no gaps, whatever happens.
CREATE FUNCTION guard_exchange_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.sequence <> COALESCE((SELECT max(s.sequence) FROM exchange_signed s WHERE s.peer = NEW.peer), 0) + 1 THEN
        PERFORM refuse('ledger.append_only', format('message %s to %s leaves a gap', NEW.sequence, NEW.peer));
    END IF;
    DELETE FROM exchange_unsigned u WHERE u.outgoing_id = NEW.outgoing_id;
    RETURN NEW;
END $$;

-- Messages of a peer are handled in the order of their numbers.
CREATE FUNCTION guard_exchange_handled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.sequence <> COALESCE((SELECT max(h.sequence) FROM exchange_handled h WHERE h.peer = NEW.peer), 0) + 1 THEN
        PERFORM refuse('ledger.append_only', format('message %s of %s is not the next', NEW.sequence, NEW.peer));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_exchange_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.transfer_id, NEW.side, NEW.peer, NEW.quantity) IS DISTINCT FROM
       (OLD.id, OLD.transfer_id, OLD.side, OLD.peer, OLD.quantity)
       OR (OLD.status <> 'waiting' AND (NEW.proposed, NEW.deadline) IS DISTINCT FROM (OLD.proposed, OLD.deadline))
       OR (OLD.status IN ('rejected', 'cancelled', 'settled') AND NEW.status <> OLD.status)
       OR (OLD.status = 'completed' AND NEW.status NOT IN ('completed', 'settled', 'disputed'))
       OR (OLD.completion <> '' AND NEW.completion <> OLD.completion)
       OR (OLD.completed_at IS NOT NULL AND NEW.completed_at IS DISTINCT FROM OLD.completed_at) THEN
        PERFORM refuse('ledger.append_only', format('transfer %s is %s', OLD.transfer_id, OLD.status));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION exchange_transfer_keeps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO exchange_transfer_change (transfer_id, section_id, status, objections, at)
        VALUES (NEW.transfer_id, NEW.section_id, NEW.status, NEW.objections, NEW.changed_at);
    RETURN NULL;
END $$;

CREATE TRIGGER exchange_act_is_anothers BEFORE INSERT ON exchange_peer_act
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_act();
CREATE TRIGGER exchange_act_pins AFTER INSERT ON exchange_peer_act
    FOR EACH ROW WHEN (NEW.act IN ('agreed', 'key_announced')) EXECUTE FUNCTION exchange_act_pins();
CREATE TRIGGER exchange_peer_guarded BEFORE INSERT OR UPDATE ON exchange_peer
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_peer();
CREATE TRIGGER exchange_signed_gapless BEFORE INSERT ON exchange_signed
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_signed();
CREATE TRIGGER exchange_handled_in_order BEFORE INSERT ON exchange_handled
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_handled();
CREATE TRIGGER exchange_outgoing_waits AFTER INSERT ON exchange_outgoing
    FOR EACH ROW EXECUTE FUNCTION exchange_outgoing_waits();
CREATE TRIGGER exchange_transfer_guarded BEFORE UPDATE ON exchange_transfer
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_transfer();
CREATE TRIGGER exchange_transfer_begins AFTER INSERT ON exchange_transfer
    FOR EACH ROW EXECUTE FUNCTION exchange_transfer_keeps();
CREATE TRIGGER exchange_transfer_changes AFTER UPDATE ON exchange_transfer
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION exchange_transfer_keeps();

-- Nothing of this is ever changed or taken away, and all of it is the administrator's to see.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['exchange_key', 'exchange_key_end', 'exchange_peer_act', 'exchange_peer_key',
        'exchange_outgoing', 'exchange_signed', 'exchange_receipt', 'exchange_incoming', 'exchange_handled',
        'exchange_evidence', 'exchange_transfer_change', 'exchange_transfer_units', 'exchange_alert',
        'exchange_alert_seen'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['exchange_peer', 'exchange_transfer'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_stays', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['exchange_key', 'exchange_key_end', 'exchange_peer', 'exchange_peer_act',
        'exchange_peer_key', 'exchange_outgoing', 'exchange_unsigned', 'exchange_signed', 'exchange_receipt',
        'exchange_incoming', 'exchange_handled', 'exchange_evidence', 'exchange_transfer_units', 'exchange_alert',
        'exchange_alert_seen'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()))', name || '_in_sight', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
CREATE POLICY exchange_peer_changed ON exchange_peer FOR UPDATE USING ((SELECT sight_all())) WITH CHECK (true);

-- A transfer is its Party's too.
ALTER TABLE exchange_transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_transfer_in_sight ON exchange_transfer FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY exchange_transfer_written ON exchange_transfer FOR INSERT WITH CHECK (true);
CREATE POLICY exchange_transfer_changed ON exchange_transfer FOR UPDATE USING ((SELECT sight_all())) WITH CHECK (true);
ALTER TABLE exchange_transfer_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_transfer_change_in_sight ON exchange_transfer_change FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));

-- ... and so is every message about it, with signature and receipt.
CREATE POLICY exchange_outgoing_about_transfer ON exchange_outgoing FOR SELECT
    USING (about <> '' AND EXISTS (SELECT 1 FROM exchange_transfer t WHERE t.transfer_id = exchange_outgoing.about));
CREATE POLICY exchange_incoming_about_transfer ON exchange_incoming FOR SELECT
    USING (about <> '' AND EXISTS (SELECT 1 FROM exchange_transfer t WHERE t.transfer_id = exchange_incoming.about
                                   AND t.peer = exchange_incoming.peer));
CREATE POLICY exchange_signed_about_transfer ON exchange_signed FOR SELECT
    USING (EXISTS (SELECT 1 FROM exchange_outgoing o WHERE o.id = exchange_signed.outgoing_id AND o.about <> ''));
CREATE POLICY exchange_receipt_about_transfer ON exchange_receipt FOR SELECT
    USING (EXISTS (SELECT 1 FROM exchange_outgoing o WHERE o.id = exchange_receipt.outgoing_id AND o.about <> ''));
