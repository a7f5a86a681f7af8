"""Authorizations by Parties: record, lay on units, change, revoke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.authorizations import Basis, ChangeTerms, CoveredSerials, Duration, Entity, Purpose, Scope
from article6.services import authorization_acts, authorization_changes, authorizations, naming
from article6.services.authorization_changes import Preview
from article6.services.authorizations import NewAuthorization

Command = Callable[..., None]
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(
    epilog=examples(
        "article6 authorization add GHA-1 --party GHA --approach CA0001 --on 2023-01-31 --purposes NDC",
        "article6 authorization lay GHA-1 --serials GHA:1-100",
        "article6 authorization revoke GHA-1 --preview",
    )
)
def authorization() -> None:
    """Authorizations by Parties."""


_ELEMENTS = (
    click.argument("code"),
    click.option("--party", required=True, help="The Party that authorizes."),
    click.option("--approach", required=True, help="Cooperative approach, as in CA0001."),
    click.option("--on", "day", type=_DAY, required=True, help="The day of the authorization."),
    click.option("--purposes", type=click.Choice([str(each) for each in Purpose]), required=True, help="What for."),
    click.option("--version", type=int, default=1, show_default=True, help="A change is a new version."),
    click.option("--quantity", type=int, help="Units, where it bounds them."),
    click.option("--to", "parties", multiple=True, metavar="PARTY", help="A Party that may take units. Default: any."),
    click.option("--oimp", default="", help="The other international mitigation purposes."),
    click.option("--year-first", type=int, help="First vintage covered."),
    click.option("--year-last", type=int, help="Last vintage covered."),
    click.option("--vintage", "vintages", type=int, multiple=True, help="Only this vintage. Repeatable."),
    click.option("--sector", "sectors", multiple=True, help="Sector, as in 'Energy generation'. Repeatable."),
    click.option("--activity-type", "activity_types", multiple=True, help="Activity type, as in Solar. Repeatable."),
    click.option("--activity", "activities", multiple=True, help="Only units of this activity. Repeatable."),
    click.option("--serials", multiple=True, metavar="REGISTRY/PARTY:FIRST-LAST", help="Only these. Repeatable."),
    click.option("--gas", "gases", multiple=True, help="A gas covered, as in CH4. Repeatable."),
    click.option(
        "--entity", "entities", multiple=True, nargs=3, metavar="NAME PARTY NUMBER",
        help="An authorized entity: name, country of incorporation, identification number. Repeatable.",
    ),
    click.option(
        "--registered-entity", "codes", multiple=True, metavar="CODE",
        help="An authorized entity, by its code in the Party's register of entities. Repeatable.",
    ),
    click.option("--ends", type=_DAY, help="The last day of the authorization."),
    click.option("--issue-until", type=_DAY, help="The final date for outcomes to be issued."),
    click.option("--use-until", type=_DAY, help="The final date for outcomes to be used or cancelled."),
    click.option("--framework", "frameworks", multiple=True, help="Underlying framework or standard. Repeatable."),
    click.option("--methodology", "methodologies", multiple=True, help="Underlying methodology. Repeatable."),
    click.option("--underlying-registry", "registries", multiple=True, help="Underlying registry. Repeatable."),
    click.option("--itmo-registry", default="", help="The registry in which the Party tracks ITMOs."),
    click.option("--changes-when", default="", help="The circumstances in which changes may occur."),
    click.option("--changes-how", default="", help="The process for managing changes."),
    click.option("--may-reach-back", is_flag=True, help="Changes may apply to units already first transferred."),
    click.option("--terms", default="", help="Terms and conditions."),
)  # fmt: skip


def _elements(command: Command) -> Command:
    for each in reversed(_ELEMENTS):
        command = each(command)
    return command


def _new(
    *, day: datetime, purposes: str, entities: tuple[tuple[str, str, str], ...], codes: tuple[str, ...], **given: Any
) -> NewAuthorization:
    """The version as the options give it."""
    take = given.pop
    duration = Duration(*(_date(take(name)) for name in ("ends", "issue_until", "use_until")))
    basis = Basis(take("frameworks"), take("methodologies"), take("registries"))
    changes = ChangeTerms(take("changes_when"), take("changes_how"), take("may_reach_back"))
    scope = Scope(
        take("vintages"), take("gases"), take("activities"), tuple(_covered(each) for each in take("serials"))
    )
    return NewAuthorization(
        authorized_on=day.date(), purposes=Purpose(purposes),
        entities=(*(Entity(*each) for each in entities), *(Entity("", "", "", code=each) for each in codes)),
        duration=duration, basis=basis, changes=changes, scope=scope, **given,
    )  # fmt: skip


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _covered(text: str) -> CoveredSerials:
    named = naming.read(text)
    return CoveredSerials(named.registry or f"{named.party}01", named.party, named.first, named.last)


_REACH_BACK = click.option(
    "--reach-back", is_flag=True, help="Apply it to first transferred units too, where the terms say so."
)
_REASON = click.option("--reason", required=True, help="Why; it is recorded.")
_TOKEN = click.option("--token", default="", help="The token of the preview that is confirmed.")
_SERIALS = click.option(
    "--serials", multiple=True, required=True, metavar="PARTY:FIRST-LAST", help="These units. Repeatable."
)


@authorization.command(
    "add",
    epilog=examples(
        "article6 authorization add GHA-1 --party GHA --approach CA0001 --on 2023-01-31 --purposes NDC --to CHE",
        "article6 authorization add GHA-1 --party GHA --approach CA0001 --on 2023-01-31 --purposes NDC \\",
        "    --quantity 5000 --use-until 2030-12-31 --methodology VM0050 --underlying-registry VERRA",
    ),
)
@_elements
@acting_option
@key_option
@json_option
def add(login: str | None, key: str | None, as_json: bool, **given: Any) -> None:
    """Record an authorization as its Party gave it."""
    _say(authorizations.record_authorization(_new(**given), by=acting(login), now=now(), key=key), as_json)


def _say(recorded: Any, as_json: bool) -> None:
    if as_json:
        output.print_json(recorded)
    else:
        output.say(_("Recorded %(code)s, version %(version)s.") % {"code": recorded.code, "version": recorded.version})


@authorization.command(
    "preview",
    epilog=examples(
        "article6 authorization preview GHA-1 --version 2 --party GHA --approach CA0001 --on 2024-05-01 --purposes NDC"
    ),
)
@_elements
@_REACH_BACK
@json_option
def preview(reach_back: bool, as_json: bool, **given: Any) -> None:
    """Show what a new version would change; nothing is written."""
    _show(authorization_changes.preview_change(_new(**given), now=now(), reach_back=reach_back), as_json)


def _show(seen: Preview, as_json: bool) -> None:
    if as_json:
        output.print_json({**{name: getattr(seen, name) for name in seen.__slots__}, "token": seen.token})
        return
    effects = {
        _("comes under the new version"): seen.carried,
        _("comes under it, reaching back"): seen.reached_back,
        _("loses its authorization"): seen.withdrawn,
        _("stays as it is"): seen.untouched,
        _("is reserved: decide first"): seen.reserved,
    }
    output.print_table(
        [_("Account"), _("Series"), _("First"), _("Last"), _("Units"), _("Effect")],
        [
            (each.account, f"{each.registry}/{each.party}", each.first, each.last, each.quantity, effect)
            for effect, parts in effects.items()
            for each in parts
        ],
    )
    output.say(_("To confirm exactly this: --token %(token)s") % {"token": seen.token})


@authorization.command(
    "change",
    epilog=examples(
        "article6 authorization change GHA-1 --version 2 --party GHA --approach CA0001 --on 2024-05-01 \\",
        "    --purposes NDC --reason 'a second Party' --token 9f86d081884c7d65",
    ),
)
@_elements
@_REASON
@_TOKEN
@_REACH_BACK
@acting_option
@key_option
@json_option
def change(
    reason: str, token: str, reach_back: bool, login: str | None, key: str | None, as_json: bool, **given: Any
) -> None:
    """Record a new version and carry the units over that were not first transferred."""
    changed = authorization_changes.change(
        _new(**given), reason=reason, by=acting(login), now=now(), token=token, reach_back=reach_back, key=key
    )
    _say(changed, as_json)


@authorization.command(
    "revoke",
    epilog=examples(
        "article6 authorization revoke GHA-1 --preview",
        "article6 authorization revoke GHA-1 --reason 'withdrawn by the ministry' --token 9f86d081884c7d65",
    ),
)
@click.argument("code")
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--preview", "only_shown", is_flag=True, help="Show what it would change; write nothing.")
@_TOKEN
@_REACH_BACK
@acting_option
@key_option
@json_option
def revoke(
    code: str, reason: str, only_shown: bool, token: str, reach_back: bool, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Revoke an authorization: units that were not first transferred lose it."""
    if only_shown:
        _show(authorization_changes.preview_revocation(code, now=now(), reach_back=reach_back), as_json)
        return
    revoked = authorization_changes.revoke(
        code, reason=reason, by=acting(login), now=now(), token=token, reach_back=reach_back, key=key
    )
    _say(revoked, as_json)


