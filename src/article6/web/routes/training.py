"""Training in a registry for practice."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.acts import view_of
from article6.web.routes import behind_door
from article6.web.views import training

ROUTES: list[URLPattern] = [
    # Before the door: who takes part, and how to sign in.
    path("training", training.begin, name="training"),
    behind_door("training/answer", training.answer, "training-answer-act"),
    behind_door("training/feedback", training.feedback, "training-feedback"),
    behind_door("training/everybody", training.everybody, "training-everybody"),
    behind_door("training/reset", view_of(training.Reset), "training-reset"),
]
