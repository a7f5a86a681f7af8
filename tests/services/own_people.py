"""A Party's own people at both doors: the interface with their tokens, the command with their names."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from api.doors import Caller, caller
from cli.commands import Said, article6

from article6.domain.kinds import Kind, Role
from article6.domain.orders import PersonId
from article6.services import declarations, people, registry

DAY = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = {
    ("efua", "GHA"): Role.PARTY_ADMINISTRATOR,
    ("ama", "GHA"): Role.REPRESENTATIVE,
    ("bo", "GHA"): Role.APPROVER,
    ("lea", "CHE"): Role.PARTY_ADMINISTRATOR,
    ("urs", "CHE"): Role.REPRESENTATIVE,
    ("vera", "CHE"): Role.APPROVER,
}


@dataclass(frozen=True)
class Answered:
    """What a door said: the codes of its refusals, or what was asked for."""

    codes: list[str]
    value: Any


class Door(Protocol):
    """The functions of 2/CMA.3 annex para 29, as one of a Party's people asks for them."""

    def open(self, by: str, type_: str, section: str, **more: int) -> Answered: ...
    def approach(self, by: str, code: str, *parties: str) -> Answered: ...
    def authorize(self, by: str, code: str, party: str, *to: str, oimp: str = "") -> Answered: ...
    def lay(self, by: str, code: str, party: str, first: int, last: int) -> Answered: ...
    def withdraw(self, by: str, code: str, party: str, first: int, last: int) -> Answered: ...
    def issue(self, by: str, target: str, party: str, quantity: int) -> Answered: ...
    def propose(self, by: str, type_: str, source: str, target: str, quantity: int, **terms: Any) -> Answered: ...
    def approve(self, by: str, transaction_id: int) -> Answered: ...
    def holdings(self, by: str, number: str) -> Answered: ...
    def actions(self, by: str, party: str, year: int) -> Answered: ...
    def notices(self, by: str) -> Answered: ...


def found() -> dict[str, PersonId]:
    """An international registry in which Ghana and Switzerland have sections with their own people; nobody else acts.

    Root founds it, admits them, and agrees that Ghana issues its outcomes as units.
    """
    identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "INT", "International registry")
    root = registry.init(identity, administrator=("root", "Root"), now=DAY)
    sections = registry.add_sections(["GHA", "CHE"], by=root, now=DAY)
    numbers = {}
    for (login, section), role in PEOPLE.items():
        numbers[login] = people.add_person(login, login.title(), by=root, now=DAY)
        people.give_role(numbers[login], sections[section], role, by=root, now=DAY)
    declarations.agree_on_service("GHA", asked_by=numbers["ama"], by=root, now=DAY)
    return numbers


class AtTheInterface:
    """Everybody with a token of all scopes; roles alone decide."""

    def __init__(self, numbers: dict[str, PersonId]) -> None:
        self.callers: dict[str, Caller] = {login: caller(number) for login, number in numbers.items()}

    def _post(self, by: str, path: str, body: Any, name: str | None = None) -> Answered:
        answer = self.callers[by].post(path, body)
        if answer.status >= 400:
            return Answered(answer.codes, None)
        return Answered([], answer.json[name] if name else answer.json)

    def _get(self, by: str, path: str) -> Answered:
        answer = self.callers[by].get(path)
        return Answered(answer.codes, None) if answer.status >= 400 else Answered([], answer)

    def open(self, by: str, type_: str, section: str, **more: int) -> Answered:
        return self._post(by, "/accounts", {"type": type_, "section": section, "name": type_, **more}, "number")

    def approach(self, by: str, code: str, *parties: str) -> Answered:
        body = {"code": code, "title": "Stoves", "parties": parties, "first_transfer_oimp": "authorization"}
        return self._post(by, "/approaches", body)

    def authorize(self, by: str, code: str, party: str, *to: str, oimp: str = "") -> Answered:
        purposes = "NDC and OIMP" if oimp else "NDC"
        body = {"code": code, "party": party, "approach": "CA0001", "authorized_on": "2026-01-01",
                "purposes": purposes, "parties": to, "oimp": oimp}  # fmt: skip
        return self._post(by, "/authorizations", body)

    def lay(self, by: str, code: str, party: str, first: int, last: int) -> Answered:
        body = {"serials": [{"party": party, "first": first, "last": last}]}
        return self._post(by, f"/authorizations/{party}/{code}/units", body)

    def withdraw(self, by: str, code: str, party: str, first: int, last: int) -> Answered:
        body = {"serials": [{"party": party, "first": first, "last": last}], "reason": "Monitoring report withdrawn"}
        return self._post(by, f"/authorizations/{party}/{code}/withdrawals", body)

    def issue(self, by: str, target: str, party: str, quantity: int) -> Answered:
        body = {"target": target, "party": party, "quantity": quantity, "unit_type": "MO", "vintage_year": 2025,
                "activity": "Stoves 1"}  # fmt: skip
        return self._post(by, "/batches", body)

    def propose(self, by: str, type_: str, source: str, target: str, quantity: int, **terms: Any) -> Answered:
        body = {"type": type_, "source": source, "target": target, "quantity": quantity, "terms": terms}
        return self._post(by, "/transactions", body, "id")

    def approve(self, by: str, transaction_id: int) -> Answered:
        return self._post(by, f"/transactions/{transaction_id}/approve", None, "status")

    def holdings(self, by: str, number: str) -> Answered:
        answered = self._get(by, f"/accounts/{number}/holdings")
        return Answered(answered.codes, answered.value and sum(each["quantity"] for each in answered.value.json))

    def actions(self, by: str, party: str, year: int) -> Answered:
        answered = self._get(by, f"/aef/{party}/{year}.json")
        if answered.codes:
            return answered
        return Answered([], _actions(b"".join(answered.value.response.streaming_content).decode()))

    def notices(self, by: str) -> Answered:
        answered = self._get(by, "/notices")
        return Answered(answered.codes, answered.value and [each["code"] for each in answered.value.json["items"]])


