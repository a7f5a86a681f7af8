"""Performance, every figure beside its yardstick: the same server, the same minutes, fsync on."""
