-- What is asked for and decided is added by the program; what follows from it is written by the decisions' trigger, which
-- runs as the owner. Roles are given in no other way.
REVOKE ALL ON FUNCTION represents, trusts, administrators_ever, guard_decision, role_change_apply, representative_change_apply,
    trusted_change_apply, decision_takes_effect, guard_reinstatement, guard_account_requested FROM PUBLIC;
GRANT SELECT, INSERT ON role_change, account_request, account_request_identification, account_request_document,
    representative_change, trusted_change, decision TO article6_app;
GRANT SELECT ON account_representative, trusted_account TO article6_app;
GRANT EXECUTE ON FUNCTION represents, trusts, administrators_ever TO article6_app;
REVOKE INSERT, UPDATE ON store_membership FROM article6_app;
