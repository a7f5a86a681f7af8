"""The forms of signing in, in our words. What they ask is judged by django-allauth and Django's validators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from article6.domain.orders import PersonId
from article6.services import letters
from article6.services.sign_in import noting

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}


def _worded(field: forms.Field, label: Any, help_text: Any = "", **attributes: Any) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _help() -> str:
    """What is asked of a password."""
    return " ".join(filter(None, password_validators_help_texts()))


class OnceOnly:
    """A code of an app counts once while it is valid: in its own half minute, the one before and the one after.

    django-allauth remembers it for half a minute only.
    """

    user: Any
    authenticator: Any = None
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        clean: Any = super()
        try:
            code = str(clean.clean_code())
        except forms.ValidationError:
            # django-allauth refuses a code within its own half minute; whether it was used, it does not say.
            self._tell_of(str(self.cleaned_data.get("code", "")))
            raise
        kind = getattr(self.authenticator, "type", Authenticator.Type.TOTP)
        valid_s = mfa.TOTP_PERIOD * (2 * mfa.TOTP_TOLERANCE + 1)
        if kind == Authenticator.Type.TOTP and not cache.add(used_key(self.user.pk, code), 1, timeout=valid_s):
            self._tell_of(code)
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _tell_of(self, code: str) -> None:
        """A code that was used before is sent again: written down, and told once to whom the app belongs."""
        key = used_key(self.user.pk, code)
        if cache.get(key) == 1:
            cache.set(key, 2, timeout=mfa.TOTP_PERIOD * 3)
            noting.second_use(PersonId(self.user.pk), datetime.now(UTC))
            letters.write(PersonId(self.user.pk), letters.Kind.CODE_AGAIN, datetime.now(UTC))


def used_key(person_id: int, code: str) -> str:
    """Under which it is remembered that a code was used."""
    return f"code-used:{person_id}:{normalize_user_code(code)}"


class SignInForm(account.LoginForm):
    """Login and password."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["login"], _("Login"), autocapitalize="none", autofocus=True, spellcheck="false")
        _worded(self.fields["password"], _("Password"))

    def add_prefix(self, field_name: str) -> str:
        """The field's name in the page, by which programs that fill in passwords know it."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class PasswordAgainForm(account.ReauthenticateForm):
    """The password of who is signed in."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["password"], _("Password"), autofocus=True)


class ChangePasswordForm(account.ChangePasswordForm):
    """Another password."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["oldpassword"], _("Your password now"))
        _worded(self.fields["password1"], _("The new password"), _help())
        _worded(self.fields["password2"], _("The new password again"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "oldpassword" in cleaned and cleaned["oldpassword"] == cleaned.get("password1"):
            self.add_error("password1", _("Choose a new one, not the one that you have."))
        return cleaned


class NewPasswordForm(forms.Form):
    """The first password, by an invitation."""

    password1 = forms.CharField(
        label=_("Password"), strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )  # fmt: skip
    password2 = forms.CharField(
        label=_("The password again"), strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["password1"].help_text = _help()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password1" in cleaned and cleaned["password1"] != cleaned.get("password2"):
            self.add_error("password2", _("The two are not the same."))
        return cleaned


class CodeForm(OnceOnly, base.AuthenticateForm):
    """The second factor, typed."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(
            self.fields["code"], _("Code"), _("From your authenticator app, or one of your recovery codes."), **CODE
        )


class CodeAgainForm(OnceOnly, base.ReauthenticateForm):
    """The second factor of who is signed in."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(
            self.fields["code"], _("Code"), _("From your authenticator app, or one of your recovery codes."), **CODE
        )


class ActivateForm(OnceOnly, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["code"], _("Code"), _("The six digits that the app shows now."), **CODE)


class PasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey, made by the browser."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["name"], _("Name"), _("So that you know it again, for example the device it is on."))
        self.fields["name"].max_length = 100
        if "passwordless" in self.fields:
            _worded(
                self.fields["passwordless"], _("Sign in by it alone, without a password"),
                _("The device then asks for a PIN, a finger or a face."),
            )  # fmt: skip


class PasskeyNameForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _worded(self.fields["name"], _("Name"))
