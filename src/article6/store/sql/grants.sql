-- What the program may do: read the ledger, write it through its functions, keep its people and sessions. It owns
-- nothing, so it can neither disable a guard nor rewrite what was written.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO article6_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO article6_app;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_decide, ledger_issue, ledger_account_status, serial_fork TO article6_app;
GRANT INSERT ON registry, section, account, activity, cooperative_approach, party_authorization, audit_event
    TO article6_app;
GRANT INSERT, UPDATE ON store_person, store_membership, store_apitoken TO article6_app;
GRANT INSERT, UPDATE, DELETE ON django_session TO article6_app;
GRANT USAGE ON SEQUENCE store_person_id_seq, store_membership_id_seq, store_apitoken_id_seq TO article6_app;
