"""Mail: who wants it is told that something waits, and not what. Off until the operator names a server.

A person is told once of what waits, and again only when something new does; never more often than every few hours.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.gateways import GatewayFailure, mail
from article6.services.approvals import inbox
from article6.store import mail_choices
from article6.store.queries import registries

NOT_SOONER_THAN = timedelta(hours=4)


def is_on() -> bool:
    """Whether the operator lets mail be sent."""
    return mail.is_on()


def choice(by: PersonId) -> str:
    """The address to which the person wants to be told; empty for not at all."""
    return mail_choices.address(by)


def choose(address: str, *, by: PersonId) -> None:
    """Be told at this address; at none where it is empty.

    Raises:
        Refused: it is no address.
    """
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise refused(Code.REQUEST_MALFORMED, "address", _("give an address as in name@example.org")) from error
    mail_choices.choose(by, address)


def tell(now: datetime) -> int:
    """Tell those for whom something new waits; how many. What cannot be sent now is tried at the next turn."""
    if not is_on():
        return 0
    told = 0
    identity = registries.identity()
    for each in mail_choices.due(now - NOT_SOONER_THAN):
        person = PersonId(each["person_id"])
        try:
            waiting = inbox.waiting(person)
        except Refused:
            continue
        of = hashlib.sha256(repr(sorted((item.subject, item.number) for item in waiting)).encode()).hexdigest()
        if not waiting or of == each["told_of"]:
            continue
        try:
            _send(each["address"], str(identity["name"]) if identity else "article6")
        except GatewayFailure:
            continue
        mail_choices.told(person, of, now)
        told += 1
    return told


def _send(address: str, name: str) -> None:
    with translation.override(None):
        subject = _("%(registry)s: something waits for you") % {"registry": name}
        text = _("Something waits for you in the registry. Sign in as you always do and look at your desk.\n\n"
                 "For your safety this mail has no link and says nothing of what it is.")  # fmt: skip
    mail.send(address, subject, text, sender=str(settings.DEFAULT_FROM_EMAIL))
