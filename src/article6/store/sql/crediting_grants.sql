-- The program adds statements and reads them; their guard keeps what stands in them.
GRANT SELECT, INSERT ON unit_label TO article6_app;
