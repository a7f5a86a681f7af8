"""Answers as JSON, written once and directly: what the services return is not checked a second time."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from article6.api import problems
from article6.services import wording
from article6.services.lookup import Page

_write = json.JSONEncoder(default=wording.plain, ensure_ascii=False, separators=(",", ":")).encode


def answer(value: Any, *, location: str | None = None, status: int = problems.OK) -> HttpResponse:
    """A value as JSON; with a location, the answer to a request that made something."""
    said = HttpResponse(_write(value).encode(), status=status, content_type="application/json")
    said.headers["Cache-Control"] = "no-store"
    if location is not None:
        said.headers["Location"] = location
    return said


def created(value: Any, location: str, *, is_repeat: bool = False) -> HttpResponse:
    """The answer to a command: where its result is; whether the same command was answered before, a header says."""
    said = answer(value, location=location, status=problems.CREATED)
    if is_repeat:
        said.headers["Idempotent-Replayed"] = "true"
    return said


def page(found: Page) -> HttpResponse:
    """Part of a list; `next` goes back in as `after`."""
    body = {"items": found.items, "total": found.total, "is_estimate": found.is_estimate, "next": found.next}
    return answer(body)
