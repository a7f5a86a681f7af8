"""What a registry shows: overview, holdings, Parties, reports, submissions, and what is open to all."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.routes import behind_door
from article6.web.views import (
    balances,
    certificates,
    holdings,
    log,
    parties,
    registry,
    reports,
    styleguide,
    submissions,
)

ROUTES: list[URLPattern] = [
    behind_door("", registry.home, "home"),
    behind_door("search", registry.search, "search"),
    behind_door("units/<str:registry>/<str:party>/<int:serial>", holdings.unit, "unit"),
    behind_door("accounts", holdings.accounts, "accounts"),
    behind_door("accounts/<str:number>", holdings.account, "account"),
    behind_door("transactions", holdings.transactions, "transactions"),
    behind_door("transactions/<int:number>", holdings.transaction, "transaction"),
    behind_door("transactions/<int:number>/certificates", certificates.of_transaction, "certificates"),
    behind_door("certificates/<str:code>/copy.<str:form>", certificates.copy, "certificate-file"),
    behind_door("batches/<int:number>", holdings.batch, "batch"),
    behind_door("parties", parties.parties, "parties"),
    behind_door("parties/<str:code>", parties.party, "party"),
    behind_door("parties/<str:code>/balance", balances.balance, "balance"),
    behind_door("parties/<str:code>/balance.xlsx", balances.download, "balance-file"),
    behind_door("projects", parties.projects, "projects"),
    behind_door("projects/<str:party>/<str:code>", parties.project, "project"),
    behind_door("aef", reports.reports, "aef"),
    behind_door("aef/fields", reports.fields, "aef-fields"),
    behind_door("aef/<str:party>/<int:year>", reports.report, "aef-report"),
    behind_door("aef/<str:party>/<int:year>.<str:form>", reports.download, "aef-file"),
    behind_door(
        "aef/<str:party>/<int:year>/<str:version>/<str:whose>.<str:form>", reports.version_file, "aef-version-file"
    ),
    behind_door("reports", reports.issued_reports, "issued-reports"),
    behind_door("reports/verify", reports.issued_report, "issued-report"),
    behind_door("reports/<str:code>/copy.<str:form>", reports.issued_copy, "issued-report-file"),
    behind_door("submissions", submissions.listed, "submissions"),
    behind_door("submissions/<int:number>", submissions.submission, "submission"),
    behind_door("submissions/<int:number>/public.<str:form>", submissions.public_copy, "submission-public"),
    behind_door("submissions/<int:number>/file", submissions.received_file, "submission-file"),
    behind_door("submissions/<str:what>.<str:form>", submissions.table_file, "submissions-table-file"),
    behind_door("submissions/<str:what>", submissions.table, "submissions-table"),
    behind_door("styleguide", styleguide.styleguide, "styleguide"),
    path("verify", certificates.verify, name="verify"),
    path("log/<path:path>", log.file, name="log-file"),
    path("healthz", registry.healthz, name="healthz"),
]
