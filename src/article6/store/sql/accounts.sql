-- Who may act: roles, account requests, representatives, trusted accounts. What is asked for is a row, its decision is
-- another, and neither changes; an approved decision takes effect by trigger, so that nothing takes effect without one.

ALTER TABLE account ADD COLUMN is_represented boolean NOT NULL DEFAULT false,
                    ADD COLUMN trusted_only boolean NOT NULL DEFAULT false,
                    ADD COLUMN request_id bigint CONSTRAINT account_request_once UNIQUE;
-- One retirement account for a Party and NDC implementation period.
CREATE UNIQUE INDEX account_retirement_period ON account (section_id, period_first, period_last)
    WHERE type = 'retirement' AND status <> 'closed';

-- Section 0 is every section. A reinstatement has no role: it ends a suspension.
CREATE TABLE role_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    person_id bigint NOT NULL,
    change text NOT NULL,
    role text,
    until timestamptz,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL,
    CONSTRAINT role_change_kind CHECK (change IN ('give', 'take', 'reinstate')),
    CONSTRAINT role_change_role CHECK ((role IS NULL) = (change = 'reinstate'))
);

-- `particulars` are the account's, as they are asked for: second person, period, metric, purpose, attributes.
CREATE TABLE account_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT account_request_section REFERENCES section,
    type text NOT NULL,
    name text NOT NULL,
    particulars jsonb NOT NULL DEFAULT '{}',
    representatives bigint[] NOT NULL,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL
);

-- Personal and business data in tables of their own: shown to who decides and to who asked, never to the public.
CREATE TABLE account_request_identification (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    request_id bigint NOT NULL CONSTRAINT identification_request REFERENCES account_request
        CONSTRAINT identification_once UNIQUE,
    legal_name text NOT NULL,
    country text NOT NULL,
    identification_number text NOT NULL
);

CREATE TABLE account_request_document (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    request_id bigint NOT NULL CONSTRAINT document_request REFERENCES account_request,
    kind text NOT NULL,
    reference text NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT document_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
CREATE INDEX account_request_document_by_request ON account_request_document (request_id);

CREATE TABLE representative_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    account_id bigint NOT NULL CONSTRAINT representative_change_account REFERENCES account,
    added bigint[] NOT NULL,
    removed bigint[] NOT NULL,
    suspended bigint[] NOT NULL,
    reinstated bigint[] NOT NULL,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL
);
CREATE INDEX representative_change_by_account ON representative_change (account_id);

-- 'trust' and 'distrust' change the list; 'demand' and 'waive' say whether transfers go to accounts on it only.
CREATE TABLE trusted_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    account_id bigint NOT NULL CONSTRAINT trusted_change_account REFERENCES account,
    change text NOT NULL,
    trusted text,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL,
    CONSTRAINT trusted_change_kind CHECK (change IN ('trust', 'distrust', 'demand', 'waive')),
    CONSTRAINT trusted_change_named CHECK ((trusted IS NOT NULL) = (change IN ('trust', 'distrust')))
);
CREATE INDEX trusted_change_by_account ON trusted_change (account_id);

-- The second person's word on any of the above, once.
CREATE TABLE decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL,
    subject text NOT NULL,
    subject_id bigint NOT NULL,
    is_approved boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    decided_by integer NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT decision_subject CHECK (
        subject IN ('role_change', 'account_request', 'representative_change', 'trusted_change')),
    CONSTRAINT decision_once UNIQUE (subject, subject_id)
);

-- What holds now. Written by the decisions' trigger only.
CREATE TABLE account_representative (
    account_id bigint NOT NULL,
    person_id bigint NOT NULL,
    section_id smallint NOT NULL,
    status text NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT account_representative_once PRIMARY KEY (account_id, person_id),
    CONSTRAINT account_representative_status CHECK (status IN ('active', 'suspended', 'removed'))
);
CREATE INDEX account_representative_by_person ON account_representative (person_id);

CREATE TABLE trusted_account (
    account_id bigint NOT NULL,
    number text NOT NULL,
    section_id smallint NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT trusted_account_once PRIMARY KEY (account_id, number)
);

