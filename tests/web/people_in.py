"""Somebody who gets in by an invitation and a second factor, as a browser would."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from article6.domain.orders import PersonId
from article6.services.sign_in import invitations

PASSWORD = "a lantern over the quiet harbour"


def browser(address: str = "127.0.0.1", agent: str = "Mozilla/5.0 (X11; Linux) Firefox/140.0") -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost", REMOTE_ADDR=address, HTTP_USER_AGENT=agent)


def code(secret: str, step: int = 0) -> str:
    """What the app shows now, or so many half minutes later (one is let pass)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enrol(client: Client) -> str:
    """Set up an authenticator app; its secret."""
    shown = client.get("/me/second-factor/app")
    assert shown.status_code == 200, shown
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown.content.decode())[1]  # type: ignore[index]
    answer = client.post("/me/second-factor/app", {"code": code(secret)})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/me/second-factor/codes"), answer.content
    return secret


def get_in(text: str, client: Client | None = None) -> tuple[Client, str]:
    """Take up an invitation; the browser, signed in, and the app's secret."""
    client = client or browser()
    answer = client.post(f"/invitation/{text}", {"password1": PASSWORD, "password2": PASSWORD})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/me/second-factor"), answer.content
    return client, enrol(client)


def invited(person_id: PersonId, by: PersonId) -> str:
    """The text of a new link for somebody."""
    return invitations.invite_again(person_id, by=by, now=datetime.now(UTC)).text


def sign_in(
    login: str, password: str = PASSWORD, secret: str = "", client: Client | None = None, second: str = ""
) -> Client:  # fmt: skip
    """Sign in by password, and by code where a secret is given."""
    client = client or browser()
    answer = client.post("/login", {"username": login, "password": password})
    if secret or second:
        assert answer.headers.get("Location") == "/login/second-factor", (answer.status_code, answer.content)
        answer = client.post("/login/second-factor", {"code": second or code(secret, 1)})
    assert answer.status_code == 302, answer.content.decode()
    return client
