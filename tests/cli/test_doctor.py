"""What the doctor finds: each thing that is planted, with what to do about it; and an installation in order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli.commands import article6
from django.db import connections
from django.test import override_settings

from article6.cli import exits
from article6.domain.kinds import Kind, Role
from article6.services import people, registry
from article6.services.doctor import database_checks, settings_checks
from article6.services.doctor.examining import examine
from article6.services.doctor.findings import Finding, Level
from article6.services.registry import RegistryIdentity
from article6.store.database import row
from article6.store.queries import condition

pytestmark = pytest.mark.usefixtures("database")

LONG, OTHER = "k7Qw9zL2mX4vB8nR1tY6pD3sF5gH0jC_long", "uE8rT2yU6iO1pA5sD9fG3hJ7kL0zX4cV_other"


@pytest.fixture(autouse=True)
def in_order(database: object, tmp_path: Path) -> Iterator[Path]:
    """A real registry with two administrators who have a second factor, TLS, secrets and a backup."""
    now = datetime.now(UTC)
    ama = registry.init(RegistryIdentity(Kind.PARTY, "GHA01", "Ghana"), administrator=("ama", "Ama"), now=now)
    bo = people.add_person("bo", "Bo", by=ama, now=now)
    people.give_role(bo, 0, Role.ADMINISTRATOR, by=ama, now=now)
    for person in (ama, bo):
        row(
            """INSERT INTO mfa_authenticator (user_id, type, data, created_at)
               VALUES (%s, 'totp', '{}', now()) RETURNING 1""",
            (person,),
        )
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "base.tar").write_bytes(b"x")
    with override_settings(
        SECRET_KEY=LONG, ARTICLE6_EXCHANGE_SECRET=lambda: OTHER, ALLOWED_HOSTS=["registry.example.gov"],
        SESSION_COOKIE_SECURE=True, ARTICLE6_ADDRESS="https://registry.example.gov", ALLAUTH_TRUSTED_PROXY_COUNT=1,
        SESSION_COOKIE_NAME="__Host-sessionid", CSRF_COOKIE_NAME="__Host-csrftoken", CSRF_COOKIE_SECURE=True,
        ARTICLE6_BACKUPS=backups, ARTICLE6_HOME=tmp_path,
    ):  # fmt: skip
        yield tmp_path


def found(check: str) -> list[Finding]:
    return [each for each in examine(datetime.now(UTC)) if each.check == check]


def level(check: str) -> Level | None:
    return next((each.level for each in found(check)), None)


def test_an_installation_in_order_has_nothing_unsafe() -> None:
    wrong = {each.check: each.what for each in examine(datetime.now(UTC)) if each.level is not Level.GOOD}
    # Tests sign in to the database as its owner, and rise to nothing by it; disks are as they are.
    assert set(wrong) <= {"row_security", "disk"}, wrong
    assert level("row_security") in (Level.GOOD, Level.WARN)


PLANTED: tuple[tuple[dict[str, Any], str, Level], ...] = (
    ({"DEBUG": True}, "debug", Level.BAD),
    ({"SECRET_KEY": "short"}, "secret_key", Level.BAD),
    ({"SECRET_KEY": "django-insecure-" + LONG}, "secret_key", Level.BAD),
    ({"SECRET_KEY": "a" * 60}, "secret_key", Level.BAD),
    ({"ARTICLE6_EXCHANGE_SECRET": lambda: "changeme"}, "exchange_secret", Level.BAD),
    ({"ARTICLE6_EXCHANGE_SECRET": lambda: LONG}, "secrets_differ", Level.WARN),
    ({"ALLOWED_HOSTS": ["*"]}, "hosts", Level.BAD),
    ({"SESSION_COOKIE_SECURE": False}, "tls", Level.BAD),
    ({"SESSION_COOKIE_NAME": "sessionid"}, "cookies", Level.BAD),
    ({"CSRF_COOKIE_DOMAIN": "example.gov"}, "cookies", Level.BAD),
    ({"ALLOWED_HOSTS": ["localhost"], "CSRF_COOKIE_SECURE": False}, "cookies", Level.BAD),
    ({"ARTICLE6_ADDRESS": "http://registry.example.gov"}, "tls", Level.WARN),
    ({"ALLAUTH_TRUSTED_PROXY_COUNT": 0}, "proxies", Level.WARN),
    ({"ARTICLE6_OIDC_ISSUER": "http://login.example"}, "single_sign_on", Level.BAD),
    ({"ARTICLE6_OIDC_ISSUER": "https://login.example"}, "single_sign_on", Level.WARN),
    ({"ARTICLE6_BACKUPS": None}, "backups", Level.WARN),
    ({"ARTICLE6_BACKUPS": Path("/nowhere/at/all")}, "backups", Level.BAD),
)


def test_what_is_unsafe_in_the_settings_is_found_with_a_remedy() -> None:
    for settings, check, expected in PLANTED:
        with override_settings(**settings):
            said = [each for each in found(check) if each.level is expected]
        assert said, (settings, check)
        assert all(each.what and each.why and each.remedy for each in said)


def test_files_that_others_may_read_and_backups_that_are_old(in_order: Path) -> None:
    kept = in_order / "secret-key"
    kept.write_text(LONG)
    kept.chmod(0o600)
    assert level("secret_key") is Level.GOOD
    kept.chmod(0o644)
    assert level("secret_key") is Level.BAD
    assert level("backups") is Level.GOOD
    old = time.time() - settings_checks.BACKUP_AGE.total_seconds() - 60
    os.utime(in_order / "backups" / "base.tar", (old, old))
    assert level("backups") is Level.BAD


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    whole = shutil.disk_usage("/")
    for free, expected in ((1 << 30, Level.BAD), (5 << 30, Level.WARN), (50 << 30, Level.GOOD)):
        monkeypatch.setattr(settings_checks.shutil, "disk_usage", lambda _path, free=free: whole._replace(free=free))
        assert level("disk") is expected


def test_clocks_keys_and_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    assert [each.level for each in database_checks.clock(now)] == [Level.GOOD]
    assert [each.level for each in database_checks.clock(now + timedelta(seconds=60))] == [Level.BAD]
    monkeypatch.setattr(condition, "queue", lambda: {"waiting": 3, "oldest": now - timedelta(hours=5)})
    assert level("queue") is Level.BAD
    monkeypatch.setattr(condition, "archiving", lambda: {"is_on": True, "last_at": None, "failed_at": now})
    assert level("archiving") is Level.BAD
    ends = now + timedelta(days=3)
    key = {"kid": "k", "since": now - timedelta(days=30), "until": ends}
    monkeypatch.setattr(database_checks.own_keys, "listed", lambda: [key])
    assert level("keys") is Level.BAD
    monkeypatch.setattr(database_checks.own_keys, "listed", lambda: [key, {**key, "until": None}])
    assert level("keys") is Level.GOOD


def test_people_without_a_second_factor_and_machine_clients_whose_secrets_end() -> None:
    from article6.services.sign_in import machine_clients

    now = datetime.now(UTC)
    ama = people.person_by_login("ama")
    cy = people.add_person("cy", "Cy", by=ama, now=now)
    assert level("second_factor") is Level.GOOD
    change = people.give_role(cy, 0, Role.AUDITOR, by=ama, now=now)
    from article6.services import role_changes

    assert change.id is not None
    role_changes.decide(change.id, approve=True, by=people.person_by_login("bo"), now=now)
    assert "cy" in found("second_factor")[0].what
    robot = people.add_person("robot", "Robot", by=ama, now=now, is_machine=True)
    machine_clients.add_secret(robot, ["read"], by=ama, now=now, lasts=timedelta(days=3))
    assert "robot" in found("machine_secrets")[0].what
    people.suspend(people.person_by_login("bo"), by=ama, now=now)
    assert level("administrators") is Level.WARN


def test_tables_of_another_version() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "DELETE FROM django_migrations m WHERE app = 'store' AND name = "
            "(SELECT max(n.name) FROM django_migrations n WHERE n.app = 'store')"
        )
    assert level("migrations") is Level.BAD


def test_a_login_that_row_security_does_not_bind(database: Any) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE NONE")
    assert condition.rights()["bypasses"] is True
    connections["default"].close()
    assert condition.rights()["bypasses"] is False


def test_the_command_tells_and_its_exit_code_says_whether_something_is_unsafe() -> None:
    said = article6("doctor", "--json")
    assert said.code == exits.OK, said.out
    assert said.json["is_safe"] is True
    with override_settings(DEBUG=True):
        said = article6("doctor")
        assert said.code == exits.REFUSED
        assert "ARTICLE6_DEBUG" in said.out
        assert article6("doctor", "--json").json["is_safe"] is False
    assert "debug" in article6("doctor", "--all").out


def test_a_practice_registry_is_said_to_be_one(fresh_database: Any) -> None:
    with fresh_database():
        identity = RegistryIdentity(Kind.PARTY, "GHA01", "Ghana", is_practice=True)
        registry.init(identity, administrator=("ama", "Ama"), now=datetime.now(UTC))
        assert level("practice") is Level.WARN


def test_a_database_without_a_registry_is_told_what_to_do(fresh_database: Any) -> None:
    with fresh_database():
        assert level("registry") is Level.BAD
        assert "article6 init" in found("registry")[0].remedy
