"""The registry itself: found it, bring its tables up to date, open sections."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, now
from article6.domain.kinds import Kind
from article6.domain.parties import paris_parties
from article6.domain.refusals import Code, refused
from article6.services import registry as founding
from article6.services.registry import RegistryIdentity
from article6.store.queries import registries


def bring_up_to_date() -> None:
    """Run the migrations, as the login that owns the tables."""
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0, interactive=False)


@click.command(
    epilog=examples(
        "article6 init --kind party --code GHA01 --name 'Registry of Ghana' --admin-login ama --admin-name 'Ama'",
        "article6 init --kind international --code INT01 --name 'International registry' --all-parties \\",
        "    --admin-login ama --admin-name 'Ama' --public",
    )
)
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), required=True, help="What it is for.")
@click.option("--code", required=True, help="Its code in identifiers and account numbers, as in CHE01.")
@click.option("--name", required=True, help="Its name, as pages show it.")
@click.option("--operator", default="", help="Who runs it.")
@click.option("--public/--closed", "is_public", default=False, help="Whether everybody may read. Default: closed.")
@click.option(
    "--practice",
    "is_practice",
    is_flag=True,
    help="For demonstrations and training: a password alone lets people in, every page says so, and it stays so.",
)
@click.option("--remark", default="", help="A remark on every page, for example that data are generated.")
@click.option("--admin-login", required=True, help="Login of the first administrator.")
@click.option("--admin-name", required=True, help="Name of the first administrator.")
@click.option("--all-parties", is_flag=True, help="Open a section for every Party to the Paris Agreement.")
@json_option
def init(as_json: bool, all_parties: bool, admin_login: str, admin_name: str, kind: str, **identity: Any) -> None:
    """Found a registry in its database: tables, identity, the first administrator."""
    bring_up_to_date()
    at = now()
    founded = RegistryIdentity(Kind(kind), **identity)
    person = founding.init(founded, administrator=(admin_login, admin_name), now=at)
    if all_parties:
        founding.add_sections([each.code for each in paris_parties(at.date())], by=person, now=at)
    if as_json:
        output.print_json({"registry": founded, "administrator": person, "sections": sorted(registries.sections())})
        return
    sections = len(registries.sections())
    output.say(_("Founded %(name)s (%(code)s), sections: %(count)s.") % {
        "name": founded.name, "code": founded.code, "count": sections})  # fmt: skip
    output.say(
        _("Next: article6 person invite-again %(login)s    # the link by which to get in") % {"login": admin_login}
    )
    output.say(_("      article6 section add GHA              # a section for a Party"))
    output.say(_("      article6 account open --type holding --section GHA --name NAME"))
    output.say(_("      article6 serve"))


@click.command(epilog=examples("article6 migrate", "article6 --registry cdm migrate"))
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database's tables up to date with this version of the program."""
    bring_up_to_date()
    if as_json:
        output.print_json({"migrated": True})
    else:
        output.say(_("The tables are up to date."))


@click.group(epilog=examples("article6 registry show", "article6 registry show --json"))
def registry() -> None:
    """What this registry is."""


@registry.command("show", epilog=examples("article6 registry show", "article6 --registry cdm registry show --json"))
@json_option
def show(as_json: bool) -> None:
    """Kind, code, name, operator and remark."""
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    if as_json:
        output.print_json(identity)
    else:
        output.print_fields(identity.items())


@click.group(epilog=examples("article6 section add GHA CHE", "article6 section list"))
def section() -> None:
    """Sections: the parts of a registry that belong to one Party each."""


@section.command("add", epilog=examples("article6 section add GHA", "article6 section add THA CHE EUE --as ama"))
@click.argument("codes", nargs=-1, required=True, metavar="PARTY...")
@acting_option
@json_option
def add(codes: tuple[str, ...], login: str | None, as_json: bool) -> None:
    """Open a section for each Party that has none. Parties are named as in GHA, CHE, EUE."""
    opened = founding.add_sections(codes, by=acting(login), now=now())
    if as_json:
        output.print_json(opened)
    else:
        output.print_table([_("Party"), _("Section")], opened.items())


@section.command("list", epilog=examples("article6 section list", "article6 section list --json"))
@json_option
def listed(as_json: bool) -> None:
    """All sections, the administrator's first."""
    found = registries.section_list()
    if as_json:
        output.print_json(found)
    else:
        output.print_table([_("Code"), _("Name"), _("Registry of ITMOs")],
                           [(each["code"], each["name"], each["itmo_registry"]) for each in found])  # fmt: skip
