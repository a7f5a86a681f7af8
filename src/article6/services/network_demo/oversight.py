"""Acts of a registry by which others are watched and instructed: views, mandates, cases, certificates, forgeries."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from article6.domain.canonical import canonical
from article6.domain.corrections import NewRemedy, Remedy
from article6.domain.orders import TransactionId
from article6.domain.refusals import BrokenInvariant
from article6.domain.serials import SeriesRange
from article6.gateways import GatewayFailure
from article6.gateways import peers as gateway
from article6.services import certificate_files, certificates, corrections
from article6.services.corrections import NewCase
from article6.services.exchange import instructions, mandates, overview, reconciling, transfers, views
from article6.services.exchange.instructions import NewInstruction
from article6.services.exchange.mandates import NewMandate
from article6.services.exchange.reconciling import NewResolution
from article6.services.exchange.views import NewView
from article6.services.network_demo.cast import Act, Given, founder, key, of, second
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import series

# --- Forgeries


def _altered(given: Given, now: datetime) -> dict[str, Any]:
    """Send the proposal of a transfer once more with one digit changed, under the old signature."""
    del now
    found = transfers.shown(str(given["transfer"]))
    jws = next(each["jws"] for each in found["messages"] if ".proposed." in each["type"])
    head, content, signature = jws.split(".")
    whole = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
    forged = whole.replace(str(given["said"]).encode(), str(given["forged"]).encode())
    if forged == whole:
        raise BrokenInvariant("nothing to alter in the message")
    body = canonical({"messages": [f"{head}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}.{signature}"]})
    try:
        gateway.current().post(str(given["url"]), body)
    except GatewayFailure:
        return {"is_answered": False}
    return {"is_answered": True}


def _turned_away(given: Given, now: datetime) -> list[str]:
    """The codes of what was turned away last at this registry's door."""
    del given, now
    newest = overview.evidence(limit=1).items
    return [each["code"] for line in newest for each in line["objections"]]


# --- Views and instructions


def _mandate(given: Given, now: datetime) -> int:
    """A Party lets its own registry see its section here and instruct on it: one person gives it, another agrees."""
    new = NewMandate(str(given["peer"]), str(given["party"]), may_instruct=True, proposer=str(given["proposer"]))
    number = int(mandates.give(new, by=founder(), now=now, key=key("mandate"))["id"])
    mandates.agree(number, by=second(), now=now, key=key("mandate:agree"))
    return number


def _ask_view(given: Given, now: datetime) -> int:
    party = str(given["party"])
    new = NewView(str(given["peer"]), party)
    return views.ask(new, by=of(party, "representative"), now=now, key=key(f"view:{given['step']}"))


def _view(given: Given, now: datetime) -> dict[str, Any]:
    number = int(given["number"])
    if not views.is_answered(number):
        return {"is_whole": False}
    found = views.shown(str(given["peer"]), str(given["party"]), "holdings", now=now, number=number)
    return {"is_whole": True, "lines": found["lines"], "objections": found["objections"]}


def _instruct(given: Given, now: datetime) -> int:
    """A transaction on an account of the Party's section at a peer: one proposes, another approves, then it is sent."""
    party, step = str(given["party"]), str(given["step"])
    new = NewInstruction(
        str(given["peer"]), party, str(given["type"]), str(given["source"]), str(given["target"]),
        int(given["quantity"]), terms=dict(given["terms"]),
    )  # fmt: skip
    found = instructions.propose(new, by=of(party, "representative"), now=now, key=key(step))
    number = int(found["id"])
    instructions.approve(number, by=of(party, "approver"), now=now, key=key(f"{step}:approve"))
    return number


def _instruction(given: Given, now: datetime) -> dict[str, Any]:
    del now
    found = instructions.shown(int(given["number"]))
    return {"status": str(found["status"]), "transaction": found["transaction"],
            "codes": [each["code"] for each in found["objections"] or ()]}  # fmt: skip


# --- Cases


