"""The registry in which callers of the API act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from api.doors import World


@pytest.fixture
def world(database: object) -> World:
    """A registry with Ama, Bo and Cy, and their tokens."""
    # The models cannot be imported before the session has set Django up.
    from api.doors import made_world

    return made_world()
