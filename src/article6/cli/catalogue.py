"""Which module holds which command. A module is imported when its command is asked for, so that a command starts in a
part of the time that all of them take."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "init": "registry.init",
    "migrate": "registry.migrate",
    "registry": "registry.registry",
    "section": "registry.section",
    "user": "people.user",
    "person": "person.person",
    "machine": "person.machine",
    "doctor": "doctor.doctor",
    "role-change": "role_changes.role_change",
    "account": "accounts.account",
    "account-request": "account_requests.account_request",
    "representative": "representatives.representative",
    "trusted": "representatives.trusted",
    "issue": "issuance.issue",
    "underlying": "underlying.underlying_group",
    "approach": "issuance.approach",
    "authorization": "authorizations.authorization",
    "party": "parties.party",
    "entity": "entities.entity",
    "nomenclature": "values.nomenclature",
    "attribute": "values.attribute",
    "rule": "rules.rule",
    "declaration": "declarations.declaration",
    "mechanism": "mechanism.mechanism",
    "crediting": "crediting.crediting",
    "transfer": "transactions.transfer",
    "approve": "transactions.approve",
    "reject": "transactions.reject",
    "cancel": "transactions.cancel",
    "transaction": "transactions.transaction",
    "network": "network.network",
    "transfer-out": "transfers_out.transfer_out",
    "instruction": "network_views.instruction",
    "correction": "corrections.correction",
    "notices": "corrections.notices_group",
    "find": "lookup.find",
    "totals": "lookup.totals",
    "audit": "audit.audit",
    "log": "log.log",
    "certificate": "certificates.certificate",
    "verify": "verify.verify",
    "aef": "reports.aef",
    "report": "issued_reports.report",
    "balance": "balances.balance",
    "adjustments": "adjustments.adjustments",
    "check": "check.check",
    "submission": "submissions.submission",
    "replay": "replay.replay",
    "generate": "replay.generate",
    "simulate": "simulate.simulate",
    "serve": "serving.serve",
    "worker": "serving.worker",
    "demo": "demo.demo",
    "demo-part": "demo_part.demo_part",
    "demo-actor": "demo_actor.demo_actor",
    "train": "train.train",
    "train-part": "train.train_part",
    "bench": "bench.bench",
    "openapi": "reference.openapi",
}
"""The name of each command, in the order of `article6 --help`, and where it is: module of this room, and name there."""

JOINED_BY = {
    "account": ("recorded",),
    "approach": ("recorded",),
    "authorization": ("recorded",),
    "mechanism": ("recorded",),
    "network": ("reconciliations", "network_views"),
}
"""Groups to which other modules add commands, by their `JOINING`."""


class Commands(click.Group):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        return load(cmd_name) if cmd_name in COMMANDS else None


def load(name: str) -> click.Command:
    """A command, with all that joins it."""
    module, attribute = COMMANDS[name].split(".")
    command: click.Command = getattr(_imported(module), attribute)
    for other in JOINED_BY.get(name, ()):
        for group, joining in _imported(other).JOINING:
            group.add_command(joining)
    return command


def _imported(module: str) -> Any:
    return import_module(f"article6.cli.{module}")
