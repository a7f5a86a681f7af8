"""What a view is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]
