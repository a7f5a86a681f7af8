"""How long a session lasts: not longer than it may, and not unused for longer than it may."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from article6.domain.orders import PersonId
from article6.services.sign_in import sessions
from article6.store import sign_in
from article6.web.in_place import is_quiet

BEGAN, SEEN = "article6.began", "article6.seen"


def begin(request: HttpRequest, now: datetime) -> None:
    """Somebody has just signed in."""
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def is_over(request: HttpRequest, now: datetime) -> bool:
    """Whether the session has to end now; one that goes on is written down as used, at most every minute.
    What a page asks again by itself is no use."""
    session = request.session
    if session.session_key is None or SESSION_KEY not in session:
        return False
    if BEGAN not in session:
        begin(request, now)
        return False
    began, seen = (datetime.fromtimestamp(session[each], UTC) for each in (BEGAN, SEEN))
    if sessions.is_over(began, seen, now):
        return True
    if now - seen > sessions.SEEN_EVERY and not is_quiet(request):
        session[SEEN] = now.timestamp()
        person_id = PersonId(int(session[SESSION_KEY]))
        agent = request.headers.get("User-Agent", "")
        sessions.saw(person_id, str(session.session_key), get_adapter().get_client_ip(request), agent, now)
    return False


def forget(request: HttpRequest) -> None:
    """The session is no longer listed; whoever calls ends it."""
    session = request.session
    if SESSION_KEY in session:
        for each in sign_in.sessions(PersonId(int(session[SESSION_KEY])), datetime.now(UTC)):
            if each["session_key"] == session.session_key:
                sign_in.end_sessions(PersonId(int(session[SESSION_KEY])), only=each["id"])
