"""What registries say to each other, and how they stay agreed: messages, signatures, transfers, reconciliation. Pure.

Everything here is decided over the port `books.Books`, which a registry's services implement on PostgreSQL and the
simulator in memory: the same code runs in both. Source: 6/CMA.4 annex I paras 9-10; the Kyoto registries' data exchange
as standards.md 7 tells it.
"""
