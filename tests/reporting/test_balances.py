"""From AEFs to amounts, to the structured summary, and to what all Parties' reports come to together."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from reporting.worlds import (
    ACTIONS,
    AUTHORIZATIONS,
    COOKSTOVES,
    HOLDINGS,
    act,
    documents,
    power,
    reading,
    stoves,
    trees,
)

from article6.domain.adjustments import Amounts, Basis, Levels, Method, Plan, balance
from article6.domain.authorizations import Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.units import UnitType
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionSubtype, ActionType, MitigationType
from article6.reporting.aef_records import Action, Authorization, Holding, ItmoBlock
from article6.reporting.conservation import Flows
from article6.reporting.file_amounts import of_files
from article6.reporting.itmo_amounts import FIRST_TRANSFERRED, USED, Tallied, Tally, sectors_of
from article6.reporting.structured_summary import ROWS, Targets, emissions_balance, summary
from article6.reporting.summary_files import as_json, figure, rounded, write_xlsx

YEARS = (2023, 2024, 2025)


def tallied(party: str, metric: str = "") -> Tallied:
    tally = Tally(party, metric)
    sectors = {}
    for year in YEARS:
        tally.add(ACTIONS.get((party, year), [])).authorize(AUTHORIZATIONS.get((party, year), []))
        for host in ("GHA", "VUT"):
            sectors |= sectors_of(host, AUTHORIZATIONS.get((host, year), []))
    return tally.result(sectors)


def test_first_transfers_count_for_their_vintage_and_uses_for_the_year_used() -> None:
    assert tallied("GHA").amounts == {2022: Amounts(first_transferred=1020, first_transferred_oimp=20)}
    assert tallied("CHE").amounts == {2024: Amounts(used=300)}
    assert tallied("VUT").amounts == {2023: Amounts(first_transferred=500, first_transferred_oimp=500)}


def test_the_breakdown_adds_up_and_names_approach_sector_parties_and_vintage() -> None:
    [sent, omge] = sorted(tallied("GHA").shares, key=lambda each: -each.quantity)
    assert (sent.what, sent.year, sent.cooperative_approach, sent.vintage) == (FIRST_TRANSFERRED, 2022, "CA0001", 2022)
    assert (sent.sectors, sent.transferring_party, sent.using_party) == (("Energy generation",), "GHA", "CHE")
    assert (omge.using_party, omge.quantity) == ("", 20)
    [used] = tallied("CHE").shares
    assert (used.what, used.transferring_party, used.sectors, used.quantity) == (USED, "GHA", sent.sectors, 300)


def test_a_non_ghg_metric_counts_in_its_own_unit_and_says_what_has_no_tonnes() -> None:
    assert tallied("VUT").uncounted == 1
    metered = tallied("VUT", "megawatt hours")
    assert (metered.amounts, metered.uncounted) == ({2024: Amounts(first_transferred=10)}, 0)
    assert tallied("VUT", "hectares").amounts == {}


def test_a_converted_quantity_stays_exact() -> None:
    block = replace(power(1, 3), quantity_tco2e=Decimal("1.5936"), quantity_non_ghg="0.3")
    sent = act("2025-03-01", ActionType.FIRST_TRANSFER, block, "VUT", subtype=ActionSubtype.TO_ANOTHER_PARTY)
    tonnes = Tally("VUT").add([sent] * 10).result().amounts[2024].first_transferred
    assert tonnes == Fraction(15936, 1000)
    assert Tally("VUT", "megawatt hours").add([sent] * 10).result().amounts[2024].first_transferred == 3


def authorized(version: int, day: date, quantity: int | None, purpose: Purpose = Purpose.OIMP) -> Authorization:
    return replace(COOKSTOVES, version=version, authorized_on=day, quantity_max=quantity, purpose=purpose)


def test_each_version_of_an_authorization_counts_by_what_it_changes() -> None:
    first, more = authorized(1, date(2023, 1, 1), 1000), authorized(2, date(2024, 1, 1), 1500)
    less = authorized(3, date(2025, 1, 1), None, Purpose.NDC)
    unsaid = replace(authorized(1, date(2025, 1, 1), None), authorization_id="other")
    found = Tally("GHA").authorize([first]).authorize([first, more]).authorize([first, more, less, unsaid]).result()
    at = {year: each.authorized_oimp for year, each in found.amounts.items()}
    assert at == {2023: 1000, 2024: 500, 2025: -1500}
    assert [(each.year, each.quantity) for each in found.authorized] == [
        (2023, 1000), (2024, 500), (2025, -1500), (2025, None),
    ]  # fmt: skip


PLAN = Plan("GHA", 2021, 2030, Method.AVERAGING)
LEVELS = Levels({2022: 1_000_000, 2024: 1_100_000}, {})


def test_the_rows_are_those_of_table_4_in_their_order() -> None:
    found = summary(PLAN, tallied("GHA"), LEVELS, through=2024, targets=Targets(1_050_000, 900_000, 2010))
    keys = [row.key for row in found.rows]
    assert keys[:3] == ["indicator", "total", "lulucf"]
    assert keys[3:-5] == [key for key, *_ in ROWS]
    assert [row.clause.split("para ")[1] for row in found.rows[3:-5]] == [
        "7(a)(i)", "7(b)", "23(a)", "23(b)", "23(i)", "23(c)", "23(d)", "23(e)", "23(f)", "7(a)(ii)", "23(g)", "23(h)",
        "23(k)(i)", "23(k)(ii)", "77(d)(iii)",
    ]  # fmt: skip
    rows = {row.key: row for row in found.rows}
    assert rows["average"].figures == {2021: 0, 2022: 510, 2023: 340, 2024: 255}
    assert rows["balance"].figures == {2021: None, 2022: 1_000_510, 2023: None, 2024: 1_100_255}
    assert (rows["target"].said, rows["final"].said, rows["achieved"].said) == (1_050_000, None, None)
    assert found.allowance == 1_050_000 - 102


@pytest.mark.parametrize(("level", "said"), [(948, "yes"), (949, "no")])
def test_the_end_of_the_period_is_assessed(level: int, said: str) -> None:
    levels = Levels({2030: level})
    given = Tallied({2022: Amounts(first_transferred=1020)}, (), (), 0)
    found = summary(PLAN, given, levels, through=2030, targets=Targets(1050))
    assert {row.key: row.said for row in found.rows}["achieved"] == said
    assert found.achievement.margin == 948 - level


def test_an_indicator_is_reached_from_below() -> None:
    plan = replace(PLAN, method=Method.TRAJECTORY, basis=Basis.NON_GHG)
    given = Tallied({2030: Amounts(first_transferred=30)}, (), (), 0)
    found = summary(plan, given, Levels({2030: 1020}), through=2030, unit="MWh", targets=Targets(1000))
    assert (found.achievement.adjusted, found.achievement.margin, found.allowance) == (990, -10, 1030)


def test_an_ndc_in_another_metric_has_an_emissions_balance_too() -> None:
    """The example of docs/explanation/corresponding-adjustments.md: 30 MWh first transferred, 5 used, 0.5312 t CO2 eq
    each, and 10 t CO2 eq first transferred of another approach."""
    plan = Plan("VUT", 2024, 2024, Method.MULTI_YEAR, Basis.NON_GHG)
    metered = Tallied({2024: Amounts(first_transferred=30, used=5)}, (), (), 0)
    each = Fraction("0.5312")
    tonnes = {2024: Amounts(first_transferred=30 * each + 10, used=5 * each)}
    given = {"through": 2024, "unit": "MWh", "targets": Targets(emissions={2024: 400})}
    found = summary(plan, metered, Levels({2024: 1000}), in_tonnes=tonnes, **given)
    rows = {row.key: row for row in found.rows}
    assert (rows["adjusted_indicator"].figures[2024], rows["adjusted_indicator"].unit) == (975, "MWh")
    assert (rows["balance"].figures[2024], rows["balance"].unit) == (Fraction("423.28"), "t CO2 eq")
    assert (rows["adjustment"].figures[2024], rows["adjustment_tco2e"].figures[2024]) == (-25, Fraction("23.28"))
    assert [row.key for row in found.rows].index("adjustment_tco2e") == [row.key for row in found.rows].index(
        "adjustment"
    ) + 1
    unknown = summary(plan, metered, Levels({2024: 1000}), **given)
    left_open = {row.key: row.figures for row in unknown.rows}
    assert left_open["balance"] == left_open["adjustment_tco2e"] == {2024: None}, "not in t CO2 eq"


@given(
    st.sampled_from(Method),
    st.dictionaries(st.integers(2021, 2030), st.tuples(*[st.integers(0, 10**9)] * 3), max_size=10),
    st.dictionaries(st.integers(2021, 2030), st.integers(0, 10**12)),
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**3, max_denominator=10**6),
)
def test_in_tonnes_the_same_units_adjust_emissions_as_they_adjust_the_indicator(
    method: Method, traded: dict[int, tuple[int, int, int]], emissions: dict[int, int], ratio: Fraction
) -> None:
    plan = Plan("VUT", 2021, 2030, method, Basis.NON_GHG)
    units = {year: Amounts(first_transferred=first, used=used) for year, (first, used, _cers) in traded.items()}
    tonnes = {
        year: Amounts(first_transferred=first * ratio, used=used * ratio)
        for year, (first, used, _cers) in traded.items()
    }
    of_units = balance(plan, units, Levels(), 2030)
    adjusted = emissions_balance(plan, tonnes, emissions, 2030)
    assert [each.adjustment for each in adjusted] == [-ratio * each.adjustment for each in of_units]
    with_cers = {year: each + Amounts(cers=traded[year][2]) for year, each in tonnes.items()}
    as_emissions = balance(replace(plan, basis=Basis.GHG), with_cers, Levels(emissions), 2030)
    given = summary(
        plan, Tallied(units, (), (), 0), Levels(), through=2030, unit="MWh", targets=Targets(emissions=emissions),
        in_tonnes=with_cers,
    )  # fmt: skip
    rows = {row.key: row.figures for row in given.rows}
    assert rows["balance"] == {each.year: each.balance for each in as_emissions}
    assert rows["cers"] == {each.year: each.amounts.cers for each in as_emissions}


def test_figures_are_exact_in_json_and_in_the_workbook() -> None:
    found = summary(PLAN, Tallied({2021: Amounts(1916)}, (), (), 0), LEVELS, through=2023)
    rows = {row["key"]: row["figures"] for row in as_json(found)["rows"]}
    assert rows["adjustment"]["2023"] == {"exact": "1916/3", "rounded": "638.667"}
    assert rows["covered"]["2021"] is None
    file = io.BytesIO()
    write_xlsx(found, file)
    book = load_workbook(file)
    [line] = [row for row in book["Table 4"].iter_rows() if str(row[1].value).startswith("Total quantitative")]
    assert [cell.value for cell in line[5:8]] == [1916, 958, "=1916/3"]
    large = summary(PLAN, Tallied({}, (), (), 0), Levels({2021: 10**15 + 1}), through=2021)
    file = io.BytesIO()
    write_xlsx(large, file, remark="=1+1")
    cells = {cell.value for row in load_workbook(file)["Table 4"].iter_rows() for cell in row}
    assert str(10**15 + 1) in cells


@given(st.fractions(max_denominator=10**6))
def test_rounding_is_to_the_nearest_and_never_loses_the_sign(value: Fraction) -> None:
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 2000)
    assert figure(value) == {"exact": str(value), "rounded": rounded(value)}


def test_halves_go_to_the_even_neighbour() -> None:
    assert [rounded(Fraction(each, 2000)) for each in (1, 3, -1, -3)] == ["0", "0.002", "0", "-0.002"]


def test_files_add_up_in_their_newest_versions_and_without_what_is_not_whole() -> None:
    given = documents()
    found = of_files([reading(name, each) for name, each in given.items()])
    assert (found.flow.difference, found.flow.with_fund, found.left_out) == (0, 0, ())
    assert found.tallied["CHE"].amounts == tallied("CHE").amounts
    assert found.periods["GHA"] == (2021, 2030)
    older = reading("older", given["CHE 2024"])
    twice = of_files([reading(name, each) for name, each in given.items()] + [older])
    assert (len(twice.left_out), twice.flow) == (1, found.flow)


# A world at random: units of two hosts, each of which goes its own way.


class World:
    """Each unit (host, serial) is with a Party, with the Fund ("AF") or nowhere any more (""); "host" before its first
    transfer. What happens to it is reported as the AEF has it."""

    def __init__(self) -> None:
        self.where: dict[tuple[str, int], str | None] = {
            (host, n): None for host in ("GHA", "VUT") for n in range(1, 9)
        }
        self.acts: dict[str, list[Action]] = defaultdict(list)

    def block(self, host: str, first: int, last: int) -> ItmoBlock:
        return stoves(first, last) if host == "GHA" else trees(first, last)

    def report(self, by: str, type_: ActionType, host: str, serial: int, **more: object) -> None:
        self.acts[by].append(act("2024-05-01", type_, self.block(host, serial, serial), by, **more))

    def step(self, host: str, serial: int, event: str, to: str) -> None:
        at = self.where[host, serial]
        if at in ("", ADAPTATION_FUND) and not (at == ADAPTATION_FUND and event == "send"):
            return
        getattr(self, f"_{event}")(host, serial, at, to)

    def _send(self, host: str, serial: int, at: str | None, to: str) -> None:
        sender = host if at is None else at
        if sender == to:
            return
        subtype = ActionSubtype.TO_ANOTHER_PARTY if at is None else None
        type_ = ActionType.FIRST_TRANSFER if at is None else ActionType.TRANSFER
        if sender != ADAPTATION_FUND:
            self.report(sender, type_, host, serial, subtype=subtype, acquiring_party=to)
        self.report(to, ActionType.ACQUISITION, host, serial, transferring_party=sender)
        self.where[host, serial] = to

    def _give(self, host: str, serial: int, at: str | None, to: str) -> None:
        type_ = ActionType.FIRST_TRANSFER if at is None else ActionType.TRANSFER
        subtype = ActionSubtype.ADAPTATION_FUND_VOLUNTARY
        self.report(at or host, type_, host, serial, subtype=subtype, acquiring_party=ADAPTATION_FUND)
        self.where[host, serial] = ADAPTATION_FUND

    def _authorize(self, host: str, serial: int, at: str | None, to: str) -> None:
        if at is None:
            self.report(host, ActionType.FIRST_TRANSFER, host, serial, subtype=ActionSubtype.AUTHORIZATION)
            self.where[host, serial] = host

    def _use(self, host: str, serial: int, at: str | None, to: str) -> None:
        if at not in (None, host):
            self.report(at, ActionType.USE, host, serial, year_used=2024)
            self.where[host, serial] = ""

    def _cancel(self, host: str, serial: int, at: str | None, to: str) -> None:
        if at is None:
            self.report(host, ActionType.FIRST_TRANSFER, host, serial, subtype=ActionSubtype.OMGE_VOLUNTARY)
        else:
            other = ActionSubtype.OTHER_CANCELLATIONS
            self.report(at, ActionType.CANCELLATION, host, serial, subtype=other, purpose="use under CORSIA")
        self.where[host, serial] = ""

    def _give_up(self, host: str, serial: int, at: str | None, to: str) -> None:
        """Outcomes cancelled before their first transfer are no ITMOs, and count nowhere."""
        if at is None:
            other = ActionSubtype.OTHER_CANCELLATIONS
            self.report(host, ActionType.VOLUNTARY_CANCELLATION, host, serial, subtype=other)
            self.where[host, serial] = ""

    def holdings(self) -> Iterable[Holding]:
        for (host, serial), at in self.where.items():
            if at not in (None, "", ADAPTATION_FUND):
                yield Holding(itmos=self.block(host, serial, serial), registry=f"{at}01")


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["GHA", "VUT"]),
        st.integers(1, 8),
        st.sampled_from(["send", "give", "authorize", "use", "cancel", "give_up"]),
        st.sampled_from(["CHE", "SWE", "GHA", "VUT"]),
    ),
    max_size=60,
)


@given(EVENTS)
def test_what_was_first_transferred_is_used_cancelled_held_or_with_the_fund(
    events: list[tuple[str, int, str, str]],
) -> None:
    world, flows = World(), Flows()
    for event in events:
        world.step(*event)
    for party, actions in world.acts.items():
        flows.add(party, actions)
    flows.hold(world.holdings())
    found = flows.result()
    assert found.difference == 0
    firsts = sum(
        each.first_transferred for party, acts in world.acts.items()
        for each in Tally(party).add(acts).result().amounts.values()
    )  # fmt: skip
    uses = sum(
        each.used for party, acts in world.acts.items() for each in Tally(party).add(acts).result().amounts.values()
    )
    assert (firsts, uses) == (found.first_transferred, found.used)


@given(EVENTS.filter(bool), st.data())
def test_a_unit_that_counts_twice_or_gets_lost_shows(
    events: list[tuple[str, int, str, str]], data: st.DataObject
) -> None:
    world, flows = World(), Flows()
    for event in [("GHA", 1, "send", "CHE"), *events]:
        world.step(*event)
    for party, actions in world.acts.items():
        flows.add(party, actions)
    held = list(world.holdings())
    doubled = data.draw(st.booleans())
    if not held:
        return
    flows.hold([*held, held[0]] if doubled else held[1:])
    assert flows.result().difference == (-1 if doubled else 1)


def test_a_block_that_was_first_transferred_in_parts_is_cancelled_in_part() -> None:
    flows = Flows()
    abroad = {"subtype": ActionSubtype.TO_ANOTHER_PARTY, "acquiring_party": "CHE"}
    first = [act("2023-05-01", ActionType.FIRST_TRANSFER, stoves(*each), "GHA", **abroad) for each in ((1, 4), (7, 9))]
    flows.add("GHA", first)
    gone = act("2023-06-01", ActionType.VOLUNTARY_CANCELLATION, stoves(3, 8), "GHA")
    flows.add("GHA", [gone])
    assert flows.result().cancelled == 4


def test_the_small_world_of_the_checks_adds_up() -> None:
    flows = Flows()
    for (party, _year), actions in ACTIONS.items():
        flows.add(party, actions)
    for (_party, year), blocks in HOLDINGS.items():
        if year == 2025:
            flows.hold(Holding(itmos=each, registry="X01") for each in blocks)
    assert flows.result().difference == 0


def test_a_block_of_another_registry_is_another_unit() -> None:
    identifier = UnitIdentifier(
        unit_type=UnitType.ITMO, cooperative_approach="CA0001", registry="GHA02", party="GHA", serial_first=1,
        serial_last=4, vintage_year=2022,
    )  # fmt: skip
    other = ItmoBlock(
        identifier=identifier, authorization_id="x", mitigation_type=MitigationType.REDUCTIONS, quantity_tco2e=4
    )
    flows = Flows()
    flows.add("GHA", [act("2023-05-01", ActionType.FIRST_TRANSFER, stoves(1, 4), "GHA", acquiring_party="CHE")])
    moment = datetime(2023, 6, 1, tzinfo=UTC)
    flows.add("GHA", [Action(executed_at=moment, type=ActionType.CANCELLATION, itmos=other, registry="GHA02")])
    assert (flows.result().first_transferred, flows.result().cancelled) == (4, 0)
