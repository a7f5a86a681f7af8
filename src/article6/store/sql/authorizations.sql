-- What an authorization says beyond its first elements (4/CMA.6 para 5(a)-(n)), and how many units stand under it.
ALTER TABLE party_authorization
    ADD COLUMN ends_on date,
    ADD COLUMN issue_until date,
    ADD COLUMN use_until date,
    ADD COLUMN frameworks text[] NOT NULL DEFAULT '{}',
    ADD COLUMN methodologies text[] NOT NULL DEFAULT '{}',
    ADD COLUMN underlying_registries text[] NOT NULL DEFAULT '{}',
    ADD COLUMN change_circumstances text NOT NULL DEFAULT '',
    ADD COLUMN change_process text NOT NULL DEFAULT '',
    ADD COLUMN may_reach_back boolean NOT NULL DEFAULT false,
    ADD COLUMN itmo_registry text NOT NULL DEFAULT '',
    ADD COLUMN vintages integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN gases text[] NOT NULL DEFAULT '{}',
    ADD COLUMN activities text[] NOT NULL DEFAULT '{}',
    ADD COLUMN serials jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN conversion text NOT NULL DEFAULT '',
    ADD COLUMN is_revoked boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT party_authorization_duration CHECK (ends_on >= authorized_on);

-- Units that stand under an authorization, whatever its version. The row is the lock under which the ceiling holds:
-- taken by what puts units under an authorization, takes them away or records a version, never by a transfer.
CREATE TABLE authorization_count (
    party text NOT NULL,
    code text NOT NULL,
    units bigint NOT NULL DEFAULT 0,
    CONSTRAINT authorization_count_identity PRIMARY KEY (party, code),
    CONSTRAINT authorization_count_units CHECK (units >= 0)
);
INSERT INTO authorization_count (party, code, units)
    SELECT a.party, a.code, COALESCE(sum(b.hi - b.lo + 1), 0)
    FROM party_authorization a LEFT JOIN block b ON b.authorization_id = a.id GROUP BY 1, 2;

-- Acts of authorization are few; the AEF looks them up by day.
CREATE INDEX transaction_authorization ON ledger_transaction (decided_at) WHERE type LIKE 'authorization%';

-- A version's quantity may not be less than what stands under the authorization when it is recorded.
CREATE OR REPLACE FUNCTION guard_authorization_ceiling() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    standing bigint;
BEGIN
    INSERT INTO authorization_count (party, code) VALUES (NEW.party, NEW.code) ON CONFLICT DO NOTHING;
    SELECT c.units INTO standing FROM authorization_count c
        WHERE c.party = NEW.party AND c.code = NEW.code FOR UPDATE;
    IF standing > NEW.quantity THEN
        PERFORM refuse('authorization.ceiling_exceeded', format('%s: %s units stand under it, %s are authorized',
                                                                NEW.code, standing, NEW.quantity));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER party_authorization_ceiling AFTER INSERT ON party_authorization
    FOR EACH ROW EXECUTE FUNCTION guard_authorization_ceiling();

-- Whether the terms of a version allow a later one to take its place for units that were first transferred
-- (4/CMA.6 para 7).
CREATE OR REPLACE FUNCTION authorization_reaches_back(p_old bigint, p_new bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM party_authorization o
                   JOIN party_authorization n ON n.party = o.party AND n.code = o.code AND n.version > o.version
                   WHERE o.id = p_old AND n.id = p_new AND o.may_reach_back)
$$;

-- Count units that come under an authorization (or leave it). What comes must come under the latest version, which
-- the rules have judged, and stay within its quantity.
CREATE OR REPLACE FUNCTION ledger_put_under(p_authorization bigint, p_change bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    a party_authorization;
    latest party_authorization;
    standing bigint;
BEGIN
    SELECT * INTO a FROM party_authorization WHERE id = p_authorization;
    UPDATE authorization_count c SET units = c.units + p_change
        WHERE c.party = a.party AND c.code = a.code RETURNING c.units INTO standing;
    IF p_change < 0 THEN
        RETURN;
    END IF;
    SELECT * INTO latest FROM party_authorization v
        WHERE v.party = a.party AND v.code = a.code ORDER BY v.version DESC LIMIT 1;
    IF latest.id IS DISTINCT FROM a.id THEN
        PERFORM refuse('ledger.busy', format('a new version of %s has just been recorded', a.code));
    ELSIF latest.quantity IS NOT NULL AND standing > latest.quantity THEN
        PERFORM refuse('authorization.ceiling_exceeded', format('%s: %s units would stand under it, %s are authorized',
                                                                a.code, standing, latest.quantity));
    END IF;
END $$;

-- The same for the (locked) units of ranges that an authorization is laid on, or taken from (p_authorization 0).
CREATE OR REPLACE FUNCTION ledger_count(p_authorization bigint, r_series integer[], r_lo bigint[], r_hi bigint[])
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    each record;
BEGIN
    FOR each IN
        WITH touched AS (
            SELECT b.authorization_id AS id, sum(LEAST(b.hi, r.hi) - GREATEST(b.lo, r.lo) + 1)::bigint AS units
            FROM unnest(r_series, r_lo, r_hi) AS r(series, lo, hi)
            CROSS JOIN LATERAL (
                SELECT k.lo, k.hi, k.authorization_id FROM block k
                WHERE k.series_id = r.series AND k.hi >= r.lo
                  AND k.hi <= (SELECT n.hi FROM block n WHERE n.series_id = r.series AND n.hi >= r.hi
                               ORDER BY n.hi LIMIT 1)) b
            WHERE b.lo <= r.hi AND b.hi >= r.lo GROUP BY 1),
        changed AS (
            SELECT id, -units AS change FROM touched WHERE id IS NOT NULL
            UNION ALL
            SELECT p_authorization, sum(units)::bigint FROM touched WHERE p_authorization > 0)
        SELECT a.party, a.code, max(a.id) FILTER (WHERE c.change > 0) AS laid, min(a.id) AS any_id,
               sum(c.change)::bigint AS change
        FROM changed c JOIN party_authorization a ON a.id = c.id
        GROUP BY a.party, a.code ORDER BY a.party, a.code
    LOOP
        PERFORM ledger_put_under(COALESCE(each.laid, each.any_id), each.change);
    END LOOP;
END $$;

-- Take the counts of authorizations in one order, before anything else: for who issues under several at once.
CREATE OR REPLACE FUNCTION ledger_authorization_turn(p_authorizations bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM authorization_count c
        WHERE (c.party, c.code) IN (SELECT a.party, a.code FROM party_authorization a
                                    WHERE a.id = ANY (p_authorizations))
        ORDER BY c.party, c.code FOR UPDATE;
END $$;
