"""The mail server that the operator names, as Django takes it. Without one no mail is sent."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def server() -> dict[str, Any]:
    """Django's settings for the server in ARTICLE6_MAIL: host, port, user, password, whether over TLS.

    Raises:
        ImproperlyConfigured: it is no such address.
    """
    address = os.environ.get("ARTICLE6_MAIL", "").strip()
    if not address:
        return {"EMAIL_HOST": ""}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        # The text of the error may hold the password.
        raise _wrong() from error.with_traceback(None)
    if parts.scheme not in PORTS or not parts.hostname:
        raise _wrong()
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def sender() -> str:
    """From whom mail comes.

    Raises:
        ImproperlyConfigured: a server is named, and no sender.
    """
    found = os.environ.get("ARTICLE6_MAIL_FROM", "").strip()
    if os.environ.get("ARTICLE6_MAIL", "").strip() and "@" not in found:
        raise ImproperlyConfigured("Set ARTICLE6_MAIL_FROM to the address from which mail is sent.")
    return found or "registry@localhost"


def _wrong() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        "ARTICLE6_MAIL is no mail server; write it as smtp+starttls://user:password@mail.example.org:587."
    )
