-- What registries show each other, instruct and publish. Nothing of it is ever changed or taken away: who may see and
-- act is an act of two people and ended by another act, an answer is kept as it came, an instruction goes on by acts.
-- Source: 6/CMA.4 annex I paras 9-10; seed 000 (access for national registries); SBSTA 60 paras 75-79.

-- A Party's word that a peer is its registry: what that may look at here, and which machine clients act for it here.
CREATE TABLE exchange_mandate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_mandate_peer REFERENCES exchange_peer (code),
    section_id smallint NOT NULL CONSTRAINT exchange_mandate_section REFERENCES section,
    may_view boolean NOT NULL,
    may_instruct boolean NOT NULL,
    proposer_id integer,
    approver_id integer,
    given_by integer NOT NULL,
    given_at timestamptz NOT NULL,
    CONSTRAINT exchange_mandate_purpose CHECK (may_view OR may_instruct),
    CONSTRAINT exchange_mandate_clients CHECK (may_instruct = (proposer_id IS NOT NULL)
        AND (approver_id IS NULL OR (may_instruct AND approver_id <> proposer_id)))
);
CREATE INDEX exchange_mandate_of_peer ON exchange_mandate (peer, section_id, id);
CREATE TABLE exchange_mandate_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mandate_id bigint NOT NULL CONSTRAINT exchange_mandate_act_mandate REFERENCES exchange_mandate,
    section_id smallint NOT NULL,
    act text NOT NULL,
    reason text NOT NULL DEFAULT '',
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT exchange_mandate_act_kind CHECK (act IN ('agreed', 'ended')),
    CONSTRAINT exchange_mandate_act_once UNIQUE (mandate_id, act)
);

-- What we asked a peer to show, and the pages that it told. `message_id` is the question's; `next_message_id` that of
-- the question for the page after; `serials` the units that it was asked of, '' for all.
CREATE TABLE exchange_view (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_view_peer REFERENCES exchange_peer (code),
    section_id smallint,
    party text NOT NULL,
    view text NOT NULL,
    serials text NOT NULL DEFAULT '',
    as_of timestamptz,
    since timestamptz,
    follows bigint CONSTRAINT exchange_view_follows REFERENCES exchange_view,
    message_id text NOT NULL CONSTRAINT exchange_view_message UNIQUE,
    asked_by integer NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT exchange_view_kind CHECK (view IN ('holdings', 'actions'))
);
CREATE INDEX exchange_view_of_peer ON exchange_view (peer, party, view, id);
CREATE TABLE exchange_view_page (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    view_id bigint NOT NULL CONSTRAINT exchange_view_page_view REFERENCES exchange_view,
    section_id smallint,
    number integer NOT NULL,
    message_id text NOT NULL,
    next_message_id text NOT NULL DEFAULT '',
    as_of timestamptz NOT NULL,
    lines jsonb NOT NULL,
    objections jsonb NOT NULL DEFAULT '[]',
    told_at timestamptz NOT NULL,
    CONSTRAINT exchange_view_page_once UNIQUE (view_id, number)
);
CREATE INDEX exchange_view_page_next ON exchange_view_page (next_message_id) WHERE next_message_id <> '';

-- Instructions that we gave a peer, and that a peer gave us; how each went on.
CREATE TABLE exchange_instruction (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    side text NOT NULL,
    peer text NOT NULL CONSTRAINT exchange_instruction_peer REFERENCES exchange_peer (code),
    section_id smallint NOT NULL CONSTRAINT exchange_instruction_section REFERENCES section,
    instruction_id text NOT NULL,
    content text NOT NULL,
    instructed_by integer,
    message_id text NOT NULL DEFAULT '',
    transaction_id bigint,
    at timestamptz NOT NULL,
    CONSTRAINT exchange_instruction_identity UNIQUE (peer, side, instruction_id),
    CONSTRAINT exchange_instruction_side CHECK (side IN ('given', 'received')),
    CONSTRAINT exchange_instruction_by CHECK ((side = 'given') = (instructed_by IS NOT NULL))
);
CREATE TABLE exchange_instruction_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instruction_id bigint NOT NULL CONSTRAINT exchange_instruction_act_of REFERENCES exchange_instruction,
    section_id smallint NOT NULL,
    act text NOT NULL,
    person_id integer,
    reason text NOT NULL DEFAULT '',
    transaction text NOT NULL DEFAULT '',
    objections jsonb NOT NULL DEFAULT '[]',
    message_id text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    CONSTRAINT exchange_instruction_act_kind CHECK (act IN ('approved', 'rejected', 'withdrawn', 'waiting', 'done',
        'refused')),
    CONSTRAINT exchange_instruction_act_by CHECK ((person_id IS NOT NULL) = (act IN ('approved', 'rejected',
        'withdrawn')))
);
CREATE UNIQUE INDEX exchange_instruction_decided ON exchange_instruction_act (instruction_id)
    WHERE act IN ('approved', 'rejected', 'withdrawn');
