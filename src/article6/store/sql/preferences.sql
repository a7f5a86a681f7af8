-- What is a person's own: how pages look, browsers that are known, letters that wait to be sent, forms that were sent after
-- a session had ended; and what operators did about how people get in.

-- Language and appearance, as the person chose them; nothing where there is no row. `appearance` NULL: never chosen; '':
-- left to the machine. `read_in` is the language in which the person last signed in, for letters to who chose none.
CREATE TABLE preference (
    person_id integer PRIMARY KEY,
    language text NOT NULL DEFAULT '' CONSTRAINT preference_language CHECK (language ~ '^[a-z-]{0,10}$'),
    appearance text CONSTRAINT preference_appearance CHECK (appearance IN ('', 'light', 'dark')),
    read_in text NOT NULL DEFAULT '' CONSTRAINT preference_read_in CHECK (read_in ~ '^[a-z-]{0,10}$')
);

-- Browsers in which a person has signed in, by the SHA-256 of what the browser keeps in a cookie.
CREATE TABLE known_browser (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    digest bytea NOT NULL CONSTRAINT known_browser_digest CHECK (length(digest) = 32),
    seen_at timestamptz NOT NULL,
    CONSTRAINT known_browser_once UNIQUE (person_id, digest)
);

-- Letters about how somebody signs in, until they are sent. `address` is the one that held when it happened.
CREATE TABLE letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    address text NOT NULL CONSTRAINT letter_address CHECK (length(address) BETWEEN 1 AND 254),
    kind text NOT NULL CONSTRAINT letter_kind CHECK (kind ~ '^[a-z_]{1,40}$'),
    device text NOT NULL DEFAULT '' CONSTRAINT letter_device CHECK (length(device) <= 100),
    made_at timestamptz NOT NULL,
    tried_at timestamptz
);

-- Who has to choose a password before anything else, because somebody else knows the one there is.
CREATE TABLE password_to_change (
    person_id integer PRIMARY KEY,
    since timestamptz NOT NULL
);

-- What an operator did at the server about how somebody gets in: the login of the operating system, and who was named.
CREATE TABLE operator_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    act text NOT NULL CONSTRAINT operator_act_kind CHECK (act IN ('password_set', 'token_made')),
    os_user text NOT NULL CONSTRAINT operator_act_os_user CHECK (length(os_user) BETWEEN 1 AND 100),
    named_by integer,
    at timestamptz NOT NULL
);
CREATE INDEX operator_act_by_person ON operator_act (person_id, id);
CREATE TRIGGER operator_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_act
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- A form that was sent when its session had ended, as it was typed; for its person, at its page, for a day.
CREATE TABLE kept_form (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    path text NOT NULL CONSTRAINT kept_form_path CHECK (length(path) BETWEEN 1 AND 500),
    content jsonb NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT kept_form_content CHECK (jsonb_typeof(content) = 'object' AND pg_column_size(content) <= 400000)
);
CREATE INDEX kept_form_by_person ON kept_form (person_id, id);
CREATE INDEX kept_form_due ON kept_form (ends_at);

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['preference', 'known_browser', 'letter', 'password_to_change', 'operator_act',
                                'kept_form'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY %I ON %I USING (sight_person(person_id)) WITH CHECK (sight_person(person_id))',
                       kept || '_in_sight', kept);
    END LOOP;
END $$;
