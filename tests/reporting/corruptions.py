"""Corruptions of the simulated world: each falsifies a row, drawn by lot, and says which cells the checks must name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reporting.corrupted import Corrupted, Expected, Row, is_ghg, is_plain, part
from reporting.simulated import SILENT

USING_PARTY, USING_ENTITY = "Using/cancellingPartyID", "Using/cancellingEntityID"
ENDINGS = ("Use", "Cancellation", "Voluntary Cancellation")
LATE = "-12-31T23:00:00.000Z"


# --- One row


def quantity_of_an_action(it: Corrupted) -> Expected:
    row = it.pick("actions", is_ghg)
    it.put(row, QuantityCO2=row["QuantityCO2"] + it.chance.choice((-1, 1, 7)))
    return {row.cell("X3", "QuantityCO2")}


def quantity_of_a_holding(it: Corrupted) -> Expected:
    row = it.pick("holdings", is_ghg)
    it.put(row, QuantityCO2=row["QuantityCO2"] + 1)
    return {row.cell("X3", "QuantityCO2")}


def no_mitigation_type(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: True)
    it.put(row, MitigationType="NA")
    return {row.cell("F03", "MitigationType")}


def unknown_sector(it: Corrupted) -> Expected:
    row = it.pick("authorizations", lambda row: True)
    it.put(row, Sectors="Chimneys")
    return {row.cell("F02", "Sectors")}


def acquiring_party_of_a_use(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use")
    it.put(row, AcquiringPartyID="PER")
    return {row.cell("F04", "AcquiringPartyID")}


def result_filled_in(it: Corrupted) -> Expected:
    file = it.chance.choice(sorted(it.true))
    it.document(file)["submission"]["ResultOfConsistencyCheck"] = "Consistent"
    return {("F05", file, "submission", "[1].ResultOfConsistencyCheck")}


def identifier_of_another_vintage(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: True)
    head = f"{row['CooperativeApproachID']}-{row.host}01-{row.host}"
    ids = {name: f"{head}-{row[name]}-{row['Vintage'] + 1}" for name in ("FirstID", "LastID")}
    it.put(row, **ids)
    return {row.cell("F06", "Vintage")}


def subtype_of_another_type(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Transfer" and row["ActionSubtype"] in (None, ""))
    it.put(row, ActionSubtype="Issuance")
    return {row.cell("F07", "ActionSubtype")}


def period_backwards(it: Corrupted) -> Expected:
    used = {row.file for row in it.actions("Use")}
    file = it.chance.choice(sorted(set(it.true) - used))
    it.document(file)["submission"]["FirstYearOfNDCPeriod"] = 2031
    return {("F08", file, "submission", "[1].FirstYearOfNDCPeriod")}


# --- The same said twice, or in two ways


def action_repeated(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: True)
    return {it.add(row.file, row).cell("II02", "ActionDateTime")}


def action_reported_by_the_other_too(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: _sent(row) and it.has(row["AcquiringPartyID"], row.year))
    return {it.add(f"{row['AcquiringPartyID']} {row.year}", row).cell("II02", "ActionDateTime")}


def sectors_changed(it: Corrupted) -> Expected:
    row = it.pick("authorizations", lambda row: row.year > 2024)
    it.put(row, Sectors="Transportation" if row["Sectors"] != "Transportation" else "Urban development")
    return {row.cell("II03", "Sectors")}


def another_metric(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: not is_ghg(row) and row.host not in SILENT)
    ghg = {"Metric": "GHG", "Non-GHGMetric": "NA", "QuantityNon-GHG": "NA", "QuantityCO2": len(row.units)}
    it.put(row, **{**ghg, "GWPValues": "AR5"})
    return {row.cell("II04", "Metric")}


def underlying_block_longer(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["UnderlyingUnitRegistryID"] != "NA")
    it.put(row, UnderlyingUnitLastUnitID=row["UnderlyingUnitLastUnitID"] + 1)
    return {row.cell("II05", "UnderlyingUnitLastUnitID")}


def other_underlying_units(it: Corrupted) -> Expected:
    hosts = it.rows("actions", lambda row: row["UnderlyingUnitRegistryID"] != "NA" and row.party == row.host)
    row = it.pick("actions", lambda row: row["UnderlyingUnitRegistryID"] != "NA" and row.party != row.host
                  and any(each.overlaps(row) for each in hosts))  # fmt: skip
    names = ("UnderlyingUnitFirstUnitID", "UnderlyingUnitLastUnitID")
    it.put(row, **{name: row[name] + 5000 for name in names})
    return {row.cell("II05", names[0])}


def entity_not_authorized(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row[USING_ENTITY] not in (None, "NA", "") and it.authorization(row))
    it.put(row, **{USING_ENTITY: "Zeppelin"})
    return {row.cell("II06", USING_ENTITY)}


def user_not_authorized(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row[USING_PARTY] not in (None, "NA", "") and it.authorization(row))
    it.put(row, **{USING_PARTY: "BRA"})
    return {row.cell("II06", USING_PARTY)}


def another_approach(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: row.party != row.host and it.authorization(row) and _elsewhere(it, row))
    it.put(row, CooperativeApproachID=it.chance.choice(_elsewhere(it, row)))
    return {row.cell("II07", "CooperativeApproachID")}


def _elsewhere(it: Corrupted, row: Row) -> list[str]:
    """Other approaches in which the Party takes part."""
    return sorted({
        each["CooperativeApproachID"] for each in it.rows("authorizations")
        if row.party in each["AuthorizedPartyIDs"] and each["CooperativeApproachID"] != row["CooperativeApproachID"]
    })  # fmt: skip


def approach_without_the_party(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: row.party != row.host and it.authorization(row))
    for each in it.authorizations(row):
        others = [code for code in each["AuthorizedPartyIDs"].split("; ") if code != row.party]
        it.put(each, AuthorizedPartyIDs="; ".join(others))
    approach = row["CooperativeApproachID"]
    first: dict[str, Row] = {}
    for table in ("actions", "holdings"):
        for each in it.rows(table, lambda one: one.party == row.party and one["CooperativeApproachID"] == approach):
            first.setdefault(each.file, each)
    return {each.cell("II01", "CooperativeApproachID") for each in first.values()}


def mitigation_type_changed(it: Corrupted) -> Expected:
    row = _of_another(it, "holdings")
    it.put(row, MitigationType="Emission reductions and removals")
    return {row.cell("X6", "MitigationType")}


def vintage_changed(it: Corrupted) -> Expected:
    row = _of_another(it, "actions", "Acquisition")
    it.put(row, Vintage=row["Vintage"] + 1)
    return {row.cell("X6", "Vintage")}


def _of_another(it: Corrupted, table: str, type_: str | None = None) -> Row:
    """A row about units of which the host reports too."""
    of_hosts = it.rows("actions", lambda row: row.party == row.host)
    return it.pick(table, lambda row: row.party != row.host and type_ in (None, row.values.get("ActionType"))
                   and row["Vintage"] < 2030 and any(each.overlaps(row) for each in of_hosts))  # fmt: skip


def another_host(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Acquisition" and it.authorization(row))
    hosts = sorted({each.party for each in it.rows("authorizations")} - {row.host, row.party})
    known = {(each.party, each["AuthorizationID"]) for each in it.rows("authorizations")}
    free = [each for each in hosts if not {(each, row["AuthorizationID"]), (row.party, row["AuthorizationID"])} & known]
    it.put(row, FirstTransferringPartyID=it.chance.choice(free))
    return {row.cell("X6", "FirstTransferringPartyID")}


# --- Years, authorizations and periods


def action_of_another_year(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use" and not _is_first(it, row))
    it.put(row, ActionDateTime=f"{row.year + 1}-01-05T10:00:00.000Z")
    return {row.cell("STC01", "ActionDateTime")}


def _is_first(it: Corrupted, row: Row) -> bool:
    """Whether the use or cancellation is the first transfer too."""
    same = row["ActionDateTime"]
    return any(each["ActionDateTime"] == same for each in it.rows("actions", row.overlaps) if each.values != row.values)


def authorization_not_listed(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] in ENDINGS and it.authorization(row))
    it.put(row, AuthorizationID="Z 99")
    return {row.cell("STC02", "AuthorizationID")}


def used_for_another_purpose(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use"
                  and it.authorization(row).get("PurposeForAuthorization") == "NDC")  # fmt: skip
    it.put(row, PurposeITMOUsedForOIMP="IMP: CORSIA", YearITMOUsedTowardsNDC="NA")
    return {row.cell("STC02", "PurposeITMOUsedForOIMP")}


def transferred_before_it_was_authorized(it: Corrupted) -> Expected:
    given = _of_first_transfers(it)
    firsts = sorted(_first_transfers(it, given), key=lambda row: row["ActionDateTime"])
    year, month, day = firsts[len(firsts) // 3]["ActionDateTime"][:10].split("-")
    for each in it.authorizations(given):
        it.put(each, DateOfAuthorization=f"{day}/{month}/{year}")
    return {
        row.cell("STC02", "ActionDateTime") for row in firsts if row["ActionDateTime"][:10] < f"{year}-{month}-{day}"
    }


def _of_first_transfers(it: Corrupted) -> Row:
    """An authorization with several first transfers."""
    return it.pick("authorizations", lambda row: len(_first_transfers(it, row)) > 6)


def _first_transfers(it: Corrupted, given: Row) -> list[Row]:
    code = given["AuthorizationID"]
    return [row for row in it.actions("First transfer") if row["AuthorizationID"] == code and row.party == row.host]


def used_outside_the_period(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: isinstance(row["YearITMOUsedTowardsNDC"], int))
    it.put(row, YearITMOUsedTowardsNDC=2031)
    return {row.cell("STC03", "YearITMOUsedTowardsNDC")}


def not_the_defined_first_transfer(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionSubtype"] == "First transfer to another Party"
                  and it.authorization(row).get("PurposeForAuthorization") == "NDC")  # fmt: skip
    it.put(row, ActionSubtype="Issuance")
    return {row.cell("STC04", "ActionSubtype")}


def more_than_authorized(it: Corrupted) -> Expected:
    given = it.pick("authorizations", lambda row: len(_first_transfers(it, row)) > 4 and is_ghg(row))
    firsts = sorted(_first_transfers(it, given), key=lambda row: row["ActionDateTime"])
    for each in it.authorizations(given):
        it.put(each, AuthorizedQuantity=sum(len(row.units) for row in firsts) - 1)
    return {firsts[-1].cell("X5", "QuantityCO2")}


def outside_the_timeframe(it: Corrupted) -> Expected:
    given = _of_first_transfers(it)
    for each in it.authorizations(given):
        it.put(each, AuthorizedTimeframe="2025 - 2030")
    return {row.cell("X5", "Vintage") for row in _first_transfers(it, given) if row["Vintage"] < 2025}


def first_transferred_too_late(it: Corrupted) -> Expected:
    """The Party's period ended two years before, in an even year: the report on it was due in this one."""
    used = {row.file for row in it.actions("Use")}

    def is_late(row: Row) -> bool:
        is_last = row["Vintage"] == row.year - 2 and row.year % 2 == 0
        return (
            is_last and row["ActionSubtype"] in _OIMP and row["ActionType"] == "First transfer" and _for_oimp(it, row)
        )

    file = it.pick("actions", lambda row: is_late(row) and row.file not in used).file
    it.document(file)["submission"]["LastYearOfNDCPeriod"] = int(file[4:]) - 2
    return {row.cell("X9", "ActionDateTime") for row in it.rows("actions", is_late) if row.file == file}


