"""What is drawn: places and bubbles of the map, columns, bars, the life of a unit; and that no text can break out."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from article6.domain.parties import PARTIES
from article6.web.pictures import bars, bubbles, columns, life, world
from article6.web.pictures.columns import Series
from article6.web.pictures.places import PLACES
from article6.web.pictures.svg import Picture, cut, words

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(picture.written("test"))  # our own


def rectangles(picture: Picture, kind: str) -> list[dict[str, float]]:
    found = [each for each in parsed(picture).iter(f"{SVG}rect") if kind in each.attrib["class"].split()]
    return [{name: float(each.attrib[name]) for name in ("x", "y", "width", "height")} for each in found]


def test_every_party_has_a_place_on_earth_and_on_the_paper() -> None:
    assert set(PLACES) == set(PARTIES)
    for code, (latitude, longitude) in PLACES.items():
        assert -60 < latitude < 80, code
        assert -180 <= longitude <= 180, code
        x, y = world.position(latitude, longitude)
        assert 0 <= x <= world.WIDTH, code
        assert 0 <= y <= world.HEIGHT, code


def test_places_lie_where_they_are_said_to_be() -> None:
    east, west = world.position(*PLACES["JPN"])[0], world.position(*PLACES["MEX"])[0]
    north, south = world.position(*PLACES["NOR"])[1], world.position(*PLACES["ZAF"])[1]
    assert west < world.WIDTH / 2 < east
    assert north < south
    assert world.position(0, 0)[0] == world.WIDTH / 2


def test_the_projection_keeps_areas() -> None:
    """A degree by a degree at 60 degrees north has half the area of one at the equator."""

    def area(latitude: float) -> float:
        (left, low), (right, _) = world.position(latitude, 0), world.position(latitude, 1)
        _, high = world.position(latitude + 0.01, 0)
        return (right - left) * (low - high)

    assert area(60) / area(0) == pytest.approx(math.cos(math.radians(60)), rel=0.01)


def test_the_coastline_is_one_path_of_numbers_without_borders_and_small() -> None:
    path = world.coastline()
    assert re.fullmatch(r"[Mlz0-9 -]+", path)
    assert len(path) < 60_000
    assert path.count("M") == path.count("z") > 30


def test_the_area_of_a_bubble_is_its_amount() -> None:
    found = {each.code: each for each in world.bubbles({"CHN": 4_000_000, "IND": 1_000_000, "GHA": 1, "BRA": 0})}
    assert set(found) == {"CHN", "IND", "GHA"}
    assert found["CHN"].radius == pytest.approx(2 * found["IND"].radius, rel=0.01)
    assert (found["GHA"].radius, found["GHA"].is_enlarged) == (world.SMALLEST_RADIUS, True)
    assert not found["IND"].is_enlarged


def test_no_picture_is_drawn_of_nothing() -> None:
    assert bubbles.pictures({}, "t", "d") == []
    assert bubbles.pictures({"GHA": 0}, "t", "d") == []
    series = [Series("issued", "Issued", "c0")]
    assert columns.pictures([{"year": 2024, "issued": 0}], series, "t", "d") == []
    assert bars.pictures([], series, "t", "d") == []


def test_columns_are_as_high_as_their_amounts() -> None:
    series = [Series("issued", "Issued", "c0"), Series("used", "Used", "c2"), Series("none", "None", "c3")]
    lines = [{"year": 2023, "issued": 900, "used": 300, "none": 0}, {"year": 2024, "issued": 450, "used": 0, "none": 0}]
    for picture in columns.pictures(lines, series, "t", "d"):
        first, second = (each["height"] for each in rectangles(picture, "c0") if each["width"] != 14)
        [used] = (each["height"] for each in rectangles(picture, "c2") if each["width"] != 14)
        assert first == pytest.approx(2 * second, rel=0.01)
        assert first == pytest.approx(3 * used, rel=0.01)
        assert rectangles(picture, "c3") == []


def test_bars_are_made_of_parts_and_the_smallest_are_gathered_without_loss() -> None:
    parts = [Series("used", "Used", "c2"), Series("left", "Left", "c5")]
    lines = [{"title": f"Kind {number}", "used": number, "left": 100 - number} for number in range(40)]
    found = bars.gathered(lines, parts)
    assert len(found) == bars.MOST
    for part in parts:
        assert sum(each[part.key] for each in found) == sum(each[part.key] for each in lines)
    [wide, _narrow] = bars.pictures(lines[:2], parts, "t", "d")
    assert sum(each["width"] for each in rectangles(wide, "c5") if each["height"] == bars.BAR) == pytest.approx(
        960 * 199 / 100, rel=0.01
    )


def test_no_text_breaks_out_of_a_picture() -> None:
    evil = '<script>alert("x")</script> & \u202e'
    picture = Picture("wide", 10, 10, evil, evil, [words("words", 0, 0, evil)])
    written = picture.written("test")
    assert "<script" not in written
    assert parsed(picture).find(f"{SVG}text").text == evil  # type: ignore[union-attr]  # it is there
    assert b"<script" not in picture.alone(":root{}")


def test_a_text_is_cut_to_its_place() -> None:
    assert cut("Ghana", 200, 13) == "Ghana"
    assert cut("A very long name of a Party", 80, 13).endswith("\u2026")


def account(name: str, *, is_terminal: bool = False) -> dict[str, Any]:
    return {"name": name, "number": "X-1", "party": "GHA", "is_terminal": is_terminal}


def event(first: int, last: int, *, at: int, title: str, to: dict[str, Any], is_first: bool = False) -> dict[str, Any]:
    moment = datetime(2024, 1, at, tzinfo=UTC)
    return {
        "first": first,
        "last": last,
        "at": moment,
        "type_title": title,
        "to_account": to,
        "is_first_transfer": is_first,
    }


def unit(history: list[dict[str, Any]], block: tuple[int, int], serial: int) -> Any:
    first, last = block
    now = {"first": first, "last": last, "quantity": last - first + 1, "account": account("Holding")}
    return SimpleNamespace(history=history, block=now, serial=serial, identifier="CA0001-GHA01-GHA-150-2023")


LIFE = [
    event(1, 1000, at=1, title="Issuance", to=account("Owner")),
    event(101, 300, at=2, title="International transfer", to=account("Buyer"), is_first=True),
    event(101, 150, at=3, title="Use", to=account("NDC", is_terminal=True)),
]


def test_a_life_is_told_step_by_step_with_its_splits() -> None:
    for picture in life.pictures(unit(LIFE, (101, 150), 120)):
        shown = [each.text or "" for each in parsed(picture).iter(f"{SVG}text")]
        told = " | ".join(shown)
        assert "split: 200 of 1\u202f000" in told
        assert "split: 50 of 200" in told
        assert [each["height"] for each in rectangles(picture, "life")] == [life.BAR] * 3
        assert len(rectangles(picture, "first")) == 1
        assert len(rectangles(picture, "end")) == 1
        threads = list(parsed(picture).iter(f"{SVG}line"))
        assert len(threads) == 2


def test_the_thread_goes_through_every_bar_where_the_unit_is() -> None:
    step = life.Step(101, 300, "", "", "life")
    low, high = step.share(120, 120)
    assert (low, high) == (19 / 200, 20 / 200)
    [wide, _narrow] = life.pictures(unit(LIFE, (101, 150), 120))
    dots = [float(each.attrib["cx"]) for each in parsed(wide).iter(f"{SVG}circle")]
    assert dots == pytest.approx([119.5 / 1000 * 958 + 1, 19.5 / 200 * 958 + 1, 19.5 / 50 * 958 + 1], abs=0.06)


def test_a_unit_that_was_merged_or_split_since_shows_the_block_in_which_it_stands_now() -> None:
    [*_, last] = life.steps(unit(LIFE[:1], (51, 2000), 120))
    assert (last.first, last.last) == (51, 2000)
    assert "Now" in last.title
    assert len(life.steps(unit(LIFE, (101, 150), 120))) == 3


def test_a_long_life_keeps_its_issuance_and_its_latest_events() -> None:
    many = [
        LIFE[0],
        *(event(1, 1000, at=1 + number % 28, title=f"Step {number}", to=account("A")) for number in range(60)),
    ]
    told = life.steps(unit(many, (1, 1000), 5))
    assert len(told) == life.MOST
    assert "Issuance" in told[0].title
    assert "Step 59" in told[-1].title
