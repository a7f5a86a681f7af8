"""Issue units; record the cooperative approaches that stand behind them."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.cli.terms import pairs, term_option
from article6.domain.authorizations import FirstTransferDefinition
from article6.domain.entities import Document
from article6.domain.metrics import GHG, NON_GHG, ratio
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, batches, underlying
from article6.services.authorizations import NewApproach


@click.command(
    epilog=examples(
        "article6 issue --to GHA01-100-1001-0-69 --party GHA --quantity 5000 --unit-type MO --vintage 2023",
        "article6 issue --to NUMBER --party IND --quantity 100 --unit-type CER --first 1 --last 100 \\",
        "    --activity 1234 --attribute commitment_period=2 --attribute project_number=1234 --schema cdm/1",
    )
)
@click.option("--to", "target", required=True, metavar="ACCOUNT", help="The account that gets the units.")
@click.option("--party", required=True, help="The Party in which the outcome occurred, as in GHA.")
@click.option("--quantity", type=int, required=True, help="Units.")
@click.option("--unit-type", type=click.Choice([str(each) for each in UnitType]), required=True, help="Type of unit.")
@click.option("--vintage", type=int, help="Calendar year in which the outcome occurred.")
@click.option("--first", type=int, help="First serial. Default: the next of the series.")
@click.option("--last", type=int, help="Last serial; must agree with the quantity.")
@click.option("--registry-code", help="Originating registry. Default: that of the Party's section.")
@click.option("--activity", help="Code of the activity (project).")
@click.option("--activity-title", default="", help="Its title, where it is new.")
@click.option("--approach", help="Cooperative approach, as in CA0001.")
@click.option("--authorization", help="Authorization that covers the units from the start.")
@click.option("--underlying", "serial", help="Serial of the programme's units that the batch rests on, one to one.")
@click.option("--metric", "metric_unit", default="", help="Non-GHG metric, as in 'MWh of renewable electricity'.")
@click.option("--conversion", help="t CO2 eq for each unit of the metric, as in 0.5312 or 1/3.")
@click.option("--conversion-method", default="", help="How the conversion was found.")
@click.option("--gwp", default="", help="Applicable GWP values, where gases other than CO2 are involved.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="A further attribute.")
@click.option("--schema", default="", help="Schema of the further attributes, as in open/1.")
@term_option
@acting_option
@key_option
@json_option
def issue(
    unit_type: str, vintage: int | None, registry_code: str | None, attributes: tuple[str, ...], schema: str,
    terms: tuple[str, ...], login: str | None, key: str | None, as_json: bool, serial: str | None, metric_unit: str,
    conversion: str | None, conversion_method: str, gwp: str, **fields: Any,
) -> None:  # fmt: skip
    """Issue a batch of units."""
    further = pairs(attributes, "--attribute")
    batch = BatchAttributes(
        UnitType(unit_type),
        vintage_year=vintage,
        attributes=further,
        attributes_schema=schema or ("open/1" if further else ""),
        metric=NON_GHG if metric_unit else GHG,
        metric_unit=metric_unit,
        conversion=_ratio(conversion) if conversion else None,
        conversion_method=conversion_method,
        gwp=gwp,
    )
    if serial:
        batch = underlying.resting_on(batch, serial)
    new = batches.NewBatch(batch=batch, registry=registry_code, terms=pairs(terms, "--term"), **fields)
    issued = batches.issue(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(issued)
        return
    output.say(_("Issued serials %(first)s to %(last)s as batch %(batch)s, transaction %(id)s.") % {
        "first": f"{issued.serials.first:,}", "last": f"{issued.serials.last:,}", "batch": issued.batch_id,
        "id": issued.transaction_id})  # fmt: skip


def _ratio(text: str) -> tuple[int, int]:
    try:
        return ratio(text)
    except ValueError as error:
        wrong = _("give a number above zero, as in 0.5312 or 1/3")
        raise click.BadParameter(wrong, param_hint="--conversion") from error


@click.group(epilog=examples("article6 approach add CA0001 --title 'Cookstoves' --party GHA --party CHE"))
def approach() -> None:
    """Cooperative approaches."""


@approach.command("add", epilog=examples("article6 approach add CA0001 --title 'Cookstoves' --party GHA --party CHE"))
@click.argument("code")
@click.option("--title", required=True, help="Its title.")
@click.option("--party", "parties", multiple=True, required=True, help="A Party that takes part.")
@click.option(
    "--first-transfer-oimp",
    type=click.Choice([str(each) for each in FirstTransferDefinition]),
    help="What is the first transfer for other international mitigation purposes.",
)
@click.option("--remark", default="", help="A remark.")
@click.option("--sector", "sectors", multiple=True, help="A sector that it covers; none: not bounded. Repeatable.")
@click.option("--activity-type", "activity_types", multiple=True, help="A type of activity, likewise. Repeatable.")
@click.option("--metric", "metrics", multiple=True, help="A metric of its outcomes, likewise. Repeatable.")
@click.option(
    "--document", "documents", multiple=True, nargs=3, metavar="KIND REFERENCE SHA256",
    help="A document that sets it up; the file itself is not kept. Repeatable.",
)  # fmt: skip
@acting_option
@key_option
@json_option
def add_approach(
    code: str, title: str, parties: tuple[str, ...], first_transfer_oimp: str | None, remark: str,
    sectors: tuple[str, ...], activity_types: tuple[str, ...], metrics: tuple[str, ...],
    documents: tuple[tuple[str, str, str], ...], login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Record a cooperative approach under its identifier."""
    definition = FirstTransferDefinition(first_transfer_oimp) if first_transfer_oimp else None
    papers = tuple(Document(*each) for each in documents)
    new = NewApproach(code, title, parties, definition, remark, sectors, activity_types, metrics, papers)
    number = authorizations.record_approach(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json({"id": number, "code": code})
    else:
        output.say(_("Recorded %(code)s.") % {"code": code})
