-- The Article 6 database (6/CMA.4 annex I paras 32-40): what Parties submitted, kept as received, what was done with it,
-- what the checks said, and the status of reviews. Nothing here is ever changed; a correction is a newer version.

-- A file is kept once, however often it is submitted.
CREATE TABLE submission_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT submission_file_section REFERENCES section,
    sha256 bytea NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT submission_file_identity UNIQUE (section_id, sha256),
    CONSTRAINT submission_file_sha256 CHECK (sha256 = sha256(content))
);
ALTER TABLE submission_file ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE submission (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT submission_section REFERENCES section,
    party text NOT NULL,
    reported_year integer NOT NULL,
    major integer,
    minor integer,
    entered text NOT NULL,
    duplicate_of bigint CONSTRAINT submission_original REFERENCES submission,
    file_id bigint NOT NULL CONSTRAINT submission_has_file REFERENCES submission_file,
    file_name text NOT NULL,
    form text NOT NULL,
    size_bytes bigint NOT NULL,
    hidden_rows integer NOT NULL DEFAULT 0,
    hidden_cells integer NOT NULL DEFAULT 0,
    submitted_by integer NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT submission_entered CHECK (
        entered IN ('form_failed', 'form_passed', 'duplicate')
        AND (duplicate_of IS NOT NULL) = (entered = 'duplicate')
        AND (entered <> 'form_passed' OR (major >= 1 AND minor >= 0))),
    CONSTRAINT submission_year CHECK (reported_year BETWEEN 1990 AND 2200)
);
CREATE UNIQUE INDEX submission_version_once ON submission (party, reported_year, major, minor)
    WHERE entered = 'form_passed';

CREATE TABLE submission_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_act_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_act_section REFERENCES section,
    number integer NOT NULL,
    act text NOT NULL,
    at timestamptz NOT NULL,
    person_id integer,
    remark text NOT NULL DEFAULT '',
    CONSTRAINT submission_act_identity UNIQUE (submission_id, number),
    CONSTRAINT submission_act_kind CHECK (act IN ('form_failed', 'form_passed', 'duplicate', 'found_consistent',
        'found_inconsistent', 'superseded', 'withdrawn'))
);

-- Where each table stood in the file, so that a row can be put back into its cells.
CREATE TABLE submission_layout (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_layout_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_layout_section REFERENCES section,
    table_number smallint NOT NULL,
    sheet text NOT NULL,
    layout jsonb NOT NULL,
    CONSTRAINT submission_layout_identity UNIQUE (submission_id, table_number)
);

-- A row as received (`cells`), with the values that checks and tables ask for. `shown_to`: a row without confidential
-- items is for all; one with such items is there twice, whole for its own section and without them for the public.
CREATE TABLE submission_row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_row_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_row_section REFERENCES section,
    table_number smallint NOT NULL,
    number integer NOT NULL,
    shown_to text NOT NULL,
    record_id text,
    cells jsonb NOT NULL,
    action_type text, action_subtype text, approach text, authorization_code text, registry text, first_party text,
    vintage integer, metric text, metric_unit text, transferring text, acquiring text, purpose text, using_party text,
    using_entity text, year_used integer, authorized_for text, authorization_version numeric,
    origin text, lo bigint, hi bigint, quantity numeric, quantity_other numeric, at timestamptz, is_day boolean,
    sectors text[], first_id text, last_id text,
    CONSTRAINT submission_row_shown_to CHECK (shown_to IN ('all', 'own', 'public')),
    CONSTRAINT submission_row_identity UNIQUE (submission_id, table_number, number, shown_to)
);
CREATE INDEX submission_row_by_approach ON submission_row (approach, submission_id);
CREATE INDEX submission_row_by_series ON submission_row (first_party, lo) WHERE table_number IN (3, 4);

CREATE TABLE submission_mark (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_mark_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_mark_section REFERENCES section,
    table_number smallint NOT NULL,
    number integer,
    field text
);

