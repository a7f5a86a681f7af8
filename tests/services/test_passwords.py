"""Passwords against a list of breached ones: five digits are sent; a list that is silent is no reason to refuse."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from article6.gateways import web
from article6.services.sign_in.passwords import BreachValidator

RANGE = "https://list.example/range"
PASSWORD = "correct horse battery"
DIGEST = hashlib.sha1(PASSWORD.encode()).hexdigest().upper()
OTHERS = "0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2\r\n"


def check(text: str) -> None:
    with web.instead(web.FakeWeb({f"{RANGE}/{DIGEST[:5]}": text.encode()})):
        BreachValidator().validate(PASSWORD)


@override_settings(ARTICLE6_BREACH_RANGE=RANGE)
def test_a_password_on_the_list_is_refused_and_only_five_digits_are_sent() -> None:
    check(OTHERS)
    check("")
    check(f"{OTHERS}{DIGEST[5:]}:0")
    with pytest.raises(ValidationError, match="known from a breach"):
        check(f"{OTHERS}{DIGEST[5:]}:3861493\r\n")


@override_settings(ARTICLE6_BREACH_RANGE=RANGE)
def test_a_list_that_does_not_answer_is_no_reason_to_refuse(caplog: pytest.LogCaptureFixture) -> None:
    with web.instead(web.FakeWeb({})):
        BreachValidator().validate(PASSWORD)
    assert "does not answer" in caplog.text
    assert PASSWORD not in caplog.text
    assert DIGEST not in caplog.text


def test_nothing_is_asked_by_default() -> None:
    with web.instead(web.FakeWeb({f"{RANGE}/{DIGEST[:5]}": f"{DIGEST[5:]}:9".encode()})):
        BreachValidator().validate(PASSWORD)
