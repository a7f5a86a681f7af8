"""What a peer tells of a view that we asked for: kept page by page, the next one asked for, until it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain.refusals import N_
from article6.exchange.message_types import Type
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Subject, Turn
from article6.services import naming
from article6.services.exchange import view_telling
from article6.store import journal
from article6.store.queries import exchange_views as reading

LIMIT = 1000
"""Lines on a page that we ask for."""

NOT_SHOWN = N_("The peer does not show what was asked for; see the view's objections.")


def question(
    view: str, party: str, as_of: datetime | None, since: datetime | None, *, cursor: str = "", serials: str = ""
) -> dict[str, Any]:
    """The content of `view.asked`; `serials` as in `GHA01/GHA:1-100`, '' for all units that may be shown."""
    asked: dict[str, Any] = {
        "view": view, "party": party, "as_of": written(as_of) if as_of else "",
        "since": written(since) if since else "", "cursor": cursor, "limit": LIMIT,
    }  # fmt: skip
    if serials:
        named = naming.read(serials)
        asked["serials"] = {
            "registry": named.registry, "party": named.party, "first": str(named.first), "last": str(named.last)
        }  # fmt: skip
    return asked


def _told(turn: Turn, received: Received) -> None:
    """Keep a page.

    Raises:
        Rejected: it answers no question that is open, or another one than was asked.
    """
    data, peer = received.data, received.peer.code
    view = reading.view_answered_by(peer, received.message.answers) if received.message.answers else None
    if view is None or view["is_whole"]:
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "answers", "no open question"))
    at = moment(data["as_of"])
    _require_what_was_asked(view, data, at)
    cursor = "" if data["objections"] else data["cursor"]
    following = ""
    if cursor:
        asked = question(view["view"], view["party"], at, view["since"], cursor=cursor, serials=view["serials"])
        following = turn.say(peer, Type.VIEW_ASKED, asked, received.message.id)
    journal.insert_many(
        "exchange_view_page",
        ("view_id", "section_id", "number", "message_id", "next_message_id", "as_of", "lines", "objections", "told_at"),
        [(
            view["id"], view["section_id"], view["pages"] + 1, received.message.id, following, at,
            journal.entities_json(data[data["view"]]), journal.entities_json(data["objections"]), turn.now,
        )],
    )  # fmt: skip
    if data["objections"]:
        turn.alert(peer, NOT_SHOWN, f"{view['party']} {view['view']}")


def _require_what_was_asked(view: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
    expected = view["as_of"] or view["asked_as_of"]
    differs = {
        "view": data["view"] != view["view"],
        "party": data["party"] != view["party"],
        "as_of": expected is not None and at != expected,
        "cursor": bool(data["cursor"]) and not data[data["view"]],
    }
    for name, is_so in differs.items():
        if is_so:
            raise Rejected(Objection(Problem.MESSAGE_MALFORMED, name, "not what was asked for"))


VIEWING = Subject({Type.VIEW_ASKED: view_telling.asked, Type.VIEW_TOLD: _told})
