-- The ledger's tables. Written only by the functions of this folder; read by `store.queries`.
-- Quantities and serials are bigint, 1 .. 2^62. Times are UTC.

CREATE TABLE registry (
    id smallint PRIMARY KEY DEFAULT 1,
    kind text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    operator text NOT NULL DEFAULT '',
    is_public boolean NOT NULL DEFAULT false,
    remark text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT registry_is_one CHECK (id = 1),
    CONSTRAINT registry_kind CHECK (kind IN ('party', 'international', 'mechanism', 'crediting'))
);

CREATE TABLE section (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT section_code UNIQUE,
    party text,
    name text NOT NULL,
    itmo_registry text NOT NULL DEFAULT ''
);

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL CONSTRAINT account_number UNIQUE,
    section_id smallint NOT NULL CONSTRAINT account_section REFERENCES section,
    type text NOT NULL,
    name text NOT NULL,
    holder text NOT NULL DEFAULT '',
    party text,
    period_first integer,
    period_last integer,
    is_terminal boolean NOT NULL,
    needs_approval boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'open',
    status_reason text NOT NULL DEFAULT '',
    status_since timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT account_status CHECK (status IN ('open', 'blocked_debit', 'blocked', 'closed'))
);
CREATE INDEX account_by_section ON account (section_id, type);

CREATE TABLE series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry text NOT NULL,
    party text NOT NULL,
    top bigint NOT NULL DEFAULT 0,
    CONSTRAINT series_identity UNIQUE (registry, party),
    CONSTRAINT series_top CHECK (top BETWEEN 0 AND 4611686018427387904)
);

CREATE TABLE activity (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    party text NOT NULL,
    title text NOT NULL DEFAULT '',
    sectors text[] NOT NULL DEFAULT '{}',
    activity_types text[] NOT NULL DEFAULT '{}',
    methodology text NOT NULL DEFAULT '',
    CONSTRAINT activity_identity UNIQUE (party, code)
);

CREATE TABLE cooperative_approach (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT cooperative_approach_code UNIQUE,
    title text NOT NULL,
    parties text[] NOT NULL,
    first_transfer_oimp text,
    remark text NOT NULL DEFAULT '',
    CONSTRAINT cooperative_approach_first_transfer
        CHECK (first_transfer_oimp IN ('authorization', 'issuance', 'use_or_cancellation'))
);

-- What was issued or recorded together: attributes that never change.
CREATE TABLE batch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id integer NOT NULL CONSTRAINT batch_series REFERENCES series,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    unit_type text NOT NULL,
    party text NOT NULL,
    cooperative_approach_id integer CONSTRAINT batch_cooperative_approach REFERENCES cooperative_approach,
    activity_id bigint CONSTRAINT batch_activity REFERENCES activity,
    vintage_year integer,
    metric text NOT NULL DEFAULT 'GHG',
    metric_unit text NOT NULL DEFAULT '',
    conversion_numerator bigint,
    conversion_denominator bigint,
    gwp text NOT NULL DEFAULT '',
    mitigation_type text NOT NULL DEFAULT '',
    sectors text[] NOT NULL DEFAULT '{}',
    activity_types text[] NOT NULL DEFAULT '{}',
    underlying_registry text NOT NULL DEFAULT '',
    underlying_lo bigint,
    underlying_hi bigint,
    original_serial text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '{}',
    attributes_schema text NOT NULL DEFAULT '',
    issued_at timestamptz NOT NULL,
    transaction_id bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT batch_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904),
    CONSTRAINT batch_metric CHECK (metric IN ('GHG', 'non-GHG')),
    CONSTRAINT batch_underlying_one_to_one CHECK (
        (underlying_lo IS NULL AND underlying_hi IS NULL)
        OR underlying_hi - underlying_lo = hi - lo)
);
CREATE INDEX batch_by_activity ON batch (activity_id);
CREATE INDEX batch_by_series ON batch (series_id, lo);

