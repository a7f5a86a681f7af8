-- A peer tells how its tests of the connection ended; it is kept as an act of the peer's.
ALTER TABLE exchange_peer_act DROP CONSTRAINT exchange_peer_act_kind;
ALTER TABLE exchange_peer_act ADD CONSTRAINT exchange_peer_act_kind CHECK (act IN ('offered', 'agreed', 'declined',
    'tested', 'suspended', 'resumed', 'ended', 'key_announced', 'services_told', 'peer_suspended', 'peer_resumed',
    'peer_ended', 'peer_tested'));
ALTER TABLE exchange_peer_act DROP CONSTRAINT exchange_peer_act_by;
ALTER TABLE exchange_peer_act ADD CONSTRAINT exchange_peer_act_by CHECK ((person_id IS NULL) = (act IN ('key_announced',
    'services_told', 'peer_suspended', 'peer_resumed', 'peer_ended', 'peer_tested')));
