"""Who gets in: invitations, second factors, attempts that are held off, sessions, approving with fresh proof."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from web import people_in, sample
from web.people_in import PASSWORD, browser

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.services import people, role_changes
from article6.services.sign_in import invitations, sessions
from article6.services.sign_in.invitations import Wanted
from article6.store.database import rows
from article6.web.doors import guarded
from article6.web.sign_in import recently_authenticated
from article6.web.urls import urlpatterns as ours

pytestmark = pytest.mark.usefixtures("database")


@guarded
@recently_authenticated
def approving(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"approved {request.POST.get('what')}")


urlpatterns = [*ours, path("approving", approving)]


def now() -> datetime:
    return datetime.now(UTC)


def actions(person_id: int | None = None) -> list[str]:
    found = rows("SELECT action, subject FROM audit_event ORDER BY id")
    return [action for action, subject in found if person_id is None or subject == f"person:{person_id}"]


def real() -> sample.Sample:
    """A registry that is no practice."""
    return sample.crediting(is_practice=False)


# --- Invitations


def test_who_is_invited_sets_a_password_and_a_second_factor_and_is_in() -> None:
    ama = real().ama
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=ama, now=now())
    client = browser()
    shown = client.get(f"/invitation/{invited.text}")
    assert "Welcome, Cy" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    client, secret = people_in.get_in(invited.text, client)
    codes = client.get("/me/second-factor/codes").content.decode()
    assert codes.count("<li><code>") == 10
    assert "<code>" not in client.get("/me/second-factor/codes").content.decode()
    assert client.get("/accounts").status_code == 200
    assert actions(invited.person_id) == [
        "person.admitted", "invitation.made", "invitation.taken_up", "person.password_set", "session.began",
        "session.new_browser", "second_factor.added", "recovery_codes.added",
    ]  # fmt: skip
    again = people_in.sign_in("cy", secret=secret)
    assert again.get("/me/sessions").status_code == 200


def test_a_link_works_once_ends_and_is_kept_as_a_digest_only() -> None:
    ama = real().ama
    invited = invitations.invite("cy", "Cy", by=ama, now=now())
    kept = rows("SELECT digest FROM invitation")
    assert invited.text.encode() not in bytes(kept[0][0])
    people_in.get_in(invited.text)
    answer = browser().post(f"/invitation/{invited.text}", {"password1": "x" * 20, "password2": "x" * 20})
    assert (answer.status_code, "invitation.ended" in answer.content.decode()) == (409, True)
    late = invitations.invite("dee", "Dee", by=ama, now=now() - timedelta(hours=72, seconds=1))
    assert browser().get(f"/invitation/{late.text}").status_code == 409
    with pytest.raises(Refused) as no:
        invitations.take_up(late.text, PASSWORD, now=now())
    assert no.value.codes == (Code.INVITATION_ENDED,)
    for text in ("nonsense", "%00", "a" * 5000, "é"):
        assert browser().get(f"/invitation/{text}").status_code in (400, 404, 409)


def test_a_new_link_ends_the_one_before_and_is_for_those_only_who_cannot_sign_in() -> None:
    ama = real().ama
    first = invitations.invite("cy", "Cy", by=ama, now=now())
    second = people_in.invited(first.person_id, ama)
    assert browser().get(f"/invitation/{first.text}").status_code == 409
    people_in.get_in(second)
    with pytest.raises(Refused) as no:
        people_in.invited(first.person_id, ama)
    assert no.value.codes == (Code.PERSON_SIGNS_IN,)
    other = invitations.invite("dee", "Dee", by=ama, now=now())
    assert invitations.withdraw(other.person_id, by=ama, now=now()) == 1
    assert browser().get(f"/invitation/{other.text}").status_code == 409


def test_only_administrators_invite_and_roles_take_a_second_one() -> None:
    there = real()
    with pytest.raises(Refused) as no:
        invitations.invite("cy", "Cy", by=there.bo, now=now())
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
    cy = invitations.invite("cy", "Cy", [Wanted(Role.ADMINISTRATOR)], by=there.ama, now=now())
    assert [each.status for each in cy.asked] == ["approved"]
    dee = invitations.invite("dee", "Dee", [Wanted(Role.APPROVER)], by=there.ama, now=now())
    assert [each.status for each in dee.asked] == ["proposed"]


def test_weak_passwords_are_refused_with_the_reason() -> None:
    invited = invitations.invite("cy", "Cy Longname", by=real().ama, now=now())
    for weak, said in (
        ("short", "at least 12"),
        (PASSWORD * 5, "at most 128"),
        ("123456789012345", "entirely numeric"),
        ("cy longname", "too similar"),
        ("123456qwerty", "too common"),
    ):
        answer = browser().post(f"/invitation/{invited.text}", {"password1": weak, "password2": weak})
        assert (answer.status_code, said in answer.content.decode()) == (200, True), (weak, answer.content.decode())
    unlike = browser().post(f"/invitation/{invited.text}", {"password1": PASSWORD, "password2": PASSWORD + "."})
    assert "not the same" in unlike.content.decode()
    people_in.get_in(invited.text)
    assert rows("SELECT password LIKE 'argon2%%' FROM store_person WHERE login = 'cy'") == [(True,)]


# --- The second factor


def test_who_may_act_sees_nothing_but_the_enrolment_page_until_there_is_a_second_factor() -> None:
    real()
    client = people_in.sign_in("bo", sample.PASSWORD)
    for route in ("/", "/accounts", "/transactions/1", "/search?q=1", "/aef"):
        answer = client.get(route)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/me/second-factor"), route
    shown = client.get("/me/second-factor").content.decode()
    assert "no second factor yet" in shown
    people_in.enrol(client)
    assert client.get("/accounts").status_code == 200


def test_who_only_reads_needs_no_second_factor() -> None:
    ama = real().ama
    people.add_person("cy", "Cy", by=ama, now=now(), password=PASSWORD)
    assert people_in.sign_in("cy").get("/accounts").status_code == 200


def test_a_practice_registry_lets_people_in_by_password_and_says_what_it_is_on_every_page() -> None:
    sample.crediting()
    client = people_in.sign_in("bo", sample.PASSWORD)
    for route in ("/", "/accounts", "/login", "/me/second-factor", "/me/sessions"):
        assert "practice registry" in client.get(route, follow=True).content.decode(), route


def test_a_registry_never_becomes_practice_or_stops_being_it(database: Any) -> None:
    import psycopg

    real()
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match="append_only"):
        owner.execute("UPDATE registry SET is_practice = true")


def test_the_password_alone_opens_nothing_once_there_is_a_second_factor() -> None:
    ama = real().ama
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=ama, now=now())
    people_in.get_in(invited.text)
    client = browser()
    answer = client.post("/login", {"username": "cy", "password": PASSWORD})
    assert answer.headers["Location"] == "/login/second-factor"
    assert client.get("/me/sessions").headers["Location"].startswith("/login")
    for _ in range(2):
        wrong = client.post("/login/second-factor", {"code": "000000"})
        assert "not right" in wrong.content.decode()
    assert client.get("/me/sessions").status_code == 302
    assert actions(invited.person_id)[-2:] == ["session.second_factor_failed"] * 2


def second(code: str) -> tuple[Client, str]:
    """Cy's password and this code, in a new browser; the browser, and what it was told."""
    client = browser()
    client.post("/login", {"username": "cy", "password": PASSWORD})
    return client, client.post("/login/second-factor", {"code": code}).content.decode()


