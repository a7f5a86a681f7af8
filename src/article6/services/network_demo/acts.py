"""What is done within one registry of the network: each act is one or two use cases, by the people who would do them.

Acts stand under idempotency keys of the demonstration's own: what was done is not done again, and an interrupted
story goes on where it was. Arguments and answers are plain JSON, because they cross from one program to another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from article6.domain.orders import Order, TransactionId
from article6.domain.serials import SeriesRange
from article6.exchange.books import PeerStatus
from article6.services import audit, transactions
from article6.services.exchange import initial_tests, overview, own_keys, peers, publishing, transfers
from article6.services.exchange.transfers import NewTransfer
from article6.services.log import status as log_status
from article6.services.network_demo import certified, founding, oversight, places
from article6.services.network_demo.cast import Act, Given, founder, key, of, second
from article6.services.network_demo.certified import Chosen
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import events, facts
from article6.store.queries import exchange as reading
from article6.store.queries import replay as ledger


def run(name: str, given: Given, now: datetime) -> Any:
    """Do an act of this registry; its answer is plain JSON.

    Raises:
        Refused: a rule said no.
    """
    return ACTS[name](given, now)


# --- Before the first message


def _prepare(given: Given, now: datetime) -> dict[str, Any]:
    """People, accounts and units for the network; the accounts by their names, and what was played."""
    part, played = str(given["part"]), []
    if part == places.CDM:
        founding.prepare_cdm(_chosen(given, now).party, by=founder())
    elif part == places.INTERNATIONAL:
        founding.prepare_international(by=founder())
    elif part == places.MECHANISM:
        played = list(founding.prepare_mechanism(by=founder()).played)
    names = [(each["section"], each["type"], each["name"]) for each in given.get("accounts", ())]
    return {"played": played, "accounts": {each[2]: ledger.account_number(*each) for each in names}}


def _make_key(given: Given, now: datetime) -> list[str]:
    del given
    own_keys.make(by=founder(), now=now)
    return [str(each["kid"]) for each in own_keys.listed()]


# --- Connecting


def _offer(given: Given, now: datetime) -> bool:
    """Offer and agree, where the connection is not as it should be: whether anything was to be done.

    `kids` are the other registry's, as its administrator tells them.
    """
    code, url, services = str(given["code"]), str(given["url"]), list(given.get("services", ()))
    found = reading.peer(code)
    agreed = reading.agreed_offer(code) if found is not None else None
    wanted = {"url": url, "services": sorted(services)}
    if agreed is not None and {"url": agreed["url"], "services": sorted(agreed["services"])} == wanted:
        return False
    peers.offer(code, url, services, by=founder(), now=now, purpose=str(given.get("purpose", "connect")))
    peers.agree(code, by=second(), now=now, kids=list(given["kids"]))
    return True


def _peer(given: Given, now: datetime) -> dict[str, Any]:
    del now
    found = reading.peer(str(given["code"])) or {}
    return {"is_connected": found.get("status") == PeerStatus.CONNECTED, "services": found.get("services", [])}


def _test(given: Given, now: datetime) -> dict[str, bool]:
    """Whether each test of the connection passed; a connection that passed is not tried again."""
    del now
    code = str(given["code"])
    before = reading.last_act(code, "tested")
    if before is not None and all(each["passed"] for each in before["content"]["outcomes"]):
        return {each["test"]: True for each in before["content"]["outcomes"]}
    return {each.test: each.passed for each in initial_tests.run(code, by=founder())}


# --- Transfers


def _give(given: Given, now: datetime) -> dict[str, Any]:
    """Propose and approve a transfer to another registry."""
    new = NewTransfer(
        str(given["peer"]), str(given["source"]), str(given["target"]), str(given["party"]), int(given["quantity"])
    )
    return _given(new, str(given["of"]), str(given["step"]), now)


def _given(new: NewTransfer, party: str, step: str, now: datetime) -> dict[str, Any]:
    by = of(party, "representative")
    waiting = transfers.propose(new, by=by, now=now, key=key(step))
    if waiting.status != "waiting":
        return {"transfer": waiting.transfer_id}
    transfers.approve(waiting.transfer_id, by=of(party, "approver"), now=now, key=key(f"{step}:approve"))
    return {"transfer": waiting.transfer_id}


def _give_cers(given: Given, now: datetime) -> dict[str, Any]:
    """A thousand CERs to the mechanism registry; `registered_on`, where given, stands for the activity's own day."""
    chosen = _chosen(given, now)
    day = date.fromisoformat(given["registered_on"]) if given.get("registered_on") else chosen.registered_on
    new = NewTransfer(
        str(given["peer"]), chosen.account, str(given["target"]), str(given["party"]), certified.GIVEN,
        (chosen.units,), registered_on=day,
    )  # fmt: skip
    return {**_given(new, chosen.party, str(given["step"]), now), "title": chosen.title}


