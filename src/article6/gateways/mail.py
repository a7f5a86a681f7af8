"""Mail to people. Off until a server is named; a fake for tests keeps what would have been sent."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field

from django.conf import settings
from django.core import mail

from article6.gateways import GatewayFailure

TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail as it was handed over."""

    address: str
    subject: str
    text: str


@dataclass(slots=True)
class FakePost:
    """Takes mail and keeps it; `fails` True: the server does not answer."""

    sent: list[Sent] = field(default_factory=list)
    fails: bool = False


_fake: FakePost | None = None


def use(fake: FakePost | None) -> None:
    """Hand mail to a fake from now on; None: to the server again."""
    global _fake
    _fake = fake


def is_on() -> bool:
    """Whether there is somewhere to hand mail to."""
    return _fake is not None or bool(settings.EMAIL_HOST)


def send(address: str, subject: str, text: str, *, sender: str) -> None:
    """Hand a mail over.

    Raises:
        GatewayFailure: the server does not take it now.
    """
    # A line's end in a heading would begin another heading.
    one_line = " ".join(subject.split())
    if _fake is not None:
        if _fake.fails:
            raise GatewayFailure("mail")
        _fake.sent.append(Sent(address, one_line, text))
        return
    try:
        connection = mail.get_connection(timeout=TIMEOUT_S)
        mail.EmailMessage(one_line, text, sender, [address], connection=connection).send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # ValueError: an address that stands the check of forms and cannot be written into a mail.
        raise GatewayFailure("the mail server did not take a mail") from error
