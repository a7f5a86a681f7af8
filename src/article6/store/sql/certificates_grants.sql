-- Certificates are read and added to.
GRANT SELECT, INSERT ON certificate TO article6_app;