-- An act of a Party; a later version is a new row (4/CMA.6 paras 5, 7-9).
CREATE TABLE party_authorization (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    version integer NOT NULL,
    party text NOT NULL,
    cooperative_approach_id integer NOT NULL
        CONSTRAINT party_authorization_approach REFERENCES cooperative_approach,
    authorized_on date NOT NULL,
    quantity bigint,
    purposes text NOT NULL,
    parties text[] NOT NULL DEFAULT '{}',
    entities jsonb NOT NULL DEFAULT '[]',
    oimp text NOT NULL DEFAULT '',
    first_transfer_oimp text,
    year_first integer,
    year_last integer,
    sectors text[] NOT NULL DEFAULT '{}',
    activity_types text[] NOT NULL DEFAULT '{}',
    metric text NOT NULL DEFAULT 'GHG',
    gwp text NOT NULL DEFAULT '',
    metric_unit text NOT NULL DEFAULT '',
    terms text NOT NULL DEFAULT '',
    remark text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    CONSTRAINT party_authorization_identity UNIQUE (party, code, version),
    CONSTRAINT party_authorization_quantity CHECK (quantity > 0)
);

-- The blocks of a series tile it from 1 to its top: the owner of serial s is the first row whose `hi` is not
-- below s, so two owners of one serial cannot be written down. `lo` is the previous `hi` plus one, kept here so that
-- sums need no neighbour; `block_tiles` holds it to that. A gap (serials that were never issued or are not
-- recorded here) is a row without account and batch.
CREATE TABLE block (
    series_id integer NOT NULL,
    hi bigint NOT NULL,
    lo bigint NOT NULL,
    account_id bigint,
    batch_id bigint,
    authorization_id bigint,
    first_transfer_id bigint,
    reserved_by bigint,
    is_final boolean NOT NULL DEFAULT false,
    CONSTRAINT block_no_overlap PRIMARY KEY (series_id, hi),
    CONSTRAINT block_range CHECK (lo >= 1 AND lo <= hi AND hi <= 4611686018427387904),
    CONSTRAINT block_gap_is_bare CHECK (
        (account_id IS NULL) = (batch_id IS NULL)
        AND (account_id IS NOT NULL
             OR (authorization_id IS NULL AND first_transfer_id IS NULL AND reserved_by IS NULL AND NOT is_final))),
    CONSTRAINT block_first_transfer_authorized CHECK (first_transfer_id IS NULL OR authorization_id IS NOT NULL),
    CONSTRAINT block_final_unreserved CHECK (NOT (is_final AND reserved_by IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX block_by_account ON block (account_id, series_id, hi);
CREATE INDEX block_by_reservation ON block (reserved_by) WHERE reserved_by IS NOT NULL;

CREATE TABLE ledger_transaction (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    status text NOT NULL,
    section_id smallint NOT NULL,
    source_id bigint,
    target_id bigint,
    quantity bigint NOT NULL,
    terms jsonb,
    proposed_by integer NOT NULL,
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz,
    decided_by integer,
    decided_at timestamptz,
    decision_reason text,
    CONSTRAINT transaction_status CHECK (
        status IN ('proposed', 'completed', 'rejected', 'cancelled', 'expired')),
    CONSTRAINT transaction_quantity CHECK (quantity BETWEEN 1 AND 4611686018427387904),
    CONSTRAINT transaction_decided CHECK ((status = 'proposed') = (decided_at IS NULL))
);
CREATE INDEX transaction_by_source ON ledger_transaction (source_id, id);
CREATE INDEX transaction_by_target ON ledger_transaction (target_id, id);
CREATE INDEX transaction_waiting ON ledger_transaction (expires_at, id) WHERE status = 'proposed';

-- The journal. `fork` is the number in lo..hi that ends in the most zero bits: all entries that cover a serial
-- are found by asking for the at most 63 forks above it (relational interval tree, Kriegel et al., VLDB 2000).
CREATE TABLE entry (
    transaction_id bigint NOT NULL,
    series_id integer NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    fork bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    from_id bigint,
    to_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    authorization_id bigint,
    is_first_transfer boolean NOT NULL DEFAULT false,
    CONSTRAINT entry_once_per_transaction PRIMARY KEY (transaction_id, series_id, lo),
    CONSTRAINT entry_range CHECK (lo >= 1 AND lo <= fork AND fork <= hi AND hi <= 4611686018427387904),
    CONSTRAINT entry_first_transfer_authorized CHECK (NOT is_first_transfer OR authorization_id IS NOT NULL)
);
CREATE INDEX entry_by_serial ON entry (series_id, fork, lo, hi);

-- Who did what, when; and the answer that the same idempotency key gets again.
CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    person_id integer,
    action text NOT NULL,
    subject text NOT NULL,
    idempotency_key text,
    request_hash bytea,
    answer jsonb
);
CREATE UNIQUE INDEX audit_event_idempotency ON audit_event (person_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
