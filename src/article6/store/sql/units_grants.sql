-- The program adds statements, drafts and acts, and reads them. What is used of underlying units the ledger writes alone.
REVOKE ALL ON FUNCTION guard_account_destination, guard_underlying_once, guard_declaration_act, ledger_underlying_turn,
    underlying_used_by FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_underlying_turn, underlying_used_by TO article6_app;
GRANT SELECT ON underlying_use TO article6_app;
GRANT SELECT, INSERT ON underlying_statement, declaration, declaration_act TO article6_app;
