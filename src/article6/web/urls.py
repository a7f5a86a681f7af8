"""Where the pages stand. All are behind the door but signing in, the health check, the log's public files, and the page
that checks certificates."""

from __future__ import annotations

from django.urls import URLPattern

from article6.web.routes import administration, advisor, desk, explore, me, public, training, workspace

urlpatterns: list[URLPattern] = [
    *public.ROUTES,
    *explore.ROUTES,
    *me.ROUTES,
    *desk.ROUTES,
    *workspace.ROUTES,
    *administration.ROUTES,
    *advisor.ROUTES,
    *training.ROUTES,
]
