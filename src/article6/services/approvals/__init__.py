"""What waits for a second person: every subject in one list, with what would change, decided by its own service."""
