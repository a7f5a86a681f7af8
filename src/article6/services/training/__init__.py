"""Training in a practice registry: what it begins with, what participants did, what they say of it."""
