"""Batches as people describe them: activity, approach and registry by name instead of by number in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from article6.domain.orders import Issuance, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.units import BatchAttributes
from article6.services import issuance
from article6.services.issuance import NewActivity
from article6.store import journal
from article6.store.journal import Issued
from article6.store.queries import approaches, registries


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to issue. `registry` None is the originating registry of the Party's section, else this registry.

    `activity` is its code in the programme; one that is not recorded yet is recorded with the batch. `approach` is the
    identifier of a cooperative approach that is recorded.
    """

    target: str
    party: str
    quantity: int
    batch: BatchAttributes
    registry: str | None = None
    first: int | None = None
    last: int | None = None
    activity: str | None = None
    activity_title: str = ""
    approach: str | None = None
    authorization: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


def issue(new: NewBatch, *, by: PersonId, now: datetime, key: str | None = None) -> Issued:
    """Issue a batch, with its activity where that is new.

    Raises:
        Refused: no such approach, or what `issuance.issue` refuses; nothing was written.
    """
    approach_id = _approach(new.approach)
    while True:
        known = approaches.activity(new.party, new.activity) if new.activity else None
        is_new = new.activity is not None and known is None
        try:
            with journal.database_transaction() if is_new else nullcontext():
                if is_new:
                    activity = NewActivity(new.activity or "", new.party, new.activity_title)
                    known = issuance.record_activity(activity, by=by, now=now)
                batch = replace(new.batch, activity_id=known, cooperative_approach_id=approach_id)
                return issuance.issue(_issuance(new, batch), by=by, now=now, key=key)
        except Refused as no:
            # Somebody recorded the same activity in this moment: it is known now.
            if not is_new or [reason.subject for reason in no.reasons] != ["activity_identity"]:
                raise


def _approach(code: str | None) -> int | None:
    if code is None:
        return None
    found = approaches.by_code(code)
    if found is None:
        raise refused(Code.APPROACH_UNKNOWN, code)
    return int(found["id"])


def _issuance(new: NewBatch, batch: BatchAttributes) -> Issuance:
    return Issuance(
        target=new.target,
        registry=new.registry or originating_registry(new.party),
        party=new.party,
        quantity=new.quantity,
        batch=batch,
        first=new.first,
        last=new.last,
        authorization=new.authorization,
        terms=new.terms,
    )


def originating_registry(party: str) -> str:
    """The code under which this registry records units of a Party: its section's, else the registry's own.

    Raises:
        Refused: the database holds no registry.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    for section in registries.section_list():
        if section["party"] == party and section["itmo_registry"]:
            return str(section["itmo_registry"])
    return str(identity["code"])
