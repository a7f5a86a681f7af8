-- What a person began and did not send: the fields of a task's form as they were typed, nothing judged. A draft is its
-- person's own (sign_in.sql: sight_person), stands in the section that it is about, and is deleted when it is sent, given
-- up, or over.
CREATE TABLE task_draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    section_id smallint CONSTRAINT task_draft_section REFERENCES section,
    task text NOT NULL,
    title text NOT NULL,
    content jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT task_draft_task CHECK (task ~ '^[a-z0-9-]{1,60}$'),
    CONSTRAINT task_draft_title CHECK (length(title) <= 200),
    CONSTRAINT task_draft_content CHECK (jsonb_typeof(content) = 'object' AND pg_column_size(content) <= 400000)
);
CREATE INDEX task_draft_by_person ON task_draft (person_id, changed_at);
CREATE INDEX task_draft_due ON task_draft (ends_at);

ALTER TABLE task_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_draft_in_sight ON task_draft USING (sight_person(person_id)) WITH CHECK (sight_person(person_id));

-- What a person wants to be told by mail; nothing where there is no row.
CREATE TABLE mail_choice (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL CONSTRAINT mail_choice_once UNIQUE,
    address text NOT NULL CONSTRAINT mail_choice_address CHECK (length(address) <= 254),
    told_at timestamptz,
    told_of text NOT NULL DEFAULT ''
);
ALTER TABLE mail_choice ENABLE ROW LEVEL SECURITY;
CREATE POLICY mail_choice_in_sight ON mail_choice USING (sight_person(person_id)) WITH CHECK (sight_person(person_id));

-- Many orders from a file, as they were read, and what became of each. What they did is in the ledger; this is the way
-- there, so that it can be left and gone on with, and after a restart too.
CREATE TABLE bulk_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    section_id smallint CONSTRAINT bulk_run_section REFERENCES section,
    task text NOT NULL CONSTRAINT bulk_run_task CHECK (task IN ('transfer', 'cancel', 'retire')),
    name text NOT NULL CONSTRAINT bulk_run_name CHECK (length(name) <= 200),
    lines jsonb NOT NULL CONSTRAINT bulk_run_lines CHECK (jsonb_typeof(lines) = 'array'),
    is_whole boolean,
    state text NOT NULL CONSTRAINT bulk_run_state CHECK (state IN ('looked', 'running', 'ended')),
    results jsonb NOT NULL DEFAULT '[]',
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX bulk_run_by_person ON bulk_run (person_id, id);
CREATE INDEX bulk_run_running ON bulk_run (id) WHERE state = 'running';
ALTER TABLE bulk_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY bulk_run_in_sight ON bulk_run USING (sight_person(person_id)) WITH CHECK (sight_person(person_id));
