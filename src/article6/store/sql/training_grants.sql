-- Runs, progress and feedback are read and added to.
GRANT SELECT, INSERT ON training_run, training_progress, training_feedback TO article6_app;
