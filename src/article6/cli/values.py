"""Nomenclatures and further attributes: values that change without a release."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.attribute_schemas import SCHEMAS, Subject
from article6.domain.refusals import Code, Refused, refused
from article6.services import attribute_schemas, nomenclatures
from article6.services.attribute_schemas import NewSchema
from article6.services.nomenclatures import Preview
from article6.store.queries import attribute_schemas as declared


@click.group(epilog=examples("article6 nomenclature list", "article6 nomenclature import lists.json"))
def nomenclature() -> None:
    """Nomenclatures: the lists of values that records are held to."""


@nomenclature.command("list", epilog=examples("article6 nomenclature list", "article6 nomenclature list --json"))
@json_option
def list_nomenclatures(as_json: bool) -> None:
    """Every list, with how many values it has today."""
    today = now().date()
    found = [
        {"list": each.name, "values": sum(value.holds(today) for value in each.values.values()),
         "ever": len(each.values)}
        for each in nomenclatures.all_lists().values()
    ]  # fmt: skip
    if as_json:
        output.print_json(found)
    else:
        output.print_table([_("List"), _("Values today"), _("Ever")], [list(each.values()) for each in found])


@nomenclature.command("show", epilog=examples("article6 nomenclature show sectors"))
@click.argument("name", metavar="LIST")
@json_option
def show_nomenclature(name: str, as_json: bool) -> None:
    """Every value that a list ever had, with its time and its labels."""
    values = sorted(nomenclatures.named(name).values.values(), key=lambda each: each.value)
    if as_json:
        output.print_json(values)
        return
    output.print_table(
        [_("Value"), _("From"), _("Until before"), _("Now"), _("Labels"), _("Source")],
        [
            (each.value, each.valid_from, each.valid_until, each.replaced_by, dict(each.labels), each.source)
            for each in values
        ],
    )


@nomenclature.command(
    "import",
    epilog=examples(
        "article6 nomenclature import lists.json                  # only shows what would change",
        "article6 nomenclature import lists.json --apply --source 'CARP, 17 February 2026' --on 2026-03-01",
        "article6 nomenclature import --url https://carp.example/nomenclatures.json --on 2026-03-01",
    ),
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="Read them from this https address instead of a file.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="From this day on. Default: today.")
@click.option("--source", help="Where the file is from. Default: its name.")
@click.option("--apply", "is_applied", is_flag=True, help="Take it over, after showing what changes.")
@acting_option
@key_option
@json_option
def import_nomenclatures(
    file: Path | None, url: str | None, day: datetime | None, source: str | None, is_applied: bool, login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show what a file of lists would change, and which records that touches; with --apply take it over.

    Lists that the file does not have stay as they are. A value that the file no longer has is withdrawn: records that
    have it stay valid, new ones are refused.
    """
    content, origin = _content(file, url)
    on = day.date() if day else now().date()
    shown = nomenclatures.preview(content, on=on)
    if not as_json:
        _print_preview(shown)
    if is_applied:
        nomenclatures.apply(
            content, shown=shown.digest, source=source or origin, on=on, by=acting(login), now=now(), key=key
        )
    elif shown.impossible:
        raise Refused(shown.impossible)
    if as_json:
        output.print_json({"preview": shown, "applied": is_applied})
    elif is_applied:
        output.say(_("Taken over."))
    else:
        output.tell(_("Nothing was changed; --apply takes it over."))


def _content(file: Path | None, url: str | None) -> tuple[bytes, str]:
    """What is to be imported, and where it is from."""
    if file is not None and url is None:
        return file.read_bytes(), file.name
    if url is not None and file is None:
        return nomenclatures.from_url(url), url
    raise click.UsageError(_("give a file, or --url with an address"))


def _print_preview(shown: Preview) -> None:
    lines = [
        (each.name, what, value)
        for each in shown.diffs
        for what, values in (
            (_("added"), each.added), (_("withdrawn"), each.withdrawn), (_("relabelled"), each.relabelled),
        )
        for value in values
    ]  # fmt: skip
    output.print_table([_("List"), _("Change"), _("Value")], lines)
    if shown.touched:
        output.print_table(
            [_("List"), _("Withdrawn"), _("Records that have it and keep it")],
            [(each.list, each.value, each.records) for each in shown.touched],
        )


@click.group(epilog=examples("article6 attribute list", "article6 attribute declare unit cookstove schema.json"))
def attribute() -> None:
    """Further attributes of units, activities and accounts, declared as JSON Schema."""


@attribute.command("list", epilog=examples("article6 attribute list", "article6 attribute list --json"))
@json_option
def list_attributes(as_json: bool) -> None:
    """Every version of every schema, the built-in ones first."""
    found = [
        {"subject": "unit", "schema": name, "valid_from": None, "source": "", "content": dict(schema)}
        for name, schema in SCHEMAS.items()
    ]
    found += [
        {"subject": each["subject"], "schema": f"{each['name']}/{each['version']}", "valid_from": each["valid_from"],
         "source": each["source"], "content": each["schema"]}
        for each in declared.listed()
    ]  # fmt: skip
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Of"), _("Schema"), _("From"), _("Source"), _("Attributes")],
        [
            (each["subject"], each["schema"], each["valid_from"], each["source"], _names(each["content"]))
            for each in found
        ],
    )


def _names(schema: object) -> list[str]:
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return sorted(properties)


@attribute.command(
    "declare",
    epilog=examples("article6 attribute declare unit cookstove schema.json --from 2026-06-01 --source 'Order 12'"),
)
@click.argument("subject", type=click.Choice([str(each) for each in Subject]))
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="From this day on. Default: today.")
@click.option("--source", default="", help="What it rests on.")
@acting_option
@key_option
@json_option
def declare_attributes(
    subject: str, name: str, file: Path, day: datetime | None, source: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Declare further attributes; a change is a new version under the same name."""
    valid_from: date = day.date() if day else now().date()
    new = NewSchema(Subject(subject), name, _schema(file), valid_from, source)
    declared_as = attribute_schemas.declare(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json({"schema": declared_as})
    else:
        output.say(_("Declared %(name)s.") % {"name": declared_as})


def _schema(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise refused(Code.ATTRIBUTES_SCHEMA_INVALID, file.name, str(error)) from error
    if not isinstance(found, dict):
        raise refused(Code.ATTRIBUTES_SCHEMA_INVALID, file.name, "no object")
    return found
