-- What the program may do with values and rules: read them, add versions and acts. Guards are called by triggers only.
REVOKE ALL ON FUNCTION guard_business_rule_act FROM PUBLIC;
GRANT SELECT, INSERT ON nomenclature_value, attribute_schema, business_rule, business_rule_act TO article6_app;
