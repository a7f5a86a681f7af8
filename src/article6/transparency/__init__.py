"""The tamper-evident log: Merkle tree, tiles, signed notes, checkpoints, leaves, witnesses, audits, proofs. Pure.

Everything follows documents that others implement too: RFC 6962 for the tree, and of C2SP (c2sp.org) tlog-tiles,
signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof. docs/reference/log.md has what is our own: the leaf.
"""
