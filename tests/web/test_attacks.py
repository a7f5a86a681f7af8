"""The attacks that worked on the best-known registry software of this kind, each tried here.

SQL by a filter, API keys that nobody checked, exports for everybody who knows the address, passwords in plain text,
signing secrets that everybody knows, documents by number without asking whose they are; and what a browser can be made
to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client, override_settings
from web import people_in, sample
from web.people_in import browser

from article6.domain.kinds import Role
from article6.services import people
from article6.store.database import rows
from article6.store.queries import registries

pytestmark = pytest.mark.usefixtures("database")

SQL = (
    "' OR '1'='1", "1; DROP TABLE account; --", "') UNION SELECT password FROM store_person --",
    "1' AND pg_sleep(5) --",
    "a\\'; SELECT 1", "%27%20OR%201=1", "$$||(SELECT password FROM store_person LIMIT 1)||$$",
)  # fmt: skip
PAGES = {
    "/search": ("q",), "/accounts": ("section", "after", "sort", "type"),
    "/transactions": ("status", "account", "after", "type", "sort"), "/projects": ("party", "q", "sort"),
    "/parties": ("sort",), "/aef": ("party",), "/": ("by", "party"), "/submissions": ("party", "after"),
}  # fmt: skip
OPERATIONS = {
    "/accounts": ("section", "type", "after"), "/transactions": ("status", "account", "type", "after"),
    "/batches": ("party", "after"), "/submissions": ("party", "year"), "/refusals": ("after",),
}  # fmt: skip


def signed_in() -> Client:
    return people_in.sign_in("bo", sample.PASSWORD)


def test_sql_in_filters_reaches_no_table() -> None:
    sample.international()
    client, api = signed_in(), browser()
    before = rows("SELECT count(*), (SELECT count(*) FROM store_person) FROM account")
    for text in SQL:
        for places, prefix, who in ((PAGES, "", client), (OPERATIONS, "/api/v1", api)):
            for route, names in places.items():
                for name in names:
                    answer = who.get(prefix + route, {name: text})
                    shown = b"" if answer.streaming else answer.content
                    assert answer.status_code < 500, (route, name, text)
                    assert b"argon2" not in shown
    for text in SQL:
        assert browser().post("/login", {"username": text, "password": text}).status_code == 200
    assert rows("SELECT count(*), (SELECT count(*) FROM store_person) FROM account") == before


def test_a_key_that_nobody_gave_out_opens_nothing() -> None:
    sample.international(is_public=False)
    client = browser()
    for header in (
        {"X-Api-Key": "anything"}, {"api-key": "anything"}, {"Authorization": "Bearer anything"},
        {"Authorization": "Bearer a6_" + "x" * 43}, {"Authorization": "Bearer a6m_" + "x" * 43},
        {"Authorization": "ApiKey root"}, {"Authorization": "Bearer "}, {"Authorization": ""},
        {"X-Forwarded-User": "ama"}, {"Remote-User": "ama"},
    ):  # fmt: skip
        assert client.get("/api/v1/accounts", headers=header).status_code == 401, header
        assert client.get("/accounts", headers=header).status_code == 302, header


FILES = (
    "/aef/GHA/2025.xlsx", "/aef/GHA/2025.csv.zip", "/aef/GHA/2025.json", "/parties/GHA/balance.xlsx",
    "/submissions/1/file", "/submissions/summary.csv", "/reports/AAAA/copy.pdf", "/certificates/AAAA/copy.pdf",
    "/api/v1/aef/GHA/2025.xlsx", "/api/v1/totals", "/api/v1/accounts",
)  # fmt: skip


def test_an_export_is_not_for_everybody_who_knows_its_address() -> None:
    sample.international(is_public=False)
    for route in FILES:
        answer = browser().get(route)
        assert answer.status_code in (302, 401), route
        assert "Content-Disposition" not in answer.headers


def test_a_document_is_asked_whose_it_is() -> None:
    founded = sample.international(is_public=False)
    sections = registries.sections()
    now = datetime.now(UTC)
    cy = people.add_person("cy", "Cy", by=founded.ama, now=now, password=sample.PASSWORD)
    people.give_role(cy, sections["CHE"], Role.REPRESENTATIVE, by=founded.ama, now=now)
    client = people_in.sign_in("cy", sample.PASSWORD)
    ghana = founded.accounts["ghana"]
    assert client.get(f"/accounts/{founded.accounts['swiss']}").status_code == 200
    for route in (f"/accounts/{ghana}", "/transactions/1", "/aef/GHA/2025.xlsx", "/parties/GHA/balance.xlsx"):
        answer = client.get(route)
        assert answer.status_code in (403, 404), route
        assert b"Ghana, holding" not in answer.content


def test_passwords_are_kept_as_hashes_and_are_in_no_answer() -> None:
    founded = sample.international()
    (kept,) = rows("SELECT password FROM store_person WHERE login = 'bo'")[0]
    assert kept.startswith("argon2$argon2id$")
    assert sample.PASSWORD not in kept
    text = people.create_token(founded.ama, "t", people.SCOPES, by=founded.ama, now=datetime.now(UTC))
    listed = browser().get("/api/v1/people", headers={"Authorization": f"Bearer {text}"})
    assert listed.status_code == 200
    assert b"argon2" not in listed.content
    assert b"password" not in listed.content


def test_sessions_cannot_be_signed_with_a_secret_that_everybody_knows() -> None:
    sample.crediting()
    client = signed_in()
    session = client.session
    for known in ("1324", "secret", "changeme", "", settings.SECRET_KEY[:5]):
        forged = browser()
        with override_settings(SECRET_KEY=known or "x"):
            forged.cookies[settings.SESSION_COOKIE_NAME] = signing.dumps({"_auth_user_id": "1"})
        assert forged.get("/me/sessions").status_code == 302
    assert settings.SESSION_ENGINE.endswith(".db")
    assert len(str(session.session_key)) == 32


def test_without_a_secret_one_is_made_that_nobody_knows(tmp_path: Path) -> None:
    kept = []
    for name in ("one", "two"):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ARTICLE6_")}
        environment |= {"ARTICLE6_HOME": str(tmp_path / name)}
        asked = "from article6.config import environment; print(environment.secret_key())"
        found = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
        )
        kept.append(found.stdout.strip())
        assert (tmp_path / name / "secret-key").stat().st_mode & 0o077 == 0
    assert len(set(kept)) == 2
    assert all(len(each) > 60 for each in kept)


# --- What a browser can be made to do


def test_every_page_forbids_what_it_does_not_need() -> None:
    sample.crediting()
    client = signed_in()
    for route in ("/", "/accounts", "/login", "/me/sessions", "/me/second-factor", "/nowhere", "/healthz"):
        headers = client.get(route).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, route
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_files_are_downloaded_and_can_do_nothing_if_they_are_opened() -> None:
    sample.international()
    for route in ("/aef/GHA/2025.xlsx", "/aef/GHA/2025.json", "/aef/CHE/2025.csv.zip"):
        headers = browser().get(route).headers
        assert headers["Content-Disposition"].startswith("attachment"), route
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_for_this_site_and_out_of_reach_of_scripts() -> None:
    sample.crediting()
    cookies = signed_in().cookies
    session = cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    with override_settings(SESSION_COOKIE_SECURE=True):
        assert signed_in().cookies[settings.SESSION_COOKIE_NAME]["secure"]


def test_the_session_key_changes_when_somebody_signs_in() -> None:
    sample.crediting()
    client = browser()
    client.get("/login")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    people_in.sign_in("bo", sample.PASSWORD, client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key


def test_forms_of_other_sites_do_nothing() -> None:
    sample.crediting()
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", raise_request_exception=False)
    for route in ("/login", "/logout", "/me/sessions/others/end", "/me/password", "/login/passkey"):
        answer = client.post(route, {"username": "bo", "password": sample.PASSWORD})
        assert answer.status_code == 403, route


def test_nobody_is_sent_to_another_site_after_signing_in() -> None:
    sample.crediting()
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil"):
        answer = browser().post("/login", {"username": "bo", "password": sample.PASSWORD, "next": target})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/"), target


def test_what_is_too_large_is_turned_away_before_it_is_read() -> None:
    sample.crediting()
    client = browser()
    much = str(200 << 20)
    assert client.post("/login", {"username": "x"}, headers={"Content-Length": much}).status_code == 413
    answer: Any = client.generic("POST", "/login", b"x", CONTENT_LENGTH=much)
    assert answer.status_code == 413
    assert client.generic("POST", "/login", b"x", HTTP_TRANSFER_ENCODING="chunked").status_code == 413


def test_names_with_markup_are_shown_as_text() -> None:
    founded = sample.crediting()
    people.add_person(
        "<i>x", "<script>alert(1)</script>", by=founded.ama, now=datetime.now(UTC), password=sample.PASSWORD
    )
    shown = people_in.sign_in("<i>x", sample.PASSWORD).get("/accounts").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
