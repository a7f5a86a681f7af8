"""Sections are opened through HTTP; each once."""

from __future__ import annotations

from api.doors import World, caller


def test_a_section_is_opened_once(world: World) -> None:
    opened = world.root.post("/sections", {"party": "RWA"}, key="s")
    assert (opened.status, opened.json["itmo_registry"]) == (201, "RWA01")
    assert world.root.post("/sections", {"party": "RWA"}, key="s").json == opened.json
    assert world.root.post("/sections", {"party": "KEN"}, key="s").codes == ["idempotency.content_differs"]
    assert world.root.post("/sections", {"party": "RWA"}).json == opened.json
    assert "RWA" in [each["code"] for each in world.root.get("/sections").json]
    assert world.root.post("/sections", {"party": "ZZZ"}).codes == ["party.unknown"]
    assert caller(world.books.ama).post("/sections", {"party": "KEN"}).codes == ["person.not_permitted"]
