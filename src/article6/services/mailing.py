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
from article6.services import letters, preferences
from article6.services.approvals import inbox
from article6.services.sign_in import noting
from article6.store import journal, mail_choices
from article6.store.queries import registries

NOT_SOONER_THAN = timedelta(hours=4)


def is_on() -> bool:
    """Whether the operator lets mail be sent."""
    return mail.is_on()


def choice(by: PersonId) -> str:
    """The address to which the person wants to be told; empty for not at all."""
    return mail_choices.address(by)


def choose(address: str, *, by: PersonId, now: datetime) -> None:
    """Be told at this address; at none where it is empty. The change is told to the address before and to the new one.

    Raises:
        Refused: it is no address.
    """
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise refused(Code.REQUEST_MALFORMED, "address", _("give an address as in name@example.org")) from error
    before = mail_choices.address(by)
    if address == before:
        return
    with journal.database_transaction():
        mail_choices.choose(by, address)
        noting.address_changed(by, now)
        letters.write(by, letters.Kind.ADDRESS_CHANGED, now, also_to=before)


def tell(now: datetime) -> int:
    """Send the letters that wait; then tell those for whom something new waits, and say how many these were.

    What cannot be sent now is tried at the next turn.
    """
    if not is_on():
        return 0
    letters.send_due(now)
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
            _send(person, each["address"], str(identity["name"]) if identity else "article6")
        except GatewayFailure:
            continue
        mail_choices.told(person, of, now)
        told += 1
    return told


def _send(person: PersonId, address: str, name: str) -> None:
    with translation.override(preferences.language_of_letters(person)):
        subject = _("%(registry)s: something waits for you") % {"registry": name}
        text = _("Something waits for you in the registry. Sign in as you always do and look at your desk.\n\n"
                 "For your safety this mail has no link and says nothing of what it is.")  # fmt: skip
    mail.send(address, subject, text, sender=str(settings.DEFAULT_FROM_EMAIL))
