"""Records to rows: one cell per field, in the order of `aef_fields`, spelled as the profile wants.

An empty cell (None) means nothing was said; NA that the field does not apply (notes to 4/CMA.6 annex II).
What the platform fills in stays empty, except in table 1, where the official template prints a placeholder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

from article6.domain.authorizations import Purpose
from article6.domain.identifier_formats import render_range
from article6.reporting.aef_fields import CARP_FIELD, CARP_LINK, FIELDS, Table
from article6.reporting.aef_nomenclatures import (
    NOT_APPLICABLE,
    ActionType,
    Metric,
    Profile,
    spelled,
    spelled_metric,
)
from article6.reporting.aef_records import (
    Action,
    Aef,
    Alike,
    Authorization,
    AuthorizedEntity,
    Cell,
    Holding,
    ItmoBlock,
    Keyed,
    Likened,
    Row,
    Submission,
)
from article6.reporting.aef_specification import positions

__all__ = ["Cell", "Keyed", "Row", "confidential_lines", "keyed_rows", "keyed_texts", "rows", "texts"]

_Record = TypeVar("_Record", bound=Action | Holding)
_Told = TypeVar("_Told", Row, str)

_PROGRESS_EVERY = 1_000
_LIKES_KEPT = 1_024
_SENDING = frozenset({ActionType.FIRST_TRANSFER, ActionType.TRANSFER})
_ENDING = frozenset(
    {
        ActionType.USE,
        ActionType.FIRST_TRANSFER,
        ActionType.CANCELLATION,
        ActionType.VOLUNTARY_CANCELLATION,
    }
)


def rows(
    aef: Aef,
    table: Table,
    profile: Profile = Profile.CARP_2026_02,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Row]:
    """The rows of one table, read as they are needed.

    Args:
        progress: told how many rows were read since it was last told: every thousand rows, and the rest at
            the end.
    """
    return _counted(_rows(aef, table, profile), progress)


def _counted(found: Iterable[_Told], progress: Callable[[int], None] | None) -> Iterator[_Told]:
    if progress is None:
        yield from found
        return
    pending = 0
    for each in found:
        yield each
        pending += 1
        if pending == _PROGRESS_EVERY:
            progress(pending)
            pending = 0
    if pending:
        progress(pending)


def _rows(aef: Aef, table: Table, profile: Profile) -> Iterator[Row]:
    if table is Table.SUBMISSION:
        yield submission_row(aef.submission)
    elif aef.written is not None:
        yield from (row for _key, row in aef.written(table))
    elif table is Table.AUTHORIZATIONS:
        yield from (authorization_row(each, profile) for each in aef.authorizations())
    elif table is Table.ACTIONS:
        yield from (row for _key, row in _action_rows(aef, profile))
    elif table is Table.HOLDINGS:
        yield from (row for _key, row in _holding_rows(aef, profile))
    else:
        yield from (entity_row(each) for each in aef.entities())


def keyed_rows(aef: Aef, table: Table) -> Iterator[Keyed]:
    """The rows of one of the tables 2 to 5, each with its key, in the spelling of the platform."""
    profile = Profile.CARP_2026_02
    if aef.written is not None:
        yield from aef.written(table)
    elif table is Table.AUTHORIZATIONS:
        for given in aef.authorizations():
            yield f"{given.authorization_id}/{given.version}", authorization_row(given, profile)
    elif table is Table.ACTIONS:
        yield from _action_rows(aef, profile)
    elif table is Table.HOLDINGS:
        yield from _holding_rows(aef, profile)
    elif table is Table.ENTITIES:
        yield from ((each.key, entity_row(each)) for each in aef.entities())


def _action_rows(aef: Aef, profile: Profile) -> Iterator[Keyed]:
    if isinstance(aef.actions, Likened) and profile is not Profile.CMA6_ANNEX:
        return _rows_alike(aef.actions.alike(), lambda like: action_row(like, profile), Table.ACTIONS)
    return ((each.key, action_row(each, profile)) for each in aef.actions())


def _holding_rows(aef: Aef, profile: Profile) -> Iterator[Keyed]:
    if isinstance(aef.holdings, Likened) and profile is not Profile.CMA6_ANNEX:
        return _rows_alike(aef.holdings.alike(), lambda like: holding_row(like, profile), Table.HOLDINGS)
    return ((_held_key(each.itmos), holding_row(each, profile)) for each in aef.holdings())


def _rows_alike(found: Iterable[Alike[_Record]], row_of: Callable[[_Record], Row], table: Table) -> Iterator[Keyed]:
    """The rows of records that are told by others: what a row has in common with others is taken from the other's row.

    Not in the spelling of the annex, which prints units as whole identifiers.
    """
    # By the record's id, and with the record, so that no other one gets that id.
    rows_of_likes: dict[int, tuple[_Record, Row, Row, Row, Row]] = {}
    before: datetime | None = None
    moment: Row = ()
    for like, key, first, last, underlying_first, executed_at in found:
        if like.itmos.metric is not Metric.GHG:
            yield key, row_of(like)
            continue
        parts = rows_of_likes.get(id(like))
        if parts is None:
            if len(rows_of_likes) >= _LIKES_KEPT:
                rows_of_likes.clear()
            parts = rows_of_likes[id(like)] = (like, *_parts(row_of(like), table))
        _like, head, underlying_registry, metric, tail = parts
        if executed_at is not None and executed_at != before:
            before, moment = executed_at, (_moment(executed_at, Profile.CARP_2026_02),)
        count = last - first + 1
        underlying: Row = (NOT_APPLICABLE, NOT_APPLICABLE)
        if underlying_first is not None:
            underlying = underlying_first, underlying_first + count - 1
        yield key, (*moment, *head, first, last, *underlying_registry, *underlying, *metric, count, *tail)


# --- The rows as texts


class Setter(Protocol):
    """What sets rows (`aef_typesetting.Typesetter`)."""

    @property
    def largest(self) -> int:
        """The largest whole number that fits into a gap of a form."""

    def __call__(self, row: Row, /) -> str:
        """The text of a row."""

    def form(self, row: Row, numbers: Collection[int], others: Collection[int]) -> str:
        """The text of a row with gaps for whole numbers and for what is spelled already, at these places, from 0."""

    def spelled(self, place: int, cell: Cell) -> str:
        """The text of a cell."""


def texts(
    aef: Aef, table: Table, setter: Setter, profile: Profile, progress: Callable[[int], None] | None = None
) -> Iterator[str]:
    """The rows of one table as texts, read as they are needed; `progress` is as in `rows`."""
    found = _texts_alike(aef, table, setter, profile)
    if found is None:
        return map(setter, rows(aef, table, profile, progress))
    return _counted((text for _key, text in found), progress)


def keyed_texts(aef: Aef, table: Table, setter: Setter) -> Iterator[tuple[str, str]]:
    """The rows of `keyed_rows` as texts, each with its key."""
    found = _texts_alike(aef, table, setter, Profile.CARP_2026_02)
    return ((key, setter(row)) for key, row in keyed_rows(aef, table)) if found is None else found


def _texts_alike(aef: Aef, table: Table, setter: Setter, profile: Profile) -> Iterator[tuple[str, str]] | None:
    """The texts of records that are told by others; None where the records of the table are not."""
    if aef.written is not None or profile is Profile.CMA6_ANNEX:
        return None
    if table is Table.ACTIONS and isinstance(aef.actions, Likened):
        return _set_alike(aef.actions.alike(), lambda like: action_row(like, profile), table, setter)
    if table is Table.HOLDINGS and isinstance(aef.holdings, Likened):
        return _set_alike(aef.holdings.alike(), lambda like: holding_row(like, profile), table, setter)
    return None


def _set_alike(
    found: Iterable[Alike[_Record]], row_of: Callable[[_Record], Row], table: Table, setter: Setter
) -> Iterator[tuple[str, str]]:
    """What `_rows_alike` makes rows of, as texts: a row with gaps is set once for all that are like it."""
    at = positions(table)
    units = [at["FirstID"], at["LastID"]]
    underlying = [at["UnderlyingUnitFirstUnitID"], at["UnderlyingUnitLastUnitID"]]
    moments = [at["ActionDateTime"]] if table is Table.ACTIONS else []
    numbers = {*units, at["QuantityCO2"]}
    largest = setter.largest
    plain: dict[int, tuple[_Record, str]] = {}
    of_underlying: dict[int, tuple[_Record, str]] = {}
    before: datetime | None = None
    moment: tuple[str, ...] = ()
    for told in found:
        like, key, first, last, underlying_first, executed_at = told
        if last > largest or (underlying_first is not None and underlying_first + last - first > largest):
            yield from ((key, setter(row)) for key, row in _rows_alike([told], row_of, table))
            continue
        forms = plain if underlying_first is None else of_underlying
        kept = forms.get(id(like))
        if kept is None:
            if like.itmos.metric is not Metric.GHG:
                yield key, setter(row_of(like))
                continue
            if len(forms) >= _LIKES_KEPT:
                forms.clear()
            row = row_of(like)
            if underlying_first is None:
                row = tuple(NOT_APPLICABLE if place in underlying else cell for place, cell in enumerate(row))
            form = setter.form(row, numbers if underlying_first is None else {*numbers, *underlying}, moments)
            kept = forms[id(like)] = (like, form)
        if executed_at is not None and executed_at != before:
            before = executed_at
            moment = (setter.spelled(moments[0], _moment(executed_at, Profile.CARP_2026_02)),)
        count = last - first + 1
        if underlying_first is None:
            yield key, kept[1] % (*moment, first, last, count)
        else:
            yield key, kept[1] % (*moment, first, last, underlying_first, underlying_first + count - 1, count)


def _parts(row: Row, table: Table) -> tuple[Row, Row, Row, Row]:
    """What stands in a row before the serials, between them and the underlying units, before the amount, after it."""
    places = positions(table)
    units, underlying, amount = places["FirstID"], places["UnderlyingUnitFirstUnitID"], places["QuantityCO2"]
    after_moment = 1 if table is Table.ACTIONS else 0
    return row[after_moment:units], row[units + 2 : underlying], row[underlying + 2 : amount], row[amount + 1 :]


def _held_key(block: ItmoBlock) -> str:
    return f"{block.identifier.registry}/{block.identifier.party}:{block.identifier.serial_first}"


def confidential_lines(aef: Aef) -> Iterator[tuple[str, str, str, str]]:
    """What the Party has marked confidential, as lines of text below a heading: for the copy that is not public."""
    labels = {(field.table, field.technical_name): field.label for fields in FIELDS.values() for field in fields}
    yield "Table", "Row", "Field", "Reason"
    for item in aef.confidential:
        yield (
            item.table.heading,
            item.row_key,
            labels[item.table, item.field] if item.field else "the whole row",
            item.reason,
        )


def submission_row(submission: Submission) -> Row:
    """Table 1, nine cells."""
    return (
        submission.party,
        submission.version,
        submission.reported_year,
        _day(submission.submitted_on),
        submission.review_status or CARP_FIELD,
        submission.check_result or CARP_FIELD,
        submission.ndc_first_year,
        submission.ndc_last_year,
        submission.review_report or CARP_LINK,
    )


def authorization_row(record: Authorization, profile: Profile) -> Row:
    """One row of table 2, nineteen cells."""
    oimp = record.purpose.covers_oimp
    definition = record.first_transfer_definition
    return (
        record.authorization_id,
        _day(record.authorized_on),
        record.cooperative_approach,
        record.version,
        record.quantity_max,
        spelled_metric(record.metric, profile, in_actions=False),
        record.gwp_values,
        _non_ghg(record.metric, record.non_ghg_metric),
        _list(record.sectors),
        _list(record.activity_types),
        record.purpose.value,
        _list(record.authorized_parties),
        _list(record.authorized_entities),
        record.oimp if oimp else NOT_APPLICABLE,
        None if record.timeframe is None else f"{record.timeframe[0]} - {record.timeframe[1]}",
        record.terms,
        None,
        NOT_APPLICABLE if not oimp else None if definition is None else spelled(definition, profile),
        record.remarks,
    )


def action_row(record: Action, profile: Profile) -> Row:
    """One row of table 3, 27 cells."""
    of_type = record.type
    use_of_another_kind = of_type in _ENDING and record.purpose not in (None, Purpose.NDC)
    return (
        _moment(record.executed_at, profile),
        spelled(of_type, profile),
        None if record.subtype is None else spelled(record.subtype, profile),
        record.itmos.identifier.cooperative_approach,
        record.itmos.authorization_id,
        record.itmos.identifier.party,
        record.registry,
        *_block_cells(record.itmos, profile, in_actions=True),
        _if(of_type is ActionType.ACQUISITION, record.transferring_party),
        _if(of_type in _SENDING, record.acquiring_party),
        _if(of_type in _ENDING, record.purpose),
        _if(use_of_another_kind, record.using_party),
        _if(of_type in _ENDING, record.using_entity),
        _if(of_type is ActionType.USE, record.year_used),
        None,
        record.remarks,
    )


def holding_row(record: Holding, profile: Profile) -> Row:
    """One row of table 4, sixteen cells."""
    return (
        record.itmos.identifier.cooperative_approach,
        record.itmos.authorization_id,
        record.itmos.identifier.party,
        record.registry,
        *_block_cells(record.itmos, profile, in_actions=False),
    )


def entity_row(record: AuthorizedEntity) -> Row:
    """One row of table 5, eight cells."""
    return (
        _day(record.authorized_on),
        record.name,
        record.country,
        record.identification,
        record.cooperative_approach,
        record.conditions,
        record.change_conditions,
        record.remarks,
    )


def _block_cells(block: ItmoBlock, profile: Profile, *, in_actions: bool) -> Row:
    identifier, underlying = block.identifier, block.underlying
    ids: tuple[Cell, Cell] = (identifier.serial_first, identifier.serial_last)
    if profile is Profile.CMA6_ANNEX:
        ids = render_range(identifier)
    return (
        *ids,
        *((NOT_APPLICABLE,) * 3 if underlying is None else (underlying.registry, underlying.first, underlying.last)),
        spelled_metric(block.metric, profile, in_actions=in_actions),
        block.gwp_values,
        _non_ghg(block.metric, block.non_ghg_metric),
        NOT_APPLICABLE if block.quantity_tco2e is None else block.quantity_tco2e,
        _non_ghg(block.metric, block.quantity_non_ghg),
        block.mitigation_type.value,
        identifier.vintage_year,
    )


def _if(applies: bool, value: Cell) -> Cell:
    return value if applies and value is not None else NOT_APPLICABLE


def _non_ghg(metric: Metric, value: str | None) -> Cell:
    return NOT_APPLICABLE if metric is Metric.GHG else value


def _list(values: tuple[str, ...]) -> Cell:
    return "; ".join(values) or None


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def _moment(value: datetime, profile: Profile) -> str:
    moment = value.astimezone(UTC)
    if profile is Profile.CMA6_ANNEX:
        return _day(moment.date())
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
