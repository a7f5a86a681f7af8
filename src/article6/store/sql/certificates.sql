-- Certificates as they were issued. `content` is the canonical JSON without the signature, which stands beside it;
-- `section_id` is the section whose person asked for it. Whoever has the code is told the digest and no more.
CREATE TABLE certificate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT certificate_code UNIQUE,
    section_id smallint NOT NULL CONSTRAINT certificate_section REFERENCES section,
    transaction_id bigint NOT NULL CONSTRAINT certificate_transaction REFERENCES ledger_transaction,
    content text NOT NULL,
    signature text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    person_id integer NOT NULL,
    CONSTRAINT certificate_digest CHECK (digest = sha256(convert_to(content, 'UTF8')))
);
CREATE INDEX certificate_by_transaction ON certificate (transaction_id, id);

CREATE TRIGGER certificate_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

ALTER TABLE certificate ENABLE ROW LEVEL SECURITY;
CREATE POLICY certificate_in_sight ON certificate FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY certificate_written ON certificate FOR INSERT WITH CHECK (true);
