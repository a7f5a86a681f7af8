"""The registry's transparency log: what becomes a leaf, the sequencer, checkpoints, witnesses, proofs.

Nothing of it stands in the way of the ledger: the sequencer reads what is done and appends it a moment later.
"""