def _chosen(given: Given, now: datetime) -> Chosen:
    """Which CERs: chosen once, because those that left stand in no holding account any more."""
    earlier = facts.earlier_answer(founder(), key("cers"))
    if earlier is not None:
        kept: Sequence[Any] = earlier.answer
        account, party, series_id, first, last, day, title = kept
        return Chosen(account, party, SeriesRange(series_id, first, last), date.fromisoformat(day), title)
    chosen = certified.choose(*(Path(given[name]) if given[name] else None for name in ("issuances", "projects")))
    units = chosen.units
    answer = [chosen.account, chosen.party, units.series_id, units.first, units.last,
              chosen.registered_on.isoformat(), chosen.title]  # fmt: skip
    journal.note(Command(founder(), key("cers"), b""), "network.cers_chosen", chosen.account, now, answer)
    return chosen


def _transfer(given: Given, now: datetime) -> dict[str, Any]:
    del now
    found = transfers.shown(str(given["transfer"]))
    return {"status": str(found["status"]), "codes": [each["code"] for each in found["objections"]],
            "details": [each["detail"] for each in found["objections"]], "ledger": found["ledger_id"]}  # fmt: skip


# --- Within the registry


def _use(given: Given, now: datetime) -> int:
    """Use units towards the NDC, or cancel them: one proposes, another approves. The transaction."""
    party, step = str(given["of"]), str(given["step"])
    units = (oversight.named_range(given),) if "serials" in given else ()
    order = Order(
        str(given["type"]), str(given["source"]), str(given["target"]), int(given["quantity"]), units,
        terms=given["terms"],
    )  # fmt: skip
    by, approver = of(party, "representative"), of(party, "approver")
    number = transactions.propose(order, by=by, now=now, key=key(step)).transaction_id
    transactions.approve(number, by=approver, now=now, key=key(f"{step}:approve"))
    return int(number)


def _approve(given: Given, now: datetime) -> int:
    """Approve what an instruction of another registry proposed; done once."""
    number = TransactionId(int(given["transaction"]))
    transactions.approve(number, by=of(str(given["of"]), "approver"), now=now, key=key(str(given["step"])))
    return int(number)


def _log(given: Given, now: datetime) -> dict[str, Any]:
    """How far the log is, and who cosigned how much of it."""
    del given, now
    found = log_status.now()
    return {
        "size": found.checkpoint.size if found.checkpoint else 0, "waiting": found.waiting,
        "witnesses": {each.name: each.size for each in found.witnesses}, "doubts": len(found.doubts),
    }  # fmt: skip


def _waiting(given: Given, now: datetime) -> int:
    """Messages that wait to be sent or handled."""
    del given, now
    return sum(int(each["to_send"] + each["to_handle"]) for each in peers.listed())


def _published(given: Given, now: datetime) -> list[str]:
    """The kinds of records that a peer published and that were recorded here."""
    del now
    found = publishing.publications(limit=200, peer=str(given["peer"]), direction="in").items
    return sorted({str(each["kind"]) for each in found if each["outcome"] in ("recorded", "known")})


def _status(given: Given, now: datetime) -> dict[str, Any]:
    del given, now
    return overview.status()


def _audit(given: Given, now: datetime) -> dict[str, Any]:
    del given, now
    checks = audit.run()
    findings = [f"{check.name}: {finding}" for check in checks for finding in check.findings]
    return {"ok": all(check.ok for check in checks), "checks": len(checks), "findings": findings}


def _last_event(given: Given, now: datetime) -> int:
    del given, now
    return events.last()


ACTS: Mapping[str, Act] = {
    "prepare": _prepare,
    "make_key": _make_key,
    "offer": _offer,
    "peer": _peer,
    "test": _test,
    "give": _give,
    "give_cers": _give_cers,
    "transfer": _transfer,
    "use": _use,
    "approve": _approve,
    "log": _log,
    "published": _published,
    "waiting": _waiting,
    "status": _status,
    "audit": _audit,
    "last_event": _last_event,
    **oversight.ACTS,
}
