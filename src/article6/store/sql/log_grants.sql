-- The log is read, and grows through its functions; its signed parts are added to. Cursors move.
GRANT SELECT ON log_leaf, log_secret, log_tile, log_checkpoint, log_cosignature, log_key, log_peer_key, log_witnessed,
    log_doubt, log_cursor TO article6_app;
GRANT INSERT ON log_checkpoint, log_cosignature, log_key, log_peer_key, log_witnessed, log_doubt TO article6_app;
GRANT INSERT, UPDATE ON log_cursor TO article6_app;
REVOKE ALL ON FUNCTION log_turn, log_append, guard_log_checkpoint FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_turn, log_append TO article6_app;
