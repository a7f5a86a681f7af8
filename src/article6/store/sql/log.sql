-- The transparency log: leaves in the order in which they were sequenced, without a gap; tiles, checkpoints, cosignatures;
-- and what this registry saw of the logs of others. Written by the sequencer alone, one at a time, after the ledger's own
-- transactions are done. Public are entries, hashes and checkpoints; secrets are not.

CREATE TABLE log_leaf (
    position bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    entry bytea NOT NULL,
    hash bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_leaf_position PRIMARY KEY (position),
    CONSTRAINT log_leaf_subject UNIQUE (kind, subject),
    CONSTRAINT log_leaf_hash CHECK (position >= 0 AND hash = sha256('\x00'::bytea || entry))
);

-- From a leaf's secret come the salts under which its content is committed to.
CREATE TABLE log_secret (
    position bigint NOT NULL CONSTRAINT log_secret_position PRIMARY KEY
        CONSTRAINT log_secret_leaf REFERENCES log_leaf,
    secret bytea NOT NULL,
    CONSTRAINT log_secret_bytes CHECK (octet_length(secret) = 32)
);

-- Full tiles, each with the root over its 256 hashes, which is a hash of the tile above.
CREATE TABLE log_tile (
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT log_tile_identity PRIMARY KEY (level, number),
    CONSTRAINT log_tile_full CHECK (octet_length(hashes) = 8192 AND octet_length(root) = 32)
);

CREATE TABLE log_checkpoint (
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_checkpoint_size PRIMARY KEY (size),
    CONSTRAINT log_checkpoint_root CHECK (size >= 0 AND octet_length(root) = 32)
);

CREATE TABLE log_cosignature (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    size bigint NOT NULL CONSTRAINT log_cosignature_checkpoint REFERENCES log_checkpoint,
    witness text NOT NULL,
    line text NOT NULL,
    signed_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_cosignature_once UNIQUE (size, witness)
);
CREATE INDEX log_cosignature_by_witness ON log_cosignature (witness, size);

-- Our keys: one signs our checkpoints, one those of others. `sealed` is the private key under a secret that is not in the
-- database. The newest of a role is in force.
CREATE TABLE log_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role text NOT NULL,
    vkey text NOT NULL CONSTRAINT log_key_once UNIQUE,
    sealed bytea NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT log_key_role CHECK (role IN ('log', 'witness'))
);

-- The keys of peers' logs and witnesses, as they said in signed messages.
CREATE TABLE log_peer_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL,
    role text NOT NULL,
    vkey text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_peer_key_once UNIQUE (peer, role),
    CONSTRAINT log_peer_key_role CHECK (role IN ('log', 'witness'))
);

-- Checkpoints of others that this registry verified and cosigned ...
CREATE TABLE log_witnessed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    line text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_witnessed_once UNIQUE (origin, size)
);

-- ... and those that it did not: the evidence.
CREATE TABLE log_doubt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL,
    doubt text NOT NULL,
    seen text NOT NULL,
    offered text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT log_doubt_once UNIQUE (peer, doubt, digest)
);

-- How far the sequencer has read each source. No evidence: without it, it would read everything again and add nothing.
-- `holes` are numbers below `top` that were not to be seen; once all who were writing when `mark` was the highest number
-- (`holders`, virtual transactions) are done, those up to `mark` will never be.
CREATE TABLE log_cursor (
    stream text CONSTRAINT log_cursor_stream PRIMARY KEY,
    top bigint NOT NULL,
    holes int8multirange NOT NULL DEFAULT '{}',
    mark bigint,
    holders text[] NOT NULL DEFAULT '{}'
);

-- The sequencer's turn: false where another has it. It ends with the database transaction.
CREATE FUNCTION log_turn() RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT pg_try_advisory_xact_lock(hashtext('article6.log'))
$$;

-- The next leaves, from position p_first on, which must be the log's size; with the tiles that they fill.
CREATE FUNCTION log_append(
    p_first bigint, p_kinds text[], p_subjects text[], p_entries bytea[], p_hashes bytea[], p_secrets bytea[],
    p_levels smallint[], p_numbers bigint[], p_tiles bytea[], p_roots bytea[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT log_turn() OR p_first <> COALESCE((SELECT max(l.position) + 1 FROM log_leaf l), 0) THEN
        PERFORM refuse('ledger.busy', format('the log does not end at %s', p_first));
    END IF;
    INSERT INTO log_leaf (position, kind, subject, entry, hash, at)
        SELECT p_first + n.ord - 1, n.kind, n.subject, n.entry, n.hash, p_at
        FROM unnest(p_kinds, p_subjects, p_entries, p_hashes) WITH ORDINALITY AS n(kind, subject, entry, hash, ord);
    INSERT INTO log_secret (position, secret)
        SELECT p_first + n.ord - 1, n.secret FROM unnest(p_secrets) WITH ORDINALITY AS n(secret, ord);
    INSERT INTO log_tile (level, number, hashes, root)
        SELECT n.level, n.number, n.hashes, n.root
        FROM unnest(p_levels, p_numbers, p_tiles, p_roots) AS n(level, number, hashes, root);
END $$;

-- A checkpoint never covers more than there is, nor less than the one before.
CREATE FUNCTION guard_log_checkpoint() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.size > COALESCE((SELECT max(l.position) + 1 FROM log_leaf l), 0)
       OR NEW.size < COALESCE((SELECT max(c.size) FROM log_checkpoint c), 0) THEN
        PERFORM refuse('ledger.append_only', format('a checkpoint of %s leaves', NEW.size));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER log_checkpoint_grows BEFORE INSERT ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION guard_log_checkpoint();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['log_leaf', 'log_secret', 'log_tile', 'log_checkpoint', 'log_cosignature', 'log_key',
                                'log_peer_key', 'log_witnessed', 'log_doubt'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
    END LOOP;
    -- What salts, keys and witnesses tell is the registry's own.
    FOREACH name IN ARRAY ARRAY['log_secret', 'log_key', 'log_peer_key', 'log_witnessed', 'log_doubt'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()))', name || '_in_sight', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
