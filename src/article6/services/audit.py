"""The self-audit: every promise of the ledger, recomputed from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.parties import PARTIES
from article6.domain.refusals import N_
from article6.domain.steps import Stand, Steps, differences
from article6.domain.units import columns_digest, digested
from article6.services import as_of, people, sight
from article6.services.log import checking
from article6.store.database import one_moment
from article6.store.queries import (
    audit,
    audit_exchange,
    audit_information,
    audit_mechanism,
    audit_transfers,
    movements,
)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: what was asked, of how many rows, and what was found against it (the first of `breaches`)."""

    name: str
    title: str
    checked: int
    breaches: int
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return self.breaches == 0


QUESTIONS = (
    ("tiling", N_("No serial is in two blocks, none is lost"), audit.TILING, "blocks"),
    ("conservation", N_("Units issued equal units in accounts"), audit.CONSERVATION, "series"),
    ("transactions", N_("Every transaction has exactly its units in the journal"), audit.TRANSACTIONS, "transactions"),
    ("reservations", N_("Only waiting transactions reserve units, and just theirs"), audit.RESERVATIONS, "blocks"),
    ("finality", N_("Nothing left a cancellation or retirement account"), audit.FINALITY, "entries"),
    ("owners", N_("Every block has its account and lies within its batch"), audit.OWNERS, "blocks"),
    ("ceilings", N_("No more units stand under an authorization than it covers"), audit.CEILINGS, "blocks"),
    ("four_eyes", N_("Nobody approved what they proposed"), audit.FOUR_EYES, "transactions"),
    ("events", N_("Every transaction has its audit event"), audit.EVENTS, "transactions"),
    (
        "corrections",
        N_("Nothing was corrected without a case that two people agreed on"),
        audit.CORRECTIONS,
        "transactions",
    ),
    ("underlying", N_("Underlying units are used once, and accounts hold their metric"), audit.UNDERLYING, "batches"),
    (
        "exchange",
        N_("Only the exchange moves what other registries hold, by two people's will and the peer's word"),
        audit_exchange.EXCHANGE,
        "transactions",
    ),
    (
        "transfers",
        N_("What passed to and from other registries is the same by the journal and by the messages"),
        audit_transfers.TRANSFERS,
        "transactions",
    ),
    (
        "information",
        N_("Of units whose amounts were told each stands in one registry, and moves by its acquirer's instruction"),
        audit_information.INFORMATION,
        "transactions",
    ),
    ("sums", N_("Sums from which pictures are drawn are those of the journal"), movements.SUMS, "entries"),
    ("guards", N_("The database's guards are in force"), audit.GUARDS, ""),
)

OF_THE_MECHANISM = (
    ("levies", N_("Every issuance gave its shares, to the unit"), audit_mechanism.LEVIES, "transactions"),
    ("taken_over", N_("No Kyoto serial was taken over twice"), audit_mechanism.TAKEN_OVER, "batches"),
    ("refunds", N_("No more fees were given back than were paid"), audit_mechanism.REFUNDS, ""),
)


def run(progress: Progress = lambda name: None, *, by: PersonId | None = None) -> list[Check]:
    """Check every promise as the ledger stands at one moment; reads only.

    Raises:
        Refused: `by` is no administrator or auditor of the registry (None: an operator at the shell).
    """
    people.require_inspector_or_shell(by)
    sight.be_whole()
    with one_moment():
        counts = audit.counts()
        checks = []
        for name, title, question, of in QUESTIONS:
            progress(name)
            breaches, findings = audit.findings(question)
            checks.append(Check(name, title, counts.get(of, 0), breaches, tuple(findings)))
        exempt = [each.code for each in PARTIES.values() if each.ldc or each.sids]
        for name, title, question, of in OF_THE_MECHANISM:
            progress(name)
            breaches, findings = audit_mechanism.findings(question, exempt)
            checks.append(Check(name, title, counts.get(of, 0), breaches, tuple(findings)))
        progress("journal")
        checks.append(_check("journal", N_("Journal and holdings agree, line by line"), counts["entries"], _journal()))
        progress("kept")
        checks.append(
            _check(
                "kept", N_("Holdings kept of the past are those of the journal"), counts["entries"], as_of.breaches()
            )
        )
        progress("log")
        checks.append(
            _check(
                "log", N_("The transparency log says what was recorded"), checking.leaves_checked(), checking.breaches()
            )
        )
        progress("attributes")
        checks.append(_check("attributes", N_("No batch's attributes were changed"), counts["batches"], _attributes()))
    return checks


def _check(name: str, title: str, checked: int, found: Iterator[str]) -> Check:
    first: list[str] = []
    breaches = 0
    for finding in found:
        breaches += 1
        if len(first) < audit.AT_MOST:
            first.append(finding)
    return Check(name, title, checked, breaches, tuple(first))


def _journal() -> Iterator[str]:
    for series_id, name in audit.series():
        steps = Steps()
        for line in audit.journal(series_id):
            if wrong := steps.apply(line):
                yield f"{name}: {wrong}"
        for first, last, expected, found in differences(steps.runs(), audit.ledger(series_id)):
            yield f"{name}: serials {first}-{last}: the journal says {_told(expected)}, the ledger {_told(found)}"


def _told(stand: Stand) -> str:
    if stand.account is None:
        return "not issued"
    extra = f", authorization {stand.authorization}" if stand.authorization else ""
    mark = f", first transfer {stand.first_transfer}" if stand.first_transfer else ""
    return f"account {stand.account}, batch {stand.batch}{extra}{mark}"


_BESIDE = ("id", "digest", "noted", "is_journaled", "series_party")


def _attributes() -> Iterator[str]:
    for batch in audit.batches():
        columns: dict[str, Any] = {key: value for key, value in batch.items() if key not in _BESIDE}
        digest = columns_digest(digested(columns))
        if (
            digest != bytes(batch["digest"])
            or digest.hex() != batch["noted"]
            or batch["party"] != batch["series_party"]
        ):
            yield f"batch {batch['id']}: its attributes are not those it was issued with"
        if not batch["is_journaled"]:
            yield f"batch {batch['id']}: its serials are not those of its issuance"
