"""Where the pages stand. All but signing in and the health check are behind the registry's door."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.doors import View, guarded
from article6.web.views import holdings, parties, registry, reports, sessions


def _page(route: str, view: View, name: str) -> URLPattern:
    return path(route, guarded(view), name=name)


urlpatterns: list[URLPattern] = [
    _page("", registry.home, "home"),
    _page("search", registry.search, "search"),
    _page("units/<str:registry>/<str:party>/<int:serial>", holdings.unit, "unit"),
    _page("accounts", holdings.accounts, "accounts"),
    _page("accounts/<str:number>", holdings.account, "account"),
    _page("transactions", holdings.transactions, "transactions"),
    _page("transactions/<int:number>", holdings.transaction, "transaction"),
    _page("batches/<int:number>", holdings.batch, "batch"),
    _page("parties", parties.parties, "parties"),
    _page("parties/<str:code>", parties.party, "party"),
    _page("projects", parties.projects, "projects"),
    _page("projects/<str:party>/<str:code>", parties.project, "project"),
    _page("aef", reports.reports, "aef"),
    _page("aef/<str:party>/<int:year>.<str:form>", reports.download, "aef-file"),
    path("login", sessions.sign_in, name="login"),
    path("logout", sessions.sign_out, name="logout"),
    path("healthz", registry.healthz, name="healthz"),
]
