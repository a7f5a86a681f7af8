"""The law: pure rules and facts of the registry, without Django and without I/O."""
