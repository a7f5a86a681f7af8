-- The program reads what came and what is to come; it writes them through the ledger's functions alone.
REVOKE ALL ON FUNCTION guard_leaving_approval, guard_leaving_decided, ledger_expects, ledger_expects_none,
    ledger_announce, ledger_series_turn, ledger_expect, ledger_forget,
    ledger_put_many_under, ledger_arrive, ledger_acquire, ledger_bring_back, ledger_standing
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_announce, ledger_series_turn, ledger_expect, ledger_forget, ledger_acquire,
    ledger_bring_back, ledger_standing TO article6_app;
GRANT SELECT ON leaving_approval, expected_units, arrival TO article6_app;
