"""The workspace of a Party's reports."""

from __future__ import annotations

from django.urls import URLPattern

from article6.web.acts import view_of
from article6.web.routes import behind_door
from article6.web.views import what_if, workspace, workspace_acts, workspace_upload

_REPORT = "workspace/<str:party>/<int:year>"

ROUTES: list[URLPattern] = [
    behind_door("workspace", workspace.workspace, "workspace"),
    behind_door("workspace/upload", workspace_upload.upload, "workspace-upload"),
    behind_door(_REPORT, workspace.report, "workspace-report"),
    behind_door(f"{_REPORT}/versions", workspace.versions, "workspace-versions"),
    behind_door(f"{_REPORT}/compare", workspace.compare, "workspace-compare"),
    behind_door(f"{_REPORT}/check", workspace.check, "workspace-check"),
    behind_door(f"{_REPORT}/explain", view_of(workspace_acts.Explain), "workspace-explain"),
    behind_door(f"{_REPORT}/mark", view_of(workspace_acts.Mark), "workspace-mark"),
    behind_door(f"{_REPORT}/freeze", view_of(workspace_acts.Freeze), "workspace-freeze"),
    behind_door(f"{_REPORT}/submit/<str:version>", view_of(workspace_acts.Submit), "workspace-submit"),
    behind_door("parties/<str:code>/balance/what-if", what_if.what_if, "what-if"),
    behind_door("submissions/<int:number>/withdraw", view_of(workspace_acts.Withdraw), "submission-withdraw"),
]
