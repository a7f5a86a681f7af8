"""Units that stay in another registry, at the shell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cli.commands import article6
from services.network import Fresh, Network, network


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        both.connect("transfer_information")
        yield both


def test_amounts_are_told_and_instructed_at_the_shell(net: Network) -> None:
    net.send(90, service="transfer_information")
    net.settle()
    with net.at("CHE01"):
        assert "GHA01" in article6("network", "told").out
        [told] = article6("network", "told", "--party", "CHE", "--json").json["items"]
        words = ["instruction", "propose", "GHA01", "use_ndc", "--party", "CHE", "--from", told["held_in"]]
        asked = article6(*words, "--quantity", "30", "--term", f"use_year={net.now.year}", "--as", "ama")
        assert asked.code == 0, asked.err
        assert article6("instruction", "approve", "1", "--as", "bo").code == 0
    net.settle()
    with net.at("CHE01"):
        assert article6("network", "told", "--json").json["items"][0]["held"] == 60
        assert article6("instruction", "show", "1", "--json").json["status"] == "done"
