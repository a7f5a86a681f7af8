GRANT EXECUTE ON FUNCTION sight_all, sight_sections, sight_ledger, transactions_of_issuance TO article6_app;
