"""Letters to people about how they sign in: what changed, when, and what to do where it was somebody else.

They go to the address that the person gave, in the person's language; without a link, and with nothing secret. They
wait in the database until the clockwork sends them: nobody waits for the mail server, and no letter is lost with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum, auto

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import N_
from article6.gateways import GatewayFailure, mail
from article6.services import preferences
from article6.store import letters, mail_choices
from article6.store.letters import Letter
from article6.store.queries import registries

AGAIN_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=3)
AT_ONCE, FAILURES_AT_ONCE = 200, 3
"""Letters in one turn, and failures after which the turn ends."""


class Kind(StrEnum):
    """What happened; kept with letters that wait."""

    APP_ADDED = auto()
    APP_REMOVED = auto()
    PASSKEY_ADDED = auto()
    PASSKEY_REMOVED = auto()
    CODES_MADE = auto()
    CODE_USED = auto()
    CODE_AGAIN = auto()
    PASSWORD_CHANGED = auto()
    ADDRESS_CHANGED = auto()
    NEW_BROWSER = auto()
    RECOVERED = auto()
    PASSWORD_SET_BY_OPERATOR = auto()
    TOKEN_BY_OPERATOR = auto()


SENTENCES = {
    Kind.APP_ADDED: N_("An authenticator app was added as your second factor."),
    Kind.APP_REMOVED: N_("The authenticator app was removed from your second factors."),
    Kind.PASSKEY_ADDED: N_("A passkey was added to your second factors."),
    Kind.PASSKEY_REMOVED: N_("A passkey was removed from your second factors."),
    Kind.CODES_MADE: N_("Your recovery codes were made anew. The ones before count no more."),
    Kind.CODE_USED: N_("One of your recovery codes was used."),
    Kind.CODE_AGAIN: N_("A code of your authenticator app was sent a second time, and refused."),
    Kind.PASSWORD_CHANGED: N_("Your password was changed."),
    Kind.ADDRESS_CHANGED: N_("The address to which you are written was changed."),
    Kind.NEW_BROWSER: N_("Somebody signed in as you in a browser that was not used for it before."),
    Kind.RECOVERED: N_("Two administrators let you begin anew: your password and second factors count no more."),
    Kind.PASSWORD_SET_BY_OPERATOR: N_(
        "An operator set your password at the server. Choose another one when you sign in."
    ),
    Kind.TOKEN_BY_OPERATOR: N_("An operator made a token at the server by which a program acts as you."),
}


def write(person_id: PersonId, kind: Kind, now: datetime, *, device: str = "", also_to: str = "") -> None:
    """Let the person be told, at the address that holds now; nothing where there is none.

    `device` is a browser and a system in words. `also_to` is another address, one that held before.
    """
    if not mail.is_on():
        return
    for address in dict.fromkeys((mail_choices.address(person_id), also_to)):
        if address:
            letters.add(person_id, address, kind, device, now)


def send_due(now: datetime) -> int:
    """Send what waits; how many were sent. What cannot be sent now is tried again, for three days."""
    if not mail.is_on():
        return 0
    letters.give_up(now - GIVEN_UP_AFTER)
    sent = failures = 0
    while sent < AT_ONCE and failures < FAILURES_AT_ONCE:
        tried: Letter | None = None
        try:
            with letters.next_due(now - AGAIN_AFTER) as tried:
                if tried is None:
                    break
                _send(tried)
        except GatewayFailure:
            failures += 1
            if tried is not None:
                letters.tried(tried.id, now)
        else:
            sent += 1
    return sent


def _send(letter: Letter) -> None:
    identity = registries.identity()
    name = str(identity["name"]) if identity else "article6"
    with translation.override(preferences.language_of_letters(letter.person_id)):
        subject = _("%(registry)s: how you sign in") % {"registry": name}
        mail.send(letter.address, subject, _text(letter), sender=str(settings.DEFAULT_FROM_EMAIL))


def _text(letter: Letter) -> str:
    said = _(SENTENCES[Kind(letter.kind)])
    at = _("When: %(moment)s UTC") % {"moment": formats.date_format(letter.made_at, "DATETIME_FORMAT")}
    rows = [at, *([_("Where: %(device)s") % {"device": letter.device}] if letter.device else [])]
    if_not = _("Was it you, or did you ask for it? Then nothing is to be done.\n"
               "Was it not? Tell an administrator of the registry at once, in person or by telephone.")  # fmt: skip
    quiet = _("For your safety this mail has no link. Nobody of the registry ever asks for a password or a code.")
    return "\n\n".join((said, "\n".join(rows), if_not, quiet))