@authorization.command(
    "lay", epilog=examples("article6 authorization lay GHA-1 --serials GHA:1-100 --serials GHA01/GHA:201-250")
)
@click.argument("code")
@_SERIALS
@acting_option
@key_option
@json_option
def lay(code: str, serials: tuple[str, ...], login: str | None, key: str | None, as_json: bool) -> None:
    """Put units under an authorization, in whichever accounts they stand."""
    ranges = naming.ranges(naming.read(each) for each in serials)
    _posted(authorization_acts.authorize_units(code, ranges, by=acting(login), now=now(), key=key), as_json)


@authorization.command(
    "withdraw",
    epilog=examples("article6 authorization withdraw GHA-1 --serials GHA:1-100 --reason 'monitoring report withdrawn'"),
)
@click.argument("code")
@_SERIALS
@_REASON
@acting_option
@key_option
@json_option
def withdraw(
    code: str, serials: tuple[str, ...], reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Take units that were not first transferred out from under an authorization."""
    ranges = naming.ranges(naming.read(each) for each in serials)
    done = authorization_acts.withdraw_units(code, ranges, reason=reason, by=acting(login), now=now(), key=key)
    _posted(done, as_json)


def _posted(ids: list[Any], as_json: bool) -> None:
    if as_json:
        output.print_json({"transactions": ids})
    else:
        output.say(_("Transactions: %(ids)s.") % {"ids": ", ".join(map(str, ids))})
