-- Account types, flows and switches that administrators declare: drafted by one person, approved by another, in force from
-- a moment. A change is a new version; retiring is an act of its own, and nothing is deleted.

CREATE TABLE declaration (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    drafted_by integer NOT NULL,
    drafted_at timestamptz NOT NULL,
    CONSTRAINT declaration_identity UNIQUE (subject, name, version),
    CONSTRAINT declaration_subject CHECK (subject IN ('account_type', 'flow', 'switch'))
);

CREATE TABLE declaration_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    declaration_id bigint NOT NULL CONSTRAINT declaration_act_declaration REFERENCES declaration,
    act text NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    effective_from timestamptz NOT NULL,
    CONSTRAINT declaration_act_kind CHECK (act IN ('approved', 'retired')),
    CONSTRAINT declaration_act_not_before CHECK (effective_from >= at),
    CONSTRAINT declaration_act_once UNIQUE (declaration_id, act)
);

-- Who drafted it neither puts it into force nor takes it out.
CREATE FUNCTION guard_declaration_act() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    declared declaration;
BEGIN
    SELECT * INTO declared FROM declaration d WHERE d.id = NEW.declaration_id;
    IF NEW.person_id = declared.drafted_by THEN
        PERFORM refuse('person.approves_own', declared.name);
    END IF;
    IF NEW.act = 'retired' AND NOT EXISTS (
        SELECT 1 FROM declaration_act a WHERE a.declaration_id = declared.id AND a.act = 'approved') THEN
        PERFORM refuse('declaration.unknown', declared.name);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER declaration_act_fits BEFORE INSERT ON declaration_act
    FOR EACH ROW EXECUTE FUNCTION guard_declaration_act();
CREATE TRIGGER declaration_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON declaration
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER declaration_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON declaration_act
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
