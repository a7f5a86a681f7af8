"""Pages in place: htmx gets what stands in `main`, with the same data; what leads elsewhere leads there whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from web import sample, working

from article6.services.approvals import inbox

pytestmark = pytest.mark.usefixtures("database")

HTMX = {"HX-Request": "true", "HX-Target": "main"}
QUIET = {**HTMX, "Article6-Quiet": "1"}


def main(shown: str) -> str:
    found = re.search(r"<main[^>]*>(.*)</main>", shown, re.DOTALL)
    assert found is not None
    return found[1].strip()


PATHS = ("/parties?sort=-name&name=an", "/accounts", "/dashboard?party=GHA", "/rules")


def test_htmx_gets_the_same_as_everybody_without_the_frame() -> None:
    sample.international()
    client = Client(SERVER_NAME="localhost")
    for path in PATHS:
        whole, part = client.get(path), client.get(path, headers=HTMX)
        shown = part.content.decode()
        assert whole.status_code == part.status_code == 200
        assert "<html" not in shown
        assert "<header" not in shown
        title, _, rest = shown.partition("</title>")
        assert f"{title}</title>" in whole.content.decode()
        assert rest.strip() == main(whole.content.decode())
        assert all("HX-Request" in each.headers["Vary"] for each in (whole, part))
        restored = client.get(path, headers={**HTMX, "HX-History-Restore-Request": "true"})
        assert "<html" in restored.content.decode()
    # No script and no style stands in a page's text, and htmx evaluates none.
    answer = client.get("/parties")
    shown = answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]* src=)", shown) == []
    assert "hx-on" not in shown
    assert '"allowEval": false' in shown


def test_when_the_session_has_ended_the_whole_page_leads_to_sign_in_and_quiet_asking_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    working.with_people(sample.international())
    cy = working.signed_in("cy")
    assert '<span hx-swap-oob="innerHTML:.count.waits">' in cy.get("/desk/waiting", headers=QUIET).content.decode()
    with monkeypatch.context() as many:
        many.setattr(inbox, "count", lambda _by: inbox.COUNTED)
        assert ">99+</span>" in cy.get("/desk/waiting", headers=QUIET).content.decode()
    assert 'id="waits"' in cy.get("/desk", headers=QUIET).content.decode()
    # What a page asks by itself is no use of the session: it does not last longer by it.
    before = (datetime.now(UTC) - timedelta(minutes=20)).timestamp()
    session = cy.session
    session["article6.seen"] = before
    session.save()
    cy.get("/desk", headers=QUIET)
    assert cy.session["article6.seen"] == before
    cy.get("/desk")
    assert cy.session["article6.seen"] > before
    session = cy.session
    session["article6.seen"] = before - 3600
    session.save()
    answer = cy.get("/desk", headers=QUIET)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == "/login?next=/desk"
    assert "no-store" in answer.headers["Cache-Control"]  # an empty page, that no step back shows
    assert "HX-Request" in answer.headers["Vary"]
    assert cy.get("/desk/waiting", headers=QUIET).status_code == 286
    assert cy.get("/desk").headers["Location"] == "/login?next=/desk"
