-- What operators did is evidence: it is read and added to. The rest is changed and forgotten.
GRANT SELECT, INSERT ON operator_act TO article6_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON preference, known_browser, letter, password_to_change, kept_form TO article6_app;
