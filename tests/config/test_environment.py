"""What the environment variables mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from article6.config import environment, program

URL = "postgresql://web:s3cret@db.example:5433/ledger?sslmode=verify-full"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "ARTICLE6_OWNER_URL", "ARTICLE6_REGISTRY", "ARTICLE6_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ARTICLE6_HOME", str(tmp_path / "home"))


def test_without_an_address_the_database_is_our_own_in_the_home(tmp_path: Path) -> None:
    default = environment.databases()["default"]
    assert environment.is_embedded()
    assert (default["NAME"], default["USER"]) == ("article6", "article6_owner")
    assert default["HOST"].startswith("/")


def test_one_login_enters_the_restricted_role_and_the_owner_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    databases = environment.databases()
    assert databases["default"]["OPTIONS"]["options"] == "-c role=article6_app"
    assert "options" not in databases["owner"]["OPTIONS"]
    assert databases["default"]["OPTIONS"]["sslmode"] == "verify-full"
    assert databases["owner"]["PORT"] == "5433"


def test_options_of_the_address_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{URL}&options=-c%20lock_timeout%3D5s")
    options = environment.databases()["default"]["OPTIONS"]["options"]
    assert options == "-c lock_timeout=5s -c role=article6_app"


def test_of_two_logins_the_programs_is_restricted_by_its_own_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("ARTICLE6_OWNER_URL", "postgresql://owner@db.example:5433/elsewhere")
    databases = environment.databases()
    assert "options" not in databases["default"]["OPTIONS"]
    assert (databases["owner"]["USER"], databases["owner"]["NAME"]) == ("owner", "ledger")


@pytest.mark.parametrize(("url", "name"), [(URL, "ledger_cdm"), (None, "article6_cdm")])
def test_another_registry_has_another_database(monkeypatch: pytest.MonkeyPatch, url: str | None, name: str) -> None:
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ARTICLE6_REGISTRY", "cdm")
    assert {each["NAME"] for each in environment.databases().values()} == {name}


@pytest.mark.parametrize("name", ["CDM", "1st", "a-b", "a b", "x" * 31, 'x"; DROP'])
def test_a_registrys_name_must_be_plain(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ARTICLE6_REGISTRY", name)
    with pytest.raises(ImproperlyConfigured, match="ARTICLE6_REGISTRY"):
        environment.registry()


def test_an_address_that_is_none_is_told_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "web:s3cret@db.example")
    with pytest.raises(ImproperlyConfigured) as told:
        environment.databases()
    assert "s3cret" not in str(told.value)


def test_a_switch_that_is_neither_on_nor_off_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE6_DEBUG", "flase")
    with pytest.raises(ImproperlyConfigured, match="ARTICLE6_DEBUG"):
        environment.flag("ARTICLE6_DEBUG")


def test_the_exchange_secret_is_made_on_first_use_and_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.delenv("ARTICLE6_EXCHANGE_SECRET", raising=False)
    secret = environment.exchange_secret()
    assert len(secret) > 40
    assert environment.exchange_secret() == secret != environment.secret_key()
    assert (tmp_path / "home" / "exchange-secret").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("ARTICLE6_EXCHANGE_SECRET", "given")
    assert environment.exchange_secret() == "given"


def test_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.whole("ARTICLE6_EXCHANGE_RATE", 7) == 7
    monkeypatch.setenv("ARTICLE6_EXCHANGE_RATE", "60")
    assert environment.whole("ARTICLE6_EXCHANGE_RATE", 7) == 60
    for wrong in ("0", "-1", "1.5", "many"):
        monkeypatch.setenv("ARTICLE6_EXCHANGE_RATE", wrong)
        with pytest.raises(ImproperlyConfigured):
            environment.whole("ARTICLE6_EXCHANGE_RATE", 7)


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = environment.secret_key()
    assert len(key) >= 50
    assert environment.secret_key() == key
    assert (tmp_path / "home" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret-key"]


@pytest.mark.parametrize(
    ("words", "registry", "rest"),
    [
        ("--registry cdm replay x", "cdm", "replay x"),
        ("--json --registry=cdm replay", "cdm", "--json replay"),
        ("replay --registry cdm", None, "replay --registry cdm"),
        ("--help", None, "--help"),
    ],
)
def test_the_registry_is_taken_from_before_the_command(words: str, registry: str | None, rest: str) -> None:
    assert program._take_registry(words.split()) == (registry, rest.split())


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("", False),
        ("--version", False),
        ("transfer --help", False),
        ("find 1", True),
        ("find -- --help", True),
        ("check a.xlsx --json", False),
        ("find check", True),
    ],
)
def test_help_and_files_need_no_database(words: str, needed: bool) -> None:
    assert program._needs_database(words.split()) is needed


def test_a_folder_of_fonts_exists_or_the_program_stops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ARTICLE6_FONTS", raising=False)
    assert environment.fonts_folder() is None
    monkeypatch.setenv("ARTICLE6_FONTS", str(tmp_path))
    assert environment.fonts_folder() == tmp_path
    monkeypatch.setenv("ARTICLE6_FONTS", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="no folder"):
        environment.fonts_folder()
