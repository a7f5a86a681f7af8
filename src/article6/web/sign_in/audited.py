"""What happened when somebody signed in goes into the audit, as django-allauth tells it; and to the person, by mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.utils.translation import get_language

from article6.domain.orders import PersonId
from article6.services import letters, preferences
from article6.services.letters import Kind
from article6.services.sign_in import browsers, noting, operators, sessions
from article6.web.sign_in import devices, enrolment, lasting

Type = Authenticator.Type
FACTORS = {Type.TOTP: "second_factor", Type.WEBAUTHN: "passkey", Type.RECOVERY_CODES: "recovery_codes"}
"""What the audit calls them."""

TOLD = {
    (Type.TOTP, "added"): Kind.APP_ADDED,
    (Type.TOTP, "removed"): Kind.APP_REMOVED,
    (Type.WEBAUTHN, "added"): Kind.PASSKEY_ADDED,
    (Type.WEBAUTHN, "removed"): Kind.PASSKEY_REMOVED,
    (Type.RECOVERY_CODES, "renewed"): Kind.CODES_MADE,
    (Type.RECOVERY_CODES, "used"): Kind.CODE_USED,
}
"""Recovery codes that come and go with the first factor are told with it."""


def connect() -> None:
    """Listen."""
    account.user_logged_in.connect(_signed_in)
    account.authentication_step_completed.connect(_confirmed)
    account.password_changed.connect(_password_changed)
    mfa.authenticator_added.connect(_added)
    mfa.authenticator_removed.connect(_removed)
    mfa.authenticator_reset.connect(_renewed)
    mfa.authenticator_used.connect(_used)
    mfa.authentication_failed.connect(_failed)


def _now() -> datetime:
    return datetime.now(UTC)


def _signed_in(request: Any, user: Any, response: Any = None, **_more: Any) -> None:
    now, person_id = _now(), PersonId(user.pk)
    lasting.begin(request, now)
    noting.began(person_id, now)
    preferences.signed_in(person_id, get_language() or "")
    if response is not None:
        agent = request.headers.get("User-Agent", "")
        browsers.signed_in(person_id, devices.mark(request, response), devices.named(agent), now)
    if operators.has_to_change_password(person_id):
        enrolment.let_change_password(request)


def _confirmed(user: Any, reauthenticated: bool = False, **_more: Any) -> None:
    if reauthenticated:
        noting.confirmed(PersonId(user.pk), _now())


def _password_changed(request: Any, user: Any, **_more: Any) -> None:
    now, person_id = _now(), PersonId(user.pk)
    noting.password_changed(person_id, now)
    operators.password_changed(person_id)
    enrolment.password_is_changed(request)
    letters.write(person_id, Kind.PASSWORD_CHANGED, now)


def _noted(user: Any, authenticator: Any, act: str) -> None:
    """Into the audit, and to the person, where it is told."""
    now, person_id = _now(), PersonId(user.pk)
    noting.factor(person_id, FACTORS[authenticator.type], act, now)
    if (kind := TOLD.get((authenticator.type, act))) is not None:
        letters.write(person_id, kind, now)


def _added(request: Any, user: Any, authenticator: Any, **_more: Any) -> None:
    _noted(user, authenticator, "added")
    if authenticator.type != Type.RECOVERY_CODES:
        # Sessions that began without it are not trusted any more.
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        sessions.end_my_others(PersonId(user.pk), request.session.session_key, now=_now())


def _removed(user: Any, authenticator: Any, **_more: Any) -> None:
    _noted(user, authenticator, "removed")


def _renewed(user: Any, authenticator: Any, **_more: Any) -> None:
    _noted(user, authenticator, "renewed")


def _used(user: Any, authenticator: Any, **_more: Any) -> None:
    if authenticator.type == Type.RECOVERY_CODES:
        _noted(user, authenticator, "used")


def _failed(user: Any, **_more: Any) -> None:
    noting.failed_second(PersonId(user.pk), _now())
