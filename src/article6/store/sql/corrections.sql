-- Corrective action by the registry's administrators (6/CMA.4 annex I para 17(c)), and notices to sections. A case, an act
-- on it, a notice and its acknowledgement are written once; what a case has come to is what its last act says.

CREATE TABLE correction_case (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason text NOT NULL,
    reference text NOT NULL DEFAULT '',
    finding text NOT NULL,
    transaction_id bigint,
    series_ids integer[] NOT NULL,
    los bigint[] NOT NULL,
    his bigint[] NOT NULL,
    opened_by integer NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT correction_case_complete CHECK (
        reason <> '' AND finding <> '' AND cardinality(series_ids) >= 1
        AND cardinality(series_ids) = cardinality(los) AND cardinality(los) = cardinality(his))
);

CREATE TABLE correction_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL CONSTRAINT correction_act_case REFERENCES correction_case,
    number integer NOT NULL,
    act text NOT NULL,
    person_id integer,
    at timestamptz NOT NULL,
    remedy text,
    transaction_id bigint,
    remark text NOT NULL DEFAULT '',
    CONSTRAINT correction_act_identity UNIQUE (case_id, number),
    CONSTRAINT correction_act_kind CHECK (act IN ('proposed', 'confirmed', 'rejected', 'withdrawn', 'lapsed')),
    CONSTRAINT correction_act_person CHECK ((person_id IS NULL) = (act = 'lapsed')),
    CONSTRAINT correction_act_remedy CHECK (
        (remedy IS NOT NULL) = (act = 'proposed')
        AND remedy IN ('movement', 'administrative_cancellation', 'note')
        AND (transaction_id IS NOT NULL) = (act = 'proposed' AND remedy <> 'note'))
);
CREATE UNIQUE INDEX correction_act_by_transaction ON correction_act (transaction_id) WHERE transaction_id IS NOT NULL;

-- The sections that a case concerns: those whose people may read it and are told of it.
CREATE TABLE correction_concern (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL CONSTRAINT correction_concern_case REFERENCES correction_case,
    section_id smallint NOT NULL CONSTRAINT correction_concern_section REFERENCES section,
    CONSTRAINT correction_concern_identity UNIQUE (case_id, section_id)
);

CREATE TABLE notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT notice_section REFERENCES section,
    at timestamptz NOT NULL,
    subject text NOT NULL,
    code text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX notice_by_section ON notice (section_id, id);

CREATE TABLE notice_acknowledgement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id bigint NOT NULL CONSTRAINT notice_acknowledgement_notice REFERENCES notice,
    section_id smallint NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT notice_acknowledgement_once UNIQUE (notice_id)
);

-- The life of a case, whatever the program does: it is proposed once it is opened (again once a proposal has lapsed), and
-- whoever proposed neither confirms nor rejects.
CREATE FUNCTION guard_correction_act() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last correction_act;
BEGIN
    SELECT * INTO last FROM correction_act a WHERE a.case_id = NEW.case_id ORDER BY a.number DESC LIMIT 1;
    IF NEW.number <> COALESCE(last.number, 0) + 1
       OR NOT (CASE COALESCE(last.act, 'lapsed')
              WHEN 'lapsed' THEN NEW.act IN ('proposed', 'withdrawn')
              WHEN 'proposed' THEN NEW.act IN ('confirmed', 'rejected', 'withdrawn', 'lapsed')
              ELSE false END) THEN
        PERFORM refuse('correction.wrong_state', NEW.case_id::text);
    END IF;
    IF NEW.act IN ('confirmed', 'rejected') AND NEW.person_id = last.person_id THEN
        PERFORM refuse('person.approves_own', NEW.case_id::text);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER correction_act_fits BEFORE INSERT ON correction_act
    FOR EACH ROW EXECUTE FUNCTION guard_correction_act();
CREATE TRIGGER correction_case_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction_case
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER correction_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction_act
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER correction_concern_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction_concern
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER notice_acknowledgement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

ALTER TABLE correction_concern ENABLE ROW LEVEL SECURITY;
CREATE POLICY correction_concern_in_sight ON correction_concern FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY correction_concern_written ON correction_concern FOR INSERT WITH CHECK (true);

-- These two lean on the policy of the table that they ask.
ALTER TABLE correction_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY correction_case_in_sight ON correction_case FOR SELECT
    USING ((SELECT sight_all()) OR id IN (SELECT c.case_id FROM correction_concern c));
CREATE POLICY correction_case_written ON correction_case FOR INSERT WITH CHECK (true);
ALTER TABLE correction_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY correction_act_in_sight ON correction_act FOR SELECT
    USING ((SELECT sight_all()) OR case_id IN (SELECT c.case_id FROM correction_concern c));
CREATE POLICY correction_act_written ON correction_act FOR INSERT WITH CHECK (true);

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_in_sight ON notice FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY notice_written ON notice FOR INSERT WITH CHECK (true);
ALTER TABLE notice_acknowledgement ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_acknowledgement_in_sight ON notice_acknowledgement FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY notice_acknowledgement_written ON notice_acknowledgement FOR INSERT WITH CHECK (true);

-- Was two arguments before a correction could reach blocked accounts; post.sql makes it anew, with three.
DROP FUNCTION IF EXISTS ledger_accounts_open(bigint[], bigint[]);
