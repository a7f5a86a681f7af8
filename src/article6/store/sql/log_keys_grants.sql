-- Rotations of the log's key are added to; nothing of them changes.
GRANT SELECT, INSERT ON log_rotation, log_rotation_decision, log_key_announcement, log_key_told, log_peer_announcement
    TO article6_app;
REVOKE ALL ON FUNCTION guard_log_rotation_decision, guard_log_key_announcement FROM PUBLIC;
