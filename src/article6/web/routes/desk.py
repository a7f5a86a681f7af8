"""The working face: the desk, the tasks, the approvals."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.doors import guarded
from article6.web.in_place import quietly
from article6.web.routes import behind_door
from article6.web.sign_in import recently_authenticated
from article6.web.tasks import flow
from article6.web.views import bulk, desk, inbox

ROUTES: list[URLPattern] = [
    behind_door("desk", desk.home, "desk"),
    behind_door("desk/notices/<int:number>", desk.acknowledge, "desk-notice-act"),
    behind_door("desk/alerts/<int:number>", desk.take_note, "desk-alert-act"),
    path("desk/waiting", quietly(guarded(desk.waiting)), name="waiting"),
    behind_door("desk/mail", desk.mail, "desk-mail-act"),
    behind_door("tasks", flow.listed, "tasks"),
    behind_door("tasks/bulk", bulk.begin, "bulk"),
    behind_door("tasks/bulk/<int:number>", bulk.run, "bulk-run"),
    behind_door("tasks/bulk/<int:number>/result.<str:form>", bulk.result, "bulk-result-file"),
    behind_door("tasks/bulk/<slug:task>.csv", bulk.template, "bulk-template-file"),
    # Before the door: a form that is sent after the session ended is kept, and then the door asks to sign in.
    path("tasks/<slug:slug>", flow.keeps_work(guarded(flow.task)), name="task"),
    behind_door("tasks/<slug:slug>/done/<str:ref>", flow.done, "task-done"),
    behind_door("drafts", desk.kept, "drafts"),
    behind_door("drafts/<int:number>/end", desk.give_up, "draft-end-act"),
    behind_door("approvals", recently_authenticated(inbox.listed), "approvals"),
    behind_door("approvals/<str:subject>/<str:number>", recently_authenticated(inbox.one), "approval"),
]
