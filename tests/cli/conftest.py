"""A registry for the command line's tests."""

from __future__ import annotations

import pytest


@pytest.fixture
def registry(database: object) -> None:
    """A registry with sections for Ghana and Switzerland; Ama administers it."""
    # The models cannot be imported before the session has set Django up.
    from cli.commands import article6

    founded = article6(
        "init", "--kind", "international", "--code", "INT", "--name", "Test [registry]", "--admin-login", "ama",
        "--admin-name", "Ama",
    )  # fmt: skip
    assert founded.code == 0, founded.err
    assert article6("section", "add", "GHA", "CHE").code == 0
    # Ghana asks to issue its outcomes as units here, and Ama agrees.
    assert article6("user", "add", "gha", "Ghana's representative").code == 0
    assert article6("user", "role", "gha", "representative", "--section", "GHA").code == 0
    service = "issuance_service.GHA"
    assert article6("declaration", "switch", service, "on", "--as", "gha").code == 0
    assert article6("declaration", "approve", "switch", service).code == 0
