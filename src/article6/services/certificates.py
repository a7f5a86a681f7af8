"""Certificates of completed cancellations, retirements and transfers: issued from the transparency log, and kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.canonical import canonical
from article6.domain.kinds import ACQUISITION, RETURN
from article6.domain.orders import PersonId, Status, TransactionId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.domain.units import UnitType, shown_as
from article6.services import declarations, sight
from article6.services.commands import command, once
from article6.services.log import keeping, proving, rotating
from article6.services.log.contents import PARTICULARS, moment
from article6.services.log.keeping import Role
from article6.services.reports.asked import account_type, type_title
from article6.services.reports.issuing import ALPHABET, normal
from article6.services.titles import account_of, identifiers
from article6.store import journal
from article6.store.database import EVERYTHING, one_moment, seeing
from article6.store.queries import certificates as queries
from article6.store.queries import facts, lookup, registries, representatives
from article6.store.queries import log as log_queries
from article6.store.queries import transactions as transaction_queries
from article6.transparency import certificates
from article6.transparency.certificates import ACTS, Act
from article6.transparency.leaves import Kind
from article6.transparency.proofs import Proof

ENTRIES_AT_MOST = 20_000
"""Lines of the journal that a certificate shows."""

LISTED_AT_MOST = 100

ALWAYS_SHOWN = ("purpose", "sub_purpose", "use_year")
"""Particulars that every certificate discloses: what the units were cancelled or used for."""

HOLDERS = {"holder.from": "source", "holder.to": "target"}
"""Parts that are no particulars: whose the accounts are."""

INTERNAL = frozenset({"digest"})
"""Particulars that the ledger keeps for itself."""


def issue(
    transaction_id: TransactionId,
    disclosing: Sequence[str] = (),
    *,
    by: PersonId,
    now: datetime,
    key: str | None = None,
    address: str = "",
) -> dict[str, Any]:
    """Issue a certificate of a transaction: code, section, transaction_id, act, act_title, title, quantity, digest, at.

    `disclosing` names particulars of the transaction, and of the HOLDERS, that it is to show. `address` is the
    registry's, where the settings have none.

    Raises:
        Refused: no such transaction in the person's sight, none that certificates are issued for, not in the log yet,
            no such part, or the person has no role in a section concerned and represents no account there.
    """
    request = command(by, key, "issue_certificate", [transaction_id, sorted(set(disclosing))])

    def act() -> dict[str, Any]:
        found, section_id = _judged(transaction_id, by)
        statement = _statement(found, frozenset(disclosing), now, address, by)
        with seeing(EVERYTHING), journal.database_transaction():
            made = certificates.sealed({**statement, **_announced()}, keeping.signer(Role.LOG, now))
            certificates.verify(made, keeping.signer(Role.LOG, now).verifier)
            number = _keep(made, transaction_id, section_id, by, now)
            journal.note(
                request, "certificate.issued", f"transaction:{transaction_id}", now, [number], section_id=section_id
            )
            return _told(_by_code(made["number"]))

    def repeat(number: int) -> dict[str, Any]:
        with seeing(EVERYTHING):
            return _told(_found(queries.by_id(number), str(number)))

    return once(request, act, lambda answer: repeat(answer.ids[0]))


def parts(transaction_id: TransactionId, *, by: PersonId) -> list[str]:
    """What a certificate of the transaction can disclose if asked to.

    Raises:
        Refused: as for `issue`.
    """
    found, _section_id = _judged(transaction_id, by)
    return _parts(_proof(transaction_id), found, by)


def is_for(transaction_id: TransactionId, by: PersonId) -> bool:
    """Whether the person may have certificates of a transaction, which is in sight, and there are any for its kind."""
    found = lookup.transaction(transaction_id)
    return found is not None and _act(found) is not None and _section(transaction_id, by) is not None


def of_transaction(transaction_id: TransactionId) -> list[dict[str, Any]]:
    """The newest certificates in sight of a transaction: code, section, transaction_id, digest, at."""
    found = queries.of_transaction(transaction_id, LISTED_AT_MOST)
    return [_listed(each) for each in found]


def shown(code: str, *, by: PersonId | None) -> dict[str, Any]:
    """A certificate that was issued, as `issue` told it, and the `certificate` itself.

    Raises:
        Refused: there is none with this code in the person's sight.
    """
    with seeing(sight.of(by)):
        found = _by_code(normal(code))
    return {**_told(found), "certificate": _whole(found)}


def looked_up(code: str, digest: str | None = None) -> dict[str, Any]:
    """Whether a certificate with this code was issued here; for everybody who has the code.

    Returns: code, is_issued, issued_at and digest (None where none was issued), and is_same: whether the digest that
    was given is its own (None: none was given). What it attests is not told.
    """
    with seeing(EVERYTHING):
        found = queries.by_code(normal(code))
    if found is None:
        return {"code": normal(code)[:40], "is_issued": False, "issued_at": None, "digest": None, "is_same": None}
    kept = bytes(found["digest"]).hex()
    return {
        "code": found["code"],
        "is_issued": True,
        "issued_at": found["at"],
        "digest": kept,
        "is_same": None if digest is None else digest.lower() == kept,
    }


@dataclass(frozen=True, slots=True)
class ReaderKeys:
    """With what a reader checks certificates: the log's `key` ('' before its first checkpoint), what was `announced` of
    it, as notes, and the keys of the `witnesses` that have cosigned the log."""

    key: str = ""
    announced: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


def reader_keys() -> ReaderKeys:
    """What everybody may know of the log's keys and of its witnesses."""
    with seeing(EVERYTHING):
        known = keeping.log_keys_known()
        if known is None:
            return ReaderKeys()
        announced = tuple(each.note for each in known.announcements)
        return ReaderKeys(str(known.newest), announced, tuple(log_queries.witness_keys()))


