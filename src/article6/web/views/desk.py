"""The desk of who is signed in: what waits, what was proposed, accounts, deadlines, notices; and the drafts."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from article6.services import desk, drafts, mailing, notices, possibilities, sight
from article6.services.approvals import inbox
from article6.services.exchange import overview
from article6.web.doors import page, reader
from article6.web.in_place import is_part
from article6.web.navigation import capped
from article6.web.tasks import catalogue

TASKS_OFFERED = 6


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """What a person comes for in the morning."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    standing = possibilities.standing(by, datetime.now(UTC))
    tasks = [kind(standing) for kind in catalogue.TASKS]
    offered = [each for each in tasks if each.fits() and not each.why_not()][:TASKS_OFFERED]
    return page(
        request, "desk", desk=desk.page(standing), tasks=offered, mail=mailing.choice(by),
        drafts=drafts.listed(by, standing.now), mail_is_on=mailing.is_on(),
    )  # fmt: skip


@require_safe
def waiting(request: HttpRequest) -> HttpResponseBase:
    """How much waits now, for the navigation of a page that is open."""
    by = reader(request)
    if by is None:
        return redirect_to_login("/desk")
    if not is_part(request):
        return redirect("desk")
    return page(request, "parts/waiting", count=capped(inbox.count(by)))


@require_POST
def acknowledge(request: HttpRequest, number: int) -> HttpResponseBase:
    """Mark a notice as read, for its section."""
    by = reader(request)
    if by is None:
        return redirect_to_login("/desk")
    with sight.seeing(sight.EVERYTHING):
        notices.acknowledge(number, by=by, now=datetime.now(UTC))
    messages.success(request, _("Marked as read."))
    return redirect("desk")


@require_POST
def take_note(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take note of an alert."""
    by = reader(request)
    if by is None:
        return redirect_to_login("/desk")
    with sight.seeing(sight.EVERYTHING):
        overview.take_note(number, by=by, now=datetime.now(UTC))
    messages.success(request, _("Marked as read."))
    return redirect("desk")


@require_POST
def mail(request: HttpRequest) -> HttpResponseBase:
    """Choose to be told by mail that something waits; or no more."""
    by = reader(request)
    if by is None:
        return redirect_to_login("/desk")
    address = request.POST.get("address", "").strip()
    mailing.choose(address, by=by, now=datetime.now(UTC))
    messages.success(request, _("You will be told by mail.") if address else _("You will not be told by mail."))
    return redirect("desk")


@require_safe
def kept(request: HttpRequest) -> HttpResponseBase:
    """The drafts."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    found = drafts.listed(by, datetime.now(UTC))
    known = [
        {**each, "name": catalogue.BY_SLUG[each["task"]].title} for each in found if each["task"] in catalogue.BY_SLUG
    ]
    return page(request, "drafts", drafts=known)


@require_POST
def give_up(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a draft."""
    by = reader(request)
    if by is not None:
        drafts.give_up(number, by=by)
        messages.success(request, _("The draft is deleted."))
    return redirect("drafts")
