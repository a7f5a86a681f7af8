-- Values and rules that change without a release. Each row is a version or an act and is never changed: the version with
-- the highest number is the one that holds.

CREATE TABLE nomenclature_value (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list text NOT NULL,
    value text NOT NULL,
    version integer NOT NULL,
    labels jsonb NOT NULL DEFAULT '{}',
    valid_from date NOT NULL,
    valid_until date,
    replaced_by text NOT NULL DEFAULT '',
    source text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT nomenclature_value_identity UNIQUE (list, value, version),
    CONSTRAINT nomenclature_value_period CHECK (valid_until >= valid_from),
    CONSTRAINT nomenclature_value_named CHECK (list <> '' AND value <> '' AND version >= 1)
);

CREATE TABLE attribute_schema (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    schema jsonb NOT NULL,
    valid_from date NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT attribute_schema_identity UNIQUE (subject, name, version),
    CONSTRAINT attribute_schema_subject CHECK (subject IN ('unit', 'activity', 'account'))
);

ALTER TABLE activity ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
                     ADD COLUMN attributes_schema text NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
                    ADD COLUMN attributes_schema text NOT NULL DEFAULT '';

CREATE TABLE business_rule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    version integer NOT NULL,
    refuses_when text NOT NULL,
    message text NOT NULL,
    clause text NOT NULL DEFAULT '',
    drafted_by integer NOT NULL,
    drafted_at timestamptz NOT NULL,
    CONSTRAINT business_rule_identity UNIQUE (name, version)
);

CREATE TABLE business_rule_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_rule_id bigint NOT NULL CONSTRAINT business_rule_act_rule REFERENCES business_rule,
    act text NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    effective_from timestamptz,
    would_refuse bigint,
    would_fail bigint,
    of_transactions bigint,
    CONSTRAINT business_rule_act_kind CHECK (act IN ('tried', 'approved', 'retired')),
    CONSTRAINT business_rule_act_effect CHECK ((effective_from IS NULL) = (act = 'tried')),
    CONSTRAINT business_rule_act_not_before CHECK (effective_from >= at)
);
CREATE UNIQUE INDEX business_rule_act_once ON business_rule_act (business_rule_id, act) WHERE act <> 'tried';

-- Who wrote a rule neither puts it into force nor takes it out; and none is in force that nobody tried.
CREATE FUNCTION guard_business_rule_act() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rule business_rule;
BEGIN
    SELECT * INTO rule FROM business_rule r WHERE r.id = NEW.business_rule_id;
    IF NEW.act <> 'tried' AND NEW.person_id = rule.drafted_by THEN
        PERFORM refuse('person.approves_own', rule.name);
    END IF;
    IF NEW.act = 'approved' AND NOT EXISTS (
        SELECT 1 FROM business_rule_act a WHERE a.business_rule_id = rule.id AND a.act = 'tried') THEN
        PERFORM refuse('rule.not_tried', rule.name);
    END IF;
    IF NEW.act = 'retired' AND NOT EXISTS (
        SELECT 1 FROM business_rule_act a WHERE a.business_rule_id = rule.id AND a.act = 'approved') THEN
        PERFORM refuse('rule.unknown', rule.name);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER business_rule_act_fits BEFORE INSERT ON business_rule_act
    FOR EACH ROW EXECUTE FUNCTION guard_business_rule_act();
CREATE TRIGGER business_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON business_rule
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER business_rule_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON business_rule_act
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER nomenclature_value_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nomenclature_value
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER attribute_schema_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attribute_schema
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