def public_key() -> str:
    """The log's public key, with which certificates are checked; '' before the log's first checkpoint."""
    return reader_keys().key


def _announced() -> dict[str, list[str]]:
    """What leads from an earlier key of the log, which a reader may have, to the one that signs now."""
    said = rotating.announcements()
    return {"announcements": said} if said else {}


# --- Who may, and for what


def _judged(transaction_id: TransactionId, by: PersonId) -> tuple[dict[str, Any], int]:
    """The transaction, and the section of the person's that it concerns."""
    with seeing(sight.of(by)):
        found = lookup.transaction(transaction_id) if 1 <= transaction_id < 2**63 else None
    if found is None:
        raise refused(Code.TRANSACTION_UNKNOWN, str(transaction_id))
    section_id = _section(transaction_id, by)
    if section_id is None:
        raise refused(Code.PERSON_NOT_PERMITTED, str(transaction_id))
    if _act(found) is None:
        raise refused(Code.CERTIFICATE_NOT_OF_THIS, str(transaction_id), f"{found['type']}, {found['status']}")
    return found, section_id


def _section(transaction_id: TransactionId, by: PersonId) -> int | None:
    with seeing(EVERYTHING):
        actor, represented = facts.actor(by), representatives.sections(by)
        concerned = transaction_queries.sections(transaction_id)
    own = (each for each in concerned if roles.may(actor, Right.READ, each) or each in represented)
    return next(own, None)


def _act(found: Mapping[str, Any]) -> Act | None:
    if found["status"] != Status.COMPLETED or found["target_id"] is None:
        return None
    target = lookup.account(found["target_id"])
    like = declarations.likes().get(found["type"], found["type"])
    if target["is_terminal"]:
        if like == "conversion":
            return None
        return Act.RETIREMENT if target["type"] == "retirement" or like.startswith("use_") else Act.CANCELLATION
    is_transfer = like.startswith(("transfer", "international_transfer")) or like in (ACQUISITION, RETURN)
    return Act.TRANSFER if is_transfer else None


# --- What it says


def _statement(
    found: Mapping[str, Any], disclosing: frozenset[str], now: datetime, address: str, by: PersonId
) -> dict[str, Any]:
    transaction_id, act = TransactionId(found["id"]), _act(found)
    proof = _disclosing(transaction_id, found, disclosing, by)
    identity = registries.identity() or {}
    number = _code()
    with seeing(EVERYTHING), one_moment():
        units = _units(proof, transaction_id)
    return {
        "number": number,
        "act": str(act),
        "title": type_title(found["type"]),
        "registry": {name: str(identity[name]) for name in ("code", "kind", "name")},
        "issued_at": moment(now),
        "accounts": {
            "from": _side(found["source_id"], is_told="holder.from" in disclosing),
            "to": _side(found["target_id"], is_told="holder.to" in disclosing),
        },
        "units": units,
        "verify_at": f"{settings.ARTICLE6_ADDRESS or address.rstrip('/')}/verify?code={number}",
        "proof": proof.as_json(),
    }


