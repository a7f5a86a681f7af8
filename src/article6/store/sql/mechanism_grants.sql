-- The program adds to these tables and reads them; their guards keep what stands in them.
REVOKE ALL ON FUNCTION guard_cer_once FROM PUBLIC;
GRANT SELECT, INSERT ON activity_participant, host_statement, cer_taken_over, fee_invoice, fee_payment TO article6_app;
