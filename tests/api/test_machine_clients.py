"""Machine clients: a secret for a token, scopes, two secrets at once, and the end of both."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api.doors import World, transfer

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.services import people
from article6.services.sign_in import machine_clients
from article6.store.database import rows
from article6.store.queries import registries

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


class Robot:
    """A machine client that represents Ghana, and its first secret."""

    def __init__(self, world: World) -> None:
        books = world.books
        self.world, self.by = world, books.admin
        self.person_id = people.add_person("robot", "Robot", by=self.by, now=NOW, is_machine=True)
        people.give_role(self.person_id, registries.sections()["GHA"], Role.REPRESENTATIVE, by=self.by, now=NOW)
        self.number, self.secret = self.another("read", "propose")

    def another(self, *scopes: str) -> tuple[int, str]:
        return machine_clients.add_secret(self.person_id, scopes, by=self.by, now=NOW, lasts=YEAR)

    def ask(self, secret: str | None = None, client: str = "robot", address: str = "10.0.0.1", **more: str) -> Any:
        text = base64.b64encode(f"{client}:{secret or self.secret}".encode()).decode()
        return self.world.nobody.client.post(
            "/api/v1/token", {"grant_type": "client_credentials", **more},
            headers={"Authorization": f"Basic {text}"}, REMOTE_ADDR=address,
        )  # fmt: skip

    def read(self, token: str) -> int:
        client = self.world.nobody.client
        found = client.get("/api/v1/accounts", headers={"Authorization": f"Bearer {token}"})
        return int(found.status_code)


@pytest.fixture
def robot(world: World) -> Robot:
    return Robot(world)


def test_a_secret_is_exchanged_for_a_token_that_soon_ends(robot: Robot) -> None:
    answer = robot.ask()
    said = answer.json()
    assert (answer.status_code, said["token_type"], said["expires_in"]) == (200, "Bearer", 900)
    assert said["scope"].split() == ["propose", "read"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert robot.read(said["access_token"]) == 200
    later = people.authenticate(said["access_token"], datetime.now(UTC) + timedelta(seconds=901))
    assert later is None
    in_form = robot.world.nobody.client.post(
        "/api/v1/token",
        {"grant_type": "client_credentials", "client_id": "robot", "client_secret": robot.secret},
    )
    assert in_form.status_code == 200
    assert robot.secret.encode() not in b"".join(bytes(each[0]) for each in rows("SELECT digest FROM machine_secret"))


def test_the_token_has_the_scopes_asked_for_and_the_roles_of_the_client(robot: Robot) -> None:
    books = robot.world.books
    client = robot.world.nobody.client

    def post(token: str) -> Any:
        return client.post(
            "/api/v1/transactions", transfer(books), content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": token[-9:]},
        )  # fmt: skip

    reading = robot.ask(scope="read").json()["access_token"]
    assert post(reading).status_code == 403
    whole = robot.ask().json()["access_token"]
    assert post(whole).status_code == 201
    refused = robot.ask(scope="administer")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_who_is_not_known_is_told_so_in_one_way_only(robot: Robot) -> None:
    person = robot.ask(client="ama")
    for answer in (robot.ask("a6s_wrong"), robot.ask(client="nobody"), person, robot.ask("\0"), robot.ask(client="ü")):
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    for bad in ("Basic !!!", "Basic", "Basic /w==", "Bearer x"):
        answer = robot.world.nobody.client.post(
            "/api/v1/token", {"grant_type": "client_credentials"}, headers={"Authorization": bad}
        )
        assert answer.status_code == 401, bad
    other = robot.world.nobody.client.post("/api/v1/token", {"grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


def test_attempts_are_held_off(robot: Robot) -> None:
    answers = [robot.ask("a6s_wrong", address=f"10.0.1.{turn}").status_code for turn in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert robot.ask().status_code == 429


def test_callers_without_an_address_count_as_one(robot: Robot) -> None:
    assert robot.ask(address="").status_code == 200
    answers = [robot.ask("wrong", client=f"c{number}", address="").status_code for number in range(25)]
    assert (answers[0], answers[-1]) == (401, 429)


def test_two_secrets_hold_at_once_so_that_one_is_changed_without_a_pause(robot: Robot) -> None:
    number, second = robot.another("read")
    old = robot.ask().json()["access_token"]
    assert robot.ask(second).status_code == 200
    with pytest.raises(Refused) as no:
        robot.another("read")
    assert no.value.codes == (Code.MACHINE_SECRETS,)
    used = {each["id"]: each["used_at"] for each in machine_clients.listed(robot.person_id, by=robot.by, now=NOW)}
    assert set(used) == {robot.number, number}
    assert all(used.values())
    machine_clients.end_secret(robot.number, by=robot.by, now=NOW)
    assert robot.ask().status_code == 401
    assert robot.read(old) == 401
    assert robot.ask(second).status_code == 200
    with pytest.raises(Refused):
        machine_clients.end_secret(robot.number, by=robot.by, now=NOW)
    robot.another("read")


def test_secrets_end_by_themselves_and_with_their_client(robot: Robot) -> None:
    late = datetime.now(UTC) + YEAR + timedelta(seconds=1)
    assert machine_clients.grant("robot", robot.secret, (), now=late) is None
    token = robot.ask().json()["access_token"]
    people.suspend(robot.person_id, by=robot.by, now=NOW)
    assert robot.read(token) == 401
    assert robot.ask().status_code == 401


def test_only_machine_clients_have_secrets_and_only_administrators_make_them(robot: Robot) -> None:
    books = robot.world.books
    for person_id, by, scopes, code in (
        (books.ama, books.admin, ("read",), Code.REQUEST_MALFORMED),
        (robot.person_id, books.ama, ("read",), Code.PERSON_NOT_PERMITTED),
        (robot.person_id, books.admin, ("everything",), Code.REQUEST_MALFORMED),
        (robot.person_id, books.admin, (), Code.REQUEST_MALFORMED),
        (PersonId(999), books.admin, ("read",), Code.REQUEST_MALFORMED),
    ):
        with pytest.raises(Refused) as no:
            machine_clients.add_secret(person_id, scopes, by=by, now=NOW, lasts=YEAR)
        assert no.value.codes == (code,)
