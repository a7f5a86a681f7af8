"""Pages of the administration: who sees them, what they show, and acts with their review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from services.network import Fresh, Network, network
from web.sample import Sample, international
from web.sessions import act, as_, hidden
from web.working import fields

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.services import people, role_changes, sight
from article6.services.exchange import overview

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVERY = ("admin", "admin-people", "admin-role-changes")


@pytest.fixture
def made(database: object) -> Sample:
    return international()


def cy() -> PersonId:
    """A stranger: admitted, without a role."""
    with sight.seeing(sight.EVERYTHING):
        founder = people.person_by_login("ama")
        return people.add_person("cy", "Cy", by=founder, now=NOW)


@pytest.mark.parametrize(
    "where", ["/administration/people", "/administration/network", "/administration/network/messages"]
)
def test_who_has_not_the_right_is_refused_with_the_reason_and_strangers_sign_in(made: Sample, where: str) -> None:
    refused = as_(cy()).get(where)
    assert refused.status_code == 403
    assert "person.not_permitted" in refused.content.decode()
    assert Client(SERVER_NAME="localhost").get(where).headers["Location"].startswith("/login")


def test_administrators_see_everybody_with_their_roles(made: Sample) -> None:
    told = as_(made.ama).get("/administration/people").content.decode()
    assert "Registry administrator (all sections)" in told
    csv = as_(made.ama).get("/administration/people?format=csv").content.decode()
    assert csv.splitlines()[0] == "\ufeffLogin,Name,Roles,Kind,Standing"


def test_a_role_is_asked_for_by_one_and_approved_by_another(made: Sample) -> None:
    ama, bo = as_(made.ama), as_(made.bo)
    stranger = cy()
    with sight.seeing(sight.EVERYTHING):
        people.give_role(made.bo, ANY_SECTION, Role.ADMINISTRATOR, by=made.ama, now=NOW)
    given = {"login": "cy", "role": "auditor", "section": "GHA"}
    done = act(ama, "/administration/roles/give", **given)
    assert done.status_code == 302, done.content.decode()
    [asked] = [each for each in role_changes.listed(made.ama) if each["person_id"] == stranger]
    assert asked["status"] == "proposed"
    waits, shown = f"/approvals/role_change/{asked['id']}", f"/administration/role-changes/{asked['id']}"
    assert waits not in ama.get(shown).content.decode()
    assert ama.get(waits).status_code == 404
    assert waits in bo.get(shown).content.decode()
    assert bo.get(f"{shown}/withdraw").status_code == 403
    assert bo.post(waits, {**fields(bo.get(waits)), "decision": "approve"}).status_code == 302
    told = ama.get(f"/administration/people/{stranger}").content.decode()
    assert f"/administration/people/{stranger}/roles/GHA/auditor/take" in told


def test_the_same_form_sent_twice_asks_once(made: Sample) -> None:
    cy()
    ama = as_(made.ama)
    with sight.seeing(sight.EVERYTHING):
        people.give_role(made.bo, ANY_SECTION, Role.ADMINISTRATOR, by=made.ama, now=NOW)
    where = "/administration/roles/give"
    sent = {"login": "cy", "role": "auditor", "section": "*", "key": hidden(ama.get(where), "key"), "step": "review"}
    review = ama.post(where, sent)
    sign = {**sent, "seen": hidden(review, "seen"), "step": "sign"}
    assert [ama.post(where, sign).status_code for _time in range(2)] == [302, 302]
    assert sum(each["login"] == "cy" for each in role_changes.listed(made.ama)) == 1


def test_what_changed_after_the_review_is_shown_and_nothing_is_done(made: Sample) -> None:
    stranger = cy()
    ama = as_(made.ama)
    where = f"/administration/people/{stranger}/suspend"
    sent = {"key": hidden(ama.get(where), "key"), "step": "review"}
    review = ama.post(where, sent)
    with sight.seeing(sight.EVERYTHING):
        people.give_role(stranger, ANY_SECTION, Role.AUDITOR, by=made.ama, now=NOW)
    answer = ama.post(where, {**sent, "seen": hidden(review, "seen"), "step": "sign"})
    assert answer.status_code == 409
    assert "It has changed since you looked" in answer.content.decode()
    assert "Auditor (all sections)" in answer.content.decode()
    assert [each["is_active"] for each in people.listed(made.ama) if each["login"] == "cy"] == [True]


def test_a_field_that_is_wrong_is_named(made: Sample) -> None:
    ama = as_(made.ama)
    where = "/administration/network/offer"
    sent = {"code": "gha", "url": "ftp://x", "purpose": "connect", "key": hidden(ama.get(where), "key"), "step": "sign"}
    answer = ama.post(where, sent)
    assert answer.status_code == 422
    assert 'href="#id_code"' in answer.content.decode()


# --- Other registries


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def test_a_message_is_shown_decoded_with_the_verdict_on_its_signature(net: Network) -> None:
    with net.at("GHA01") as side:
        client = as_(side.root)
        assert "CHE01" in client.get("/administration/network").content.decode()
        for direction in ("out", "in"):
            listed = client.get(f"/administration/network/messages?direction={direction}&peer=CHE01")
            assert listed.status_code == 200
            [*_rest, oldest] = overview.kept_messages("CHE01", direction).items
            told = client.get(f"/administration/network/messages/{direction}/{oldest['id']}").content.decode()
            assert told.count("The signature is right") == 2, told
        absent = client.get("/administration/network/messages/out/999999")
        assert absent.status_code == 404
        assert "message.unknown" in absent.content.decode()


def test_a_forged_message_is_told_apart(net: Network) -> None:
    from psycopg import connect

    with net.at("GHA01") as side:
        [*_rest, oldest] = overview.kept_messages("CHE01", "in").items
        head, body, signature = oldest["jws"].split(".")
        forged = f"{head}.{body}.{'A' * len(signature)}"
        with connect(side.database.owner_url) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute("UPDATE exchange_incoming SET jws = %s WHERE id = %s", (forged, oldest["id"]))
        told = as_(side.root).get(f"/administration/network/messages/in/{oldest['id']}").content.decode()
        assert "The signature does not hold" in told


def test_an_administrator_compares_books_and_suspends_from_the_pages(net: Network) -> None:
    with net.at("GHA01") as side:
        client, other = as_(side.root), as_(side.ana)
        done = act(client, "/administration/network/peers/CHE01/compare")
        assert done.status_code == 302
    net.now = datetime.now(UTC)  # as the pages have it
    net.settle()
    with net.at("GHA01") as side:
        told = client.get(done.headers["Location"]).content.decode()
        assert "Agrees" in told
        assert "Nothing differs." in told
        assert act(client, "/administration/network/peers/CHE01/suspend", reason="keys in doubt").status_code == 302
        assert "Suspended" in client.get("/administration/network/peers/CHE01").content.decode()
        own = act(client, "/administration/network/peers/CHE01/resume", reason="compared")
        assert own.status_code == 409
        assert act(other, "/administration/network/peers/CHE01/resume", reason="compared").status_code == 302