-- What a check said of a submission, written when it says something else than before; so the history tells how long an
-- inconsistency lasted. A form check's result belongs to its own submission alone.
CREATE TABLE submission_result (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_result_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_result_section REFERENCES section,
    cause_id bigint CONSTRAINT submission_result_cause REFERENCES submission,
    code text NOT NULL,
    scope text NOT NULL,
    result text NOT NULL,
    findings integer NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT submission_result_value CHECK (result IN ('Checked, no inconsistencies identified',
        'Checked, inconsistencies identified', 'Null, information for check not available'))
);
CREATE INDEX submission_result_latest ON submission_result (submission_id, code, id DESC);

-- A finding, or why a check could not be made (`is_gap`), with the rows that are its evidence. `rests_on` names the
-- sections whose confidential items it tells: it is for eyes that see all of them, and for others there is one more that
-- `redacts` it.
CREATE TABLE submission_finding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    result_id bigint NOT NULL CONSTRAINT submission_finding_result REFERENCES submission_result,
    section_id smallint NOT NULL CONSTRAINT submission_finding_section REFERENCES section,
    is_gap boolean NOT NULL DEFAULT false,
    rests_on smallint[] NOT NULL DEFAULT '{}',
    redacts bigint CONSTRAINT submission_finding_redacts REFERENCES submission_finding,
    is_cross_party boolean NOT NULL,
    parties text[] NOT NULL,
    sentence text NOT NULL,
    params jsonb NOT NULL,
    places jsonb NOT NULL
);
CREATE INDEX submission_finding_by_result ON submission_finding (result_id);

-- 4/CMA.6 para 37; without an approach it is the review of the initial report.
CREATE TABLE review_status (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT review_status_section REFERENCES section,
    party text NOT NULL,
    approach text NOT NULL DEFAULT '',
    status text NOT NULL,
    report_url text NOT NULL DEFAULT '',
    remark text NOT NULL DEFAULT '',
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT review_status_value CHECK (status IN (
        'Review pending',
        'Review finalized and no inconsistencies identified',
        'Review finalized and inconsistencies identified',
        'Review finalized and significant inconsistencies identified',
        'Review finalized and persistent inconsistencies identified',
        'Review finalized and significant inconsistencies and persistent inconsistencies identified',
        'Review finalized and consistencies identified that are both significant and persistent'))
);
CREATE INDEX review_status_by_party ON review_status (party, approach, id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['submission_file', 'submission', 'submission_act', 'submission_layout', 'submission_row',
        'submission_mark', 'submission_result', 'submission_finding', 'review_status'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
    -- Only its own section sees the file, and what is marked in it.
    FOREACH name IN ARRAY ARRAY['submission_file', 'submission_mark'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all())
            OR section_id = ANY ((SELECT sight_sections())::smallint[]))', name || '_in_sight', name);
    END LOOP;
    -- What passed the form is public (2/CMA.3 annex para 24), with what became of it and what the checks said.
    FOREACH name IN ARRAY ARRAY['submission_act', 'submission_layout', 'submission_result'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all())
            OR section_id = ANY ((SELECT sight_sections())::smallint[])
            OR EXISTS (SELECT 1 FROM submission s WHERE s.id = %I.submission_id AND s.entered = ''form_passed''))',
            name || '_in_sight', name, name);
    END LOOP;
END $$;

CREATE POLICY submission_in_sight ON submission FOR SELECT
    USING (entered = 'form_passed' OR (SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY submission_row_in_sight ON submission_row FOR SELECT
    USING (shown_to <> 'own' OR (SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
-- Leans on the policy of the results.
CREATE POLICY submission_finding_in_sight ON submission_finding FOR SELECT
    USING ((SELECT sight_all())
           OR (rests_on <@ (SELECT sight_sections())::smallint[]
               AND EXISTS (SELECT 1 FROM submission_result r WHERE r.id = submission_finding.result_id)));
CREATE POLICY review_status_in_sight ON review_status FOR SELECT USING (true);
