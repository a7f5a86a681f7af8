-- What the registry keeps of Parties: NDCs, designated national authorities, reports, what is demanded of participation;
-- and the entities that a Party identified. Each row is a version and is never changed: the highest number holds.

CREATE TABLE ndc (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT ndc_section REFERENCES section,
    party text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    year_first integer NOT NULL,
    year_last integer NOT NULL,
    target text NOT NULL,
    metric text NOT NULL,
    metric_unit text NOT NULL DEFAULT '',
    method text NOT NULL,
    sectors text[] NOT NULL DEFAULT '{}',
    communicated_on date NOT NULL,
    reference text NOT NULL DEFAULT '',
    is_withdrawn boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT ndc_identity UNIQUE (section_id, code, version),
    CONSTRAINT ndc_period CHECK (year_first <= year_last),
    CONSTRAINT ndc_target CHECK (target IN ('single-year', 'multi-year')),
    CONSTRAINT ndc_method CHECK (method = 'trajectory' OR (method = 'averaging' AND target = 'single-year')),
    CONSTRAINT ndc_metric CHECK (metric IN ('GHG', 'non-GHG') AND (metric = 'non-GHG') = (metric_unit <> ''))
);

CREATE TABLE designated_authority (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT designated_authority_section REFERENCES section,
    party text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL CONSTRAINT designated_authority_named CHECK (name <> ''),
    address text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    telephone text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    CONSTRAINT designated_authority_identity UNIQUE (section_id, version)
);

-- What a Party submitted (2/CMA.3 annex paras 18-20), under its document's reference.
CREATE TABLE party_report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT party_report_section REFERENCES section,
    party text NOT NULL,
    report text NOT NULL,
    reference text NOT NULL,
    version integer NOT NULL,
    submitted_on date NOT NULL,
    approaches text[] NOT NULL DEFAULT '{}',
    year integer,
    is_withdrawn boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT party_report_identity UNIQUE (section_id, report, reference, version),
    CONSTRAINT party_report_kind CHECK (
        report IN ('initial_report', 'updated_initial_report', 'annual_information')),
    CONSTRAINT party_report_year CHECK ((report = 'annual_information') = (year IS NOT NULL))
);

-- Whether an authorization waits for a record of its Party's NDC: for one section, or, in the administrator's, for all.
CREATE TABLE ndc_demand (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT ndc_demand_section REFERENCES section,
    version integer NOT NULL,
    is_demanded boolean NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT ndc_demand_identity UNIQUE (section_id, version)
);

-- Documents are named with their digest; the files themselves are kept elsewhere.
CREATE TABLE entity (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT entity_section REFERENCES section,
    party text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    identification text NOT NULL,
    documents jsonb NOT NULL DEFAULT '[]',
    checks jsonb NOT NULL DEFAULT '[]',
    valid_until date NOT NULL,
    status text NOT NULL,
    reason text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    CONSTRAINT entity_identity UNIQUE (section_id, code, version),
    CONSTRAINT entity_named CHECK (name <> '' AND country <> '' AND identification <> ''),
    CONSTRAINT entity_status CHECK (status IN ('active', 'suspended', 'ended'))
);
CREATE INDEX entity_by_name ON entity (section_id, name);
CREATE INDEX entity_by_identification ON entity (section_id, identification);

CREATE TRIGGER ndc_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ndc
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER designated_authority_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON designated_authority
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER party_report_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_report
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER ndc_demand_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ndc_demand
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER entity_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entity
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- NDCs, authorities and reports are public wherever they stand; what identifies an entity is its section's.
ALTER TABLE ndc ENABLE ROW LEVEL SECURITY;
CREATE POLICY ndc_in_sight ON ndc FOR SELECT USING (true);
CREATE POLICY ndc_written ON ndc FOR INSERT WITH CHECK (true);
ALTER TABLE designated_authority ENABLE ROW LEVEL SECURITY;
CREATE POLICY designated_authority_in_sight ON designated_authority FOR SELECT USING (true);
CREATE POLICY designated_authority_written ON designated_authority FOR INSERT WITH CHECK (true);
ALTER TABLE party_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY party_report_in_sight ON party_report FOR SELECT USING (true);
CREATE POLICY party_report_written ON party_report FOR INSERT WITH CHECK (true);
ALTER TABLE ndc_demand ENABLE ROW LEVEL SECURITY;
CREATE POLICY ndc_demand_in_sight ON ndc_demand FOR SELECT USING (true);
CREATE POLICY ndc_demand_written ON ndc_demand FOR INSERT WITH CHECK (true);
ALTER TABLE entity ENABLE ROW LEVEL SECURITY;
CREATE POLICY entity_in_sight ON entity FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY entity_written ON entity FOR INSERT WITH CHECK (true);

-- What the rules ask of accounts, as functions: a plan that holds these questions would cost every transaction something,
-- and only few accounts have a holder or a period.

-- Where an account's holder stands in its section's register, whatever it was called: code, status, last day; null where
-- it is not in it.
CREATE FUNCTION entity_standing(p_section smallint, p_holder text) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text := p_holder;
    standing json;
BEGIN
    FOR attempt IN 1..3 LOOP
        IF attempt = 2 THEN
            SELECT e.code INTO found FROM entity e WHERE e.section_id = p_section AND e.name = p_holder LIMIT 1;
        ELSIF attempt = 3 THEN
            SELECT e.code INTO found FROM entity e WHERE e.section_id = p_section AND e.identification = p_holder LIMIT 1;
        END IF;
        SELECT json_build_array(n.code, n.status, n.valid_until) INTO standing FROM entity n
            WHERE n.section_id = p_section AND n.code = found ORDER BY n.version DESC LIMIT 1;
        EXIT WHEN standing IS NOT NULL;
    END LOOP;
    RETURN standing;
END $$;

-- Whether a period is one of an NDC on record; true where the section has none on record.
CREATE FUNCTION ndc_period_known(p_section smallint, p_first integer, p_last integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT COALESCE(bool_or(n.year_first = p_first AND n.year_last = p_last), true)
        FROM (SELECT DISTINCT ON (d.code) d.* FROM ndc d WHERE d.section_id = p_section
              ORDER BY d.code, d.version DESC) n
        WHERE NOT n.is_withdrawn);
END $$;
