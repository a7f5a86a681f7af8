-- Transfers that tell amounts, the units staying where they are (a reading of 6/CMA.4 annex I para 9: seed 001).
--
-- In the registry that tells, the units stand in an account `held_for` in the section of the Party that acquired them; its
-- holder is the registry that was told, and says by instructions what is done with them. In that registry nothing comes to
-- be: it keeps what it was told and what was done by its instructions, beside the ledger.

ALTER TABLE account ADD CONSTRAINT account_held_for_named CHECK (type <> 'held_for' OR holder <> '') NOT VALID;
CREATE UNIQUE INDEX account_held_for ON account (section_id, holder) WHERE type = 'held_for';

-- What a peer told, block by block, as its signed messages have it: `held_in` is its account in which the units stand,
-- `account_id` ours for which it was told, `at` its moment. `batch` are the attributes under the names of the messages. `after_entry` is
-- the last line of the journal by then: in which order this and the journal were written is known.
CREATE TABLE told_units (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text NOT NULL,
    peer text NOT NULL CONSTRAINT told_units_peer REFERENCES exchange_peer (code),
    section_id smallint NOT NULL CONSTRAINT told_units_section REFERENCES section,
    account_id bigint NOT NULL CONSTRAINT told_units_account REFERENCES account,
    held_in text NOT NULL,
    registry text NOT NULL,
    party text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    batch jsonb NOT NULL,
    authorization_id bigint CONSTRAINT told_units_authorization REFERENCES party_authorization,
    first_transferred_at timestamptz,
    first_transferred_by text NOT NULL,
    history jsonb NOT NULL,
    from_party text NOT NULL,
    at timestamptz NOT NULL,
    after_entry bigint NOT NULL DEFAULT 0,
    CONSTRAINT told_units_once UNIQUE (transfer_id, registry, party, lo),
    CONSTRAINT told_units_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904),
    CONSTRAINT told_units_first CHECK ((first_transferred_at IS NULL) = (first_transferred_by = ''))
);
CREATE INDEX told_units_by_serial ON told_units (registry, party, hi);
CREATE INDEX told_units_by_account ON told_units (peer, held_in);
CREATE INDEX told_units_by_section ON told_units (section_id, at);

-- What the peer has done with some of them, as we instructed and it has answered: each unit once.
CREATE TABLE told_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    told_id bigint NOT NULL CONSTRAINT told_act_of REFERENCES told_units,
    section_id smallint NOT NULL,
    instruction_id bigint NOT NULL CONSTRAINT told_act_instruction REFERENCES exchange_instruction,
    type text NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    terms jsonb NOT NULL,
    at timestamptz NOT NULL,
    after_entry bigint NOT NULL DEFAULT 0,
    CONSTRAINT told_act_once UNIQUE (told_id, lo),
    CONSTRAINT told_act_range CHECK (lo >= 1 AND lo <= hi)
);
CREATE INDEX told_act_of_instruction ON told_act (instruction_id);

-- What was told and nothing was done with yet, and what of it is not given back: it may not come to us in another way.
CREATE VIEW told_standing WITH (security_invoker = true) AS
    SELECT t.id, t.section_id, t.peer, t.held_in, t.registry, t.party, lower(r) AS lo, upper(r) - 1 AS hi
    FROM told_units t
    CROSS JOIN LATERAL unnest(int8multirange(int8range(t.lo, t.hi, '[]')) - COALESCE(
        (SELECT range_agg(int8range(a.lo, a.hi, '[]')) FROM told_act a WHERE a.told_id = t.id), '{}')) r;
CREATE VIEW told_counted WITH (security_invoker = true) AS
    SELECT t.id, t.section_id, t.peer, t.registry, t.party, lower(r) AS lo, upper(r) - 1 AS hi
    FROM told_units t
    CROSS JOIN LATERAL unnest(int8multirange(int8range(t.lo, t.hi, '[]')) - COALESCE(
        (SELECT range_agg(int8range(a.lo, a.hi, '[]')) FROM told_act a
         WHERE a.told_id = t.id AND a.type = 'international_transfer'), '{}')) r;

-- No unit is told of that is live here, or was told of before and not given back.
CREATE FUNCTION guard_told_units() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('expected_units'), hashtext(NEW.registry || '-' || NEW.party));
    IF EXISTS (SELECT 1 FROM series s JOIN block b ON b.series_id = s.id AND b.hi >= NEW.lo AND b.lo <= NEW.hi
               JOIN account a ON a.id = b.account_id AND a.type <> 'elsewhere'
               WHERE s.registry = NEW.registry AND s.party = NEW.party)
       OR EXISTS (SELECT 1 FROM told_counted c WHERE c.registry = NEW.registry AND c.party = NEW.party
                  AND c.hi >= NEW.lo AND c.lo <= NEW.hi) THEN
        PERFORM refuse('serials.already_issued', format('%s-%s:%s-%s', NEW.registry, NEW.party, NEW.lo, NEW.hi));
    END IF;
    NEW.after_entry := COALESCE((SELECT max(e.id) FROM entry e), 0);
    RETURN NEW;
END $$;
CREATE TRIGGER told_units_are_new BEFORE INSERT ON told_units FOR EACH ROW EXECUTE FUNCTION guard_told_units();

-- Of each unit one thing is done, by an instruction of the same section that the peer has carried out.
CREATE FUNCTION guard_told_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    told told_units;
BEGIN
    SELECT * INTO told FROM told_units t WHERE t.id = NEW.told_id FOR UPDATE;
    IF told.section_id IS DISTINCT FROM NEW.section_id OR NEW.lo < told.lo OR NEW.hi > told.hi
       OR EXISTS (SELECT 1 FROM told_act a WHERE a.told_id = NEW.told_id AND a.lo <= NEW.hi AND a.hi >= NEW.lo) THEN
        PERFORM refuse('block.not_held', format('%s-%s:%s-%s', told.registry, told.party, NEW.lo, NEW.hi));
    END IF;
    IF NOT EXISTS (SELECT 1 FROM exchange_instruction i JOIN exchange_instruction_act d ON d.instruction_id = i.id
                   WHERE i.id = NEW.instruction_id AND i.side = 'given' AND i.peer = told.peer
                     AND i.section_id = told.section_id AND d.act = 'done') THEN
        PERFORM refuse('proposal.unknown', NEW.instruction_id::text);
    END IF;
    NEW.after_entry := COALESCE((SELECT max(e.id) FROM entry e), 0);
    RETURN NEW;
END $$;
CREATE TRIGGER told_act_is_done BEFORE INSERT ON told_act FOR EACH ROW EXECUTE FUNCTION guard_told_act();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['told_units', 'told_act'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()) '
                       'OR section_id = ANY ((SELECT sight_sections())::smallint[]))', name || '_in_sight', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
