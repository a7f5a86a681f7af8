-- Reports that were issued, what is issued by the clock, and holdings kept so that the past is found fast.

-- What an account held as of a moment, by moments of decision. It is computed from the journal and never changed; where
-- something is decided before `at` after it was written (a replay of the past), it no longer counts what the journal
-- has and is left aside, until a new one is written. `from_transaction`: transactions of the account with lower numbers
-- were all decided before `at` or never will be; `counted` of those from there on were, `transactions` in all.
CREATE TABLE holding_snapshot (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT holding_snapshot_account REFERENCES account,
    section_id smallint NOT NULL,
    at timestamptz NOT NULL,
    units bigint NOT NULL,
    series_ids integer[] NOT NULL,
    los bigint[] NOT NULL,
    his bigint[] NOT NULL,
    batch_ids bigint[] NOT NULL,
    authorization_ids bigint[] NOT NULL,
    from_transaction bigint NOT NULL,
    counted bigint NOT NULL,
    transactions bigint NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT holding_snapshot_identity UNIQUE (account_id, at, transactions),
    CONSTRAINT holding_snapshot_settled CHECK (at < written_at),
    CONSTRAINT holding_snapshot_ranges CHECK (
        cardinality(series_ids) = cardinality(los) AND cardinality(los) = cardinality(his)
        AND cardinality(his) = cardinality(batch_ids) AND cardinality(batch_ids) = cardinality(authorization_ids))
);

-- A kind of report that is made by the clock, for the people who have a role in a section.
CREATE TABLE report_schedule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT report_schedule_section REFERENCES section,
    role text NOT NULL,
    kind text NOT NULL,
    parameters jsonb NOT NULL,
    rhythm text NOT NULL,
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT report_schedule_rhythm CHECK (rhythm IN ('month', 'year'))
);

CREATE TABLE report_schedule_end (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL CONSTRAINT report_schedule_end_schedule REFERENCES report_schedule,
    section_id smallint NOT NULL,
    person_id integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT report_schedule_end_once UNIQUE (schedule_id)
);

-- A report with its content, which its digest proves. `person_id` is told to nobody; null is the clock. `is_open`: it
-- shows what everybody sees of a public registry.
CREATE TABLE report_issued (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT report_issued_code UNIQUE,
    section_id smallint NOT NULL CONSTRAINT report_issued_section REFERENCES section,
    is_open boolean NOT NULL,
    kind text NOT NULL,
    parameters jsonb NOT NULL,
    as_of timestamptz NOT NULL,
    content text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    person_id integer,
    schedule_id bigint CONSTRAINT report_issued_schedule REFERENCES report_schedule,
    CONSTRAINT report_issued_digest CHECK (digest = sha256(convert_to(content, 'UTF8'))),
    CONSTRAINT report_issued_by CHECK ((person_id IS NULL) = (schedule_id IS NOT NULL)),
    CONSTRAINT report_issued_past CHECK (as_of <= at),
    CONSTRAINT report_issued_once UNIQUE (schedule_id, as_of)
);
CREATE INDEX report_issued_by_section ON report_issued (section_id, id);

CREATE TRIGGER holding_snapshot_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON holding_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER report_schedule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_schedule
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER report_schedule_end_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_schedule_end
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER report_issued_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_issued
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

ALTER TABLE holding_snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY holding_snapshot_in_sight ON holding_snapshot FOR SELECT
    USING ((SELECT sight_ledger()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY holding_snapshot_written ON holding_snapshot FOR INSERT WITH CHECK (true);
ALTER TABLE report_schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_schedule_in_sight ON report_schedule FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY report_schedule_written ON report_schedule FOR INSERT WITH CHECK (true);
ALTER TABLE report_schedule_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_schedule_end_in_sight ON report_schedule_end FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY report_schedule_end_written ON report_schedule_end FOR INSERT WITH CHECK (true);
ALTER TABLE report_issued ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_issued_in_sight ON report_issued FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[])
           OR (is_open AND (SELECT sight_ledger())));
CREATE POLICY report_issued_written ON report_issued FOR INSERT WITH CHECK (true);
