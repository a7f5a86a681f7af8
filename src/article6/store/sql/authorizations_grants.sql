-- The count is written by the ledger's functions and its guard only.
REVOKE ALL ON FUNCTION guard_authorization_ceiling, authorization_reaches_back, ledger_put_under, ledger_count,
    ledger_authorization_turn FROM PUBLIC;
GRANT SELECT ON authorization_count TO article6_app;
GRANT EXECUTE ON FUNCTION ledger_authorization_turn TO article6_app;
