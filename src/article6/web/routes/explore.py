"""The public face: pictures, the explorer, the life of a unit."""

from __future__ import annotations

from django.urls import URLPattern

from article6.web.routes import behind_door
from article6.web.views import dashboard, explorer, references

ROUTES: list[URLPattern] = [
    behind_door("dashboard", dashboard.dashboard, "dashboard"),
    behind_door("dashboard/<str:key>.<str:form>", dashboard.chart_file, "dashboard-chart-file"),
    behind_door("dashboard/<str:key>", dashboard.chart, "dashboard-chart"),
    behind_door("explore", explorer.explore, "explore"),
    behind_door("approaches", explorer.approaches, "explore-approaches"),
    behind_door("approaches/<str:code>", explorer.approach, "explore-approach"),
    behind_door("authorizations", explorer.authorizations, "explore-authorizations"),
    behind_door("authorizations/<str:party>/<str:code>", explorer.authorization, "explore-authorization"),
    behind_door("entities", explorer.entities, "explore-entities"),
    behind_door("cancellations", explorer.cancellations, "explore-cancellations"),
    behind_door("units/<str:registry>/<str:party>/<int:first>-<int:last>", explorer.serials, "explore-serials"),
    behind_door("leaves", references.log, "explore-log"),
    behind_door("leaves/<int:position>", references.leaf, "explore-leaf"),
    behind_door("proofs/<str:kind>/<path:subject>", references.proof, "explore-proof"),
    behind_door("rules", references.rules, "explore-rules"),
    behind_door("rules/<str:code>", references.rule, "explore-rule"),
    behind_door("nomenclatures", references.lists, "explore-nomenclatures"),
    behind_door("nomenclatures/<str:name>", references.values, "explore-nomenclature"),
    behind_door("glossary", references.glossary, "explore-glossary"),
    behind_door("glossary/<str:code>", references.term, "explore-term"),
]
