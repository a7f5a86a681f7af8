"""The page of a balance: its chart, the table behind it, the workbook."""

from __future__ import annotations

import re
from fractions import Fraction
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from web import sample

from article6.domain.adjustments import Amounts, Levels, Method, Plan
from article6.reporting.itmo_amounts import Tallied
from article6.reporting.structured_summary import Summary, Targets, summary
from article6.web import balance_chart


def drawn(levels: dict[int, int], budget: dict[int, int], target: int | None = None, exported: int = 0) -> Summary:
    plan = Plan("GHA", 2021, 2024, Method.TRAJECTORY)
    amounts = {2022: Amounts(first_transferred=exported)}
    return summary(plan, Tallied(amounts, (), (), 0), Levels(levels, budget), through=2024, targets=Targets(target))


def test_what_is_drawn_stands_where_its_figure_says() -> None:
    wide, narrow = balance_chart.drawings(drawn({2021: 100, 2022: 50, 2024: -20}, {2021: 90, 2022: 80}, 60, 30))
    for chart in (wide, narrow):
        heights = {Fraction(each.text.replace("−", "-")): each.at for each in chart.levels}
        zero, top = heights[Fraction(0)], max(heights)
        per_unit = (zero - heights[top]) / float(top)
        assert [round((zero - each.y) / per_unit) for each in chart.dots] == [100, 80, -20]
        assert [round(each.height / per_unit) for each in chart.columns] == [100, 50, 20]
        assert chart.target is not None
        assert round((zero - chart.target.at) / per_unit) == 60
        assert all(0 <= each.at <= chart.size.height for each in chart.levels)
        assert re.findall("[MLH]", chart.budget) == ["M", "H", "L", "H"]
    assert [row["cells"][5] for row in balance_chart.rows(drawn({2022: 50}, {}, None, 30))] == ["", "80", "", ""]


def test_without_figures_there_is_no_chart_and_any_scale_is_drawn() -> None:
    assert balance_chart.drawings(drawn({}, {})) == []
    for size in (0, 1, 7, 999, 10**6, 10**9, 4 * 10**17):
        charts = balance_chart.drawings(drawn({2021: size, 2022: -size}, {}))
        assert len(charts) == 2
    assert balance_chart.shown(Fraction(-3832, 3)) == "−1\u202f277.333"


@pytest.fixture
def client(database: object) -> Client:
    sample.with_balances(sample.international())
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_the_page_has_chart_table_and_breakdown(client: Client) -> None:
    assert 'href="/parties/GHA/balance"' in page(client, "/parties/GHA")
    shown = page(client, "/parties/GHA/balance")
    assert shown.count("<svg") == 2
    assert "BTR1, table 2" in shown
    assert "First transferred" in shown
    # 600 units of vintage 2023, averaged over ten years, leave 60 less of the target.
    assert "1\u202f240" in shown
    assert "No NDC of this Party" not in shown
    swiss = page(client, "/parties/CHE/balance")
    assert "Trajectory or budget" in swiss
    assert "−200" in swiss
    assert "Neither an inventory total" in page(client, "/parties/GHA/balance?ndc=second+NDC")


def test_what_is_not_there(client: Client) -> None:
    page(client, "/parties/XXX/balance", 404)
    page(client, "/parties/XXX/balance.xlsx", 404)
    assert "balance.no_ndc" in page(client, "/parties/GHA/balance?ndc=none", 404)
    assert "person.not_permitted" in page(client, "/parties/FRA/balance", 403)


@pytest.mark.usefixtures("database")
def test_a_party_without_an_ndc_is_told_so() -> None:
    sample.international()
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    assert "No NDC of this Party is on record" in page(client, "/parties/GHA/balance")
    assert "balance.no_ndc" in page(client, "/parties/GHA/balance.xlsx", 404)


def test_the_workbook_is_downloaded(client: Client) -> None:
    answer = client.get("/parties/GHA/balance.xlsx")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="structured-summary-GHA-')
    assert load_workbook(BytesIO(answer.content)).sheetnames == ["Table 4", "Breakdown"]
