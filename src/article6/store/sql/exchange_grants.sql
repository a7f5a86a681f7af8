-- What the program may do with what registries say to each other: read it, add to it, count, and give a transfer its next
-- status. Keys of peers and the statuses that were are written by triggers alone.
REVOKE ALL ON FUNCTION guard_exchange_act, exchange_act_pins, guard_exchange_peer, guard_exchange_signed,
    guard_exchange_handled, exchange_outgoing_waits, guard_exchange_transfer, exchange_transfer_keeps FROM PUBLIC;
GRANT SELECT, INSERT ON exchange_key, exchange_key_end, exchange_peer, exchange_peer_act, exchange_outgoing,
    exchange_signed, exchange_receipt, exchange_incoming, exchange_handled, exchange_evidence, exchange_transfer,
    exchange_transfer_units, exchange_alert, exchange_alert_seen TO article6_app;
GRANT SELECT ON exchange_peer_key, exchange_unsigned, exchange_transfer_change TO article6_app;
GRANT UPDATE (name, url, status, services, received, sent, acknowledged, failures, retry_at, heard_at) ON exchange_peer
    TO article6_app;
GRANT UPDATE (status, proposed, deadline, changed_at, objections, ledger_id, completion, proposal_message_id,
    completion_message_id, completed_at) ON exchange_transfer TO article6_app;
