"""What happened when somebody signed in goes into the audit, as django-allauth tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator

from article6.domain.orders import PersonId
from article6.services.sign_in import noting, sessions
from article6.web.sign_in import lasting


def connect() -> None:
    """Listen."""
    account.user_logged_in.connect(_signed_in)
    account.authentication_step_completed.connect(_confirmed)
    account.password_changed.connect(_password_changed)
    mfa.authenticator_added.connect(_added)
    mfa.authenticator_removed.connect(_removed)
    mfa.authenticator_reset.connect(_renewed)
    mfa.authentication_failed.connect(_failed)


def _now() -> datetime:
    return datetime.now(UTC)


def _signed_in(request: Any, user: Any, **_more: Any) -> None:
    lasting.begin(request, _now())
    noting.began(PersonId(user.pk), _now())


def _confirmed(user: Any, reauthenticated: bool = False, **_more: Any) -> None:
    if reauthenticated:
        noting.confirmed(PersonId(user.pk), _now())


def _password_changed(user: Any, **_more: Any) -> None:
    noting.password_changed(PersonId(user.pk), _now())


def _added(request: Any, user: Any, authenticator: Any, **_more: Any) -> None:
    noting.factor(PersonId(user.pk), "added", _now())
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # Sessions that began without it are not trusted any more.
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        sessions.end_my_others(PersonId(user.pk), request.session.session_key, now=_now())


def _removed(user: Any, **_more: Any) -> None:
    noting.factor(PersonId(user.pk), "removed", _now())


def _renewed(user: Any, **_more: Any) -> None:
    noting.factor(PersonId(user.pk), "renewed", _now())


def _failed(user: Any, **_more: Any) -> None:
    noting.failed_second(PersonId(user.pk), _now())
