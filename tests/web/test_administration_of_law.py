"""Pages of the administration on what is law here and how the registry runs: rules, lists, sections, audit, log."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from web.sample import Sample, international
from web.sessions import act, as_, hidden
from web.working import fields

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION
from article6.services import audit_events, business_rules, nomenclatures, people, sight
from article6.services.audit_events import Search
from article6.store.queries import registries

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGES = (
    "/administration", "/administration/people", "/administration/role-changes", "/administration/sections",
    "/administration/types", "/administration/nomenclatures", "/administration/nomenclatures/lists/sectors",
    "/administration/rules", "/administration/network", "/administration/network/messages",
    "/administration/network/evidence", "/administration/network/alerts", "/administration/network/reconciliations",
    "/administration/fees", "/administration/jobs", "/administration/log", "/administration/audit",
    "/administration/notices",
)  # fmt: skip
ACTS = (
    "/administration/roles/give", "/administration/sections/open", "/administration/types/new",
    "/administration/nomenclatures/import", "/administration/rules/new", "/administration/network/offer",
    "/administration/network/key", "/administration/fees/new", "/administration/schedules/new",
)  # fmt: skip


@pytest.fixture
def made(database: object) -> Sample:
    return international()


@pytest.fixture
def second(made: Sample) -> Client:
    """Bo, an administrator too."""
    with sight.seeing(sight.EVERYTHING):
        people.give_role(made.bo, ANY_SECTION, Role.ADMINISTRATOR, by=made.ama, now=NOW)
    return as_(made.bo)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    shown = answer.content.decode()
    assert answer.status_code == status, (path, answer.status_code, shown[-3000:])
    assert "style=" not in shown, path
    assert shown.count("<h1") == 1, path
    return shown


def test_an_administrator_opens_every_page_and_form(made: Sample) -> None:
    ama = as_(made.ama)
    for path in (*PAGES, *ACTS):
        page(ama, path)
    assert page(ama, "/administration").count('class="hit"') == 16


def test_an_auditor_sees_what_auditors_see_and_changes_nothing(made: Sample) -> None:
    with sight.seeing(sight.EVERYTHING):
        otto = people.add_person("otto", "Otto", by=made.ama, now=NOW)
        people.give_role(otto, ANY_SECTION, Role.AUDITOR, by=made.ama, now=NOW)
    client = as_(otto)
    for path in ("rules", "audit", "log", "jobs", "types", "fees"):
        page(client, f"/administration/{path}")
    for path in ("people", "network", "rules/new", "sections/open", "nomenclatures/import"):
        assert "person.not_permitted" in page(client, f"/administration/{path}", 403)
    assert "Write a rule" not in page(client, "/administration/rules")


def test_a_rule_is_written_tried_and_approved_by_two(made: Sample, second: Client) -> None:
    ama = as_(made.ama)
    given = {"name": "large", "refuses_when": "order.quantity > 500", "message": "Too many at once.", "clause": ""}
    broken = act_refused(ama, "/administration/rules/new", **{**given, "refuses_when": "order.quantity >"})
    assert "rule.broken" in broken
    assert act(ama, "/administration/rules/new", **given).status_code == 302
    assert "Nobody tried it yet." in page(ama, "/administration/rules/large/1")
    waits = "/approvals/rule/large~1"
    assert second.get(waits).status_code == 404  # nobody tried it
    tried = act(ama, "/administration/rules/large/1/try")
    told = page(ama, tried.headers["Location"])
    assert "it would have refused" in told
    assert "Transactions that it would have refused" in told
    assert ama.get(waits).status_code == 404
    assert waits in page(second, "/administration/rules/large/1")
    form = fields(second.get(waits))
    assert "Reject" not in page(second, waits)
    wrong = second.post(waits, {**form, "moment": "tomorrow", "decision": "approve"})
    assert (wrong.status_code, 'href="#id_moment"' in wrong.content.decode()) == (422, True)
    assert second.post(waits, {**form, "decision": "approve"}).status_code == 302
    assert [each["name"] for each in business_rules.published(datetime.now(UTC))] == ["large"]
    assert act(second, "/administration/rules/large/1/retire", moment="").status_code == 302
    assert business_rules.published(datetime.now(UTC)) == []


def act_refused(client: Client, where: str, **given: object) -> str:
    answer = act(client, where, **given)
    assert answer.status_code in (400, 403, 409), answer.status_code
    return str(answer.content.decode())


def test_a_file_of_lists_is_compared_before_it_is_taken_over(made: Sample) -> None:
    ama, where = as_(made.ama), "/administration/nomenclatures/import"
    today = datetime.now(UTC).date()
    before = [each.value for each in nomenclatures.named("sectors").values.values() if each.holds(today)]
    lists = {"sectors": [*before[1:], "Sector <of> tomorrow"]}
    form = ama.get(where)
    upload = SimpleUploadedFile("lists.json", json.dumps(lists).encode())
    sent = {"on": today.isoformat(), "source": "A letter", "key": hidden(form, "key"), "step": "review"}
    review = ama.post(where, {**sent, "file": upload})
    told = review.content.decode()
    assert review.status_code == 200, told
    assert "sectors: added (1)" in told
    assert "Sector &lt;of&gt; tomorrow" in told
    assert "sectors: withdrawn (1)" in told
    assert "Sector <of> tomorrow" not in nomenclatures.named("sectors").values
    again = {**sent, "content": hidden(review, "content"), "seen": hidden(review, "seen"), "step": "sign"}
    done = ama.post(where, again)
    assert done.status_code == 302, done.content.decode()
    assert "Sector <of> tomorrow" in nomenclatures.named("sectors").values
    forged = ama.post(where, {**again, "content": again["content"][:-3] + "abc"})
    assert forged.status_code == 422


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"sectors": [1]}', b'{"sectors": ["a", "a"]}'])
def test_a_file_that_is_no_list_is_refused_at_the_field(made: Sample, content: bytes) -> None:
    ama, where = as_(made.ama), "/administration/nomenclatures/import"
    sent = {"on": "2027-01-01", "source": "x", "key": hidden(ama.get(where), "key"), "step": "review"}
    answer = ama.post(where, {**sent, "file": SimpleUploadedFile("x.json", content)})
    told = answer.content.decode()
    assert answer.status_code == 422 or "This cannot be taken over" in told


def test_a_section_is_opened(made: Sample) -> None:
    assert act(as_(made.ama), "/administration/sections/open", party="PER").status_code == 302
    assert "PER" in registries.sections()


def test_the_audit_trail_is_searched(made: Sample) -> None:
    ama = as_(made.ama)
    assert "authorization.recorded" in page(ama, "/administration/audit?kind=authorization.")
    assert "account.opened" not in page(ama, "/administration/audit?kind=authorization.")
    assert "account.opened" in page(ama, "/administration/audit?login=AMA&at-from=2024-01-10&at-to=2024-01-10")
    assert "Nothing fits" in page(ama, "/administration/audit?login=nobody")
    found = audit_events.found(Search(subject="transaction:"), by=made.ama, limit=1)
    assert found.next is not None
    assert found.total > 1
    assert found.items[0]["subject"].startswith("transaction:")
    page(ama, "/administration/audit?login=%27%3B+DROP+TABLE+audit_event")


def test_a_notice_is_acknowledged_once(made: Sample) -> None:
    from article6.services import notices

    ama = as_(made.ama)
    number = notices.listed(by=made.ama, is_open=True).items[0]["id"]
    assert f"/administration/notices/{number}/read" in page(ama, "/administration/notices")
    assert act(ama, f"/administration/notices/{number}/read").status_code == 302
    assert f"/administration/notices/{number}/read" not in page(ama, "/administration/notices")


def test_an_administrator_of_one_section_is_led_to_no_closed_door(made: Sample) -> None:
    with sight.seeing(sight.EVERYTHING):
        dora = people.add_person("dora", "Dora", by=made.ama, now=NOW)
        people.give_role(dora, registries.sections()["GHA"], Role.ADMINISTRATOR, by=made.ama, now=NOW)
    client = as_(dora)
    led = re.findall(r'<a class="hit" href="([^"]+)"', page(client, "/administration"))
    assert len(led) == 4
    for where in led:
        page(client, where)
    page(client, "/administration/people", 403)
