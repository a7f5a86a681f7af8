-- The log's signing key is replaced: one administrator asks, a second decides, and the announcement under both keys becomes
-- a leaf. Announcements are public; who asked and decided is the registry's own.

CREATE TABLE log_rotation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    overlap_hours integer NOT NULL,
    reason text NOT NULL,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL,
    CONSTRAINT log_rotation_overlap CHECK (overlap_hours BETWEEN 0 AND 8784),
    CONSTRAINT log_rotation_reason CHECK (reason <> '')
);

CREATE TABLE log_rotation_decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rotation_id bigint NOT NULL CONSTRAINT log_rotation_decision_rotation REFERENCES log_rotation,
    is_approved boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    decided_by integer NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT log_rotation_decision_once UNIQUE (rotation_id)
);

-- A key has one successor and one predecessor, so that the keys are one chain.
CREATE TABLE log_key_announcement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rotation_id bigint NOT NULL CONSTRAINT log_key_announcement_rotation REFERENCES log_rotation,
    old_vkey text NOT NULL CONSTRAINT log_key_announcement_old REFERENCES log_key (vkey),
    new_vkey text NOT NULL CONSTRAINT log_key_announcement_new REFERENCES log_key (vkey),
    note text NOT NULL,
    announced_at timestamptz NOT NULL,
    retires_at timestamptz NOT NULL,
    CONSTRAINT log_key_announcement_once UNIQUE (rotation_id),
    CONSTRAINT log_key_announcement_one_after UNIQUE (old_vkey),
    CONSTRAINT log_key_announcement_one_before UNIQUE (new_vkey),
    CONSTRAINT log_key_announcement_moments CHECK (announced_at <= retires_at AND old_vkey <> new_vkey)
);

-- To which peers it was sent ...
CREATE TABLE log_key_told (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    announcement_id bigint NOT NULL CONSTRAINT log_key_told_announcement REFERENCES log_key_announcement,
    peer text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_key_told_once UNIQUE (announcement_id, peer)
);

-- ... and what peers announced of their logs' keys, each verified against the chain from the key that was pinned.
CREATE TABLE log_peer_announcement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL,
    old_vkey text NOT NULL,
    new_vkey text NOT NULL,
    note text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_peer_announcement_one_after UNIQUE (peer, old_vkey),
    CONSTRAINT log_peer_announcement_one_before UNIQUE (peer, new_vkey)
);

CREATE FUNCTION guard_log_rotation_decision() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    proposer integer;
BEGIN
    SELECT r.proposed_by INTO proposer FROM log_rotation r WHERE r.id = NEW.rotation_id;
    IF proposer IS NULL THEN
        PERFORM refuse('proposal.unknown', NEW.rotation_id::text);
    END IF;
    IF NEW.is_approved AND NEW.decided_by = proposer THEN
        PERFORM refuse('person.approves_own', NEW.rotation_id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER log_rotation_decision_is_anothers BEFORE INSERT ON log_rotation_decision
    FOR EACH ROW EXECUTE FUNCTION guard_log_rotation_decision();

-- No key without two persons, and no key but after the one in force.
CREATE FUNCTION guard_log_key_announcement() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM log_rotation_decision d WHERE d.rotation_id = NEW.rotation_id AND d.is_approved)
       OR EXISTS (SELECT 1 FROM log_key k WHERE k.vkey IN (NEW.old_vkey, NEW.new_vkey) AND k.role <> 'log') THEN
        PERFORM refuse('proposal.unknown', NEW.rotation_id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER log_key_announcement_is_decided BEFORE INSERT ON log_key_announcement
    FOR EACH ROW EXECUTE FUNCTION guard_log_key_announcement();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['log_rotation', 'log_rotation_decision', 'log_key_announcement', 'log_key_told',
                                'log_peer_announcement'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['log_rotation', 'log_rotation_decision', 'log_key_told', 'log_peer_announcement'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()))', name || '_in_sight', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
