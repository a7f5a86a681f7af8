"""Levels and balances at the door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from api.doors import Caller, World, caller
from openpyxl import load_workbook

NDC = {"code": "first NDC", "year_first": 2021, "year_last": 2030, "communicated_on": "2021-11-04"}
LEVELS = {
    "kind": "covered",
    "source": "BTR1",
    "values": [{"year": 2021, "amount": 59800000}, {"year": 2022, "amount": "60.5"}],
}
CSV = "iso2,year,t_co2e,datasource_id\nGH,2021,7,A:1\nNA,2021,8,A:1\n"


def test_levels_are_recorded_imported_and_read(world: World) -> None:
    made = world.root.post("/parties/GHA/levels", LEVELS)
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/parties/GHA/levels")
    assert made.json["values"] == [{"year": 2021, "amount": "59800000"}, {"year": 2022, "amount": "60.5"}]
    done = world.root.post("/inventories", {"content": CSV}).json
    assert ([each["version"] for each in done["recorded"]], done["without_section"]) == ([2], ["NAM"])
    assert [each["source"] for each in world.ama.get("/parties/GHA/levels").json] == ["A:1"]


def test_the_same_key_records_once(world: World) -> None:
    first = world.root.post("/parties/GHA/levels", LEVELS, key="once")
    assert world.root.post("/parties/GHA/levels", LEVELS, key="once").json == first.json
    other = world.root.post("/parties/GHA/levels", {**LEVELS, "source": "BTR2"}, key="once")
    assert (other.status, other.codes) == (409, ["idempotency.content_differs"])


def test_a_balance_and_what_if_half_a_million_more_were_exported(world: World) -> None:
    assert world.root.get("/parties/GHA/balance").codes == ["balance.no_ndc"]
    world.root.post("/parties/GHA/ndcs", {**NDC, "target": "single-year", "method": "averaging"})
    world.root.post("/parties/GHA/levels", LEVELS)
    target = {"kind": "target", "source": "NDC", "values": [{"year": 2030, "amount": 48500000}]}
    world.root.post("/parties/GHA/levels", target)
    found = world.ama.get("/parties/GHA/balance", through=2022).json
    rows = {each["key"]: each["figures"] for each in found["rows"]}
    assert rows["balance"]["2022"] == {"exact": "121/2", "rounded": "60.5"}
    assert (found["method"], found["sources"]) == ("averaging", {"covered": "BTR1", "target": "NDC"})
    said = world.ama.get("/parties/GHA/balance/what-if", export=500_000, vintage=2027).json
    assert (said["allowance_before"]["exact"], said["allowance_after"]["exact"]) == ("48500000", "48450000")
    after = {each["year"]: each["adjustment_after"]["exact"] for each in said["years"]}
    assert (after[2026], after[2027], after[2030]) == ("0", "500000/7", "50000")
    nothing = world.ama.get("/parties/GHA/balance/what-if").json
    assert all(each["adjustment_before"] == each["adjustment_after"] for each in nothing["years"])


def test_the_structured_summary_is_a_workbook(world: World) -> None:
    world.root.post("/parties/GHA/ndcs", NDC)
    answer = world.ama.get("/parties/GHA/balance.xlsx")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="structured-summary-GHA-')
    assert load_workbook(io.BytesIO(answer.response.content)).sheetnames == ["Table 4", "Breakdown"]


def test_reports_are_prefilled_as_far_as_the_registry_knows(world: World) -> None:
    world.root.post("/parties/GHA/ndcs", NDC)
    world.root.post("/parties/GHA/levels", LEVELS)
    for report in ("initial", "updated", "annual", "regular"):
        found = world.ama.get(f"/parties/GHA/information/{report}", year=2025).json
        assert (found["report"], found["year"]) == (report, 2025)
    initial = {each["clause"]: each for each in world.ama.get("/parties/GHA/information/initial").json["items"]}
    amounts = [each["amount"] for each in initial["2/CMA.3 annex para 18(d)"]["lines"]]
    assert amounts == ["59800000", "60.5"]
    assert not initial["2/CMA.3 annex para 18(h)"]["is_filled"]
    assert world.ama.get("/parties/GHA/information/other").status == 400
    assert world.ama.get("/parties/GHA/information/other/workbook.xlsx").status == 400
    workbook = world.ama.get("/parties/GHA/information/initial/workbook.xlsx", year=2025)
    assert workbook.headers["Content-Disposition"] == 'attachment; filename="initial-GHA-2025.xlsx"'
    cells = [value for row in load_workbook(io.BytesIO(workbook.response.content)).active.values for value in row]
    assert "GHA, Initial report, 2025" in cells
    assert {"59800000", "60.5", "Emissions and removals covered by the NDC"} <= {str(each) for each in cells}
    assert cells.count("Nothing here is known to the registry: for the Party to say.") == sum(
        not each["is_filled"] for each in initial.values()
    )
    assert world.cy.get("/parties/GHA/information/annual").codes == ["person.not_permitted"]


def test_who_does_not_see_the_section_sees_no_balance(world: World) -> None:
    world.root.post("/parties/GHA/ndcs", NDC)
    assert world.cy.get("/parties/GHA/balance").codes == ["person.not_permitted"]
    assert world.cy.get("/parties/GHA/balance/what-if").codes == ["person.not_permitted"]
    assert world.cy.get("/parties/GHA/levels").status == 200
    assert world.nobody.get("/parties/GHA/balance").status == 401
    reader: Caller = caller(world.books.admin, "read")
    assert reader.post("/parties/GHA/levels", LEVELS).codes == ["person.not_permitted"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/parties/GHA/levels", {**LEVELS, "kind": "indicator"}, 422, "levels.malformed"),
        ("/parties/GHA/levels", {**LEVELS, "kind": "guess"}, 400, "request.malformed"),
        ("/parties/GHA/levels", {**LEVELS, "values": []}, 400, "request.malformed"),
        ("/parties/GHA/levels", {**LEVELS, "values": [{"year": 2021, "amount": 1.5}]}, 400, "request.malformed"),
        ("/parties/GHA/levels", {**LEVELS, "values": [{"year": 2021, "amount": "1e6"}]}, 400, "request.malformed"),
        ("/parties/DEU/levels", LEVELS, 404, "section.unknown"),
        ("/inventories", {"content": "a,b\n1,2\n"}, 422, "file.columns"),
        ("/inventories", {"content": CSV + "GH,2022,7,B:1\n"}, 422, "levels.sources_mixed"),
    ],
)
def test_bad_input(world: World, path: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = world.root.post(path, body)
    assert (answer.status, answer.codes[0]) == (status, code)


@pytest.mark.parametrize(
    ("query", "status"),
    [({"export": 1}, 400), ({"export": -1, "vintage": 2027}, 400), ({"export": 1, "vintage": 1800}, 400),
     ({"export": 1, "vintage": 2025, "use": 1, "year": 2035}, 400), ({"ndc": "none"}, 404)],
)  # fmt: skip
def test_what_if_is_asked_within_the_period(world: World, query: dict[str, Any], status: int) -> None:
    world.root.post("/parties/GHA/ndcs", NDC)
    assert world.ama.get("/parties/GHA/balance/what-if", **query).status == status
    assert world.ama.get("/parties/XXX/balance").status == 404