_OIMP = ("Issuance", "Authorization", "Use or cancellation", "Voluntary cancellation to deliver OMGE",
         "Voluntary transfer to the Adaptation Fund (A6.4 ERs)")  # fmt: skip


def _for_oimp(it: Corrupted, row: Row) -> bool:
    return it.authorization(row).get("PurposeForAuthorization") != "NDC"


# --- Units that are there twice, too late, or with nobody


def used_again(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use")
    return {it.add(row.file, row, ActionDateTime=f"{row.year}{LATE}").cell("X4", "FirstID")}


def first_transferred_again(it: Corrupted) -> Expected:
    ended = [each for each in it.rows("actions") if each["ActionType"] in ENDINGS]
    row = it.pick("actions", lambda row: row["ActionSubtype"] == "First transfer to another Party"
                  and it.has(row.party, row.year + 1) and not any(each.overlaps(row) for each in ended))  # fmt: skip
    again = it.add(f"{row.party} {row.year + 1}", row, ActionDateTime=f"{row.year + 1}{LATE}")
    return {again.cell("X7", "ActionType")}


def acquired_before_the_first_transfer(it: Corrupted) -> Expected:
    firsts = {(row.host, row["FirstID"], row["LastID"]): row for row in it.actions("First transfer")
              if row["ActionSubtype"] == "First transfer to another Party"}  # fmt: skip
    row = it.pick("actions", lambda row: row["ActionType"] == "Acquisition"
                  and (row.host, row["FirstID"], row["LastID"]) in firsts
                  and firsts[row.host, row["FirstID"], row["LastID"]]["AcquiringPartyID"] == row.party)  # fmt: skip
    it.put(row, ActionDateTime=f"{row.year}-01-01T00:00:00.000Z")
    return {row.cell("X7", "ActionDateTime")}


def first_transfer_by_another(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Transfer" and row["ActionSubtype"] in (None, "")
                  and row.party != row.host)  # fmt: skip
    it.put(row, ActionType="First transfer", ActionSubtype="First transfer to another Party")
    return {row.cell("X7", "ActionType")}


def held_in_two_rows(it: Corrupted) -> Expected:
    row = it.pick("holdings", is_plain)
    return {it.add(row.file, row, **part(row, row["FirstID"] + 1, row["LastID"])).cell("X3", "FirstID")}


def held_by_two(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: _partners(it, row))
    other = it.chance.choice(_partners(it, row))
    again = it.add(f"{other} {row.year}", row, PartyITMORegistryID=f"{other}01")
    return {row.cell("X3", "FirstID"), again.cell("X3", "FirstID")}


def _partners(it: Corrupted, row: Row) -> list[str]:
    named = str(it.authorization(row).get("AuthorizedPartyIDs") or "").split("; ")
    return [each for each in named if each not in (row.party, "") and it.has(each, row.year)]


# --- What one sends and the other receives


def _sent(row: Row) -> bool:
    return row["ActionType"] in ("Transfer", "First transfer") and row["AcquiringPartyID"] not in (None, "NA", "", "AF")


def _counterpart(it: Corrupted, row: Row) -> Row | None:
    """The acquisition of a transfer."""
    same = ("FirstID", "LastID")
    found = it.rows("actions", lambda each: each["ActionType"] == "Acquisition" and each.year == row.year
                    and each.party == row["AcquiringPartyID"] and each.overlaps(row)
                    and all(each[name] == row[name] for name in same))  # fmt: skip
    return found[0] if len(found) == 1 else None


def _pair(it: Corrupted) -> tuple[Row, Row]:
    """A transfer with its acquisition."""
    sent = it.rows("actions", _sent)
    it.chance.shuffle(sent)
    for row in sent:
        other = _counterpart(it, row)
        if other is not None:
            return row, other
    raise LookupError("no transfer has its acquisition")


def acquisition_not_reported(it: Corrupted) -> Expected:
    sent, received = _pair(it)
    it.drop(received)
    return {sent.cell("X1", "AcquiringPartyID")}


def transfer_not_reported(it: Corrupted) -> Expected:
    sent, received = _pair(it)
    while sent["ActionType"] != "Transfer":
        sent, received = _pair(it)
    it.drop(sent)
    return {received.cell("X1", "TransferringPartyID")}


def sent_to_another(it: Corrupted) -> Expected:
    sent, received = _pair(it)
    others = [each for each in _partners(it, sent) if each != received.party]
    while not others:
        sent, received = _pair(it)
        others = [each for each in _partners(it, sent) if each != received.party]
    it.put(sent, AcquiringPartyID=it.chance.choice(others))
    return {sent.cell("X1", "AcquiringPartyID"), received.cell("X1", "TransferringPartyID")}


# --- What is held


def acquired_and_not_held(it: Corrupted) -> Expected:
    held = it.rows("holdings", lambda row: it.authorization(row))
    it.chance.shuffle(held)
    for row in held:
        acts = [each for each in it.rows("actions", row.overlaps) if each.file == row.file]
        if len(acts) == 1 and acts[0].units == row.units and acts[0]["ActionType"] == "Acquisition":
            it.drop(row)
            return {acts[0].cell("ISC01", "FirstID")}
    raise LookupError("nothing that was acquired and kept whole")


def used_and_still_held(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use" and is_plain(row) and it.authorization(row)
                  and _was_held(it, row))  # fmt: skip
    like = it.pick("holdings", lambda row: True)
    names = list(like.values)
    kept = Row(row.file, "holdings", 0, {name: row.values[name] for name in names})
    return {it.add(row.file, kept).cell("ISC01", "FirstID")}


def _was_held(it: Corrupted, row: Row) -> bool:
    """Whether the units were held, in one row, a year before."""
    return any(
        each.file == f"{row.party} {row.year - 1}"
        and each["FirstID"] <= row["FirstID"]
        and row["LastID"] <= each["LastID"]
        for each in it.rows("holdings", row.overlaps)
    )  # fmt: skip


def gone_without_an_action(it: Corrupted) -> Expected:
    row = _kept(it)
    it.put(row, **part(row, row["FirstID"], row["LastID"] - 1))
    return {("X2", row.file, "holdings", "")}


def _kept(it: Corrupted) -> Row:
    """A plain row of units that were all held a year before, and to which nothing happened since."""

    def is_kept(row: Row) -> bool:
        if not is_plain(row) or not it.has(row.party, row.year - 1):
            return False
        now = [each for each in it.about(row) if each.party == row.party]
        before = [each for each in now if each.table == "holdings" and each.year == row.year - 1]
        return not [each for each in now if each.table == "actions" and each.year == row.year] and any(
            each["FirstID"] <= row["FirstID"] and row["LastID"] <= each["LastID"] for each in before
        )

    rows = it.rows("holdings")
    it.chance.shuffle(rows)
    return next(row for row in rows if is_kept(row))


def held_from_nowhere(it: Corrupted) -> Expected:
    row = it.pick("holdings", lambda row: is_plain(row) and it.has(row.party, row.year - 1))
    return {it.add(row.file, row, **part(row, 900_001, 900_010)).cell("X2", "FirstID")}


def used_and_never_held(it: Corrupted) -> Expected:
    row = it.pick("actions", lambda row: row["ActionType"] == "Use" and is_plain(row) and it.authorization(row)
                  and it.has(row.party, row.year - 1))  # fmt: skip
    return {it.add(row.file, row, **part(row, 900_001, 900_010)).cell("X2", "FirstID")}


def corruptions() -> Iterator[Callable[[Corrupted], Expected]]:
    """All of them, in the order of this file."""
    for name, each in list(globals().items()):
        if callable(each) and getattr(each, "__annotations__", {}).get("return") == "Expected" and name[0] != "_":
            yield each
