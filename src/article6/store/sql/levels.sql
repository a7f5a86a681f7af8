-- Levels on which a Party's emissions balance rests, as series: inventory totals, trajectories or budgets, targets,
-- indicators. Each row is a version of a whole series with its one source, and is never changed: the highest holds.
CREATE TABLE party_level (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id smallint NOT NULL CONSTRAINT party_level_section REFERENCES section,
    party text NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL DEFAULT '',
    version integer NOT NULL,
    source text NOT NULL CONSTRAINT party_level_source CHECK (source <> ''),
    years integer[] NOT NULL,
    amounts numeric[] NOT NULL,
    remark text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    CONSTRAINT party_level_identity UNIQUE (section_id, kind, unit, version),
    CONSTRAINT party_level_kind CHECK (
        kind IN ('covered', 'affected', 'indicator', 'budget', 'target', 'reference')
        AND (unit <> '' OR kind <> 'indicator') AND (unit = '' OR kind NOT IN ('covered', 'affected'))),
    CONSTRAINT party_level_amounts CHECK (
        cardinality(years) >= 1 AND cardinality(years) = cardinality(amounts)
        AND array_position(years, NULL) IS NULL AND array_position(amounts, NULL) IS NULL
        AND NOT amounts && ARRAY['NaN', 'Infinity', '-Infinity']::numeric[])
);

CREATE TRIGGER party_level_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_level
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- What a Party communicates of its NDC and its inventory is public, as the NDC is.
ALTER TABLE party_level ENABLE ROW LEVEL SECURITY;
CREATE POLICY party_level_in_sight ON party_level FOR SELECT USING (true);
CREATE POLICY party_level_written ON party_level FOR INSERT WITH CHECK (true);