def test_a_code_is_accepted_once_and_a_recovery_code_too() -> None:
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=real().ama, now=now())
    client, secret = people_in.get_in(invited.text)
    recovery = re.findall(r"<code>(\d{8})</code>", client.get("/me/second-factor/codes").content.decode())
    code = people_in.code(secret, 1)
    people_in.sign_in("cy", second=code)
    assert "not right" in second(code)[1]
    assert actions(invited.person_id).count("session.code_used_again") == 1
    # Also after the half minute for which django-allauth remembers it.
    cache.delete(f"allauth.mfa.totp.used?user={invited.person_id}&code={code}")
    assert "not right" in second(code)[1]
    assert second(recovery[0])[0].get("/me/sessions").status_code == 200
    assert "not right" in second(recovery[0])[1]
    assert second(recovery[1])[0].get("/me/sessions").status_code == 200


def test_guessing_codes_is_held_off_for_the_person_wherever_it_comes_from() -> None:
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=real().ama, now=now())
    _client, secret = people_in.get_in(invited.text)
    for _ in range(5):
        assert "not right" in second("000000")[1]
    client, told = second(people_in.code(secret, 1))
    assert "too many attempts" in told
    assert client.get("/me/sessions").status_code == 302


def test_secrets_of_second_factors_are_kept_encrypted() -> None:
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=real().ama, now=now())
    _client, secret = people_in.get_in(invited.text)
    kept = str(rows("SELECT data FROM mfa_authenticator ORDER BY id"))
    assert "secret" in kept
    assert secret not in kept


