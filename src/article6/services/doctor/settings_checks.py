"""The doctor's checks of settings and files."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from article6.services.doctor.findings import Finding, Level, good

SECRET_LETTERS = 32
KNOWN = re.compile(r"django-insecure|change[-_ ]?me|secret[-_ ]?key|for tests only|example|default", re.IGNORECASE)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
BACKUP_AGE = timedelta(hours=26)
"""A day, and the time that a backup takes."""

DISK_BAD, DISK_WARN = 2 << 30, 10 << 30


def debug() -> Iterator[Finding]:
    """Errors with their source in the browser."""
    if settings.DEBUG:
        yield Finding(
            "debug",
            Level.BAD,
            _("ARTICLE6_DEBUG is on."),
            _("Every error shows settings and source to whoever causes it."),
            _("Take ARTICLE6_DEBUG out of the environment and start again."),
        )
    else:
        yield good("debug", _("Errors are not shown to readers."))


def secrets() -> Iterator[Finding]:
    """Keys that are known, short, shared, or readable by others."""
    for check, variable, value, name in (
        ("secret_key", "ARTICLE6_SECRET_KEY", str(settings.SECRET_KEY), "secret-key"),
        ("exchange_secret", "ARTICLE6_EXCHANGE_SECRET", str(settings.ARTICLE6_EXCHANGE_SECRET()), "exchange-secret"),
    ):
        if len(value) < SECRET_LETTERS or KNOWN.search(value) or len(set(value)) < 10:
            yield Finding(
                check,
                Level.BAD,
                _("%(variable)s is short or well known.") % {"variable": variable},
                _("Who guesses it forges sessions, or opens the registry's private keys."),
                _("Take it out of the environment, so that one is made; or set 50 letters by chance."),
            )
        elif _is_open_to_others(settings.ARTICLE6_HOME / name):
            yield Finding(
                check,
                Level.BAD,
                _("The file %(name)s may be read by others.") % {"name": name},
                _("Whoever has a login on this machine has the key."),
                _("chmod 600 %(path)s, and make a new one.") % {"path": settings.ARTICLE6_HOME / name},
            )
        else:
            yield good(check, _("%(variable)s is long, and its own.") % {"variable": variable})
    if str(settings.SECRET_KEY) == str(settings.ARTICLE6_EXCHANGE_SECRET()):
        yield Finding(
            "secrets_differ",
            Level.WARN,
            _("Sessions and private keys have the same secret."),
            _("What leaks of the one is lost of the other."),
            _("Set two secrets, or none."),
        )


def _is_open_to_others(path: Path) -> bool:
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def transport() -> Iterator[Finding]:
    """TLS and host names."""
    is_local = set(settings.ALLOWED_HOSTS) <= LOOPBACK
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            "hosts",
            Level.BAD,
            _("ARTICLE6_ALLOWED_HOSTS lets every name pass."),
            _("Links and passkeys can be made for a name that is not the registry's."),
            _("Name the hosts under which the registry is reached."),
        )
    else:
        yield good("hosts", _("The registry answers to: %(hosts)s.") % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})
    if not is_local and not settings.SESSION_COOKIE_SECURE:
        yield Finding(
            "tls",
            Level.BAD,
            _("Other machines may reach the registry without TLS."),
            _("Whoever is on the line reads passwords and takes over sessions."),
            _("Put a proxy that ends TLS in front, and take ARTICLE6_INSECURE_LOOPBACK out of the environment."),
        )
    elif not is_local and not str(settings.ARTICLE6_ADDRESS).startswith("https://"):
        yield Finding(
            "tls",
            Level.WARN,
            _("ARTICLE6_ADDRESS names no https address."),
            _("Certificates and invitations point to where readers are not protected."),
            _("Set ARTICLE6_ADDRESS=https://the-name-of-the-registry."),
        )
    else:
        yield good("tls", _("Cookies go over TLS.") if not is_local else _("Only this machine reaches the registry."))


def cookies() -> Iterator[Finding]:
    """Whether cookies of sessions and forms are this host's alone, over TLS alone."""
    names = (str(settings.SESSION_COOKIE_NAME), str(settings.CSRF_COOKIE_NAME))
    is_bound = all(each.startswith("__Host-") for each in names) and not any(
        (settings.SESSION_COOKIE_DOMAIN, settings.CSRF_COOKIE_DOMAIN)
    )
    has_tls = str(settings.ARTICLE6_ADDRESS).startswith("https://") or not set(settings.ALLOWED_HOSTS) <= LOOPBACK
    if has_tls and not (is_bound and settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Finding(
            "cookies",
            Level.BAD,
            _("Cookies of sessions are not bound to this host and to TLS."),
            _("Another host of the same domain, or whoever is on the line, can plant or read them."),
            _("Name the registry's host in ARTICLE6_ALLOWED_HOSTS, and take ARTICLE6_INSECURE_LOOPBACK out."),
        )
    elif has_tls:
        yield good("cookies", _("Cookies of sessions are this host's alone."))
    else:
        yield good("cookies", _("Cookies stay on this machine."))


def proxies() -> Iterator[Finding]:
    """Whether readers behind a proxy are told apart."""
    is_local = set(settings.ALLOWED_HOSTS) <= LOOPBACK
    if not is_local and settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0:
        yield Finding(
            "proxies",
            Level.WARN,
            _("ARTICLE6_PROXIES is 0."),
            _("Behind a proxy all readers seem to come from one address, and hold each other off when signing in."),
            _("Set ARTICLE6_PROXIES to the number of proxies in front, each of which adds to X-Forwarded-For."),
        )
    else:
        yield good("proxies", _("Readers are told apart by their addresses."))


def single_sign_on() -> Iterator[Finding]:
    """How the provider is asked, and whether it shows a second factor."""
    issuer = str(settings.ARTICLE6_OIDC_ISSUER)
    if issuer and not issuer.startswith("https://"):
        yield Finding(
            "single_sign_on",
            Level.BAD,
            _("The provider of single sign-on is asked without TLS."),
            _("Its answers can be forged, and anybody can be let in."),
            _("Set ARTICLE6_OIDC_ISSUER to an https address."),
        )
    elif issuer and not (settings.ARTICLE6_OIDC_ACR or settings.ARTICLE6_OIDC_AMR):
        yield Finding(
            "single_sign_on",
            Level.WARN,
            _("Nothing says how the provider shows a second factor."),
            _("Who may act cannot sign in by it before a second factor is set here."),
            _("Set ARTICLE6_OIDC_ACR or ARTICLE6_OIDC_AMR to what the provider sends after a second factor."),
        )


def backups(now: datetime) -> Iterator[Finding]:
    """How old the newest backup is."""
    folder = settings.ARTICLE6_BACKUPS
    if folder is None:
        yield Finding(
            "backups",
            Level.WARN,
            _("Nothing says where backups are."),
            _("A backup that nobody looks at is found to be missing when it is needed."),
            _("Let pg_basebackup or pg_dump write into a folder, and set ARTICLE6_BACKUPS to it."),
        )
        return
    newest = max((each.stat().st_mtime for each in folder.rglob("*") if each.is_file()), default=None)
    at = None if newest is None else datetime.fromtimestamp(newest, UTC)
    if at is None or now - at > BACKUP_AGE:
        said = _("There is no backup in %(folder)s.") if at is None else _("The newest backup is of %(at)s.")
        yield Finding(
            "backups",
            Level.BAD,
            said % {"folder": folder, "at": f"{at:%Y-%m-%d %H:%M}" if at else ""},
            _("What was written since is lost with this machine."),
            _("See why the nightly backup did not run."),
        )
    else:
        yield good("backups", _("The newest backup is of %(at)s.") % {"at": f"{at:%Y-%m-%d %H:%M}"})


def disk() -> Iterator[Finding]:
    """Room for the database and for files."""
    folder = settings.ARTICLE6_HOME
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    said = _("%(free)s GiB are free in %(folder)s.") % {"free": f"{free / (1 << 30):.1f}", "folder": folder}
    if free < DISK_WARN:
        yield Finding(
            "disk",
            Level.BAD if free < DISK_BAD else Level.WARN,
            said,
            _("A database without room stops in the middle of a day."),
            _("Make room, or move the folder to a larger disk."),
        )
    else:
        yield good("disk", said)
