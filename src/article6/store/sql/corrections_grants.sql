-- What the program may do with corrections and notices: read them, add to them.
REVOKE ALL ON FUNCTION guard_correction_act FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_accounts_open FROM PUBLIC;
GRANT SELECT, INSERT ON correction_case, correction_act, correction_concern, notice, notice_acknowledgement
    TO article6_app;