CREATE UNIQUE INDEX exchange_instruction_ended ON exchange_instruction_act (instruction_id)
    WHERE act IN ('done', 'refused');
CREATE INDEX exchange_instruction_act_by_instruction ON exchange_instruction_act (instruction_id, id);

-- What was published to a peer, and what a peer published; a record goes to a peer once.
CREATE TABLE exchange_publication (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text NOT NULL CONSTRAINT exchange_publication_peer REFERENCES exchange_peer (code),
    direction text NOT NULL,
    kind text NOT NULL,
    record text NOT NULL,
    outcome text NOT NULL DEFAULT '',
    message_id text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT exchange_publication_direction CHECK (direction IN ('in', 'out')),
    CONSTRAINT exchange_publication_outcome CHECK (outcome IN ('', 'recorded', 'known', 'older', 'unused',
        'contradicts'))
);
CREATE UNIQUE INDEX exchange_publication_once ON exchange_publication (peer, kind, record) WHERE direction = 'out';
CREATE INDEX exchange_publication_came ON exchange_publication (kind, record) WHERE direction = 'in';

-- Nobody agrees to their own mandate, nor approves their own instruction; a mandate agreed to ends once.
CREATE FUNCTION guard_exchange_mandate_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    given exchange_mandate;
BEGIN
    SELECT * INTO given FROM exchange_mandate m WHERE m.id = NEW.mandate_id;
    IF given.id IS NULL OR given.section_id <> NEW.section_id THEN
        PERFORM refuse('proposal.unknown', format('%s', NEW.mandate_id));
    END IF;
    IF NEW.act = 'agreed' AND given.given_by = NEW.person_id THEN
        PERFORM refuse('person.approves_own', format('%s', NEW.mandate_id));
    END IF;
    IF NEW.act = 'agreed' AND EXISTS (SELECT 1 FROM exchange_mandate_act a WHERE a.mandate_id = NEW.mandate_id) THEN
        PERFORM refuse('proposal.decided', format('%s', NEW.mandate_id));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_exchange_instruction_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    given exchange_instruction;
BEGIN
    SELECT * INTO given FROM exchange_instruction i WHERE i.id = NEW.instruction_id;
    IF given.id IS NULL OR given.section_id <> NEW.section_id
            OR (NEW.person_id IS NOT NULL AND given.side <> 'given') THEN
        PERFORM refuse('proposal.unknown', format('%s', NEW.instruction_id));
    END IF;
    IF NEW.act IN ('approved', 'rejected') AND given.instructed_by = NEW.person_id THEN
        PERFORM refuse('person.approves_own', given.instruction_id);
    END IF;
    IF NEW.person_id IS NULL AND given.side = 'given' AND NOT EXISTS (
            SELECT 1 FROM exchange_instruction_act a WHERE a.instruction_id = NEW.instruction_id
            AND a.act = 'approved') THEN
        PERFORM refuse('proposal.unknown', given.instruction_id);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER exchange_mandate_act_is_anothers BEFORE INSERT ON exchange_mandate_act
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_mandate_act();
CREATE TRIGGER exchange_instruction_act_is_anothers BEFORE INSERT ON exchange_instruction_act
    FOR EACH ROW EXECUTE FUNCTION guard_exchange_instruction_act();

-- What concerns a section is its people's too; what is published is the administrator's to see.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['exchange_mandate', 'exchange_mandate_act', 'exchange_view', 'exchange_view_page',
        'exchange_instruction', 'exchange_instruction_act', 'exchange_publication'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all())%s)', name || '_in_sight', name,
                       CASE WHEN name <> 'exchange_publication'
                           THEN ' OR section_id = ANY ((SELECT sight_sections())::smallint[])' ELSE '' END);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
END $$;
