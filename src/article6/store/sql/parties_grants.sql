REVOKE ALL ON FUNCTION entity_standing, ndc_period_known FROM PUBLIC;
GRANT SELECT, INSERT ON ndc, designated_authority, party_report, ndc_demand, entity TO article6_app;
GRANT EXECUTE ON FUNCTION entity_standing, ndc_period_known TO article6_app;
