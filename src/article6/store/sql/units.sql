-- Units of other registries and of other metrics: on which underlying units a batch rests, whether those are locked, by
-- which method a metric is converted; and what an account is for.

ALTER TABLE batch
    ADD COLUMN underlying_series text NOT NULL DEFAULT '',
    ADD COLUMN conversion_method text NOT NULL DEFAULT '';

-- `metric` '' is t CO2 eq; `purpose` and `sub_purpose` are what units in a cancellation account were cancelled for.
ALTER TABLE account
    ADD COLUMN metric text NOT NULL DEFAULT '',
    ADD COLUMN purpose text NOT NULL DEFAULT '',
    ADD COLUMN sub_purpose text NOT NULL DEFAULT '',
    ADD CONSTRAINT account_purpose CHECK ((purpose = '' OR is_terminal) AND (sub_purpose = '' OR purpose <> ''));

-- One retirement account for a Party, NDC implementation period and metric.
DROP INDEX account_retirement_period;
CREATE UNIQUE INDEX account_retirement_period ON account (section_id, period_first, period_last, metric)
    WHERE type = 'retirement' AND status <> 'closed';

CREATE FUNCTION guard_account_destination() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.metric, NEW.purpose, NEW.sub_purpose) IS DISTINCT FROM (OLD.metric, OLD.purpose, OLD.sub_purpose) THEN
        PERFORM refuse('ledger.append_only', format('account %s', OLD.number));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_destination BEFORE UPDATE ON account
    FOR EACH ROW EXECUTE FUNCTION guard_account_destination();

-- Which underlying units were used, and by which batch. The ranges of a space (registry and series) never overlap, and
-- the series '' is the numbering of a registry as a whole, which overlaps with every other series of it.
CREATE TABLE underlying_use (
    registry text NOT NULL,
    series text NOT NULL,
    hi bigint NOT NULL,
    lo bigint NOT NULL,
    batch_id bigint NOT NULL CONSTRAINT underlying_use_batch REFERENCES batch,
    CONSTRAINT underlying_use_identity PRIMARY KEY (registry, series, hi),
    CONSTRAINT underlying_use_range CHECK (lo >= 1 AND lo <= hi)
);

-- What was recorded before: where two batches share units (nothing kept them from it) the union counts as used, under the
-- number of the first; the audit names them.
WITH used AS (
    SELECT b.*, max(b.underlying_hi) OVER (
               PARTITION BY b.underlying_registry ORDER BY b.underlying_lo, b.id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM batch b WHERE b.underlying_lo IS NOT NULL),
island AS (
    SELECT *, count(*) FILTER (WHERE before IS NULL OR before < underlying_lo)
                  OVER (PARTITION BY underlying_registry ORDER BY underlying_lo, id) AS number
    FROM used)
INSERT INTO underlying_use (registry, series, lo, hi, batch_id)
    SELECT underlying_registry, '', min(underlying_lo), max(underlying_hi), min(id)
    FROM island GROUP BY underlying_registry, number;

-- One batch after the other for an underlying registry: before anything of the ledger is locked.
CREATE FUNCTION ledger_underlying_turn(p_registries text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    each text;
BEGIN
    FOR each IN SELECT DISTINCT r FROM unnest(p_registries) r WHERE r <> '' ORDER BY r LOOP
        PERFORM pg_advisory_xact_lock(hashtext('underlying_use'), hashtext(each));
    END LOOP;
END $$;

-- The batch that used some of these underlying units before; nothing where none did.
CREATE FUNCTION underlying_used_by(p_registry text, p_series text, p_lo bigint, p_hi bigint)
RETURNS TABLE (batch_id bigint, series text, lo bigint, hi bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- What is used does not overlap, so the first that ends at or after the start is the one to ask.
    (SELECT u.batch_id, u.series, u.lo, u.hi
     FROM (VALUES (p_series), ('')) AS s(series)
     CROSS JOIN LATERAL (SELECT * FROM underlying_use k WHERE k.registry = p_registry AND k.series = s.series
                           AND k.hi >= p_lo ORDER BY k.hi LIMIT 1) u
     WHERE u.lo <= p_hi
     UNION ALL
     SELECT u.batch_id, u.series, u.lo, u.hi FROM underlying_use u
     WHERE p_series = '' AND u.registry = p_registry AND u.series <> '' AND u.hi >= p_lo AND u.lo <= p_hi)
    LIMIT 1
$$;

CREATE FUNCTION guard_underlying_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    earlier record;
BEGIN
    PERFORM ledger_underlying_turn(ARRAY[NEW.underlying_registry]);
    SELECT * INTO earlier
        FROM underlying_used_by(NEW.underlying_registry, NEW.underlying_series, NEW.underlying_lo, NEW.underlying_hi);
    IF earlier.batch_id IS NOT NULL THEN
        PERFORM refuse('underlying.used_twice', format('batch %s: %s-%s', earlier.batch_id, earlier.lo, earlier.hi));
    END IF;
    INSERT INTO underlying_use (registry, series, lo, hi, batch_id)
        VALUES (NEW.underlying_registry, NEW.underlying_series, NEW.underlying_lo, NEW.underlying_hi, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER underlying_once AFTER INSERT ON batch FOR EACH ROW
    WHEN (NEW.underlying_lo IS NOT NULL) EXECUTE FUNCTION guard_underlying_once();
CREATE TRIGGER underlying_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON underlying_use
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- What the underlying registry did with the units: the latest word counts.
CREATE TABLE underlying_statement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id bigint NOT NULL CONSTRAINT underlying_statement_batch REFERENCES batch,
    status text NOT NULL,
    reference text NOT NULL,
    stated_on date NOT NULL,
    recorded_by integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT underlying_statement_status CHECK (status IN ('locked', 'cancelled', 'labelled', 'not_locked'))
);
CREATE INDEX underlying_statement_by_batch ON underlying_statement (batch_id, id);
CREATE TRIGGER underlying_statement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON underlying_statement
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
ALTER TABLE underlying_statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY underlying_statement_in_sight ON underlying_statement FOR SELECT
    USING ((SELECT sight_ledger()) OR EXISTS (SELECT 1 FROM batch b WHERE b.id = underlying_statement.batch_id));
CREATE POLICY underlying_statement_written ON underlying_statement FOR INSERT WITH CHECK (true);

-- Purposes for which accounts may be opened; an administrator changes the list as any other.
INSERT INTO nomenclature_value (list, value, version, valid_from, source, recorded_at)
    SELECT 'cancellationPurpose', v.value, 1, DATE '2015-12-12', 'built in', now()
    FROM registry r, (VALUES ('CORSIA'), ('CORSIA: Pilot phase 2021-2023'), ('CORSIA: First phase 2024-2026'),
                             ('CORSIA: Second phase 2027-2035')) AS v(value);
