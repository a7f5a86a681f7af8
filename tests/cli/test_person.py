"""Invitations, recovery, sessions and machine clients from the command line."""

from __future__ import annotations

import pytest
from cli.commands import article6

from article6.cli import exits

pytestmark = pytest.mark.usefixtures("registry")


def test_an_invitation_prints_a_link_once_and_roles_wait_for_a_second_administrator() -> None:
    said = article6("person", "invite", "bo", "Bo Berg", "--role", "administrator", "--json")
    assert said.code == exits.OK, said.err
    assert said.json["roles"] == ["approved"]
    assert "/invitation/" in said.json["link"]
    told = article6("person", "invite", "cy", "Cy", "--role", "approver:GHA", "--as", "ama")
    assert told.out.startswith("http")
    assert "works once" in told.err
    assert "role-change approve" in told.err
    again = article6("person", "invite-again", "cy", "--as", "ama", "--json")
    assert again.json["link"] != told.out.strip()
    assert article6("person", "withdraw", "cy", "--as", "ama", "--json").json["ended"] == 1


def test_what_is_wrong_in_an_invitation_is_refused() -> None:
    assert article6("person", "invite", "cy", "Cy", "--role", "king").code == exits.USAGE
    assert "section.unknown" in article6("person", "invite", "cy", "Cy", "--role", "approver:XXX").err
    assert "request.malformed" in article6("person", "invite", "ama", "Ama").err
    assert "role.of_party" in article6("person", "invite", "cy", "Cy", "--role", "party_administrator").err
    # Nothing of an invitation that was refused remains.
    assert article6("person", "invite", "cy", "Cy").code == exits.OK


def test_a_recovery_waits_for_a_second_administrator() -> None:
    article6("person", "invite", "bo", "Bo", "--role", "administrator")
    article6("user", "password", "bo", "--as", "ama", stdin="a lantern over the quiet harbour\n")
    assert "person.signs_in" in article6("person", "invite-again", "bo", "--as", "ama").err
    article6("person", "invite", "cy", "Cy", "--role", "auditor", "--as", "ama")
    asked = article6("person", "recover", "cy", "--as", "ama", "--json").json
    assert asked["status"] == "proposed"
    assert "person.approves_own" in article6("role-change", "approve", str(asked["id"]), "--as", "ama").err
    assert article6("role-change", "approve", str(asked["id"]), "--as", "bo", "--json").json["status"] == "approved"


def test_sessions_are_listed_and_ended() -> None:
    assert article6("person", "sessions", "ama", "--json").json == []
    assert article6("person", "sessions", "ama", "--end").code == exits.OK


def test_a_subject_needs_a_provider() -> None:
    assert "ARTICLE6_OIDC_ISSUER" in article6("person", "subject", "ama", "8f14").err


def test_secrets_of_machine_clients() -> None:
    article6("user", "add", "robot", "Robot", "--machine")
    made = article6("machine", "secret", "robot", "--scope", "read", "--json").json
    assert made["client_secret"].startswith("a6s_")
    assert article6("machine", "secret", "robot", "--scope", "read").out.startswith("a6s_")
    assert "machine.secrets" in article6("machine", "secret", "robot", "--scope", "read").err
    listed = article6("machine", "secrets", "robot", "--json").json
    assert [each["used_at"] for each in listed] == [None, None]
    assert article6("machine", "end", str(made["id"])).code == exits.OK
    assert len(article6("machine", "secrets", "robot", "--json").json) == 1
    assert "robot" not in article6("machine", "secrets", "robot").out
