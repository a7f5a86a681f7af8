"""Single sign-on by OpenID Connect: whom an administrator linked gets in, and nobody else, ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from web import provider, sample
from web.people_in import browser
from web.provider import Provider

from article6.domain.refusals import Refused
from article6.services import people
from article6.services.sign_in import single_sign_on
from article6.store.database import rows

pytestmark = pytest.mark.usefixtures("database")
START, ANSWER = "/login/provider/oidc-test", "/login/provider/oidc-test/answer"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with provider.running() as found, override_settings(**found.settings()):
        yield found


def now() -> datetime:
    return datetime.now(UTC)


def signed_in(client: Client, **more: str) -> Any:
    """To the provider and back, as a browser goes; the last answer."""
    sent = client.post(START, more)
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(ANSWER, {"code": "once", "state": asked["state"][0]})


def linked(founded: sample.Sample) -> None:
    single_sign_on.link(founded.bo, "subject-of-bo", by=founded.ama, now=now())


def is_in(client: Client) -> bool:
    return client.get("/me/sessions").status_code == 200


def test_who_was_linked_gets_in_with_the_providers_second_factor(there: Provider) -> None:
    linked(sample.crediting(is_practice=False, is_public=False))
    client = browser()
    assert START in client.get("/login").content.decode()
    there.claims = {"sub": "subject-of-bo", "amr": ["pwd", "mfa"]}
    assert signed_in(client).status_code == 302
    assert client.get("/accounts").status_code == 200
    assert there.asked[0]["authorization"][0].startswith("Basic ")
    assert there.asked[0]["code_verifier"]
    assert rows("SELECT extra_data FROM socialaccount_socialaccount") == [({},)]


def test_who_may_act_does_not_get_in_without_a_second_factor(there: Provider) -> None:
    linked(sample.crediting(is_practice=False))
    for claims in ({}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "mfa"}):
        there.claims = {"sub": "subject-of-bo", **claims}
        client = browser()
        answer = signed_in(client)
        assert (answer.status_code, is_in(client)) == (403, False), claims
        assert "no second factor" in answer.content.decode()


def test_nobody_is_made_or_linked_by_signing_in(there: Provider) -> None:
    founded = sample.crediting()
    before = rows("SELECT count(*) FROM store_person")
    there.claims = {
        "sub": "stranger", "amr": ["mfa"], "email": "bo@example.org", "preferred_username": "bo",
        "email_verified": True,
    }  # fmt: skip
    client = browser()
    assert (signed_in(client).status_code, is_in(client)) == (403, False)
    people.set_password(founded.bo, sample.PASSWORD, by=founded.bo, now=now())
    client.post("/login", {"username": "bo", "password": sample.PASSWORD})
    sent = client.post(f"{START}?process=connect")
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    assert client.get(ANSWER, {"code": "once", "state": state}).status_code == 403
    assert rows("SELECT count(*) FROM store_person") == before
    assert rows("SELECT count(*) FROM socialaccount_socialaccount") == [(0,)]


def test_a_suspended_person_does_not_get_in_this_way_either(there: Provider) -> None:
    founded = sample.crediting()
    linked(founded)
    people.suspend(founded.bo, by=founded.ama, now=now())
    there.claims = {"sub": "subject-of-bo", "amr": ["mfa"]}
    client = browser()
    assert (signed_in(client).status_code, is_in(client)) == (403, False)


def failed(answer: HttpResponse) -> bool:
    return answer.status_code == 401 and "no answer that can be trusted" in answer.content.decode()


def test_answers_that_were_not_asked_for_or_are_not_for_us_count_for_nothing(there: Provider) -> None:
    linked(sample.crediting())
    there.claims = {"sub": "subject-of-bo", "amr": ["mfa"]}
    client = browser()
    assert failed(client.get(ANSWER, {"code": "once", "state": "made up"}))
    assert failed(client.get(ANSWER, {"code": "once"}))
    for wrong in ({"aud": "another"}, {"iss": "https://elsewhere.example"}, {"exp": 1}):
        there.claims = {"sub": "subject-of-bo", "amr": ["mfa"], **wrong}
        assert failed(signed_in(client)), wrong
    there.fails = True
    assert failed(signed_in(client))
    assert not is_in(client)
    assert client.post("/login/provider/another").status_code == 404


def test_a_subject_belongs_to_one_person_and_a_person_has_one(there: Provider) -> None:
    founded = sample.crediting()
    linked(founded)
    for person_id, subject, by in (
        (founded.ama, "subject-of-bo", founded.ama),
        (founded.ama, "", founded.ama),
        (founded.ama, "x" * 192, founded.ama),
        (founded.ama, "a\nb", founded.ama),
        (founded.ama, "other", founded.bo),
    ):
        with pytest.raises(Refused):
            single_sign_on.link(person_id, subject, by=by, now=now())
    single_sign_on.link(founded.bo, "another-subject", by=founded.ama, now=now())
    there.claims = {"sub": "subject-of-bo", "amr": ["mfa"]}
    assert signed_in(browser()).status_code == 403


def test_without_a_provider_there_is_no_such_way_in() -> None:
    founded = sample.crediting()
    assert "single sign-on" not in browser().get("/login").content.decode()
    assert browser().post(START).status_code == 404
    with pytest.raises(Refused):
        single_sign_on.link(founded.bo, "subject", by=founded.ama, now=now())
