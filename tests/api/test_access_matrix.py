"""Every operation and page, by everybody: strangers, people without a role, each role in this section and in another.

What is tried is made from the interface's description and the list of routes, so that what is added is tried too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api.doors import caller, description
from django.test import Client
from house import bodies
from ledger.books import Books, found_registry

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.services import people
from article6.store.database import one, rows
from article6.store.queries import registries
from article6.web.urls import urlpatterns

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow, pytest.mark.timeout(900)]

SECRETS = ("PLANTED-ACCOUNT", "PLANTED-PERSON")
PASSWORD = "correct horse battery"
SAID = re.compile(rf"`({'|'.join(people.SCOPES)})`")
NOW = datetime.now(UTC)
ROLES = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
OPEN_PAGES = frozenset(
    {
        "login", "account_login", "logout", "account_logout", "invitation", "openid_connect_login", "verify", "healthz",
        "openid_connect_callback", "socialaccount_login_cancelled", "log-file", "preferences", "mfa_authenticate",
        "mfa_login_webauthn", "advisor",
    }
)  # fmt: skip
"""Pages that a closed registry shows to strangers, because they get in by them or because they hold nothing secret."""

ANYBODY_MAY = frozenset({"request_account"})
"""What everybody who is admitted may do."""


@dataclass
class World:
    """A closed registry in which everything of Ghana's has a name that Switzerland's people must never read."""

    books: Books
    values: dict[str, str]
    named: dict[str, Any]
    callers: dict[str, str] = field(default_factory=dict)

    def person(self, login: str, section: str = "", role: Role | None = None) -> PersonId:
        name = "PLANTED-PERSON" if section == "GHA" else login
        number = people.add_person(login, name, by=self.books.admin, now=NOW)
        people.set_password(number, PASSWORD, by=self.books.admin, now=NOW)
        if role is not None:
            until = NOW + timedelta(days=30)
            people.give_role(number, registries.sections()[section], role, by=self.books.admin, now=NOW, until=until)
        self.callers[login] = people.create_token(number, "t", people.SCOPES, by=number, now=NOW)
        return number

    def of(self, section: str) -> Iterator[str]:
        return (login for login in self.callers if login.endswith(section))


@pytest.fixture
def world() -> World:
    books = found_registry()
    account = books.open("PLANTED-ACCOUNT", needs_approval=True).number
    swiss = books.open("swiss", section="CHE").number
    books.issue("PLANTED-ACCOUNT", 100)
    values = {
        "number": "1", "party": "GHA", "section": "GHA", "registry": "GHA01", "year": "2024", "form": "xlsx",
        "version": "1.0", "whose": "full", "what": "summary", "code": "GHA", "role": "approver",
    }  # fmt: skip
    named = {
        "source": account, "target": account, "account": account, "accounts": [account], "login": "ama",
        "party": "GHA", "section": "GHA", "quantity": 1,
    }  # fmt: skip
    made = World(books, {**values, "account": account, "swiss": swiss}, named)
    for section in ("GHA", "CHE"):
        for role in ROLES:
            made.person(f"{role}-{section}", section, role)
    made.person("nobody")
    return made


OPEN_OPERATIONS = frozenset({"list_refusals", "get_refusal", "verify_report", "look_up_certificate", "grant_token"})
"""What everybody may ask of every registry: codes in words, whether a paper in hand is genuine, and a token."""


def test_what_is_open_to_everybody_is_on_the_list_above() -> None:
    unheld = {
        operation["operationId"]
        for found in description()["paths"].values()
        for operation in found.values()
        if not operation.get("security") or ({} in operation["security"] and "Bearer" not in str(operation["security"]))
    }
    assert unheld == OPEN_OPERATIONS


def operations(method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, found in description()["paths"].items():
        if method in found and found[method]["operationId"] not in OPEN_OPERATIONS:
            yield path, found[method]


def scopes() -> dict[str, str]:
    """The scope that each operation asks for."""
    from article6.api.urls import api

    return {
        str(operation.operation_id): callback.scope
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for callback in operation.auth_callbacks or [router.auth]
        if hasattr(callback, "scope")
    }


def send(method: str, path: str, world: World, token: str | None, operation: dict[str, Any], key: str) -> Any:
    account = path.startswith(("/api/v1/accounts/", "/api/v1/account-"))
    where = bodies.address(path, {**world.values, "number": world.values["account"] if account else "1"})
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if method == "get":
        return client.get(where, headers=headers)
    content = operation.get("requestBody", {}).get("content", {})
    schema = next((each["schema"] for each in content.values()), {})
    sent = bodies.body(schema, description()["components"]["schemas"], world.named) if schema else {}
    return client.post(
        where, sent, content_type="application/json", headers={**headers, "Idempotency-Key": key}
    )  # fmt: skip


def shown(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(content).decode("utf-8", "replace")


def of_ghana() -> tuple[Any, ...]:
    """What stands in Ghana's section, as one digest for each table."""
    return one(
        """SELECT (SELECT md5(string_agg(a::text, '' ORDER BY a.id)) FROM account a WHERE a.party = 'GHA'),
                  (SELECT md5(string_agg(b::text, '' ORDER BY b.series_id, b.hi)) FROM block b),
                  (SELECT count(*) FROM ledger_transaction), (SELECT count(*) FROM party_authorization),
                  (SELECT count(*) FROM ndc WHERE party = 'GHA'), (SELECT count(*) FROM store_membership),
                  (SELECT count(*) FROM store_person), (SELECT count(*) FROM aef_version)"""
    )


