"""Authorizations, cooperative approaches and activities as they accompany units to another registry, and back.

What a registry does not know of them it records as they were told; what it knows must be the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from article6.domain.authorizations import (
    Authorization,
    Basis,
    ChangeTerms,
    CoveredSerials,
    Duration,
    Entity,
    FirstTransferDefinition,
    Purpose,
    Scope,
)
from article6.exchange.facts import Proposed
from article6.exchange.problems import Objection, Problem
from article6.services import authorizations as recording
from article6.services.exchange.sources import DATABASE, Source
from article6.store import journal

Identity = tuple[str, str, int]
"""Party, identifier and version of an authorization."""

_LARGE = ("quantity",)
_APPROACH = ("code", "title", "parties", "first_transfer_oimp", "remark", "sectors", "activity_types", "metrics",
             "documents")  # fmt: skip
_ACTIVITY = ("party", "code", "title", "sectors", "activity_types", "methodology")
_MUST_AGREE = {"approach": ("parties", "first_transfer_oimp"), "activity": ("sectors", "activity_types")}
"""A title or a remark may be worded differently in two registries."""


def authorization_told(given: Authorization) -> dict[str, Any]:
    """An authorization in full, as JSON without what is this registry's own."""
    told = _plain(dataclasses.asdict(given))
    del told["id"]
    for name in _LARGE:
        told[name] = None if told[name] is None else str(told[name])
    for each in told["entities"]:
        each.pop("code", None)
    for each in told["scope"]["serials"]:
        each["first"], each["last"] = str(each["first"]), str(each["last"])
    return told


def approach_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A cooperative approach in full."""
    return {name: _plain(row[name]) for name in _APPROACH}


def activity_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """An activity."""
    return {name: _plain(row[name]) for name in _ACTIVITY}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def authorization_of(told: Mapping[str, Any]) -> Authorization:
    """The authorization that a document tells of; its id is 0.

    Raises:
        ValueError: it cannot be read; the message names the field.
    """
    given = dict(told)
    try:
        duration, scope = given.pop("duration", {}), dict(given.pop("scope", {}))
        serials = tuple(
            CoveredSerials(each["registry"], each["party"], int(each["first"]), int(each["last"]))
            for each in scope.pop("serials", ())
        )
        definition = given.pop("first_transfer_oimp", None)
        quantity = given.pop("quantity", None)
        return Authorization(
            id=0,
            version=int(given.pop("version")),
            authorized_on=date.fromisoformat(given.pop("authorized_on")),
            purposes=Purpose(given.pop("purposes")),
            quantity=None if quantity is None else int(quantity),
            entities=tuple(Entity(**each) for each in given.pop("entities", ())),
            first_transfer_oimp=FirstTransferDefinition(definition) if definition else None,
            duration=Duration(**{name: date.fromisoformat(each) if each else None for name, each in duration.items()}),
            basis=Basis(**_tuples(given.pop("basis", {}))),
            changes=ChangeTerms(**given.pop("changes", {})),
            scope=Scope(serials=serials, **_tuples(scope)),
            **_tuples(given),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a proposal's documents: here (with ids), or else by the proposal itself (id 0)."""

    authorizations: Mapping[Identity, Authorization]
    approaches: Mapping[str, int]
    activities: Mapping[tuple[str, str], int]
    objections: tuple[Objection, ...] = ()

    @property
    def are_recorded(self) -> bool:
        """Whether all of them are known here."""
        ids = (
            *self.approaches.values(),
            *self.activities.values(),
            *(each.id for each in self.authorizations.values()),
        )
        return all(ids)


@dataclass(slots=True)
class _Documents:
    authorizations: dict[Identity, Authorization] = field(default_factory=dict)
    approaches: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    activities: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    objections: list[Objection] = field(default_factory=list)


def known(proposed: Proposed, source: Source = DATABASE) -> Known:
    """What this registry knows of the documents, after comparing; objections name the field that differs."""
    named = frozenset(each.authorization for each in proposed.blocks if each.authorization is not None)
    about = (
        proposed.authorizations, proposed.approaches, proposed.activities, named,
        _named(proposed, "cooperative_approach"), _named_activities(proposed),
    )  # fmt: skip
    return source.once(about, lambda: _known(proposed, named, source))


