"""Browsers in which somebody has signed in, with a second factor, a moment ago; and acts with their review."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from article6.domain.orders import PersonId
from article6.store.database import people_in_sight
from article6.store.models import Person


def as_(person_id: PersonId) -> Client:
    """A browser in which this person has just signed in."""
    client, person = Client(SERVER_NAME="localhost"), Person.objects.get(pk=person_id)
    client.force_login(person)
    with people_in_sight(str(person_id)):
        if not Authenticator.objects.filter(user=person).exists():
            TOTP.activate(person, generate_totp_secret())
    session = client.session
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person_id)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return client


def act(client: Client, where: str, **given: Any) -> Any:
    """Fill in the form, look over the review, sign; the last answer."""
    form = client.get(where)
    assert form.status_code == 200, form.content.decode()
    sent = {**given, "key": hidden(form, "key"), "step": "review"}
    review = client.post(where, sent)
    assert review.status_code == 200, review.content.decode()
    return client.post(where, {**sent, "seen": hidden(review, "seen"), "step": "sign"})


def hidden(answer: Any, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found, name
    return found[1]
