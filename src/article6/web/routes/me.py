"""Who is signed in: signing in and out, and what is one's own."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import URLPattern, path

from article6.web.routes import behind_door
from article6.web.routes.own import at_door, own
from article6.web.views import invitations, preferences, sessions, signing_in

ROUTES: list[URLPattern] = [
    path("login", sessions.sign_in, name="login"),
    path("login", sessions.sign_in, name="account_login"),
    path("logout", sessions.sign_out, name="logout"),
    path("logout", sessions.sign_out, name="account_logout"),
    path("preferences", preferences.preferences, name="preferences"),
    path("login/second-factor", at_door(mfa.authenticate), name="mfa_authenticate"),
    path("login/passkey", at_door(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("login/provider/<str:provider_id>", at_door(openid.login), name="openid_connect_login"),
    path("login/provider/<str:provider_id>/answer", at_door(openid.callback), name="openid_connect_callback"),
    path("login/cancelled", at_door(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("invitation/<str:text>", at_door(invitations.take_up), name="invitation"),
    behind_door("administration/people/invite", signing_in.invite, "admin-invite"),
    behind_door("administration/people/<int:number>/signing-in", signing_in.of_person, "admin-signing-in"),
    *own("me/second-factor", mfa.index, "mfa_index"),
    *own("me/second-factor/app", totp.activate_totp, "mfa_activate_totp"),
    *own("me/second-factor/app/remove", totp.deactivate_totp, "mfa_deactivate_totp"),
    *own("me/second-factor/codes", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    *own("me/second-factor/codes/new", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    *own("me/passkeys", passkeys.list_webauthn, "mfa_list_webauthn"),
    *own("me/passkeys/add", passkeys.add_webauthn, "mfa_add_webauthn"),
    *own("me/passkeys/<int:pk>/remove", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    *own("me/passkeys/<int:pk>/rename", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    *own("me/password", sessions.change_password, "account_change_password"),
    *own("me/again", account.reauthenticate, "account_reauthenticate"),
    *own("me/again/code", mfa.reauthenticate, "mfa_reauthenticate"),
    *own("me/again/passkey", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    *own("me/sessions", sessions.mine, "usersessions_list"),
    *own("me/sessions/<int:number>/end", sessions.end_mine, "session-end"),
    *own("me/sessions/others/end", sessions.end_my_others, "sessions-end"),
]