def test_what_people_sign_in_with_is_out_of_sight_of_who_reads() -> None:
    from article6.store.database import people_in_sight

    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=real().ama, now=now())
    people_in.get_in(invited.text)
    tables = ("mfa_authenticator", "usersessions_usersession", "invitation")
    for whose, seen in (("", 0), (str(invited.person_id), 1), ("999", 0), ("*", 1)):
        with people_in_sight(whose):
            for table in tables:
                assert rows(f"SELECT count(*) > 0 FROM {table}") == [(bool(seen),)], (whose, table)


def test_a_recovery_takes_two_administrators_and_leaves_nothing_to_sign_in_with() -> None:
    there = real()
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=there.ama, now=now())
    client, _secret = people_in.get_in(invited.text)
    dee = people.add_person("dee", "Dee", by=there.ama, now=now())
    people.give_role(dee, 0, Role.ADMINISTRATOR, by=there.ama, now=now())
    asked = invitations.recover(invited.person_id, by=there.ama, now=now())
    assert asked.status == "proposed"
    assert asked.id is not None
    with pytest.raises(Refused):
        role_changes.decide(asked.id, approve=True, by=there.ama, now=now())
    assert client.get("/me/sessions").status_code == 200
    role_changes.decide(asked.id, approve=True, by=dee, now=now())
    assert client.get("/me/sessions").status_code == 302
    assert "No person has this" in browser().post("/login", {"username": "cy", "password": PASSWORD}).content.decode()
    people_in.get_in(people_in.invited(invited.person_id, there.ama))
    assert rows("SELECT count(*) FROM mfa_authenticator WHERE type = 'totp'") == [(1,)]


# --- Attempts


def test_attempts_are_held_off_for_a_login_whether_or_not_somebody_has_it() -> None:
    real()
    for login in ("bo", "nobody-has-this"):
        said = []
        for turn in range(7):
            answer = browser(f"10.0.{turn}.1").post("/login", {"username": login, "password": f"wrong {turn}"})
            said.append(answer.content.decode())
        assert all("No person has this login" in each for each in said[:5]), login
        assert all("too many attempts that failed" in each for each in said[5:]), login
    right = browser("10.9.9.9").post("/login", {"username": "bo", "password": sample.PASSWORD})
    assert "too many attempts that failed" in right.content.decode()
    assert actions().count("session.failed") == 10
    assert {subject for action, subject in rows("SELECT action, subject FROM audit_event")
            if action == "session.failed"} == {"person:2", "person:unknown"}  # fmt: skip


def test_attempts_are_held_off_for_an_address_whatever_logins_it_tries() -> None:
    real()
    held = 0
    for turn in range(24):
        answer = browser("10.1.1.1").post("/login", {"username": f"name{turn}", "password": "wrong"})
        held += "too many attempts" in answer.content.decode()
    assert held == 4
    assert browser("10.1.1.2").post("/login", {"username": "bo", "password": sample.PASSWORD}).status_code == 302
    assert actions().count("session.held_off") == 1


def test_nothing_that_is_remembered_of_attempts_names_an_address_or_a_login() -> None:
    real()
    browser("10.7.7.7").post("/login", {"username": "bo", "password": "wrong"})
    kept = str(rows("SELECT encode(key, 'escape'), value FROM remembered")) + str(rows("SELECT * FROM audit_event"))
    assert "10.7.7.7" not in kept
    assert "wrong" not in kept


def test_a_suspended_person_is_out_at_once_and_is_told_no_more_than_a_stranger() -> None:
    there = sample.crediting(is_public=False)
    client = people_in.sign_in("bo", sample.PASSWORD)
    assert client.get("/accounts").status_code == 200
    people.suspend(there.bo, by=there.ama, now=now())
    assert client.get("/accounts").headers["Location"].startswith("/login")
    answer = browser().post("/login", {"username": "bo", "password": sample.PASSWORD})
    assert "No person has this login" in answer.content.decode()


