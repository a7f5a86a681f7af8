-- What the checks remember, so that a new submission has only those rows read again of which they may now say something
-- else: what the rows of each submission name, and what was said of the units of each Party.

-- The rows of tables 3 and 4 of a submission, counted by what they name; with the same sight as the rows.
CREATE TABLE submission_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL CONSTRAINT submission_group_submission REFERENCES submission,
    section_id smallint NOT NULL CONSTRAINT submission_group_section REFERENCES section,
    shown_to text NOT NULL,
    first_party text NOT NULL,
    approach text NOT NULL,
    authorization_code text,
    transferring text,
    acquiring text,
    using_party text,
    has_origins boolean NOT NULL,
    row_count bigint NOT NULL
);
CREATE INDEX submission_group_by_submission ON submission_group (submission_id);
CREATE INDEX submission_group_by_first_party ON submission_group (first_party);

-- Once for each submission, whose rows never change. What was not understood where it matters is left out, as the checks
-- leave it out. (store/queries/submitted_units.py)
CREATE FUNCTION group_submissions(wanted bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO submission_group (submission_id, section_id, shown_to, first_party, approach, authorization_code,
        transferring, acquiring, using_party, has_origins, row_count)
    SELECT r.submission_id, r.section_id, r.shown_to, r.first_party, r.approach, r.authorization_code, r.transferring,
        r.acquiring, r.using_party, bool_and(coalesce(r.origin, '') <> ''), count(*)
    FROM submission_row r
    WHERE r.submission_id = ANY (wanted) AND r.table_number IN (3, 4) AND r.shown_to IN ('all', 'own')
        AND r.lo <= r.hi AND r.approach IS NOT NULL AND r.first_party IS NOT NULL AND r.vintage IS NOT NULL
        AND (r.table_number = 4 OR (r.at IS NOT NULL AND r.action_type IS NOT NULL))
        AND NOT EXISTS (SELECT 1 FROM submission_group g WHERE g.submission_id = r.submission_id)
    GROUP BY r.submission_id, r.section_id, r.shown_to, r.first_party, r.approach, r.authorization_code, r.transferring,
        r.acquiring, r.using_party
$$;
SELECT group_submissions(ARRAY(SELECT id FROM submission WHERE entered = 'form_passed'));

-- A run of the checks: which edition of them, the Parties whose units were looked at, and how many rows that took.
CREATE TABLE check_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause_id bigint NOT NULL CONSTRAINT check_run_cause REFERENCES submission,
    edition integer NOT NULL,
    is_whole boolean NOT NULL,
    homes text[] NOT NULL,
    rows_read bigint NOT NULL,
    rows_recorded bigint NOT NULL,
    at timestamptz NOT NULL
);

-- What was said of the units of a Party (empty: of what is no unit), written when it is something else than before; the
-- newest counts.
CREATE TABLE check_home (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause_id bigint NOT NULL CONSTRAINT check_home_cause REFERENCES submission,
    edition integer NOT NULL,
    home text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX check_home_newest ON check_home (home, id DESC);

-- `submissions` are the one of which it is said and those of its places; `named` the Parties in the sentence, whose
-- reports of that year it concerns too.
CREATE TABLE check_memory (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id bigint NOT NULL CONSTRAINT check_memory_home REFERENCES check_home,
    code text NOT NULL,
    is_gap boolean NOT NULL,
    submission_id bigint NOT NULL CONSTRAINT check_memory_submission REFERENCES submission,
    submissions bigint[] NOT NULL,
    named text[] NOT NULL,
    year integer NOT NULL,
    sentence text NOT NULL,
    params jsonb NOT NULL,
    places jsonb NOT NULL
);
CREATE INDEX check_memory_by_home ON check_memory (home_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['submission_group', 'check_run', 'check_home', 'check_memory'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only()', name || '_append_only', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', name || '_written', name);
    END LOOP;
    -- It may tell confidential items; what others may read of it are the findings of a submission.
    FOREACH name IN ARRAY ARRAY['check_run', 'check_home', 'check_memory'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all()))', name || '_in_sight', name);
    END LOOP;
END $$;
CREATE POLICY submission_group_in_sight ON submission_group FOR SELECT
    USING (shown_to <> 'own' OR (SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
