"""The navigation of every page, in groups: what is public, the work of who is signed in, administration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.domain.refusals import N_, Refused
from article6.domain.roles import Right
from article6.services import own_rights
from article6.services.approvals import inbox
from article6.services.training import progress
from article6.web.doors import reader

ADMINISTERS = frozenset(
    {
        Right.OPEN_SECTION, Right.ADMIT_PERSON, Right.CHANGE_ROLE, Right.CHANGE_VALUES, Right.CHANGE_RULES,
        Right.INSPECT, Right.CONNECT,
    }
)  # fmt: skip
"""Who has one of these finds something to administer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the navigation. `pages` are names of routes (with *) that belong to it; `counted` says how much waits
    there for a person."""

    title: str
    route: str
    pages: tuple[str, ...] = ()
    counted: Callable[[PersonId], int] | None = None

    def holds(self, name: str) -> bool:
        """Whether a page belongs here."""
        return name == self.route or any(fnmatchcase(name, each) for each in self.pages)


HOLDINGS = ("projects", "project", "accounts", "account", "transactions", "transaction", "batch", "unit")

PUBLIC = (
    Place(N_("Overview"), "home", ("figures*", "dashboard*")),
    Place(N_("Explore"), "explore", ("explore-*", "search", *HOLDINGS)),
    Place(N_("Parties"), "parties", ("party", "balance")),
    Place(N_("Reports"), "aef", ("aef-*", "issued-report*")),
    Place(N_("Submissions"), "submissions", ("submission", "submissions-*")),
    Place(N_("Verify"), "verify"),
)
WITHOUT_EXPLORER = (
    Place(N_("Projects"), "projects", ("project", "batch")),
    Place(N_("Accounts"), "accounts", ("account",)),
    Place(N_("Transactions"), "transactions", ("transaction",)),
)
WORK = (
    Place(N_("Desk"), "desk", ("desk-*", "notices*")),
    Place(N_("Tasks"), "tasks", ("task*", "draft*", "bulk*")),
    Place(N_("Approvals"), "approvals", ("approval*",), inbox.count),
    Place(N_("Workspace"), "workspace", ("workspace-*", "what-if", "submission-withdraw")),
)
OWN = (
    Place(N_("Second factor"), "mfa_index"),
    Place(N_("Passkeys"), "mfa_list_webauthn"),
    Place(N_("Password"), "account_change_password"),
    Place(N_("Where I am signed in"), "usersessions_list"),
)
ADMINISTRATION = (Place(N_("Administration"), "admin", ("admin-*",)),)
TRAINING = (Place(N_("Training"), "training", ("training-*",)),)


def groups(request: HttpRequest, kind: str) -> list[list[dict[str, Any]]]:
    """The groups of places that the reader has: each place's title, href, is_current and count."""
    match = request.resolver_match
    here = (match.url_name or "") if match else ""
    found = [_drawn(_public(kind), here, None)]
    if (by := reader(request)) is not None:
        found.append(_drawn(WORK, here, by))
        if ADMINISTERS & own_rights.anywhere(by):
            found.append(_drawn(ADMINISTRATION, here, by))
    if (getattr(request, "registry", None) or {}).get("is_practice") and progress.is_here():
        found.append(_drawn(TRAINING, here, None))
    return [each for each in found if each]


def own() -> list[tuple[str, str]]:
    """The pages about the person who is signed in: title, href."""
    return [(_(each.title), address) for each in OWN if (address := _address(each.route)) is not None]


def _public(kind: str) -> tuple[Place, ...]:
    has_explorer = _address("explore") is not None
    places: tuple[Place, ...] = PUBLIC if has_explorer else (*PUBLIC[:3], *WITHOUT_EXPLORER, *PUBLIC[3:])
    return tuple(each for each in places if each.route != "submissions" or kind == Kind.INTERNATIONAL)


def _drawn(places: tuple[Place, ...], here: str, by: PersonId | None) -> list[dict[str, Any]]:
    return [
        {
            "title": _(each.title),
            "href": address,
            "is_current": each.holds(here),
            "count": capped(_counted(each, by)),
        }
        for each in places
        if (address := _address(each.route)) is not None
    ]


def _counted(place: Place, by: PersonId | None) -> int:
    if place.counted is None or by is None:
        return 0
    try:
        return place.counted(by)
    except Refused:
        return 0  # the page itself says why


def capped(count: int) -> str:
    """A count as a page shows it; nothing where nothing waits."""
    return "" if not count else f"{inbox.COUNTED - 1}+" if count >= inbox.COUNTED else str(count)


@lru_cache(maxsize=64)
def _address(route: str) -> str | None:
    """Where a page stands; None where this program has none of this name."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None
