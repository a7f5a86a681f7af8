"""Which registry fits a Party."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.views import advisor

ROUTES: list[URLPattern] = [path("advisor", advisor.advisor, name="advisor")]
