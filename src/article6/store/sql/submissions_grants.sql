-- What the program may do with the Article 6 database: read it, add to it.
GRANT SELECT, INSERT ON submission_file, submission, submission_act, submission_layout, submission_row, submission_mark,
    submission_result, submission_finding, review_status TO article6_app;
