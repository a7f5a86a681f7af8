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
