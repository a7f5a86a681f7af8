"""What is a person's own: language and colours at every browser, letters about signing in, forms that are not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client, override_settings
from web import people_in, sample
from web.people_in import PASSWORD, browser
from web.sessions import as_, hidden

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.gateways import GatewayFailure, mail
from article6.services import kept_forms, letters, mailing, people, preferences, role_changes
from article6.services.sign_in import invitations, operators
from article6.services.sign_in.invitations import Wanted
from article6.store import mail_choices
from article6.store.database import rows
from article6.web.sign_in import devices

pytestmark = pytest.mark.usefixtures("database")

ADDRESS = "cy@example.org"


def now() -> datetime:
    return datetime.now(UTC)


def text(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def post() -> Iterator[mail.FakePost]:
    fake = mail.FakePost()
    mail.use(fake)
    yield fake
    mail.use(None)


def sent(post: mail.FakePost) -> list[str]:
    """What was sent since, each by its first line."""
    letters.send_due(now())
    found = [each.text.partition("\n")[0] for each in post.sent]
    post.sent.clear()
    return found


# --- Language and colours


def test_the_language_is_the_persons_at_every_browser_and_goes_before_the_browsers_own() -> None:
    there = sample.crediting()
    here = people_in.sign_in("bo", sample.PASSWORD)
    here.post("/preferences", {"next": "/", "language": "ar"})
    here.post("/preferences", {"next": "/", "appearance": "dark"})
    elsewhere = browser()
    elsewhere.cookies["django_language"] = "fr"
    assert '<html lang="fr" dir="ltr">' in text(elsewhere)
    people_in.sign_in("bo", sample.PASSWORD, client=elsewhere)
    shown = elsewhere.get("/", headers={"Accept-Language": "es"})
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in shown.content.decode()
    assert shown.headers["Content-Language"] == "ar"
    # Chosen there, it holds here at once; who is signed in no more has the browser's.
    elsewhere.post("/preferences", {"next": "/", "language": "ru"})
    assert '<html lang="ru"' in text(here)
    here.post("/preferences", {"next": "/", "appearance": ""})
    assert "data-theme" not in text(elsewhere)
    elsewhere.post("/logout")
    stranger = browser()
    assert '<html lang="es"' in stranger.get("/", headers={"Accept-Language": "es"}).content.decode()
    # Nobody else has it, and nobody's rows are another's to read.
    people.add_person("cy", "Cy", by=there.ama, now=now(), password=PASSWORD)
    assert '<html lang="en"' in text(people_in.sign_in("cy"))
    for wrong in ({"language": "tlh"}, {"appearance": "purple"}):
        with pytest.raises(Refused):
            preferences.choose(there.bo, **wrong)


def test_letters_are_in_the_recipients_language_chosen_or_last_read(post: mail.FakePost) -> None:
    there = sample.crediting()
    for person in (there.ama, there.bo):
        mail_choices.choose(person, f"{person}@example.org")
    assert preferences.language_of_letters(there.bo) == "en"
    client = browser()
    client.cookies["django_language"] = "fr"
    people_in.sign_in("bo", sample.PASSWORD, client=client)
    assert preferences.language_of_letters(there.bo) == "fr"
    preferences.choose(there.bo, language="es")
    assert preferences.language_of_letters(there.bo) == "es"
    letters.write(there.ama, letters.Kind.CODE_USED, now())
    post.sent.clear()
    assert letters.send_due(now()) == 2
    english = next(each for each in post.sent if each.address.startswith(f"{there.ama}@"))
    spanish = next(each for each in post.sent if each.address.startswith(f"{there.bo}@"))
    assert "One of your recovery codes was used." in english.text
    assert "in a browser" not in spanish.text or spanish.text != english.text
    assert "de 20" in spanish.text  # the day, as Spanish writes it


# --- Letters


def test_a_person_is_told_of_every_change_of_how_to_sign_in_and_of_a_new_browser(post: mail.FakePost) -> None:
    there = sample.crediting(is_practice=False)
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=there.ama, now=now())
    client, _secret = people_in.get_in(invited.text)
    assert sent(post) == []  # nobody has given an address yet
    client.post("/desk/mail", {"address": ADDRESS})
    assert sent(post) == ["The address to which you are written was changed."]
    codes = re.findall(r"<code>(\d{8})</code>", text(client, "/me/second-factor/codes"))
    other = browser(agent="Mozilla/5.0 (iPhone) Safari/604.1")
    other.post("/login", {"username": "cy", "password": PASSWORD})
    assert sent(post) == []  # not in yet
    other.post("/login/second-factor", {"code": codes[0]})
    assert letters.send_due(now()) == 2
    assert "One of your recovery codes was used." in post.sent[0].text
    assert "Where: Safari · iPhone" in post.sent[1].text
    assert devices.named("curl/8") == ""  # left out of a letter: it is not written in the browser's language
    assert not re.search(r"https?:|127\.0\.0\.1|\d{8}", "".join(each.text + each.subject for each in post.sent))
    post.sent.clear()
    other.post("/logout")
    people_in.sign_in("cy", second=codes[1], client=other)
    assert sent(post) == ["One of your recovery codes was used."]  # the browser is known by now
    client.post("/me/second-factor/codes/new")
    wanted = {"oldpassword": PASSWORD, "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    client.post("/me/password", wanted)
    client.post("/desk/mail", {"address": "other@example.org"})
    letters.send_due(now())
    assert [(each.address, each.text.partition("\n")[0]) for each in post.sent] == [
        (ADDRESS, "Your recovery codes were made anew. The ones before count no more."),
        (ADDRESS, "Your password was changed."),
        ("other@example.org", "The address to which you are written was changed."),
        (ADDRESS, "The address to which you are written was changed."),
    ]
    post.sent.clear()
    client.post("/me/second-factor/app/remove")
    assert sent(post) == ["The authenticator app was removed from your second factors."]
    audited = [action for (action,) in rows(
        "SELECT action FROM audit_event WHERE subject = %s ORDER BY id", (f"person:{invited.person_id}",))]  # fmt: skip
    for action, times in (
        ("session.new_browser", 2), ("recovery_codes.used", 2), ("recovery_codes.renewed", 1),
        ("person.address_set", 2), ("second_factor.added", 1), ("second_factor.removed", 1),
        ("recovery_codes.removed", 1), ("person.password_set", 2),
    ):  # fmt: skip
        assert audited.count(action) == times, (action, audited)
    asked = invitations.recover(invited.person_id, by=there.ama, now=now())
    assert asked.status == "approved"
    assert "begin anew" in sent(post)[0]
    kept = str(rows("SELECT encode(digest, 'escape') FROM known_browser"))
    assert other.cookies["browser"].value not in kept


def test_a_letter_that_cannot_be_sent_waits_and_is_given_up_after_days(post: mail.FakePost) -> None:
    bo = sample.crediting().bo
    mailing.choose("bo@example.org", by=bo, now=now())
    post.fails = True
    assert letters.send_due(now()) == 0
    post.fails = False
    assert letters.send_due(now()) == 0  # tried a moment ago
    assert letters.send_due(now() + timedelta(minutes=11)) == 1
    assert letters.send_due(now() + timedelta(minutes=30)) == 0
    letters.write(bo, letters.Kind.CODES_MADE, now())
    assert letters.send_due(now() + timedelta(days=4)) == 0
    assert rows("SELECT count(*) FROM letter") == [(0,)]
    mail.use(None)
    letters.write(bo, letters.Kind.CODES_MADE, now())
    assert rows("SELECT count(*) FROM letter") == [(0,)]  # without a server nothing piles up


def test_letters_to_an_address_that_takes_none_hold_up_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    there = sample.crediting()
    taken: list[str] = []

    def send(address: str, *_more: str, **_named: str) -> None:
        if address.startswith("bad"):
            raise GatewayFailure("mail")
        taken.append(address)

    monkeypatch.setattr(mail, "is_on", lambda: True)
    monkeypatch.setattr(mail, "send", send)
    mail_choices.choose(there.bo, "bad@example.org")
    for _each in range(6):
        letters.write(there.bo, letters.Kind.CODE_USED, now())
    assert [letters.send_due(now()) for _turn in range(2)] == [0, 0]
    mail_choices.choose(there.ama, "ama@example.org")
    letters.write(there.ama, letters.Kind.CODE_USED, now())
    assert letters.send_due(now() + timedelta(minutes=11)) == 1
    assert taken == ["ama@example.org"]


def test_an_address_that_cannot_be_written_into_a_mail_ends_no_turn() -> None:
    bo = sample.crediting().bo
    where = f"bo@{'ü' * 60}.org"
    smtp = {"EMAIL_HOST": "localhost", "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    with override_settings(**smtp), patch("smtplib.SMTP"):
        mailing.choose(where, by=bo, now=now())
        assert mailing.tell(now()) == 0
    assert rows("SELECT address FROM letter WHERE tried_at IS NOT NULL") == [(where,)]


# --- Operators


def test_a_password_that_an_operator_set_is_changed_before_anything_else(post: mail.FakePost) -> None:
    there = sample.crediting(is_practice=False)
    mail_choices.choose(there.bo, "bo@example.org")
    client = people_in.sign_in("bo", sample.PASSWORD)
    people_in.enrol(client)
    sent(post)
    assert operators.set_password(there.bo, PASSWORD, os_user="root (sudo: dev)", named_by=None, now=now())
    assert client.get("/me/sessions").status_code == 302  # signed out everywhere
    assert sent(post)[0].startswith("An operator set your password")
    assert rows("SELECT person_id FROM audit_event WHERE action = 'operator.password_set'") == [(None,)]
    fresh = browser()
    fresh.post("/login", {"username": "bo", "password": PASSWORD})
    secret = _secret_of(there.bo)
    fresh.post("/login/second-factor", {"code": people_in.code(secret, 1)})
    for route in ("/", "/accounts", "/desk"):
        assert fresh.get(route).headers["Location"] == "/me/password", route
    assert "Somebody else set the password" in text(fresh, "/me/password")
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "not the one that you have" in fresh.post("/me/password", same).content.decode()
    other = {**same, "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    assert fresh.post("/me/password", other).status_code == 302
    assert fresh.get("/accounts").status_code == 200
    ama = as_(there.ama)
    shown = text(ama, f"/administration/people/{there.bo}/signing-in")
    assert "root (sudo: dev)" in shown
    assert "Set a password" in shown
    assert "You have no password here" in ama.get("/me/password").content.decode()
    with pytest.raises(Refused) as no:
        operators.acts(there.bo, by=there.bo)
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)


def _secret_of(person_id: PersonId) -> str:
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator

    from article6.store.database import people_in_sight

    with people_in_sight(str(person_id)):
        kept = Authenticator.objects.get(user_id=person_id, type="totp")
    return str(get_adapter().decrypt(kept.data["secret"]))


def test_an_operator_makes_no_token_past_a_second_factor(post: mail.FakePost) -> None:
    there = sample.crediting(is_practice=False)
    mail_choices.choose(there.bo, "bo@example.org")
    made = {"os_user": "root", "named_by": there.ama, "now": now(), "expires_at": now() + timedelta(days=1)}
    with pytest.raises(Refused) as no:
        operators.make_token(there.bo, "t", ["read"], **made)
    assert no.value.codes == (Code.PERSON_NO_SECOND_FACTOR,)
    as_(there.bo)  # with a second factor
    token = operators.make_token(there.bo, "t", ["read"], **made)
    found = people.authenticate(token, now())
    assert found is not None
    assert found.person_id == there.bo
    assert "An operator made a token" in sent(post)[0]
    reader = people.add_person("dee", "Dee", by=there.ama, now=now())
    robot = people.add_person("robot", "Robot", by=there.ama, now=now(), is_machine=True)
    assert operators.make_token(reader, "t", ["read"], **made)
    assert operators.make_token(robot, "t", ["propose"], **made)
    for wrong in ({"named_by": there.bo}, {"scopes": ["everything"]}):
        with pytest.raises(Refused):
            operators.make_token(reader, "t", **{"scopes": ["read"], **made, **wrong})
    with pytest.raises(Refused) as no:
        operators.set_password(robot, PASSWORD, os_user="root", named_by=None, now=now())
    assert no.value.codes == (Code.PERSON_IS_MACHINE,)
    assert len(operators.acts(reader, by=there.ama)) == 1


# --- Forms


def test_a_form_of_the_administration_that_was_sent_after_the_session_ended_is_there_again() -> None:
    there = sample.crediting(is_public=False)
    people.set_password(there.ama, PASSWORD, by=there.ama, now=now())
    client = people_in.sign_in("ama")
    where = "/administration/roles/give"
    typed = {"login": "bo", "role": "auditor", "section": "*", "until": "2027-01-01"}
    given = {**typed, "key": hidden(client.get(where), "key"), "who": hidden(client.get(where), "who")}
    client.cookies["sessionid"] = ""
    answer = client.post(where, {**given, "step": "review", "no\0field": "x"})
    assert (answer.status_code, "/login?next=" in answer.headers["Location"]) == (302, True)
    assert len(role_changes.listed(there.ama)) == 2  # those of the founding: nothing was done
    login = client.get(answer.headers["Location"])
    assert "What you typed is kept" in login.content.decode()
    back = client.post(
        "/login", {"username": "ama", "password": PASSWORD, "next": _next_of(answer.headers["Location"])}
    )
    shown = text(client, back.headers["Location"])
    for value in ('value="bo"', '<option value="auditor" selected>', '<option value="*" selected>', "2027-01-01"):
        assert value in shown, value
    # It is ama's alone, at that page alone, and goes into it as text.
    number = int(back.headers["Location"].partition("kept=")[2])
    assert kept_forms.found(number, where, by=there.bo, now=now()) is None
    assert kept_forms.found(number, "/administration/sections/open", by=there.ama, now=now()) is None
    stranger = browser()
    for wrong in ("", "nonsense", given["who"] + "x"):
        turned = stranger.post(where, {**typed, "who": wrong})
        assert "kept=" not in turned.headers["Location"], wrong
    assert "kept=" not in stranger.post("/administration/sections/open", given).headers["Location"]
    assert kept_forms.end_due(now() + timedelta(days=2)) == 1
    assert "Files are not kept" not in text(client, "/administration/nomenclatures/import?kept=1")
    invite = client.get("/administration/people/invite")
    sent = {"login": "dee", "name": "<b>Dee</b>", "role": "", "section": "", "who": hidden(invite, "who")}
    client.cookies["sessionid"] = ""
    turned = client.post("/administration/people/invite", sent)
    again = people_in.sign_in("ama", client=client).get(_next_of(turned.headers["Location"]))
    assert "&lt;b&gt;Dee&lt;/b&gt;" in again.content.decode()


def test_a_form_from_before_its_person_signed_in_again_is_not_lost() -> None:
    there = sample.crediting(is_public=False)
    people.set_password(there.ama, PASSWORD, by=there.ama, now=now())
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", raise_request_exception=False)
    client.cookies["sessionid"] = people_in.sign_in("ama").cookies["sessionid"].value
    act, task = "/administration/roles/give", "/tasks/open-account"
    for where, typed, there_again in (
        (act, {"login": "bo", "role": "auditor", "section": "*"}, 'value="bo"'),
        (task, {"name": "Typed before"}, "Typed before"),
    ):
        who = hidden(client.get(where), "who")
        answer = client.post(where, {**typed, "who": who, "step": "review", "csrfmiddlewaretoken": "x" * 64})
        assert answer.status_code == 302, where
        shown = text(client, answer.headers["Location"])
        assert "from before you signed in" in shown, where
        assert there_again in shown, where
        assert client.post(where, {**typed, "who": who + "x"}).status_code == 403, where
    assert len(role_changes.listed(there.ama)) == 2


def _next_of(address: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query)["next"][0]


def test_pages_of_a_persons_own_are_kept_by_no_cache() -> None:
    there = sample.crediting()
    client = as_(there.ama)
    for route in ("/administration", "/administration/people", "/approvals", "/desk", "/drafts", "/me/sessions"):
        assert "no-store" in client.get(route).headers.get("Cache-Control", ""), route
    assert "no-store" not in client.get("/parties").headers.get("Cache-Control", "")


def test_cookies_are_bound_to_the_host_where_there_is_tls() -> None:
    names = {"SESSION_COOKIE_NAME": "__Host-sessionid", "CSRF_COOKIE_NAME": "__Host-csrftoken"}
    sample.crediting()
    with override_settings(**names, SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True,
                           BROWSER_COOKIE_NAME="__Host-browser"):  # fmt: skip
        client = people_in.sign_in("bo", sample.PASSWORD)
        client.get("/me/password")
    for name in (*names.values(), "__Host-browser"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True), name
