-- Drafts, choices and runs are no evidence: they are changed and deleted.
GRANT SELECT, INSERT, UPDATE, DELETE ON task_draft, mail_choice, bulk_run TO article6_app;