def written() -> dict[str, int]:
    """How many rows each table has; what signing in and being refused leaves behind is not counted."""
    left_out = ("remembered", "django_session", "usersessions_usersession", "machine_token")
    tables = [each[0] for each in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    counted = " UNION ALL ".join(f"SELECT '{each}', count(*) FROM {each}" for each in tables if each not in left_out)
    found = dict(rows(counted))
    found["audit_event"] = one(
        "SELECT count(*) FROM audit_event WHERE action NOT LIKE 'session.%%' AND action <> 'access.refused'"
    )[0]
    return found


def test_no_operation_answers_who_is_not_known(world: World) -> None:
    admin = caller(world.books.admin)
    gone = people.create_token(world.books.cy, "t", people.SCOPES, by=world.books.cy, now=NOW)
    people.suspend(world.books.cy, by=world.books.admin, now=NOW)
    before, tried = written(), 0
    for method in ("get", "post"):
        for path, operation in operations(method):
            for token in (None, "a6_made-up", gone):
                answer = send(method, path, world, token, operation, f"k{tried}")
                assert answer.status_code == 401, (method, path, token)
                tried += 1
    assert written() == before
    assert tried > 600
    assert admin.get("/accounts").status == 200


def test_every_operation_needs_its_scope(world: World) -> None:
    before, tried = written(), 0
    held = scopes()
    for method in ("get", "post"):
        for path, operation in operations(method):
            scope = held[operation["operationId"]]
            said = SAID.findall(operation["description"])
            assert said in ([], [scope]) or scope in said, (path, said, scope)
            assert said or scope == "read" or method == "get", (path, "does not say its scope")
            others = [each for each in people.SCOPES if each != scope]
            token = people.create_token(world.books.admin, "t", others, by=world.books.admin, now=NOW)
            answer = send(method, path, world, token, operation, f"k{tried}")
            assert answer.status_code == 403, (method, path, scope, answer.content[:200])
            tried += 1
    assert {**written(), "store_apitoken": 0, "audit_event": 0} == {**before, "store_apitoken": 0, "audit_event": 0}
    assert tried > 200


def test_people_of_another_section_read_nothing_of_this_one(world: World) -> None:
    seen = dict.fromkeys((*world.of("GHA"), *world.of("CHE"), "nobody"), 0)
    for path, operation in operations("get"):
        for login in seen:
            answer = send("get", path, world, world.callers[login], operation, "")
            text = shown(answer)
            assert answer.status_code < 500, (login, path, text[:300])
            seen[login] += any(each in text for each in SECRETS)
            if not login.endswith("GHA"):
                assert not any(each in text for each in SECRETS), (login, path)
    assert all(count for login, count in seen.items() if login.endswith("GHA")), seen


def test_who_has_no_role_and_who_has_one_elsewhere_changes_nothing_here(world: World) -> None:
    ghana, before, tried = of_ghana(), written(), 0
    for login in ("nobody", *world.of("CHE")):
        for path, operation in operations("post"):
            if operation["operationId"] in ANYBODY_MAY:
                continue
            answer = send("post", path, world, world.callers[login], operation, f"{login}-{tried}")
            assert answer.status_code < 500, (login, path, answer.content[:300])
            tried += 1
        assert of_ghana() == ghana, login
        if login == "nobody":
            assert written() == before
    assert tried > 500


# --- Pages


def signed_in(login: str) -> Client:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    assert client.login(username=login, password=PASSWORD), login
    return client


def pages(world: World) -> Iterator[tuple[str, str]]:
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        number = world.values["account"] if route.startswith("accounts/") else "1"
        yield str(pattern.name), "/" + bodies.address(route, {**world.values, "number": number})


@pytest.fixture
def practised(world: World, database: Any) -> World:
    """The same as a practice registry, where a password lets in."""
    import psycopg

    with psycopg.connect(database.owner_url) as owner:
        owner.execute("ALTER TABLE registry DISABLE TRIGGER registry_practice")
        owner.execute("UPDATE registry SET is_practice = true")
        owner.execute("ALTER TABLE registry ENABLE TRIGGER registry_practice")
    return world


def test_no_page_of_a_closed_registry_answers_strangers(practised: World) -> None:
    stranger = Client(raise_request_exception=False, SERVER_NAME="localhost")
    before, tried, answered = written(), 0, []
    for name, route in pages(practised):
        for method in ("get", "post", "put", "delete"):
            answer = getattr(stranger, method)(route)
            tried += 1
            assert answer.status_code < 500, (method, route)
            assert not any(each in shown(answer) for each in SECRETS), (method, route)
            if name not in OPEN_PAGES:
                location = answer.headers.get("Location", "")
                if answer.status_code != 405 and not location.startswith("/login"):
                    answered.append((method, route, answer.status_code))
    assert answered == []
    assert written() == before
    assert tried > 500


def test_no_page_shows_or_changes_what_is_not_the_readers(practised: World) -> None:
    ghana, before = of_ghana(), written()
    seen: dict[str, int] = {}
    for login in ("nobody", "representative-CHE", "approver-CHE", "party_administrator-CHE", "representative-GHA"):
        client = signed_in(login)
        for name, route in pages(practised):
            if name in ("logout", "account_logout"):
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(route)
                text = shown(answer)
                assert answer.status_code < 500, (login, method, route)
                found = any(each in text for each in SECRETS)
                seen[login] = seen.get(login, 0) + found
                if not login.endswith("GHA"):
                    assert not found, (login, method, route)
            if not login.endswith("GHA"):
                assert client.put(route).status_code < 500, route
        if login != "representative-GHA":
            assert of_ghana() == ghana, login
        if login == "nobody":
            assert written() == before
    assert seen["representative-GHA"] > 0