def _correct(given: Given, now: datetime) -> int:
    """Two administrators of this registry put units of an arrival from one account into another; the case."""
    step, ranges = str(given["step"]), (named_range(given),)
    arrival = _arrival(ranges[0])
    new = NewCase(str(given["reason"]), str(given["finding"]), transaction_id=arrival, ranges=ranges)
    case = int(corrections.open_case(new, by=founder(), now=now, key=key(step))["id"])
    remedy = NewRemedy(Remedy.MOVEMENT, str(given["source"]), str(given["target"]))
    corrections.propose(case, remedy, by=founder(), now=now, key=key(f"{step}:propose"))
    corrections.confirm(case, by=second(), now=now, key=key(f"{step}:confirm"))
    return case


def named_range(given: Given) -> SeriesRange:
    """The ledger's range of `serials`: registry, Party, first, last."""
    registry, party, first, last = given["serials"]
    [(number, _registry)] = series.named(registry, party)
    return SeriesRange(number, int(first), int(last))


def _arrival(units: SeriesRange) -> int:
    """The transaction by which units came here."""
    lines = reading.history([(units.series_id, units.first, units.last, units.last)])
    return int(next(each["id"] for each in lines if each["type"] == "acquisition"))


def _compare(given: Given, now: datetime) -> str:
    return reconciling.start(str(given["peer"]), by=founder(), now=now, key=key(f"compare:{given['step']}"))


def _compared(given: Given, now: datetime) -> dict[str, Any]:
    """How a comparison stands here; '' as its status where it is not known here yet."""
    del now
    known = {each["reconciliation_id"] for each in reconciling.listed(limit=100).items}
    if given["case"] not in known:
        return {"status": "", "has_ended": False}
    found = reconciling.shown(str(given["case"]))
    return {
        "status": str(found["status"]), "has_ended": reconciling.has_ended(str(given["case"])),
        "differences": [[each[name] for name in ("registry", "party", "first", "last")]
                        for each in found["differences"]],
        "held": sum(each["quantity"] for each in found["holds"] if each["status"] == "proposed"),
        "signed": len(found["resolutions"]), "is_agreed": found["is_agreed"], "messages": len(found["messages"]),
    }  # fmt: skip


def _resolve(given: Given, now: datetime) -> bool:
    """Sign how a case is resolved: as said here, or as the peer has signed. Whether both have signed the same."""
    new = None
    if "registry" in given:
        new = NewResolution(str(given["registry"]), "movement", str(given["reason"]), (str(given["serials"]),))
    found = reconciling.resolve(str(given["case"]), new, by=founder(), now=now, key=key(f"resolve:{given['case']}"))
    return bool(found["is_agreed"])


# --- Certificates


def _certify(given: Given, now: datetime) -> dict[str, Any]:
    """A certificate of a transaction, with copies of it in a folder; the certificate, and the log's public key."""
    by = of(str(given["of"]), "representative")
    issued = certificates.issue(
        TransactionId(int(given["transaction"])), by=by, now=now, key=key(f"certificate:{given['transaction']}"),
        address=str(given["url"]),
    )  # fmt: skip
    folder, names = Path(given["folder"]), []
    folder.mkdir(parents=True, exist_ok=True)
    for form in given["forms"]:
        name, content = certificate_files.copy(issued["code"], form, by=by)
        (folder / name).write_bytes(content)
        names.append(name)
    whole = certificates.shown(issued["code"], by=by)["certificate"]
    return {"certificate": whole, "key": certificates.public_key(), "names": names, "quantity": issued["quantity"]}


ACTS: Mapping[str, Act] = {
    "altered": _altered,
    "turned_away": _turned_away,
    "mandate": _mandate,
    "ask_view": _ask_view,
    "view": _view,
    "instruct": _instruct,
    "instruction": _instruction,
    "correct": _correct,
    "compare": _compare,
    "compared": _compared,
    "resolve": _resolve,
    "certify": _certify,
}
