-- What a session sees of the tables that belong to sections. The setting `article6.sections` names it: '*' is every
-- section, '{1,5}' these, and nothing (the default) none. What is public of a public registry is seen by everybody.
--
-- Policies ask within a scalar subquery, so that it is evaluated once per statement and not once per row. The ledger's
-- own functions run as the tables' owner, to whom no policy applies.
CREATE FUNCTION sight_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(current_setting('article6.sections', true) = '*', false)
$$;

CREATE FUNCTION sight_sections() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('article6.sections', true) LIKE '{%}'
                THEN current_setting('article6.sections', true)::smallint[] ELSE '{}'::smallint[] END
$$;

-- Accounts, units and transactions: of every section where the registry is public.
CREATE FUNCTION sight_ledger() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('article6.sections', true) = '*' THEN true
                ELSE COALESCE((SELECT r.is_public FROM registry r), false) END
$$;

ALTER TABLE audit_event ADD COLUMN section_id smallint;

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_in_sight ON account FOR SELECT
    USING ((SELECT sight_ledger()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY account_written ON account FOR INSERT WITH CHECK (true);

-- The policies below lean on those of the tables they ask.
ALTER TABLE block ENABLE ROW LEVEL SECURITY;
CREATE POLICY block_in_sight ON block FOR SELECT
    USING ((SELECT sight_ledger()) OR EXISTS (SELECT 1 FROM account a WHERE a.id = block.account_id));

ALTER TABLE ledger_transaction ENABLE ROW LEVEL SECURITY;
CREATE POLICY transaction_in_sight ON ledger_transaction FOR SELECT
    USING ((SELECT sight_ledger()) OR section_id = ANY ((SELECT sight_sections())::smallint[])
           OR EXISTS (SELECT 1 FROM account a WHERE a.id IN (ledger_transaction.source_id, ledger_transaction.target_id)));

ALTER TABLE entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_in_sight ON entry FOR SELECT
    USING ((SELECT sight_ledger())
           OR EXISTS (SELECT 1 FROM ledger_transaction t WHERE t.id = entry.transaction_id));

-- A batch is its Party's, and of whoever holds units of it.
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY batch_in_sight ON batch FOR SELECT
    USING ((SELECT sight_ledger())
           OR party IN (SELECT s.party FROM section s WHERE s.id = ANY ((SELECT sight_sections())::smallint[]))
           OR EXISTS (SELECT 1 FROM block k WHERE k.series_id = batch.series_id AND k.hi BETWEEN batch.lo AND batch.hi));

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_event_in_sight ON audit_event FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY audit_event_written ON audit_event FOR INSERT WITH CHECK (true);

ALTER TABLE store_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY membership_in_sight ON store_membership FOR SELECT
    USING ((SELECT sight_all()) OR section_id = ANY ((SELECT sight_sections())::smallint[]));
CREATE POLICY membership_written ON store_membership FOR INSERT WITH CHECK (true);
CREATE POLICY membership_changed ON store_membership FOR UPDATE USING ((SELECT sight_all())) WITH CHECK (true);

-- Fees are between the administrator and those who pay.
ALTER TABLE fee_invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY fee_invoice_in_sight ON fee_invoice FOR SELECT USING ((SELECT sight_all()));
CREATE POLICY fee_invoice_written ON fee_invoice FOR INSERT WITH CHECK (true);
ALTER TABLE fee_payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY fee_payment_in_sight ON fee_payment FOR SELECT USING ((SELECT sight_all()));
CREATE POLICY fee_payment_written ON fee_payment FOR INSERT WITH CHECK (true);

-- An issuance and the transactions that are parts of it. Under a policy the planner may not compare particulars before
-- it has asked the policy of every row, so their index is asked here.
CREATE FUNCTION transactions_of_issuance(p_issuance bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 10 AS $$
    SELECT p_issuance
    UNION ALL
    SELECT t.id FROM ledger_transaction t WHERE t.terms ->> 'issuance' = p_issuance::text AND t.terms ? 'issuance'
$$;
