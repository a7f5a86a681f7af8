-- What a crediting programme says of units after their issuance: that a label stands on serials, or stands no more.
-- The latest statement on a serial holds. `fork` is as in the journal (tables.sql).
CREATE TABLE unit_label (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label text NOT NULL,
    stands boolean NOT NULL,
    series_id integer NOT NULL CONSTRAINT unit_label_series REFERENCES series,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    fork bigint NOT NULL,
    source text NOT NULL,
    stated_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT unit_label_range CHECK (lo >= 1 AND lo <= fork AND fork <= hi AND hi <= 4611686018427387904),
    CONSTRAINT unit_label_named CHECK (label <> '' AND source <> '')
);
CREATE INDEX unit_label_by_serial ON unit_label (series_id, fork);

CREATE TRIGGER unit_label_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON unit_label
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();

-- Who sees units sees what is said of them.
ALTER TABLE unit_label ENABLE ROW LEVEL SECURITY;
CREATE POLICY unit_label_in_sight ON unit_label FOR SELECT
    USING ((SELECT sight_ledger())
           OR EXISTS (SELECT 1 FROM batch b WHERE b.series_id = unit_label.series_id AND b.lo <= unit_label.hi
                      AND b.hi >= unit_label.lo));
CREATE POLICY unit_label_written ON unit_label FOR INSERT WITH CHECK (true);
