-- The program reads and adds; what was told stays.
REVOKE ALL ON FUNCTION guard_told_units, guard_told_act FROM PUBLIC;
GRANT SELECT, INSERT ON told_units, told_act TO article6_app;
GRANT SELECT ON told_standing, told_counted TO article6_app;
