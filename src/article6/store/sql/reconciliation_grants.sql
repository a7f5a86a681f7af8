-- The program reads and adds; a comparison's status and results go on.
REVOKE ALL ON FUNCTION guard_hold_decided, guard_reconciliation FROM PUBLIC;
GRANT SELECT, INSERT ON exchange_reconciliation, exchange_difference, exchange_hold, exchange_resolution
    TO article6_app;
GRANT UPDATE (status, result, peer_result, changed_at) ON exchange_reconciliation TO article6_app;