def _known(proposed: Proposed, named: frozenset[Identity], source: Source) -> Known:
    read = _read(proposed)
    here = source.authorizations([*read.authorizations, *named])
    approaches = source.approaches([*read.approaches, *_named(proposed, "cooperative_approach")])
    activities = source.activities([*read.activities, *_named_activities(proposed)])
    objections = [*read.objections, *_differences(read, here, approaches, activities)]
    return Known(
        {**read.authorizations, **here},
        {**dict.fromkeys(read.approaches, 0), **{code: each["id"] for code, each in approaches.items()}},
        {**dict.fromkeys(read.activities, 0), **{name: each["id"] for name, each in activities.items()}},
        tuple(objections),
    )


def _named(proposed: Proposed, field_: str) -> set[str]:
    return {str(each.batch[field_]) for each in proposed.blocks if each.batch.get(field_)}


def _named_activities(proposed: Proposed) -> set[tuple[str, str]]:
    return {(str(each.batch.get("activity_party") or each.serials.party), str(each.batch["activity"]))
            for each in proposed.blocks if each.batch.get("activity")}  # fmt: skip


def _read(proposed: Proposed) -> _Documents:
    read = _Documents()
    for each in proposed.authorizations:
        try:
            found = authorization_of(each)
        except ValueError as error:
            subject = f"{each.get('party')} {each.get('code')}"
            read.objections.append(Objection(Problem.AUTHORIZATION_DIFFERS, subject[:100], str(error)[:100]))
            continue
        read.authorizations[found.party, found.code, found.version] = found
    for each in proposed.approaches:
        read.approaches[str(each.get("code"))] = each
    for each in proposed.activities:
        read.activities[str(each.get("party")), str(each.get("code"))] = each
    return read


def _differences(
    read: _Documents,
    authorizations: Mapping[Identity, Authorization],
    approaches: Mapping[str, Mapping[str, Any]],
    activities: Mapping[tuple[str, str], Mapping[str, Any]],
) -> Iterator[Objection]:
    for identity, told in read.authorizations.items():
        if identity in authorizations:
            ours, theirs = authorization_told(authorizations[identity]), authorization_told(told)
            differing = sorted(name for name in ours if name != "remark" and ours[name] != theirs[name])
            if differing:
                subject = f"{told.party} {told.code} {told.version}"
                yield Objection(Problem.AUTHORIZATION_DIFFERS, subject, differing[0])
    for code, document in read.approaches.items():
        if code in approaches:
            yield from _differing("approach", code, approaches[code], document)
    for name, document in read.activities.items():
        if name in activities:
            yield from _differing("activity", " ".join(name), activities[name], document)


def _differing(kind: str, subject: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Objection]:
    for name in _MUST_AGREE[kind]:
        if _plain(ours[name]) != _plain(theirs.get(name)):
            yield Objection(Problem.BLOCK_FACTS_DIFFER, subject, name)
            return


def record(proposed: Proposed, found: Known, now: datetime) -> Known:
    """Record what is not known here yet; everything with its id. Needs a database transaction around it.

    Raises:
        Refused: a ceiling that is lower than what stands under the authorization already.
    """
    if found.are_recorded:
        return found
    # Two transfers at once may bring the same documents: one after the other.
    journal.wait_for_turn("exchange_documents")
    read, found = _read(proposed), known(proposed)
    for code, document in read.approaches.items():
        if not found.approaches[code]:
            journal.insert("cooperative_approach", _approach_row(document))
    for name, document in read.activities.items():
        if not found.activities[name]:
            journal.insert("activity", {each: _row_value(document.get(each, "")) for each in _ACTIVITY})
    for identity in sorted(read.authorizations):
        if not found.authorizations[identity].id:
            recording.insert(read.authorizations[identity], now)
    return known(proposed)


def _approach_row(document: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: _row_value(document[name]) for name in _APPROACH if document.get(name) is not None}
    documents: Sequence[Any] = document.get("documents") or []
    return {**row, "documents": journal.entities_json(documents)}


def _row_value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
