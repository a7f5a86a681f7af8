"""django-allauth's decisions, made ours: nobody signs up or learns which logins exist, what happened is audited."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.orders import PersonId
from article6.services import lookup, sealing
from article6.services.sign_in import noting, single_sign_on, standing
from article6.web.sign_in import drawing
from article6.web.sign_in.recency import SECOND, is_recent

TOLD_S = 5 * 60
NO_ADDRESS = "::"


def _now() -> datetime:
    return datetime.now(UTC)


class AccountAdapter(DefaultAccountAdapter):
    """Passwords, attempts and sessions."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "No person has this login and password. Check both; capital letters count."
        ),
        "too_many_login_attempts": gettext_lazy(
            "There were too many attempts that failed. Wait five minutes, then try again."
        ),
        "rate_limited": gettext_lazy("There were too many attempts. Wait a minute, then try again."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "enter_current_password": gettext_lazy("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address; whom nobody gave one (a server on a Unix socket) all count as one caller."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return NO_ADDRESS

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None,
                    *args: Any, message: str | None = None, **named: Any) -> None:  # fmt: skip
        """What django-allauth's own templates would say is seen on the pages that follow."""
        if message:
            super().add_message(request, level, message=message)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            if cache.add(f"held-off:{self.get_client_ip(request)}", 1, timeout=TOLD_S):
                noting.held_off(_now())
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person; somebody who was suspended is told no more than somebody who is unknown."""
        found = super().authenticate(request, **credentials)
        return found if found is not None and found.is_active else None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        noting.failed(str(credentials.get("username", "")), _now())

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return render(request, "account/refused.html", {"why": _("You may not act here any more.")}, status=403)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The second factor where there is one; else the password, else the provider of single sign-on."""
        methods = super().get_reauthentication_methods(user)
        strong = [each for each in methods if each["id"] != "reauthenticate"]
        if strong or methods:
            return strong or methods
        if user.is_authenticated and settings.ARTICLE6_OIDC_ISSUER:
            url = reverse("openid_connect_login", args=[single_sign_on.provider_id()])
            return [{"id": "single_sign_on", "description": _("Sign in again with single sign-on"), "url": url}]
        return []

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        return not is_recent(context.request)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, passkeys and recovery codes. Secrets are kept encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or it was used before. Wait for the next one."),
    }

    def get_totp_issuer(self) -> str:
        found = lookup.registry()
        return str(found["name"]) if found else "article6"

    def build_totp_svg(self, url: str) -> str:
        return drawing.qr_code(url)

    def encrypt(self, text: str) -> str:
        sealed = sealing.seal(text.encode(), settings.ARTICLE6_EXCHANGE_SECRET(), "second factor")
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return sealing.unseal(sealed, settings.ARTICLE6_EXCHANGE_SECRET(), "second factor").decode()

    def generate_authenticator_name(self, *_whose: Any) -> str:
        return _("Passkey")

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A ministry's provider: who signs in by it was recorded by an administrator before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """The one of the environment; none from the database."""
        found = [
            SocialApp(provider="openid_connect", **each)
            for each in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        ]
        return [each for each in found if provider in (None, each.provider, each.provider_id)
                and client_id in (None, each.client_id)]  # fmt: skip

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Raises:
        ImmediateHttpResponse: nobody has this subject, or there was no second factor where one is needed.
        """
        if sociallogin.state.get("process", "login") != "login" or not sociallogin.is_existing:
            raise self._refused(request, None, _("Nobody here is known under this identity; ask an administrator."))
        person = sociallogin.user
        claims = sociallogin.account.extra_data.get("id_token")
        # What the provider tells of people is not kept.
        sociallogin.account.extra_data = {}
        sociallogin.account.save(update_fields=["extra_data"])
        if not person.is_active or person.is_machine or not isinstance(claims, dict):
            raise self._refused(request, person.pk, _("You may not act here."))
        if single_sign_on.shows_second_factor(claims):
            request.session[SECOND] = person.pk
        elif standing.must_enrol(PersonId(person.pk)):
            raise self._refused(
                request, person.pk, _("Your provider has asked for no second factor; sign in there with one.")
            )

    def _refused(self, request: HttpRequest, person_id: int | None, why: str) -> ImmediateHttpResponse:
        noting.refused(PersonId(person_id) if person_id else None, "single sign-on", _now())
        return ImmediateHttpResponse(render(request, "account/refused.html", {"why": why}, status=403))
