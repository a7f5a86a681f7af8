"""Reference documents that the program writes about itself."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import examples, json_option

# By name: the doors do not import each other.
INTERFACE = "article6.api.urls.api"


@click.command(epilog=examples("article6 openapi", "article6 openapi --out docs/reference/openapi.json"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write. Default: standard output.")
@json_option
def openapi(out: Path | None, as_json: bool) -> None:
    """The OpenAPI description of the REST interface."""
    text = json.dumps(import_string(INTERFACE).get_openapi_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    if as_json:
        output.print_json({"file": str(out)})
    else:
        output.say(_("Wrote %(file)s.") % {"file": out})
