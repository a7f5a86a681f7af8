"""Views, mandates and instructions at the shell; and between two servers over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cli.commands import article6
from cli.processes import run
from cli.test_network import Server, becomes, connect, now, servers  # noqa: F401  # the fixture
from services import network as networks
from services.network import Fresh, Network, network
from services.test_views_between_registries import SERVICES, give_role, swiss_section

from article6.domain.kinds import Role
from article6.domain.orders import Order
from article6.services import accounts, people, registry, transactions
from article6.services.exchange import mandates
from article6.services.exchange.mandates import NewMandate


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        both.connect(*SERVICES)
        yield both


def test_a_party_looks_and_instructs_at_the_shell(net: Network) -> None:
    first, second = swiss_section(net)
    with net.at("GHA01"):
        words = ["network", "mandate", "give", "CHE01", "--party", "CHE", "--proposer", "swiss", "--as", "root"]
        assert "mandate agree 1" in article6(*words).out
        assert "person.approves_own" in article6("network", "mandate", "agree", "1", "--as", "root").err
        assert article6("network", "mandate", "agree", "1", "--as", "ana").code == 0
        assert article6("network", "mandate", "list", "--json").json[0]["may_instruct"] is True
        assert "CHE01" in article6("network", "mandate", "list").out
    with net.at("CHE01"):
        view = ["network", "view", "GHA01", "--party", "CHE"]
        asked = article6(*view, "--wait", "0", "--as", "ama")
        assert (asked.code, "Nothing has come" in asked.err) == (0, True)
        words = ["GHA01", "transfer", "--party", "CHE", "--from", first, "--to", second]
        article6("instruction", "propose", *words, "--quantity", "7", "--as", "ama")
        article6("instruction", "propose", *words, "--serials", "GHA01/GHA:9-10", "--as", "ama")
        assert "approved" in article6("instruction", "approve", "1", "--as", "bo").out
        assert "rejected" in article6("instruction", "reject", "2", "--reason", "no", "--as", "bo").out
    net.settle()
    with net.at("CHE01"):
        assert "1-100" in article6(*view, "--cached").out
        assert article6(*view, "--cached", "--json").json["lines"][0]["account"] == first
        article6(*view, "--view", "actions", "--wait", "0", "--as", "ama")
        assert article6("instruction", "show", "1", "--json").json["status"] == "done"
        assert "rejected" in article6("instruction", "show", "2").out
        assert "done" in article6("instruction", "list").out
        assert article6("network", "published", "--in", "--json").json["total"] == 2
    net.settle()
    with net.at("CHE01"):
        assert "international_transfer" in article6(*view, "--view", "actions", "--cached").out
    with net.at("GHA01"):
        assert article6("instruction", "list", "--received", "--json").json["items"][0]["status"] == "done"
        assert "approach" in article6("network", "published").out
        assert article6("network", "mandate", "end", "1", "--reason", "over", "--as", "root").code == 0
        assert "Sees" in article6("network", "mandate", "list").out


@pytest.mark.slow
def test_a_view_comes_over_http_and_stays_when_the_peer_is_gone(
    servers: dict[str, Server],  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(networks, "ITMO", SERVICES)
    ghana, swiss = servers["GHA01"], servers["CHE01"]
    connect(servers)
    with ghana.books() as side:
        registry.add_sections(["CHE"], by=side.root, now=now())
        account = accounts.open_account(accounts.NewAccount("holding", "CHE", "Swiss"), by=side.root, now=now()).number
        done = transactions.propose(
            Order("international_transfer", side.account.number, account, 100), by=side.ama, now=now()
        )
        transactions.approve(done.transaction_id, by=side.bo, now=now())
        give_role(side, people.add_person("swiss", "swiss", by=side.root, now=now(), is_machine=True),
                  Role.REPRESENTATIVE)  # fmt: skip
        given = mandates.give(NewMandate("CHE01", "CHE"), by=side.root, now=now())
        mandates.agree(given["id"], by=side.ana, now=now())
    view = ["network", "view", "GHA01", "--party", "CHE", "--as", "root", "--json"]
    shown = run(swiss.environment, *view, "--wait", "60")
    assert shown.returncode == 0, shown.stderr
    [line] = json.loads(shown.stdout)["lines"]
    assert (line["account"], line["serials"]["last"]) == (account, "100")
    becomes(swiss, "SELECT count(*) FROM exchange_publication WHERE direction = 'in' AND kind = %s", "approach", "1")
    ghana.kill()
    away = json.loads(run(swiss.environment, *view, "--wait", "4").stdout)
    assert (away["lines"], away["asked"] is None, away["is_peer_reached"]) == ([line], False, False)
