"""People at work in the sample's registries: Ama administers, Bo approves, Cy represents Ghana, Dee reads only."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client
from web import sample
from web.sample import PASSWORD, day

from article6.domain.kinds import Role
from article6.domain.orders import Order
from article6.services import bulk, drafts, people, transactions
from article6.store.queries import registries

WORKS_FROM = day(2024, 1, 12)


def with_people(made: sample.Sample, section: str = "GHA") -> sample.Sample:
    """Cy, a representative in a section, Dee, who may read there; Ama has a password too."""
    people.set_password(made.ama, PASSWORD, by=made.ama, now=WORKS_FROM)
    section_id = registries.sections()[section]
    for login, name, role in (("cy", "Cy Representative", Role.REPRESENTATIVE), ("dee", "Dee Auditor", Role.AUDITOR)):
        person = people.add_person(login, name, by=made.ama, now=WORKS_FROM, password=PASSWORD)
        people.give_role(person, section_id, role, by=made.ama, now=WORKS_FROM)
    return made


def with_work(made: sample.Sample, now: datetime) -> sample.Sample:
    """Something that waits for Ama, a draft of hers, and a file that she handed in."""
    cy = people.add_person("cy", "Cy Representative", by=made.ama, now=now, password=PASSWORD)
    people.give_role(cy, registries.sections()["GHA"], Role.REPRESENTATIVE, by=made.ama, now=now)
    order = Order("international_transfer", made.accounts["ghana"], made.accounts["swiss"], 5)
    transactions.propose(order, by=cy, now=now)
    transactions.propose(order, by=made.ama, now=now)
    line = bulk.Line(2, made.accounts["ghana"], made.accounts["swiss"], 7, (), {})
    bulk.keep("transfer", "lines.csv", [line], by=made.ama, now=now)
    drafts.keep("cancel", "Cancel units: 3", {"quantity": ["3"]}, by=made.ama, now=datetime.now(UTC))
    return made


def signed_in(login: str, **headers: Any) -> Client:
    """A browser in which a person is signed in."""
    client = Client(raise_request_exception=True, SERVER_NAME="localhost", **headers)
    answer = client.post("/login", {"login": login, "username": login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def text(answer: HttpResponse) -> str:
    """The page's words, without tags, in one line."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0] or answer.content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def fields(answer: HttpResponse) -> dict[str, str]:
    """What the page's own form would send back as it stands."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    form = max(re.findall(r"<form.*?</form>", main, re.DOTALL), key=len)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" or " checked" in tag:
            found[html.unescape(attributes.get("name", ""))] = html.unescape(attributes.get("value", ""))
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(words).strip("\r\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        if re.search(rf'<select[^>]*name="{name}"[^>]* multiple', form):
            continue
        every = re.findall(r'<option value="([^"]*)"( selected)?', options)
        chosen = [value for value, is_chosen in every if is_chosen] or [value for value, _ in every[:1]]
        found[name] = html.unescape("".join(chosen[:1]))
    return {name: value for name, value in found.items() if name}


def begun(client: Client, slug: str, **typed: str) -> dict[str, str]:
    """A task's form, filled in, ready to be sent."""
    answer = client.get(f"/tasks/{slug}")
    assert answer.status_code == 200, (slug, answer.status_code, text(answer)[:500])
    return {**fields(answer), **typed}


def sent(client: Client, slug: str, given: dict[str, str], step: str) -> HttpResponse:
    """The form sent with one of its buttons."""
    answer: HttpResponse = client.post(f"/tasks/{slug}", {**given, "step": step})
    return answer


def carried_out(client: Client, slug: str, **typed: str) -> HttpResponse:
    """A task from its form over its review to its result page."""
    given = begun(client, slug, **typed)
    review = sent(client, slug, given, "review")
    assert review.status_code == 200, text(review)[:1500]
    done = sent(client, slug, fields(review), "confirm")
    assert done.status_code == 302, text(done)[:1500]
    result: HttpResponse = client.get(done.headers["Location"])
    assert result.status_code == 200
    return result
