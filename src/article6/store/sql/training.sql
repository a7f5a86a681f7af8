-- Training in a practice registry: runs, what each participant did, and what participants say of it. A reset puts the
-- ledger back to where it began; runs, progress and feedback are carried over and never changed.
CREATE TABLE training_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number integer NOT NULL CONSTRAINT training_run_number UNIQUE,
    began_at timestamptz NOT NULL
);

CREATE TABLE training_progress (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run integer NOT NULL,
    login text NOT NULL,
    exercise text NOT NULL,
    done_at timestamptz NOT NULL,
    CONSTRAINT training_progress_once UNIQUE (run, login, exercise)
);

CREATE TABLE training_feedback (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run integer NOT NULL,
    login text NOT NULL,
    exercise text NOT NULL DEFAULT '',
    rating integer NOT NULL CONSTRAINT training_feedback_rating CHECK (rating BETWEEN 1 AND 5),
    said text NOT NULL CONSTRAINT training_feedback_said CHECK (length(said) <= 4000),
    at timestamptz NOT NULL
);

-- None of it stands in a registry that is not for practice.
CREATE FUNCTION guard_practice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT COALESCE((SELECT r.is_practice FROM registry r), false) THEN
        RAISE EXCEPTION 'training.not_here' USING ERRCODE = 'A6001';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['training_run', 'training_progress', 'training_feedback'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only()', kept || '_append_only', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION guard_practice()', kept || '_practice', kept);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', kept || '_written', kept);
    END LOOP;
END $$;
-- Which run this is, everybody knows; what the others did and said, who trains them.
CREATE POLICY training_run_in_sight ON training_run FOR SELECT USING (true);
CREATE POLICY training_progress_in_sight ON training_progress FOR SELECT USING ((SELECT sight_all()));
CREATE POLICY training_feedback_in_sight ON training_feedback FOR SELECT USING ((SELECT sight_all()));
