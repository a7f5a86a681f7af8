"""Passwords: what Django asks of them, and, where the operator wants it, whether they are known from breaches."""

from __future__ import annotations

import hashlib
import logging

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.gateways import GatewayFailure, web
from article6.store import persons

PREFIX = 5
"""Of the 40 hexadecimal digits of a password's SHA-1, those that leave this machine."""

ANSWER_BYTES = 200_000

LONGEST = 128
"""Letters of a password at most."""


def require_strong(person_id: PersonId, password: str) -> None:
    """Nothing where the password will do for this person.

    Raises:
        Refused: with every reason, in the words of the validators.
    """
    try:
        validate_password(password, persons.person(person_id))
    except ValidationError as error:
        raise refused(Code.REQUEST_MALFORMED, "password", " ".join(error.messages)) from error


class LongestValidator:
    """Refuses passwords that nobody types, and that would keep the machine busy with hashing."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises:
        ValidationError: it has too many letters.
        """
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password may have at most %(count)s letters.") % {"count": LONGEST}


class BreachValidator:
    """Refuses passwords that a list of breached ones holds; asked by range, so that no password leaves this machine.

    Without ARTICLE6_BREACH_RANGE nothing is asked. A list that does not answer is no reason to refuse: the other
    validators hold all the same.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raises:
        ValidationError: the list holds the password.
        """
        address = _list()
        if not address:
            return
        # SHA-1 is the list's own; nothing is kept under it.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            reader = web.current(is_private_allowed=settings.ARTICLE6_PRIVATE_ADDRESSES)
            found = reader.read(f"{address}/{digest[:PREFIX]}", bytes_at_most=ANSWER_BYTES).decode("ascii", "replace")
        except (GatewayFailure, web.NotAllowed) as error:
            logging.getLogger(__name__).warning("The list of breached passwords does not answer: %s", error)
            return
        # A count of 0 is padding.
        counts = dict(line.strip().partition(":")[::2] for line in found.splitlines())
        if int(counts.get(digest[PREFIX:], "0") or 0):
            said = _("This password is known from a breach elsewhere; choose another one.")
            raise ValidationError(said, code="password_breached")

    def get_help_text(self) -> str:
        """Nothing where nothing is asked."""
        return _("Your password may be none that is known from a breach elsewhere.") if _list() else ""


def _list() -> str:
    """The address of the list of breached passwords; '' where the operator names none."""
    return str(settings.ARTICLE6_BREACH_RANGE)