def _proof(transaction_id: TransactionId, disclosing: Sequence[str] = ()) -> Proof:
    return proving.prove(Kind.TRANSACTION, str(transaction_id), disclosing)


def _parts(proof: Proof, found: Mapping[str, Any], by: PersonId) -> list[str]:
    """What can be disclosed: particulars, and holders of accounts that the person sees."""
    named = {each.removeprefix(PARTICULARS) for each in proof.shown.withheld} - INTERNAL - set(ALWAYS_SHOWN)
    with seeing(sight.of(by)):
        sides = [name for name, side in HOLDERS.items() if (account_of(found[f"{side}_id"]) or {}).get("holder")]
    return [*sorted(named), *sides]


def _disclosing(
    transaction_id: TransactionId, found: Mapping[str, Any], wanted: frozenset[str], by: PersonId
) -> Proof:  # fmt: skip
    known = _proof(transaction_id)
    there = _parts(known, found, by)
    if unknown := sorted(wanted - set(there) - set(ALWAYS_SHOWN)):
        raise refused(Code.CERTIFICATE_PART_UNKNOWN, unknown[0], ", ".join(there))
    parts = {f"{PARTICULARS}{each}" for each in wanted | set(ALWAYS_SHOWN)}
    return _proof(transaction_id, sorted(parts & set(known.shown.withheld)))


def _side(account_id: int | None, *, is_told: bool) -> dict[str, str] | None:
    """An account, with its holder where that is to be told, which was judged."""
    if account_id is None:
        return None
    account = lookup.account(account_id)
    return {"title": account_type(account["type"]), "holder": str(account["holder"]) if is_told else ""}


def _units(proof: Proof, transaction_id: TransactionId) -> list[dict[str, Any]]:
    """The identifiers of the units, in the order of the leaf's entries."""
    lines = lookup.entries(transaction_id, (0, 0), ENTRIES_AT_MOST + 1)
    if len(lines) > ENTRIES_AT_MOST:
        raise refused(Code.REPORT_TOO_LONG, str(transaction_id), f"more than {ENTRIES_AT_MOST:,} lines")
    by_range = {(each["registry"], each["party"], each["first"]): each for each in lines}
    return [
        _unit(by_range[each["registry"], each["party"], int(each["first"])]) for each in proof.shown.facts["entries"]
    ]


def _unit(line: Mapping[str, Any]) -> dict[str, Any]:
    batch = lookup.batch(line["batch_id"])
    unit_type = str(shown_as(UnitType(batch["unit_type"]), line["is_first_transferred"]))
    first, last = identifiers(batch, unit_type, line["first"], line["last"])
    return {
        "first": first,
        "last": last,
        "unit_type": unit_type,
        "vintage_year": batch["vintage_year"],
        "activity": batch["activity"],
        "cooperative_approach": batch["cooperative_approach"],
    }


# --- Kept


def _code() -> str:
    return normal("".join(secrets.choice(ALPHABET) for _each in range(16)))


def _keep(
    made: Mapping[str, Any], transaction_id: TransactionId, section_id: int, by: PersonId, now: datetime
) -> int:  # fmt: skip
    content = {name: value for name, value in made.items() if name != "signature"}
    return journal.insert(
        "certificate",
        {
            "code": made["number"],
            "section_id": section_id,
            "transaction_id": transaction_id,
            "content": canonical(content).decode(),
            "signature": made["signature"],
            "digest": bytes.fromhex(certificates.digest(made)),
            "at": now,
            "person_id": by,
        },
    )


def _by_code(code: str) -> dict[str, Any]:
    return _found(queries.by_code(code), code)


def _found(found: dict[str, Any] | None, subject: str) -> dict[str, Any]:
    if found is None:
        raise refused(Code.CERTIFICATE_UNKNOWN, subject[:40])
    return found


def _whole(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**json.loads(found["content"]), "signature": found["signature"]}


def _listed(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("code", "section", "transaction_id", "at")
    return {**{name: found[name] for name in names}, "digest": bytes(found["digest"]).hex()}


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    whole = json.loads(found["content"])
    quantity = int(whole["proof"]["facts"]["quantity"])
    titles = {"act_title": _(ACTS[Act(whole["act"])]), "title": _(whole["title"])}
    return {**_listed(found), "act": whole["act"], **titles, "quantity": quantity}
