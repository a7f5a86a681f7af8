"""The interface under /api/v1."""

from article6.api import (
    account_rights,
    account_statements,
    accounts,
    aef_versions,
    approaches,
    audits,
    authorizations,
    balances,
    batches,
    certificates,
    corrections,
    crediting,
    declarations,
    fees,
    issued_reports,
    mechanism,
    network_views,
    notices,
    parties,
    peers,
    people,
    problems,
    reconciliations,
    registry,
    reports,
    rules,
    submissions,
    tokens,
    transactions,
    transfers_out,
    underlying,
    units,
    values,
)
from article6.api.inputs import StrictJson
from article6.api.openapi import Interface

DESCRIPTION = """Registry, ledger and reporting for Article 6 of the Paris Agreement.

Quantities and serials are whole numbers up to 2^62: read them exactly. Moments are UTC. Every POST carries an
`Idempotency-Key`, but those that only preview. Where the registry is public, reading needs no token. A refusal lists
every reason with its permanent code; `GET /api/v1/refusals` lists the codes."""

# No page of documentation: the usual ones load scripts from other hosts.
api = Interface(title="article6", version="1", description=DESCRIPTION, docs_url=None, parser=StrictJson())
problems.install(api)
ROOMS = (
    registry, accounts, account_statements, units, batches, transactions, crediting, reports, aef_versions, corrections,
    submissions,
    notices, parties, balances, approaches, authorizations, mechanism, fees, issued_reports, values, rules, audits,
    declarations, underlying, people, account_rights, peers, transfers_out, network_views, reconciliations,
    certificates, tokens,
)  # fmt: skip
for room in ROOMS:
    api.add_router("", room.router)
