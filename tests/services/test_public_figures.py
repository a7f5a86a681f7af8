"""The public figures: every breakdown adds up to the ledger's own totals, filters narrow and never invent, and who may
not see a section is not told its sums.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from conftest import Database
from web import sample

from article6.domain.orders import Order
from article6.domain.refusals import Code, Refused
from article6.services import audit, figures, lookup, public_figures, sight, transactions
from article6.services.figures import kept_unchanged
from article6.services.public_figures import ACTS, ATTRIBUTES, Wanted, wanted
from article6.store.database import NOTHING, one, row, rows, sight_of_sections
from article6.store.queries import public_figures as public
from article6.store.queries import registries, totals

pytestmark = pytest.mark.usefixtures("database")

ALL = Wanted()


def summed(lines: list[dict[str, Any]], key: str) -> int:
    return sum(line[key] for line in lines)


def test_years_add_up_to_the_totals_and_none_between_is_missing() -> None:
    sample.crediting()
    lines = public_figures.over_time(ALL)
    assert [line["year"] for line in lines] == list(range(2007, 2014))
    totals = lookup.totals()
    assert summed(lines, "issued") == summed(totals, "issued") == 6500
    assert summed(lines, "cancelled") == summed(totals, "cancelled") == 70
    assert {line["year"]: line["cancelled"] for line in lines if line["cancelled"]} == {2012: 50, 2013: 20}


def test_an_international_registry_tells_first_transfers_uses_and_flows() -> None:
    sample.international()
    by_year = {line["year"]: line for line in public_figures.over_time(ALL)}
    assert {act: by_year[2025][act] for act in ACTS} == {
        "issued": 0, "first_transferred": 600, "used_ndc": 250, "used_oimp": 0, "cancelled": 0,
    }  # fmt: skip
    assert public_figures.flows(ALL) == [{"giver": "GHA", "taker": "CHE", "quantity": 600}]
    assert public_figures.by_purpose(ALL)[0]["quantity"] == 250
    ghana, swiss = public_figures.by_party(ALL)
    assert (ghana["party"], ghana["issued"], ghana["first_transferred"], ghana["used_ndc"]) == ("GHA", 1000, 600, 0)
    assert (swiss["party"], swiss["issued"], swiss["acquired"], swiss["used_ndc"]) == ("CHE", 0, 600, 250)


def test_where_units_are_adds_up_to_what_was_issued() -> None:
    sample.international()
    found = {(line["party"], line["fate"], line["of"]): line["quantity"] for line in public_figures.whereabouts(ALL)}
    assert found == {
        ("GHA", "held", "GHA"): 400, ("GHA", "held", "CHE"): 350, ("GHA", "used_ndc", "CHE"): 250,
    }  # fmt: skip


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_breakdown_adds_up_to_the_same_total(attribute: str) -> None:
    sample.international()
    lines = public_figures.by_attribute(attribute, ALL)
    assert summed(lines, "issued") == 1000
    for line in lines:
        assert line["issued"] == sum(line[part] for part in ("used_ndc", "used_oimp", "cancelled", "remaining"))


def test_sectors_are_the_batches_and_vintages_are_theirs() -> None:
    sample.international()
    assert [line["value"] for line in public_figures.by_attribute("sector", ALL)] == ["Energy generation"]
    assert [line["value"] for line in public_figures.by_attribute("vintage", ALL)] == ["2023"]


def test_a_filter_narrows_and_its_parts_add_up_to_the_whole() -> None:
    sample.crediting()
    whole = public_figures.over_time(ALL)
    parts = [public_figures.over_time(Wanted(party=code)) for code in ("IND", "BRA")]
    for act in ACTS:
        assert sum(summed(part, act) for part in parts) == summed(whole, act)
    early = public_figures.over_time(Wanted(year_last=2009))
    late = public_figures.over_time(Wanted(year_first=2010))
    assert summed(early, "issued") + summed(late, "issued") == summed(whole, "issued")
    assert public_figures.over_time(Wanted(party="GHA")) == []
    assert public_figures.over_time(Wanted(unit_type="lCER")) == []
    assert summed(public_figures.by_attribute("unit_type", Wanted(party="IND")), "issued") == 1500


def test_the_party_of_a_flow_is_either_side() -> None:
    sample.international()
    for code, expected in (("GHA", 1), ("CHE", 1), ("BRA", 0)):
        assert len(public_figures.flows(Wanted(party=code))) == expected


def test_what_is_no_filter_is_refused_in_words() -> None:
    assert wanted({"party": "", "from": "", "to": "", "type": ""}) == ALL
    assert wanted({"from": "2025", "to": "2020"}) == Wanted(year_first=2020, year_last=2025)
    for given, code in (
        ({"party": "XXX"}, Code.PARTY_UNKNOWN),
        ({"party": "ghana"}, Code.PARTY_UNKNOWN),
        ({"from": "soon"}, Code.REQUEST_MALFORMED),
        ({"to": "20255"}, Code.REQUEST_MALFORMED),
        ({"to": "\u0662\u0660\u0662\u0665"}, Code.REQUEST_MALFORMED),
        ({"from": "0001"}, Code.REQUEST_MALFORMED),
    ):
        with pytest.raises(Refused) as no:
            wanted(given)
        assert code in no.value.codes


def test_a_figure_is_current_as_soon_as_something_is_booked() -> None:
    made = sample.crediting()
    before = summed(public_figures.over_time(ALL), "cancelled")
    order = Order("cancellation_voluntary", made.accounts["trader"], made.accounts["cancelled"], 5)
    transactions.propose(order, by=made.ama, now=sample.day(2014, 5, 6))
    assert summed(public_figures.over_time(ALL), "cancelled") == before + 5


def test_a_figure_is_not_computed_again_while_nothing_is_booked() -> None:
    sample.crediting()
    computed = []

    def compute() -> int:
        computed.append(1)
        return 7

    assert [kept_unchanged("a test of keeping", compute) for _ in range(3)] == [7, 7, 7]
    assert len(computed) == 1


def test_cancellations_are_listed_by_purpose_party_and_year() -> None:
    sample.international()
    found = public_figures.cancellations(ALL)
    assert [(each["party"], each["quantity"], each["account_type"]) for each in found.items] == [
        ("CHE", 250, "retirement")
    ]
    assert public_figures.cancellations(Wanted(party="GHA")).total == 0
    assert public_figures.cancellations(Wanted(year_first=2026)).items == []
    assert public_figures.cancellations(ALL, account_type="retirement", purpose="").total == 1
    assert public_figures.cancellations(ALL, purpose="CORSIA").total == 0


def test_who_sees_one_section_of_a_closed_registry_is_told_the_sums_of_that_section() -> None:
    sample.international(is_public=False)
    with sight.seeing(sight.NOTHING):
        assert public_figures.over_time(ALL) == []
        assert public_figures.flows(ALL) == []
        assert public_figures.whereabouts(ALL) == []
        assert public_figures.choices() == {"parties": [], "years": [], "unit_types": []}
    swiss = sight_of_sections([registries.sections()["CHE"]])
    with sight.seeing(swiss):
        held = {(line["fate"], line["of"]): line["quantity"] for line in public_figures.whereabouts(ALL)}
        assert held == {("held", "CHE"): 350, ("used_ndc", "CHE"): 250}


def test_sums_that_are_kept_say_what_the_journal_says_and_only_to_who_sees_it_all(database: Database) -> None:
    assert [figures.keep_up() for _turn in range(2)] == [0, 0]  # of a journal in which nothing was ever written
    made = sample.international(is_public=False)

    def told() -> tuple[Any, ...]:
        found = (public.acts(), public.flows(), totals.ended())
        return tuple(sorted((tuple(sorted(line.items())) for line in lines), key=str) for lines in found)

    live = told()
    assert figures.keep_up() == 4
    assert row("SELECT entry_id FROM movement_sum_through") == row("SELECT max(id) FROM entry")
    assert told() == live
    transactions.approve(lookup.transactions(limit=1).items[0]["id"], by=made.bo, now=sample.day(2026, 2, 1))
    beyond = told()  # read from the sums and, beyond them, from the journal
    assert beyond != live
    assert figures.keep_up() == 1
    assert told() == beyond
    assert sum(each[0] for each in rows("SELECT quantity FROM movement_sum WHERE giver = 'GHA'")) == 700
    for seen in (NOTHING, sight_of_sections([registries.sections()["CHE"]])):
        with sight.seeing(seen):
            assert (rows("SELECT 1 FROM movement_sum"), row("SELECT 1 FROM movement_sum_through")) == ([], None)
            assert all(each["taker"] == "CHE" for each in public.flows())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one("UPDATE movement_sum SET quantity = 0 RETURNING 1")
    assert [each.name for each in audit.run() if not each.ok] == []
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("UPDATE movement_sum SET quantity = 699 WHERE giver = 'GHA'")
    [broken] = [each for each in audit.run() if not each.ok]
    assert (broken.name, broken.findings[0]) == ("sums", "2025 MO of GHA: 699 units in the sums, 600 in the journal")
