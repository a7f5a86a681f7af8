"""Business rules with their acts, and transactions of the past as they are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.business_rules import NO_BATCH, BusinessRule, batch_facts, lots_facts, past_facts
from article6.domain.orders import Account, AccountId
from article6.store.database import connection, records, row, rows, stream
from article6.store.sqlfiles import statement


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule and the time in which it refuses: from, and until where it is retired or superseded."""

    rule: BusinessRule
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def last_act() -> int | None:
    """The id of the last act on a business rule; None where there never was one."""
    found = row("SELECT max(id) FROM business_rule_act")
    return found[0] if found else None


def database_name() -> str:
    """The database in use, by which a process tells registries apart."""
    return connection().info.dbname


def approved() -> list[InForce]:
    """Every version that was ever approved, with the time in which it holds; a later version ends those before."""
    found = rows(
        """SELECT r.id, r.name, r.version, r.refuses_when, r.message, r.clause, a.effective_from,
                  LEAST(t.effective_from, (
                      SELECT min(b.effective_from) FROM business_rule n
                      JOIN business_rule_act b ON b.business_rule_id = n.id AND b.act = 'approved'
                      WHERE n.name = r.name AND n.version > r.version))
           FROM business_rule r
           JOIN business_rule_act a ON a.business_rule_id = r.id AND a.act = 'approved'
           LEFT JOIN business_rule_act t ON t.business_rule_id = r.id AND t.act = 'retired'
           ORDER BY r.name, r.version"""
    )
    return [InForce(BusinessRule(*each[:6]), each[6], each[7]) for each in found]


def latest(name: str, version: int | None = None) -> dict[str, Any] | None:
    """The version of a rule (the newest where none is named) with what was done with it."""
    found = records(
        """SELECT r.id, r.name, r.version, r.refuses_when, r.message, r.clause, r.drafted_by, r.drafted_at,
                  a.effective_from AS in_force_from, t.effective_from AS retired_from
           FROM business_rule r
           LEFT JOIN business_rule_act a ON a.business_rule_id = r.id AND a.act = 'approved'
           LEFT JOIN business_rule_act t ON t.business_rule_id = r.id AND t.act = 'retired'
           WHERE r.name = %(name)s AND (%(version)s::integer IS NULL OR r.version = %(version)s)
           ORDER BY r.version DESC LIMIT 1""",
        {"name": name, "version": version},
    )
    return found[0] if found else None


def listed() -> list[dict[str, Any]]:
    """Every version of every rule with who wrote, tried, approved and retired it, and when."""
    return records(
        """SELECT r.name, r.version, r.refuses_when, r.message, r.clause, d.login AS drafted_by, r.drafted_at,
                  y.would_refuse, y.would_fail, y.of_transactions, y.at AS tried_at,
                  p.login AS approved_by, a.at AS approved_at, a.effective_from AS in_force_from,
                  q.login AS retired_by, t.effective_from AS retired_from
           FROM business_rule r
           LEFT JOIN store_person d ON d.id = r.drafted_by
           LEFT JOIN LATERAL (SELECT * FROM business_rule_act x WHERE x.business_rule_id = r.id AND x.act = 'tried'
                              ORDER BY x.id DESC LIMIT 1) y ON true
           LEFT JOIN business_rule_act a ON a.business_rule_id = r.id AND a.act = 'approved'
           LEFT JOIN store_person p ON p.id = a.person_id
           LEFT JOIN business_rule_act t ON t.business_rule_id = r.id AND t.act = 'retired'
           LEFT JOIN store_person q ON q.id = t.person_id
           ORDER BY r.name, r.version"""
    )


def past(at_most: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The latest completed transactions, issuances too: id and facts. Needs a database transaction around it."""
    for found in stream(statement("past_transactions"), {"at_most": at_most}):
        number, type_, quantity, terms, at, source, target, roles, *summed = found
        types, years, parties, blocks, authorized, first, new = summed
        lots = lots_facts(
            unit_types=types or (),
            vintages=(year for year in years or () if year is not None),
            parties=parties or (),
            blocks=blocks,
            is_authorized=bool(authorized),
            is_first_transferred=bool(first),
        )
        yield (
            number,
            past_facts(
                type_, quantity, terms or {}, at, _account(source), _account(target), lots, roles or (),
                NO_BATCH if new is None else batch_facts(**new),
            ),
        )  # fmt: skip


def _account(values: list[Any] | None) -> Account | None:
    return None if values is None else Account(AccountId(values[0]), *values[1:])
