GRANT SELECT, INSERT ON party_level TO article6_app;
