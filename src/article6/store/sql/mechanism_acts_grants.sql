-- The program adds refunds and reads them; their guards keep what stands there.
REVOKE ALL ON FUNCTION guard_fee_refund FROM PUBLIC;
GRANT SELECT, INSERT ON fee_refund TO article6_app;
