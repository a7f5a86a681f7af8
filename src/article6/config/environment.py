"""The environment variables, read in one place. docs/reference/settings.md describes each."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from article6.gateways.postgres import EmbeddedServer

APP_ROLE = "article6_app"
BASE_DATABASE = "article6"
MAIN_REGISTRY = "main"
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
CHECKOUT = Path(__file__).resolve().parents[3]


def home() -> Path:
    """The folder that keeps this installation's database, secret key and files."""
    if chosen := os.environ.get("ARTICLE6_HOME"):
        return Path(chosen).expanduser().absolute()
    return Path("/var/lib/article6") if os.geteuid() == 0 else Path(platformdirs.user_data_dir("article6"))


def registry() -> str:
    """The name of the one registry that this process runs."""
    name = os.environ.get("ARTICLE6_REGISTRY") or MAIN_REGISTRY
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", name):
        raise ImproperlyConfigured(
            f"ARTICLE6_REGISTRY is {name!r}; use at most 30 small letters, digits and underscores, a letter first."
        )
    return name


def data_folder() -> Path | None:
    """Where public source files are looked for; None when there is no such folder."""
    if chosen := os.environ.get("ARTICLE6_DATA"):
        return Path(chosen).expanduser().absolute()
    beside = CHECKOUT.parent / "shared" / "data"
    return beside if (CHECKOUT / "pyproject.toml").exists() and beside.is_dir() else None


def fonts_folder() -> Path | None:
    """Where further fonts for documents are; None where none is named.

    Raises:
        ImproperlyConfigured: there is no such folder.
    """
    chosen = os.environ.get("ARTICLE6_FONTS")
    if not chosen:
        return None
    folder = Path(chosen).expanduser().absolute()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"ARTICLE6_FONTS is {chosen!r}, which is no folder.")
    return folder


def backups_folder() -> Path | None:
    """Where backups are; None where nobody says. A folder that is not there is an empty one."""
    chosen = os.environ.get("ARTICLE6_BACKUPS")
    return Path(chosen).expanduser().absolute() if chosen else None


def flag(name: str, default: bool = False) -> bool:
    """An on-off variable: 1, true, yes, on; or 0, false, no, off.

    Raises:
        ImproperlyConfigured: it is something else, which must not pass for off.
    """
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return value in ("1", "true", "yes", "on") if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}; set it to 1 or 0.")


def whole(name: str, default: int, *, least: int = 1) -> int:
    """A whole number of at least `least` (0 or 1).

    Raises:
        ImproperlyConfigured: it is something else.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", value) or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to a whole number from {least} to 999999999.")
    return int(value)


def address() -> str:
    """The address under which others reach the registry, without a slash at its end; '' where none is given.

    Raises:
        ImproperlyConfigured: it is none.
    """
    return web_address("ARTICLE6_ADDRESS")


def web_address(name: str) -> str:
    """An address of the web, without a slash at its end; '' where none is given.

    Raises:
        ImproperlyConfigured: it is none.
    """
    value = os.environ.get(name, "").strip().rstrip("/")
    if value and not re.fullmatch(r"https?://[!-~]{1,200}", value):
        raise ImproperlyConfigured(f"{name} is {value!r}; write it as https://registry.example.org.")
    return value


def words(name: str) -> list[str]:
    """A list of words with commas between; [] where there is none."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def single_sign_on() -> list[dict[str, Any]]:
    """The OpenID Connect provider as django-allauth wants it; [] where there is none.

    Raises:
        ImproperlyConfigured: the issuer is named, and not the client's id and secret, or what shows a second factor.
    """
    issuer = web_address("ARTICLE6_OIDC_ISSUER")
    if not issuer:
        return []
    client, secret = os.environ.get("ARTICLE6_OIDC_CLIENT", ""), os.environ.get("ARTICLE6_OIDC_SECRET", "")
    if not client or not secret:
        raise ImproperlyConfigured("ARTICLE6_OIDC_ISSUER needs ARTICLE6_OIDC_CLIENT and ARTICLE6_OIDC_SECRET.")
    settings: dict[str, Any] = {
        "server_url": issuer,
        "token_auth_method": "client_secret_basic",
        "oauth_pkce_enabled": True,
        # What is signed counts, and nothing besides.
        "fetch_userinfo": False,
    }
    if asked := words("ARTICLE6_OIDC_ACR"):
        settings["auth_params"] = {"acr_values": " ".join(asked)}
    return [
        {
            # From the issuer: the subjects of one provider are never taken for those of another.
            "provider_id": f"oidc-{hashlib.sha256(issuer.encode()).hexdigest()[:16]}",
            "name": "OpenID Connect",
            "client_id": client,
            "secret": secret,
            "settings": settings,
        }
    ]


