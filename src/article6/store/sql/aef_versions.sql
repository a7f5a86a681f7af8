-- Versions of a Party's yearly report as they were frozen, what of it is confidential, and the texts that explain it.
-- Written once, all of it: a revision is a new version, and what is confidential is what its last line says.

CREATE TABLE aef_version (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT aef_version_section REFERENCES section,
    party text NOT NULL,
    year integer NOT NULL,
    major integer NOT NULL,
    minor integer NOT NULL,
    follows bigint CONSTRAINT aef_version_followed REFERENCES aef_version,
    head jsonb NOT NULL,
    reason text NOT NULL DEFAULT '',
    last_entry bigint NOT NULL,
    last_authorization bigint NOT NULL,
    last_explanation bigint NOT NULL,
    frozen_by integer NOT NULL,
    frozen_at timestamptz NOT NULL,
    CONSTRAINT aef_version_identity UNIQUE (party, year, major, minor),
    -- Each version follows one that nothing else follows: of two that are frozen at once, one is refused.
    CONSTRAINT aef_version_follows_once UNIQUE (follows),
    CONSTRAINT aef_version_number CHECK (major >= 1 AND minor >= 0),
    CONSTRAINT aef_version_year_over CHECK (frozen_at >= make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))
);
CREATE UNIQUE INDEX aef_version_first_once ON aef_version (party, year) WHERE follows IS NULL;

-- Rows of the version, some thousands at a time: lines of canonical JSON, compressed by the program.
CREATE TABLE aef_version_part (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id bigint NOT NULL CONSTRAINT aef_version_part_version REFERENCES aef_version,
    section_id smallint NOT NULL,
    number integer NOT NULL,
    table_key text NOT NULL,
    row_count integer NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT aef_version_part_identity UNIQUE (version_id, number),
    CONSTRAINT aef_version_part_filled CHECK (number >= 1 AND row_count >= 1)
);
ALTER TABLE aef_version_part ALTER COLUMN content SET STORAGE EXTERNAL;

-- What closes a version: how many parts and rows it has, and the SHA-256 of its whole content.
CREATE TABLE aef_version_seal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id bigint NOT NULL CONSTRAINT aef_version_seal_version REFERENCES aef_version,
    section_id smallint NOT NULL,
    parts integer NOT NULL,
    row_counts jsonb NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT aef_version_seal_once UNIQUE (version_id),
    CONSTRAINT aef_version_seal_sha256 CHECK (length(sha256) = 32)
);

CREATE TABLE aef_confidential (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT aef_confidential_section REFERENCES section,
    party text NOT NULL,
    year integer NOT NULL,
    table_key text NOT NULL,
    row_key text NOT NULL,
    field text NOT NULL DEFAULT '',
    is_confidential boolean NOT NULL,
    reason text NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT aef_confidential_named CHECK (row_key <> '' AND reason <> '')
);
CREATE INDEX aef_confidential_by_report ON aef_confidential (party, year);

CREATE TABLE aef_explanation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT aef_explanation_section REFERENCES section,
    party text NOT NULL,
    year integer NOT NULL,
    table_key text NOT NULL,
    row_key text NOT NULL DEFAULT '',
    explanation text NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX aef_explanation_by_report ON aef_explanation (party, year);

-- A version goes up from the one it follows, of the same report.
CREATE FUNCTION guard_aef_version() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before aef_version;
BEGIN
    IF NEW.follows IS NOT NULL THEN
        SELECT * INTO before FROM aef_version v WHERE v.id = NEW.follows;
        IF (before.party, before.year) IS DISTINCT FROM (NEW.party, NEW.year)
           OR (NEW.major, NEW.minor) <= (before.major, before.minor) THEN
            PERFORM refuse('aef.version_backwards', format('%s.%s', NEW.major, NEW.minor));
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aef_version_goes_up BEFORE INSERT ON aef_version
    FOR EACH ROW EXECUTE FUNCTION guard_aef_version();

-- Nothing is added to a version that is closed.
CREATE FUNCTION guard_aef_version_part() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM aef_version_seal s WHERE s.version_id = NEW.version_id) THEN
        PERFORM refuse('ledger.append_only', format('version %s', NEW.version_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aef_version_part_fits BEFORE INSERT ON aef_version_part
    FOR EACH ROW EXECUTE FUNCTION guard_aef_version_part();

CREATE TRIGGER aef_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aef_version
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER aef_version_part_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aef_version_part
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER aef_version_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aef_version_seal
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER aef_confidential_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aef_confidential
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER aef_explanation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aef_explanation
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

ALTER TABLE aef_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY aef_version_in_sight ON aef_version FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY aef_version_written ON aef_version FOR INSERT WITH CHECK (true);
ALTER TABLE aef_version_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY aef_version_part_in_sight ON aef_version_part FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY aef_version_part_written ON aef_version_part FOR INSERT WITH CHECK (true);
ALTER TABLE aef_version_seal ENABLE ROW LEVEL SECURITY;
CREATE POLICY aef_version_seal_in_sight ON aef_version_seal FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY aef_version_seal_written ON aef_version_seal FOR INSERT WITH CHECK (true);
ALTER TABLE aef_confidential ENABLE ROW LEVEL SECURITY;
CREATE POLICY aef_confidential_in_sight ON aef_confidential FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY aef_confidential_written ON aef_confidential FOR INSERT WITH CHECK (true);
ALTER TABLE aef_explanation ENABLE ROW LEVEL SECURITY;
CREATE POLICY aef_explanation_in_sight ON aef_explanation FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY aef_explanation_written ON aef_explanation FOR INSERT WITH CHECK (true);
