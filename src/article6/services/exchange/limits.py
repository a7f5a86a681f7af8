"""The protocol's limits, with what this installation sets otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from article6.exchange.limits import Limits


def limits() -> Limits:
    """The limits in force here: how long a proposal waits for its answer, and how much a peer may send a minute."""
    return replace(
        Limits(),
        deadline=timedelta(seconds=settings.ARTICLE6_EXCHANGE_DEADLINE_S),
        peer_messages_per_minute=settings.ARTICLE6_EXCHANGE_RATE,
    )