def test_a_machine_client_has_no_way_in_through_the_pages() -> None:
    there = real()
    people.add_person("robot", "Robot", by=there.ama, now=now(), is_machine=True)
    from article6.store.models import Person

    Person.objects.filter(login="robot").update(password=Person.objects.get(login="bo").password)
    answer = browser().post("/login", {"username": "robot", "password": sample.PASSWORD})
    assert "No person has this login" in answer.content.decode()


# --- Sessions


def moved(client: Client, **seconds: int) -> None:
    """Set back when the session began or was last used."""
    session = client.session
    for name, by in seconds.items():
        session[f"article6.{name}"] -= by
    session.save()


def test_sessions_end_when_they_are_not_used_or_last_too_long() -> None:
    sample.crediting(is_public=False)
    idle, old, used = (people_in.sign_in("bo", sample.PASSWORD) for _ in range(3))
    moved(idle, seen=settings.ARTICLE6_SESSION_IDLE_S + 1)
    moved(old, began=settings.ARTICLE6_SESSION_S + 1)
    moved(used, seen=settings.ARTICLE6_SESSION_IDLE_S - 60)
    assert idle.get("/accounts").status_code == 302
    assert old.get("/accounts").status_code == 302
    assert used.get("/accounts").status_code == 200
    assert time.time() - used.session["article6.seen"] < 60
    assert len(sessions.mine(PersonId(2), now())) == 1


def test_sessions_are_listed_and_ended_by_the_person_and_by_administrators() -> None:
    there = sample.crediting()
    here = people_in.sign_in("bo", sample.PASSWORD)
    phone = people_in.sign_in("bo", sample.PASSWORD, client=browser(agent="Mozilla/5.0 (iPhone) Safari/604.1"))
    shown = here.get("/me/sessions").content.decode()
    assert "Safari · iPhone" in shown
    assert "Firefox · Linux" in shown
    (number,) = (each["id"] for each in sessions.mine(there.bo, now()) if "iPhone" in each["user_agent"])
    stranger = people_in.sign_in("bo", sample.PASSWORD)
    cy = people.add_person("cy", "Cy", by=there.ama, now=now(), password=PASSWORD)
    assert people_in.sign_in("cy").post(f"/me/sessions/{number}/end").status_code == 400
    assert phone.get("/me/sessions").status_code == 200
    assert here.post(f"/me/sessions/{number}/end").status_code == 302
    assert phone.get("/me/sessions").status_code == 302
    here.post("/me/sessions/others/end")
    assert stranger.get("/me/sessions").status_code == 302
    assert here.get("/me/sessions").status_code == 200
    with pytest.raises(Refused):
        sessions.sign_out(there.bo, by=cy, now=now())
    sessions.sign_out(there.bo, by=there.ama, now=now())
    assert here.get("/me/sessions").status_code == 302
    assert actions(there.bo).count("session.revoked") == 3


