"""article6: registry, ledger and reporting for Article 6 of the Paris Agreement."""

__version__ = "0.1.0"