def _actions(document: str) -> list[tuple[str, int]]:
    return [(each["ActionType"], each["QuantityCO2"]) for each in json.loads(document)["actions"]]


class AtTheShell:
    """The command, with the name of who acts."""

    def _say(self, *words: Any, name: str | None = None) -> Answered:
        said: Said = article6(*(str(each) for each in words), "--json")
        if said.code:
            return Answered([each["code"] for each in said.json["refusals"]], None)
        return Answered([], said.json[name] if name else said.json)

    def open(self, by: str, type_: str, section: str, **more: int) -> Answered:
        period = ("--period", f"{more['period_first']}-{more['period_last']}") if more else ()
        return self._say("account", "open", "--type", type_, "--section", section, "--name", type_, *period,
                         "--as", by, name="number")  # fmt: skip

    def approach(self, by: str, code: str, *parties: str) -> Answered:
        named = [word for each in parties for word in ("--party", each)]
        return self._say("approach", "add", code, "--title", "Stoves", *named, "--first-transfer-oimp",
                         "authorization", "--as", by)  # fmt: skip

    def authorize(self, by: str, code: str, party: str, *to: str, oimp: str = "") -> Answered:
        named = [word for each in to for word in ("--to", each)]
        purposes = "NDC and OIMP" if oimp else "NDC"
        return self._say("authorization", "add", code, "--party", party, "--approach", "CA0001", "--on", "2026-01-01",
                         "--purposes", purposes, *named, *(("--oimp", oimp) if oimp else ()), "--as", by)  # fmt: skip

    def lay(self, by: str, code: str, party: str, first: int, last: int) -> Answered:
        return self._say("authorization", "lay", code, "--serials", f"{party}:{first}-{last}", "--as", by)

    def withdraw(self, by: str, code: str, party: str, first: int, last: int) -> Answered:
        return self._say("authorization", "withdraw", code, "--serials", f"{party}:{first}-{last}",
                         "--reason", "Monitoring report withdrawn", "--as", by)  # fmt: skip

    def issue(self, by: str, target: str, party: str, quantity: int) -> Answered:
        return self._say("issue", "--to", target, "--party", party, "--quantity", quantity, "--unit-type", "MO",
                         "--vintage", 2025, "--activity", "Stoves 1", "--as", by)  # fmt: skip

    def propose(self, by: str, type_: str, source: str, target: str, quantity: int, **terms: Any) -> Answered:
        given = [word for name, value in terms.items() for word in ("--term", f"{name}={value}")]
        return self._say("transfer", "--type", type_, "--from", source, "--to", target, "--quantity", quantity, *given,
                         "--as", by, name="transaction_id")  # fmt: skip

    def approve(self, by: str, transaction_id: int) -> Answered:
        return self._say("approve", transaction_id, "--as", by, name="status")

    def holdings(self, by: str, number: str) -> Answered:
        answered = self._say("account", "show", number)
        return Answered(answered.codes, answered.value and sum(each["quantity"] for each in answered.value["holdings"]))

    def actions(self, by: str, party: str, year: int) -> Answered:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "report.json"
            article6("aef", party, str(year), "--format", "json", "--out", str(file))
            return Answered([], _actions(file.read_text(encoding="utf-8")))

    def notices(self, by: str) -> Answered:
        answered = self._say("notices", "list", "--as", by)
        return Answered(answered.codes, answered.value and [each["code"] for each in answered.value["items"]])