def test_another_password_ends_the_other_sessions() -> None:
    sample.crediting()
    here, there = (people_in.sign_in("bo", sample.PASSWORD) for _ in range(2))
    wanted = {"oldpassword": sample.PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert here.post("/me/password", wanted).status_code == 302
    assert here.get("/me/sessions").status_code == 200
    assert there.get("/me/sessions").status_code == 302


def test_a_second_factor_ends_the_sessions_that_began_without() -> None:
    real()
    here, there = (people_in.sign_in("bo", sample.PASSWORD) for _ in range(2))
    people_in.enrol(here)
    assert there.get("/me/sessions").status_code == 302
    assert here.get("/me/sessions").status_code == 200


# --- Fresh proof


def aged(client: Client, seconds: int) -> None:
    """As if the person had shown so long ago who it is."""
    session = client.session
    for each in session["account_authentication_methods"]:
        each["at"] -= seconds
    session.save()


@override_settings(ROOT_URLCONF="web.test_sign_in")
def test_who_approves_shows_again_who_it_is_and_what_was_sent_is_then_done() -> None:
    sample.crediting()
    client = people_in.sign_in("bo", sample.PASSWORD)
    assert client.post("/approving", {"what": "7"}).content == b"approved 7"
    aged(client, 301)
    assert client.get("/approving").status_code == 200
    asked = client.post("/approving", {"what": "8"})
    assert (asked.status_code, asked.headers["Location"]) == (302, "/me/again?next=%2Fapproving")
    wrong = client.post(asked.headers["Location"], {"password": "wrong", "next": "/approving"})
    assert "not your password" in wrong.content.decode()
    done = client.post(asked.headers["Location"], {"password": sample.PASSWORD, "next": "/approving"})
    assert done.content == b"approved 8"
    assert client.post("/approving", {"what": "9"}).content == b"approved 9"
    assert "session.confirmed" in actions(2)


@override_settings(ROOT_URLCONF="web.test_sign_in")
def test_who_has_a_second_factor_shows_that_again_and_no_password() -> None:
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=real().ama, now=now())
    client, secret = people_in.get_in(invited.text)
    client = people_in.sign_in("cy", secret=secret)
    aged(client, 301)
    asked = client.post("/approving", {"what": "8"})
    assert asked.headers["Location"] == "/me/again/code?next=%2Fapproving"
    by_password = client.post("/me/again?next=/approving", {"password": PASSWORD})
    assert by_password.headers["Location"].startswith("/me/again/code")
    assert client.post("/approving", {"what": "9"}).status_code == 302


# --- Administrators' pages


def test_an_administrator_invites_on_a_page_and_the_link_is_shown_once() -> None:
    founded = sample.crediting()
    people.set_password(founded.ama, PASSWORD, by=founded.ama, now=now())
    client = people_in.sign_in("ama")
    given = {"login": "cy", "name": "Cy", "role": "approver", "section": "IND"}
    shown = client.post("/administration/people/invite", given).content.decode()
    link = re.search(r"http://localhost(/invitation/[\w-]+)", shown)
    assert link is not None
    assert "Welcome, Cy" in browser().get(link[1]).content.decode()
    again = client.post("/administration/people/invite", given)
    assert "login is taken" in again.content.decode()
    assert "/invitation/" not in again.content.decode()
    assert people_in.sign_in("bo", sample.PASSWORD).get("/administration/people/invite").status_code == 403
    assert "access.refused" in actions()


def test_an_administrator_sees_how_somebody_gets_in_and_ends_it() -> None:
    founded = sample.crediting()
    people.set_password(founded.ama, PASSWORD, by=founded.ama, now=now())
    client, bo = people_in.sign_in("ama"), people_in.sign_in("bo", sample.PASSWORD)
    route = f"/administration/people/{founded.bo}/signing-in"
    assert "Firefox · Linux" in client.get(route).content.decode()
    assert client.post(route, {"act": "invite"}).status_code == 409
    assert "All sessions are ended" in client.post(route, {"act": "sign_out"}).content.decode()
    assert bo.get("/me/sessions").status_code == 302
    assert "Make a new link now" in client.post(route, {"act": "recover"}).content.decode()
    assert "/invitation/" in client.post(route, {"act": "invite"}).content.decode()
    assert client.post(route, {"act": "nonsense"}).status_code == 404
    assert client.get("/administration/people/999/signing-in").status_code == 404
    aged(client, 301)
    assert client.post(route, {"act": "withdraw"}).headers["Location"].startswith("/me/again")


def test_an_administrator_makes_and_ends_secrets_of_machine_clients() -> None:
    founded = sample.crediting()
    people.set_password(founded.ama, PASSWORD, by=founded.ama, now=now())
    robot = people.add_person("robot", "Robot", by=founded.ama, now=now(), is_machine=True)
    client, route = people_in.sign_in("ama"), f"/administration/people/{robot}/signing-in"
    assert "a6s_" in client.post(route, {"act": "secret", "scope": ["read"]}).content.decode()
    assert "a6s_" not in client.get(route).content.decode()
    assert client.post(route, {"act": "secret"}).status_code == 400
    assert client.post(route, {"act": "recover"}).status_code in (403, 409)
    assert "The secret is ended" in client.post(route, {"act": "end_secret", "secret": "1"}).content.decode()
    for wrong in ("1", "999", "x", "9" * 30, ""):
        assert client.post(route, {"act": "end_secret", "secret": wrong}).status_code == 400, wrong
