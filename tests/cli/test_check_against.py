"""`article6 check --against URL` and `--summary FILE`: what is recorded elsewhere joins the report on files."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cli.commands import article6
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from services.reports import Portal, found_portal

from article6.cli import exits
from article6.services import people

Change = Callable[[dict[str, Any]], object]


class Quiet(WSGIRequestHandler):
    """Serves without a line for every request."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal(database: object) -> Portal:
    portal = found_portal()
    for name in portal.given:
        if name != "CHE 2024":
            portal.submit(name)
    return portal


@pytest.fixture
def site(portal: Portal) -> Iterator[str]:
    """The portal, served on this machine."""
    from article6.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def token(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    text = people.create_token(portal.lea, "checks", ["read"], by=portal.root, now=now)
    monkeypatch.setenv("ARTICLE6_TOKEN", text)


def written(folder: Path, portal: Portal, name: str = "CHE 2024", change: Change = lambda document: None) -> str:
    document = json.loads(json.dumps(portal.given[name]))
    change(document)
    path = folder / f"{name.replace(' ', '-')}-1.0.json"
    path.write_text(json.dumps(document))
    return str(path)


def results(said: Any) -> dict[str, str]:
    return {each["code"]: each["result"] for each in said["checks"]}


@pytest.mark.usefixtures("token")
def test_what_is_missing_beside_a_file_is_found_in_the_database(portal: Portal, site: str, tmp_path: Path) -> None:
    file = written(tmp_path, portal)
    alone = article6("check", file, "--json")
    assert results(alone.json)["X1"] == "Null, information for check not available"
    said = article6("check", file, "--against", site, "--json")
    assert said.code == exits.OK, said.out
    assert results(said.json)["X1"] == results(said.json)["X2"] == "Checked, no inconsistencies identified"


@pytest.mark.usefixtures("token")
def test_what_contradicts_what_is_recorded_is_found_in_its_cell(portal: Portal, site: str, tmp_path: Path) -> None:
    file = written(tmp_path, portal, change=lambda document: document["actions"][1].update(AcquiringPartyID="GHA"))
    assert article6("check", file).code == exits.OK
    said = article6("check", file, "--against", site, "--json")
    assert said.code == exits.REFUSED
    found = [(check["code"], each["file"], each["places"][0]["cell"])
             for check in said.json["checks"] for each in check["findings"]]  # fmt: skip
    assert ("X1", "CHE-2024-1.0.json", "[2].AcquiringPartyID") in found


def test_without_a_token_the_database_says_so_and_the_report_on_the_file_stands(
    portal: Portal, site: str, tmp_path: Path
) -> None:
    said = article6("check", written(tmp_path, portal), "--against", site)
    assert said.code == exits.UNAVAILABLE
    assert "was not checked against" in said.err
    assert "401" in said.err
    assert "CHE-2024-1.0.json" in said.out


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://192.0.2.1", "needs https"),
        ("ftp://localhost", "instead of https"),
        ("http://127.0.0.1:1", "not answer"),
    ],
)
@pytest.mark.usefixtures("database")
def test_an_address_that_is_not_to_be_asked(url: str, why: str, tmp_path: Path) -> None:
    file = written(tmp_path, found_portal())
    said = article6("check", file, "--against", url)
    assert (said.code, why in said.err) == (exits.UNAVAILABLE, True), said.err


def summary(folder: Path, used: int, through: int = 2024) -> str:
    path = folder / "summary.json"
    rows = [{"key": "used", "unit": "t CO2 eq", "figures": {"2024": {"exact": str(used)}, "2025": None}}]
    path.write_text(json.dumps({"party": "CHE", "through": through, "rows": rows}))
    return str(path)


@pytest.mark.usefixtures("database")
def test_totals_are_compared_with_a_structured_summary(tmp_path: Path) -> None:
    file = written(tmp_path, found_portal())
    assert results(article6("check", file, "--summary", summary(tmp_path, 300), "--json").json)["X8"].endswith(
        "no inconsistencies identified"
    )
    said = article6("check", file, "--summary", summary(tmp_path, 301))
    assert said.code == exits.REFUSED
    assert "Used towards the NDC: 300 in the AEF, 301 in the structured summary." in said.out


@pytest.mark.usefixtures("database")
def test_a_summary_that_counts_more_years_than_are_given_is_not_compared(tmp_path: Path) -> None:
    said = article6("check", written(tmp_path, found_portal()), "--summary", summary(tmp_path, 301, 2025))
    assert (said.code, "No AEF of CHE for 2025 is at hand." in said.out) == (exits.OK, True)


@pytest.mark.usefixtures("database")
def test_a_file_that_is_no_summary_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, found_portal())
    said = article6("check", file, "--summary", file)
    assert (said.code, "This is no structured summary" in said.err) == (exits.UNREADABLE, True)
