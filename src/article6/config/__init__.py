"""Wiring: the environment becomes settings, and a command becomes a running program. Imported by nobody."""
