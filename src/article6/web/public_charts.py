"""The pictures of the public face, as data: what each shows in words, from which figures, drawn how, and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from article6.domain.refusals import N_
from article6.services import public_figures as figures
from article6.services.public_figures import ACTS, Wanted
from article6.services.titles import party_name
from article6.web.columns import Column
from article6.web.pictures import bars, bubbles, columns, ribbons
from article6.web.pictures.columns import Series
from article6.web.pictures.sankey import Flow
from article6.web.pictures.svg import Picture

ACT_WORDS = {
    "issued": N_("Issued or recorded"),
    "first_transferred": N_("First transferred"),
    "used_ndc": N_("Used towards NDCs"),
    "used_oimp": N_("Used for other international mitigation purposes"),
    "cancelled": N_("Cancelled"),
    "acquired": N_("Acquired from other Parties"),
    "remaining": N_("Remaining"),
}

COLORS = {
    "issued": "c0", "first_transferred": "c1", "used_ndc": "c2", "used_oimp": "c4", "cancelled": "c3", "acquired": "c1",
    "remaining": "c5",
}  # fmt: skip

ON_THE_MAP = ("issued", "first_transferred", "acquired", "used_ndc", "used_oimp", "cancelled")
"""What the map can show of a Party."""

ENDED_PARTS = ("used_ndc", "used_oimp", "cancelled", "remaining")

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture's filter: `show` is what the map shows."""

    wanted: Wanted
    show: str = "issued"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table. `key` stands in its address; `title` says what it shows; `note` whose Party and which
    years a filter means; `empty` what it would take to see something."""

    key: str
    title: str
    note: str
    empty: str
    lines: Callable[[Asked], list[Line]]
    columns: Callable[[Asked, Sequence[Line]], list[Column]]
    drawn: Callable[[Asked, Sequence[Line], str], list[Picture]]


def series(*keys: str) -> list[Series]:
    """What happens to units, with its words and colour."""
    return [Series(key, _(ACT_WORDS[key]), COLORS[key]) for key in keys]


def party_column(key: str, title: str) -> Column:
    """A Party, by name, leading to its page."""
    return Column(
        key,
        title,
        value=lambda line: party_name(line[key]),
        href=lambda line: reverse("party", args=[line[key]]) if line[key] else "",
        filter="text",
    )


def _units(*keys: str) -> list[Column]:
    return [Column(key, _(ACT_WORDS[key]), "units") for key in keys]


def _told(lines: Sequence[Line], keys: Sequence[str]) -> list[str]:
    """The keys under which any line has something."""
    return [key for key in keys if any(line[key] for line in lines)]


# --- Over time


def _over_time_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    said = _("One group of columns for each year. The same numbers stand in the table that follows.")
    return columns.pictures(lines, series(*ACTS), title, said)


def _over_time_columns(asked: Asked, lines: Sequence[Line]) -> list[Column]:
    return [Column("year", _("Year"), "number"), *_units(*_told(lines, ACTS))]


# --- Flows


def _flows_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    said = _("Ribbons run from the Parties that gave, on the left, to those that acquired; their widths are amounts.")
    found = [Flow(line["giver"], line["taker"], line["quantity"]) for line in lines]
    return ribbons.pictures(found, party_name, title, said)


def _flows_columns(asked: Asked, lines: Sequence[Line]) -> list[Column]:
    return [
        party_column("giver", _("From")),
        party_column("taker", _("To")),
        Column("quantity", _("Units"), "units"),
    ]


# --- Where units are


def _fate(line: Line) -> str:
    if line["fate"] == "held":
        return _("Held by %(party)s") % {"party": party_name(line["of"])} if line["of"] else _("Held, of no Party")
    if line["fate"] == "elsewhere":
        return _("In the registry %(registry)s") % {"registry": line["of"]}
    if line["fate"] == "used_ndc" and line["of"]:
        return _("Used towards the NDC of %(party)s") % {"party": party_name(line["of"])}
    return _(ACT_WORDS[line["fate"]])


def _whereabouts(asked: Asked) -> list[Line]:
    return [{**line, "where": _fate(line)} for line in figures.whereabouts(asked.wanted)]


def _whereabouts_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    said = _("Ribbons run from the Parties for which units were issued, on the left, to where the units are now.")
    found = [Flow(party_name(line["party"]), _end(line), line["quantity"]) for line in lines]
    return ribbons.pictures(found, str, title, said)


def _end(line: Line) -> str:
    # Who keeps its own is one end for all: else there would be as many ends as Parties.
    is_own = line["fate"] == "held" and line["of"] == line["party"]
    return _("Still with the Party itself") if is_own else _fate(line)


def _whereabouts_columns(asked: Asked, lines: Sequence[Line]) -> list[Column]:
    return [
        party_column("party", _("Issued for")),
        Column("where", _("Where the units are"), filter="text"),
        Column("quantity", _("Units"), "units"),
    ]


# --- The map


def _on_the_map(asked: Asked) -> list[Line]:
    return [line for line in figures.by_party(asked.wanted) if any(line[key] for key in ON_THE_MAP)]


def _map_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    return bubbles.pictures({line["party"]: line[asked.show] for line in lines}, title, bubbles.legend_text())


def _map_columns(asked: Asked, lines: Sequence[Line]) -> list[Column]:
    return [party_column("party", _("Party")), *_units(*_told(lines, ON_THE_MAP))]


# --- By attribute and purpose


def _by(attribute: str) -> Callable[[Asked], list[Line]]:
    def lines(asked: Asked) -> list[Line]:
        found = figures.by_attribute(attribute, asked.wanted)
        return [{**each, "title": each["value"] or _("Not stated")} for each in found]

    return lines


def _by_columns(heading: str) -> Callable[[Asked, Sequence[Line]], list[Column]]:
    def found(asked: Asked, lines: Sequence[Line]) -> list[Column]:
        return [Column("title", _(heading), filter="text"), *_units("issued", *_told(lines, ENDED_PARTS))]

    return found


def _by_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    said = _("One bar for each, made of what was used, what was cancelled and what remains.")
    if not any(line["value"] for line in lines):
        return []  # a single bar of what nobody stated tells nothing
    return bars.pictures(lines, series(*ENDED_PARTS), title, said)


def _by_purpose(asked: Asked) -> list[Line]:
    return [
        {**each, "title": f"{each['account_title']}: {each['purpose']}" if each["purpose"] else each["account_title"]}
        for each in figures.by_purpose(asked.wanted)
    ]


def _purpose_columns(asked: Asked, lines: Sequence[Line]) -> list[Column]:
    return [
        Column("account_title", _("Account"), filter="text"),
        Column("purpose", _("Purpose"), filter="text"),
        Column("quantity", _("Units"), "units"),
    ]


def _purpose_drawn(asked: Asked, lines: Sequence[Line], title: str) -> list[Picture]:
    said = _("One bar for each purpose; its length is its number of units.")
    return bars.pictures(lines, [Series("quantity", _("Units"), "c3")], title, said)


_HOST = N_("The Party is that in which the outcomes occurred.")
_HOST_ISSUED = N_("The Party is that in which the outcomes occurred; the years are those of issuance.")
_NOTHING = N_("Nothing that this shows is recorded for these Parties, years and units. Widen the filter.")

CHARTS: Mapping[str, Chart] = {
    each.key: each
    for each in (
        Chart(
            "over-time", N_("Units issued, first transferred, used and cancelled, year by year"), _HOST, _NOTHING,
            lambda asked: figures.over_time(asked.wanted), _over_time_columns, _over_time_drawn,
        ),
        Chart(
            "flows", N_("Units that went from one Party to another"),
            N_("The Party is either side. A unit that went on counts again with every step."), _NOTHING,
            lambda asked: figures.flows(asked.wanted), _flows_columns, _flows_drawn,
        ),
        Chart(
            "whereabouts", N_("Where the units are now: held, used, cancelled, or in another registry"), _HOST_ISSUED,
            _NOTHING, _whereabouts, _whereabouts_columns, _whereabouts_drawn,
        ),
        Chart(
            "map", N_("Units by Party, on a map"),
            N_("Issued and first transferred count for the Party in which the outcomes occurred; used and cancelled "
               "for the Party in whose section it was done. Borders are not drawn."),
            _NOTHING, _on_the_map, _map_columns, _map_drawn,
        ),
        Chart(
            "sectors", N_("Units by sector"), _HOST_ISSUED, _NOTHING, _by("sector"), _by_columns(N_("Sector")),
            _by_drawn,
        ),
        Chart(
            "activity-types", N_("Units by type of activity"), _HOST_ISSUED, _NOTHING, _by("activity_type"),
            _by_columns(N_("Type of activity")), _by_drawn,
        ),
        Chart(
            "vintages", N_("Units by vintage"), _HOST_ISSUED, _NOTHING, _by("vintage"), _by_columns(N_("Vintage")),
            _by_drawn,
        ),
        Chart(
            "unit-types", N_("Units by type"), _HOST_ISSUED, _NOTHING, _by("unit_type"),
            _by_columns(N_("Type of unit")), _by_drawn,
        ),
        Chart(
            "purposes", N_("Units used and cancelled, by purpose"),
            N_("The Party is that in whose section it was done."), _NOTHING, _by_purpose, _purpose_columns,
            _purpose_drawn,
        ),
    )
}  # fmt: skip
"""Every picture, in the order in which the dashboard shows them."""


def in_words(asked: Asked, chart: Chart) -> str:
    """The filter in words, to stand beside the title: `Ghana, 2023 to 2025, MO`."""
    wanted = asked.wanted
    parts = [_(ACT_WORDS[asked.show])] if chart.key == "map" else []
    if wanted.party is not None:
        parts.append(party_name(wanted.party))
    if wanted.year_first is not None and wanted.year_last is not None:
        parts.append(_("%(first)s to %(last)s") % {"first": wanted.year_first, "last": wanted.year_last})
    elif wanted.year_first is not None:
        parts.append(_("from %(first)s on") % {"first": wanted.year_first})
    elif wanted.year_last is not None:
        parts.append(_("until %(last)s") % {"last": wanted.year_last})
    if wanted.unit_type is not None:
        parts.append(wanted.unit_type)
    return ", ".join(parts)
