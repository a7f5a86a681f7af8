-- What the program may do with versions of reports: read them, add to them.
REVOKE ALL ON FUNCTION guard_aef_version FROM PUBLIC;
REVOKE ALL ON FUNCTION guard_aef_version_part FROM PUBLIC;
GRANT SELECT, INSERT ON aef_version, aef_version_part, aef_version_seal, aef_confidential, aef_explanation
    TO article6_app;
