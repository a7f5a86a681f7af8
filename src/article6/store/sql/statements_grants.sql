-- Reports, schedules and kept holdings are read and added to.
GRANT SELECT, INSERT ON holding_snapshot, report_schedule, report_schedule_end, report_issued TO article6_app;
