-- Who gets in: the flag of practice registries, invitations, machine clients' secrets and tokens, what is remembered for
-- a while, and what a session sees of the tables in which django-allauth keeps what people sign in with.

-- A practice registry may let people in by password alone. It is founded so, and never becomes a real one; nor the other
-- way round.
ALTER TABLE registry ADD COLUMN is_practice boolean NOT NULL DEFAULT false;
CREATE TRIGGER registry_practice BEFORE UPDATE OF is_practice ON registry FOR EACH ROW
    WHEN (NEW.is_practice IS DISTINCT FROM OLD.is_practice) EXECUTE FUNCTION guard_append_only();

-- The setting `article6.person` names whose these are: '*' everybody's (a door at which somebody signs in), a number
-- that person's, and nothing (the default) nobody's.
CREATE FUNCTION sight_person(p_person bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(current_setting('article6.person', true) IN ('*', p_person::text), false)
$$;

-- What decides whether somebody needs a second factor, and whether there is one; asked at every page.
CREATE FUNCTION sign_in_standing(p_person bigint, OUT roles text[], OUT represents boolean, OUT has_factor boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT DISTINCT m.role FROM store_membership m
                 WHERE m.person_id = p_person AND (m.until IS NULL OR m.until > now())),
           EXISTS (SELECT 1 FROM account_representative r WHERE r.person_id = p_person AND r.status = 'active'),
           EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = p_person AND a.type IN ('totp', 'webauthn'))
$$;

-- A link by which somebody sets a password and a second factor, once; only its SHA-256 is kept.
CREATE TABLE invitation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL CONSTRAINT invitation_person REFERENCES store_person,
    digest bytea NOT NULL CONSTRAINT invitation_digest UNIQUE,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT invitation_digest_bytes CHECK (length(digest) = 32),
    CONSTRAINT invitation_period CHECK (ends_at > made_at)
);
CREATE INDEX invitation_by_person ON invitation (person_id);

CREATE TABLE invitation_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invitation_id bigint NOT NULL CONSTRAINT invitation_act_invitation REFERENCES invitation,
    person_id bigint NOT NULL,
    kind text NOT NULL,
    done_by bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT invitation_act_kind CHECK (kind IN ('taken_up', 'withdrawn')),
    CONSTRAINT invitation_act_once UNIQUE (invitation_id)
);

-- What a machine client proves itself with. Several hold at once, so that one is changed without a pause.
CREATE TABLE machine_secret (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL CONSTRAINT machine_secret_person REFERENCES store_person,
    digest bytea NOT NULL CONSTRAINT machine_secret_digest UNIQUE,
    scopes text[] NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT machine_secret_digest_bytes CHECK (length(digest) = 32),
    CONSTRAINT machine_secret_period CHECK (ends_at > made_at)
);
CREATE INDEX machine_secret_by_person ON machine_secret (person_id);

CREATE TABLE machine_secret_end (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    secret_id bigint NOT NULL CONSTRAINT machine_secret_end_secret REFERENCES machine_secret,
    person_id bigint NOT NULL,
    ended_by bigint NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT machine_secret_end_once UNIQUE (secret_id)
);

-- The tokens that secrets were exchanged for, and when each secret last was. Neither is evidence; both may be forgotten.
CREATE TABLE machine_token (
    digest bytea PRIMARY KEY,
    secret_id bigint NOT NULL CONSTRAINT machine_token_secret REFERENCES machine_secret,
    person_id bigint NOT NULL,
    scopes text[] NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX machine_token_by_end ON machine_token (ends_at);
CREATE TABLE machine_secret_use (
    secret_id bigint PRIMARY KEY CONSTRAINT machine_secret_use_secret REFERENCES machine_secret,
    person_id bigint NOT NULL,
    used_at timestamptz NOT NULL
);

-- What all processes have to know for a while: failed attempts, codes that were used. Keys are digests.
CREATE TABLE remembered (
    key bytea PRIMARY KEY,
    value jsonb NOT NULL,
    ends_at timestamptz
);
CREATE INDEX remembered_by_end ON remembered (ends_at);

-- Recovery: somebody lost the second factor. It takes two people, as a change of roles does, and leaves nothing to sign in with.
ALTER TABLE role_change DROP CONSTRAINT role_change_kind, DROP CONSTRAINT role_change_role,
    ADD CONSTRAINT role_change_kind CHECK (change IN ('give', 'take', 'reinstate', 'recover')),
    ADD CONSTRAINT role_change_role CHECK ((role IS NULL) = (change IN ('reinstate', 'recover')));

CREATE FUNCTION person_signed_out(p_person bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DELETE FROM django_session s USING usersessions_usersession u
        WHERE u.user_id = p_person AND s.session_key = u.session_key;
    DELETE FROM usersessions_usersession u WHERE u.user_id = p_person;
$$;

ALTER FUNCTION role_change_apply(bigint, timestamptz) RENAME TO role_change_of_roles;
CREATE FUNCTION role_change_apply(p_change bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c role_change;
BEGIN
    SELECT * INTO c FROM role_change r WHERE r.id = p_change;
    IF c.change <> 'recover' THEN
        PERFORM role_change_of_roles(p_change, p_at);
        RETURN;
    END IF;
    DELETE FROM mfa_authenticator a WHERE a.user_id = c.person_id;
    DELETE FROM socialaccount_socialaccount a WHERE a.user_id = c.person_id;
    PERFORM person_signed_out(c.person_id);
    -- No password begins so.
    UPDATE store_person SET password = '!' || replace(gen_random_uuid()::text, '-', '') WHERE id = c.person_id;
END $$;

DO $$
DECLARE
    kept text;
    whose text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['invitation', 'invitation_act', 'machine_secret', 'machine_secret_end'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only()', kept || '_append_only', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['invitation', 'invitation_act', 'machine_secret', 'machine_secret_end', 'machine_token',
                                'machine_secret_use', 'mfa_authenticator', 'usersessions_usersession',
                                'socialaccount_socialaccount', 'account_emailaddress'] LOOP
        whose := CASE WHEN kept LIKE 'm%\_authenticator' OR kept LIKE 'usersessions%' OR kept LIKE 'socialaccount%'
                           OR kept LIKE 'account\_%' THEN 'user_id' ELSE 'person_id' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY %I ON %I USING (sight_person(%I)) WITH CHECK (sight_person(%I))',
                       kept || '_in_sight', kept, whose, whose);
    END LOOP;
END $$;
