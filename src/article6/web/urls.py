"""Where the pages stand. All are behind the door but signing in, the health check, the log's public files, and the page
that checks certificates."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.doors import View, guarded
from article6.web.views import balances, certificates, holdings, log, parties, registry, reports, sessions, submissions


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
    _page("transactions/<int:number>/certificates", certificates.of_transaction, "certificates"),
    _page("certificates/<str:code>/copy.<str:form>", certificates.copy, "certificate-file"),
    _page("batches/<int:number>", holdings.batch, "batch"),
    _page("parties", parties.parties, "parties"),
    _page("parties/<str:code>", parties.party, "party"),
    _page("parties/<str:code>/balance", balances.balance, "balance"),
    _page("parties/<str:code>/balance.xlsx", balances.download, "balance-file"),
    _page("projects", parties.projects, "projects"),
    _page("projects/<str:party>/<str:code>", parties.project, "project"),
    _page("aef", reports.reports, "aef"),
    _page("aef/fields", reports.fields, "aef-fields"),
    _page("aef/<str:party>/<int:year>", reports.report, "aef-report"),
    _page("aef/<str:party>/<int:year>.<str:form>", reports.download, "aef-file"),
    _page("aef/<str:party>/<int:year>/<str:version>/<str:whose>.<str:form>", reports.version_file, "aef-version-file"),
    _page("reports", reports.issued_reports, "issued-reports"),
    _page("reports/verify", reports.issued_report, "issued-report"),
    _page("reports/<str:code>/copy.<str:form>", reports.issued_copy, "issued-report-file"),
    _page("submissions", submissions.listed, "submissions"),
    _page("submissions/<int:number>", submissions.submission, "submission"),
    _page("submissions/<int:number>/public.<str:form>", submissions.public_copy, "submission-public"),
    _page("submissions/<int:number>/file", submissions.received_file, "submission-file"),
    _page("submissions/<str:what>.<str:form>", submissions.table_file, "submissions-table-file"),
    _page("submissions/<str:what>", submissions.table, "submissions-table"),
    path("login", sessions.sign_in, name="login"),
    path("logout", sessions.sign_out, name="logout"),
    path("verify", certificates.verify, name="verify"),
    path("log/<path:path>", log.file, name="log-file"),
    path("healthz", registry.healthz, name="healthz"),
]
