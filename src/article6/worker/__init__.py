"""The clockwork: what happens by itself because time passes."""