def allowed_hosts() -> list[str]:
    """The host names that pages answer to."""
    named = os.environ.get("ARTICLE6_ALLOWED_HOSTS", "")
    return [host.strip() for host in named.split(",") if host.strip()] or list(LOOPBACK_HOSTS)


def is_embedded() -> bool:
    """True when no DATABASE_URL names a server, so that we run our own."""
    return not os.environ.get("DATABASE_URL")


def owner_url() -> str:
    """The address of this registry's database, as the login that owns the tables and runs migrations."""
    return _address(os.environ.get("ARTICLE6_OWNER_URL") or _base_url(), _database_name())


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` is the application's restricted role, `owner` is for migrations alone.

    Where the operator keeps two logins (ARTICLE6_OWNER_URL), DATABASE_URL's is restricted by its own rights.
    Where there is one, it starts every session in the restricted role.
    """
    application = _address(_base_url(), _database_name())
    role = None if os.environ.get("ARTICLE6_OWNER_URL") else APP_ROLE
    return {"default": _django_database(application, role), "owner": _django_database(owner_url(), None)}


def secret_key() -> str:
    """The key that signs sessions: given, or made once and kept in the home, readable by its owner alone."""
    return os.environ.get("ARTICLE6_SECRET_KEY") or _kept_secret("secret-key", "ARTICLE6_SECRET_KEY")


def exchange_secret() -> str:
    """The secret under which the registry's private keys are encrypted in the database: given, or made on first use and
    kept as `secret_key` is."""
    return os.environ.get("ARTICLE6_EXCHANGE_SECRET") or _kept_secret("exchange-secret", "ARTICLE6_EXCHANGE_SECRET")


def _kept_secret(name: str, variable: str) -> str:
    kept = home() / name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            fresh = kept.with_name(f"{name}.{os.getpid()}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
            # A link fails where a rename would overwrite: of two that start at once, the first wins.
            try:
                kept.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return kept.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"A secret cannot be kept in {kept}: {error.strerror}. Set ARTICLE6_HOME to a folder of "
            f"your own, or give the secret in {variable}."
        ) from error


def _base_url() -> str:
    return os.environ.get("DATABASE_URL") or EmbeddedServer(home()).url(BASE_DATABASE)


def _database_name() -> str:
    base = str(_parts(_base_url()).get("dbname") or BASE_DATABASE)
    return base if registry() == MAIN_REGISTRY else f"{base}_{registry()}"


def _address(url: str, database: str) -> str:
    return make_conninfo("", **{**_parts(url), "dbname": database})


def _parts(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        # The text of the error may hold the password.
        raise ImproperlyConfigured(
            "DATABASE_URL (or ARTICLE6_OWNER_URL) is not a PostgreSQL address; write it as "
            "postgresql://user:password@host:5432/database."
        ) from error.with_traceback(None)


def _django_database(url: str, role: str | None) -> dict[str, Any]:
    parts: Mapping[str, Any] = _parts(url)
    named = ("dbname", "user", "password", "host", "port", "options")
    options = {key: value for key, value in parts.items() if key not in named}
    start_up = " ".join(filter(None, [str(parts.get("options") or ""), f"-c role={role}" if role else ""]))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            **({"options": start_up} if start_up else {}),
            "server_side_binding": True,
            "prepare_threshold": 2,
        },
    }