-- Asked only of accounts that have representatives or demand trusted targets. Functions, so that a proposal of any other
-- account does not pay for opening their tables; the planner would do so for a subquery that is never reached.
CREATE FUNCTION represents(p_account bigint, p_person bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM account_representative r
                   WHERE r.account_id = p_account AND r.person_id = p_person AND r.status = 'active')
$$;

CREATE FUNCTION trusts(p_account bigint, p_number text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM trusted_account t WHERE t.account_id = p_account AND t.number = p_number)
$$;

-- Until there was a second administrator there was nobody who could approve a change of roles.
CREATE FUNCTION administrators_ever() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT m.person_id) FROM store_membership m WHERE m.role = 'administrator'
$$;

-- Four eyes: nobody approves what they proposed, nor what they gain by. The exceptions are the founder's while there is
-- nobody else, and what is done with representatives where the account asks for no second person, or where somebody is
-- only suspended.
CREATE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    proposer integer;
    gains integer;
    alone boolean := false;
BEGIN
    CASE NEW.subject
        WHEN 'role_change' THEN
            PERFORM pg_advisory_xact_lock(hashtext('role_change'));
            SELECT c.proposed_by, CASE WHEN c.change <> 'take' THEN c.person_id END, administrators_ever() < 2
                INTO proposer, gains, alone
                FROM role_change c WHERE c.id = NEW.subject_id;
        WHEN 'account_request' THEN
            SELECT r.proposed_by INTO proposer FROM account_request r WHERE r.id = NEW.subject_id;
        WHEN 'representative_change' THEN
            SELECT c.proposed_by, CASE WHEN NEW.decided_by = ANY (c.added || c.reinstated) THEN NEW.decided_by END,
                   NOT a.needs_approval OR (c.suspended <> '{}' AND c.added || c.removed || c.reinstated = '{}')
                INTO proposer, gains, alone
                FROM representative_change c JOIN account a ON a.id = c.account_id WHERE c.id = NEW.subject_id;
        WHEN 'trusted_change' THEN
            SELECT c.proposed_by INTO proposer FROM trusted_change c WHERE c.id = NEW.subject_id;
    END CASE;
    IF proposer IS NULL THEN
        PERFORM refuse('proposal.unknown', NEW.subject_id::text);
    END IF;
    IF NEW.decided_by IN (proposer, gains) AND NEW.is_approved AND NOT alone THEN
        PERFORM refuse('person.approves_own', NEW.subject_id::text);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION role_change_apply(p_change bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c role_change;
BEGIN
    SELECT * INTO c FROM role_change r WHERE r.id = p_change;
    IF c.change = 'reinstate' THEN
        UPDATE store_person SET is_active = true WHERE id = c.person_id;
        RETURN;
    END IF;
    -- A role is held once; given again, it has the new end.
    UPDATE store_membership SET until = p_at
        WHERE person_id = c.person_id AND section_id = c.section_id AND role = c.role
          AND (until IS NULL OR until > p_at);
    IF c.role = 'administrator' AND c.change = 'take' AND NOT EXISTS (
        SELECT 1 FROM store_membership m JOIN store_person p ON p.id = m.person_id
        WHERE m.role = 'administrator' AND (m.until IS NULL OR m.until > p_at) AND p.is_active) THEN
        PERFORM refuse('person.last_administrator', c.person_id::text);
    END IF;
    IF c.change = 'give' THEN
        INSERT INTO store_membership (person_id, section_id, role, since, until)
            VALUES (c.person_id, c.section_id, c.role, p_at, c.until);
    END IF;
END $$;

CREATE FUNCTION representative_change_apply(p_change bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c representative_change;
    four_eyes boolean;
BEGIN
    SELECT * INTO c FROM representative_change r WHERE r.id = p_change;
    SELECT a.needs_approval INTO four_eyes FROM account a WHERE a.id = c.account_id FOR UPDATE;
    INSERT INTO account_representative (account_id, person_id, section_id, status, since)
        SELECT c.account_id, p.id, c.section_id,
               CASE WHEN p.id = ANY (c.removed) THEN 'removed' WHEN p.id = ANY (c.suspended) THEN 'suspended'
                    ELSE 'active' END, p_at
        FROM unnest(c.added || c.removed || c.suspended || c.reinstated) p(id) GROUP BY p.id
        ON CONFLICT ON CONSTRAINT account_representative_once
        DO UPDATE SET status = EXCLUDED.status, since = EXCLUDED.since;
    IF four_eyes AND c.added || c.removed <> '{}' AND (
        SELECT count(*) FROM account_representative r JOIN store_person p ON p.id = r.person_id
        WHERE r.account_id = c.account_id AND r.status = 'active' AND p.is_active) < 2 THEN
        PERFORM refuse('account.too_few_representatives', c.account_id::text);
    END IF;
    UPDATE account SET is_represented = EXISTS (
        SELECT 1 FROM account_representative r WHERE r.account_id = c.account_id AND r.status <> 'removed')
        WHERE id = c.account_id;
END $$;

CREATE FUNCTION trusted_change_apply(p_change bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c trusted_change;
BEGIN
    SELECT * INTO c FROM trusted_change t WHERE t.id = p_change;
    IF c.change = 'trust' THEN
        INSERT INTO trusted_account (account_id, number, section_id, since)
            VALUES (c.account_id, c.trusted, c.section_id, p_at) ON CONFLICT DO NOTHING;
    ELSIF c.change = 'distrust' THEN
        DELETE FROM trusted_account WHERE account_id = c.account_id AND number = c.trusted;
    ELSE
        UPDATE account SET trusted_only = (c.change = 'demand') WHERE id = c.account_id;
    END IF;
END $$;

CREATE FUNCTION decision_takes_effect() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    CASE NEW.subject
        WHEN 'role_change' THEN PERFORM role_change_apply(NEW.subject_id, NEW.decided_at);
        WHEN 'representative_change' THEN PERFORM representative_change_apply(NEW.subject_id, NEW.decided_at);
        WHEN 'trusted_change' THEN PERFORM trusted_change_apply(NEW.subject_id, NEW.decided_at);
        ELSE NULL;  -- the account that was asked for is opened by the program, which gives the number
    END CASE;
    RETURN NULL;
END $$;

CREATE TRIGGER decision_is_anothers BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION guard_decision();
CREATE TRIGGER decision_applies AFTER INSERT ON decision
    FOR EACH ROW WHEN (NEW.is_approved) EXECUTE FUNCTION decision_takes_effect();

-- A suspension ends by an approved reinstatement, that is from within the decision's trigger, and in no other way.
CREATE FUNCTION guard_reinstatement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        PERFORM refuse('person.not_reinstated', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_reinstated BEFORE UPDATE ON store_person
    FOR EACH ROW WHEN (NEW.is_active AND NOT OLD.is_active) EXECUTE FUNCTION guard_reinstatement();

-- An account that was asked for is opened once its request is approved, as it was asked for.
CREATE FUNCTION guard_account_requested() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM account_request r JOIN decision d ON d.subject = 'account_request' AND d.subject_id = r.id
        WHERE r.id = NEW.request_id AND d.is_approved AND r.section_id = NEW.section_id AND r.type = NEW.type) THEN
        PERFORM refuse('proposal.unknown', NEW.request_id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_requested BEFORE INSERT ON account
    FOR EACH ROW WHEN (NEW.request_id IS NOT NULL) EXECUTE FUNCTION guard_account_requested();

DO $$
DECLARE
    recorded text;
BEGIN
    FOREACH recorded IN ARRAY ARRAY['role_change', 'account_request', 'account_request_identification',
                                    'account_request_document', 'representative_change', 'trusted_change',
                                    'decision'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only()', recorded || '_append_only', recorded);
    END LOOP;
    FOREACH recorded IN ARRAY ARRAY['role_change', 'account_request', 'account_request_identification',
                                    'account_request_document', 'representative_change', 'trusted_change', 'decision',
                                    'account_representative', 'trusted_account'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', recorded);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING ((SELECT sight_all())
                        OR section_id = ANY ((SELECT sight_sections())::smallint[]))', recorded || '_in_sight', recorded);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT WITH CHECK (true)', recorded || '_written', recorded);
    END LOOP;
END $$;
