"""Exchange with other registries: keys, peers, messages, transfers, on PostgreSQL."""
