GRANT SELECT, INSERT ON submission_group, check_run, check_home, check_memory TO article6_app;
GRANT EXECUTE ON FUNCTION group_submissions TO article6_app;
