"""Registries, a network and a clock in one process, with faults by a seed: does the exchange keep its promises?

The desk, the channel, the signatures and the messages are the real ones; only what lies under the port `books.Books`
and between the registries is simulated. Everything random comes from one seeded generator, so a seed replays exactly.
"""
