"""People: who may act, in which roles, with which tokens."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.asking import print_asked
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.cli.operating import named, named_option, os_user
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION
from article6.domain.refusals import Code, refused
from article6.services import people
from article6.services.proposals import APPROVED
from article6.services.sign_in import operators
from article6.store import persons
from article6.store.queries import registries

TOKEN_DAYS = 365


@click.group(epilog=examples("article6 user add bo 'Bo'", "article6 user list"))
def user() -> None:
    """People and machine clients, their roles and tokens."""


@user.command(
    epilog=examples("article6 user add bo 'Bo Berg'", "article6 user add clearing 'Clearing house' --machine")
)
@click.argument("login_name", metavar="LOGIN")
@click.argument("name")
@click.option("--machine", "is_machine", is_flag=True, help="A program, which signs in by token only.")
@acting_option
@json_option
def add(login_name: str, name: str, is_machine: bool, login: str | None, as_json: bool) -> None:
    """Admit a person. Roles and a password (or a token) are given after that."""
    number = people.add_person(login_name, name, by=acting(login), now=now(), is_machine=is_machine)
    if as_json:
        output.print_json({"id": number, "login": login_name, "name": name})
    else:
        output.say(_("Admitted %(name)s. Next: article6 user role %(login)s ROLE") % {
            "name": name, "login": login_name})  # fmt: skip


@user.command("list", epilog=examples("article6 user list", "article6 user list --json"))
@json_option
def listed(as_json: bool) -> None:
    """Everybody, with their roles as section:role; * is every section."""
    found = persons.listed()
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Login"), _("Name"), _("Active"), _("Machine"), _("Roles")],
        [(each["login"], each["name"], each["is_active"], each["is_machine"], each["roles"]) for each in found],
    )


_ROLE = click.Choice([str(each) for each in Role])


@user.command(
    "role",
    epilog=examples(
        "article6 user role bo approver --section GHA",
        "article6 user role rev reviewer --section GHA --until 2027-06-30",
    ),
)
@click.argument("login_name", metavar="LOGIN")
@click.argument("role", metavar="ROLE", type=_ROLE)
@click.option("--section", help="The section in which. Default: every section.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends (a reviewer's always does).")
@acting_option
@key_option
@json_option
def give_role(
    login_name: str, role: str, section: str | None, until: datetime | None, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Ask that a person may act in a ROLE (docs/reference/roles.md); a second administrator approves it.

    The founding administrator acts alone until there is a second one.
    """
    end = until.replace(tzinfo=UTC) if until else None
    asked = people.give_role(
        people.person_by_login(login_name), _place(section), Role(role), by=acting(login), now=now(), until=end, key=key
    )
    if asked.status == APPROVED and not as_json:
        output.say(_("%(login)s is now %(role)s in %(section)s.") % {
            "login": login_name, "role": role, "section": section or _("every section")})  # fmt: skip
        return
    print_asked(asked, as_json=as_json, login=login_name, role=role, section=section)


@user.command("take-role", epilog=examples("article6 user take-role bo approver --section GHA"))
@click.argument("login_name", metavar="LOGIN")
@click.argument("role", metavar="ROLE", type=_ROLE)
@click.option("--section", help="The section in which. Default: every section.")
@acting_option
@key_option
@json_option
def take_role(
    login_name: str, role: str, section: str | None, login: str | None, key: str | None, as_json: bool
) -> None:
    """Ask that a person no longer acts in a ROLE; a second administrator approves it."""
    person_id = people.person_by_login(login_name)
    asked = people.take_role(person_id, _place(section), Role(role), by=acting(login), now=now(), key=key)
    print_asked(asked, as_json=as_json, login=login_name, role=role, section=section)


def _place(section: str | None) -> int:
    known = registries.sections()
    if section is not None and section not in known:
        raise refused(Code.SECTION_UNKNOWN, section)
    return known[section] if section is not None else ANY_SECTION


@user.command("reinstate", epilog=examples("article6 user reinstate cy"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@key_option
@json_option
def reinstate(login_name: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Ask that a suspended person may act again; a second administrator approves it."""
    asked = people.reinstate(people.person_by_login(login_name), by=acting(login), now=now(), key=key)
    print_asked(asked, as_json=as_json, login=login_name)


@user.command(
    "token",
    epilog=examples(
        "article6 user token ama --scope read --scope propose",
        "article6 user token clearing --scope propose --label 'clearing house' --days 90",
    ),
)
@click.argument("login_name", metavar="LOGIN")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(people.SCOPES),
    multiple=True,
    default=("read",),
    show_default=True,
    help="What for.",
)
@click.option("--label", default="command line", help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=TOKEN_DAYS, show_default=True, help="How long it lasts.")
@named_option
@json_option
def token(login_name: str, scopes: tuple[str, ...], label: str, days: int, login: str | None, as_json: bool) -> None:
    """Make a bearer token for the API. Its text is shown this once.

    It is your act as an operator: the audit has your login on this machine, and the person is told by mail. Who may do
    more than read needs a second factor first.
    """
    at = now()
    until = at + timedelta(days=days)
    owner = people.person_by_login(login_name)
    text = operators.make_token(
        owner, label, scopes, os_user=os_user(), named_by=named(login), now=at, expires_at=until
    )  # fmt: skip
    if as_json:
        output.print_json({"token": text, "scopes": sorted(scopes), "expires_at": until})
    else:
        output.say(text)
        output.tell(_("Keep it safe: it is not shown again. It lasts until %(day)s.") % {"day": f"{until:%Y-%m-%d}"})


@user.command(
    "password", epilog=examples("article6 user password ama", "article6 user password ama < file-with-the-password")
)
@click.argument("login_name", metavar="LOGIN")
@named_option
@json_option
def set_password(login_name: str, login: str | None, as_json: bool) -> None:
    """Set a person's password, which is asked for (or read from standard input, never from the command line).

    It is your act as an operator: the audit has your login on this machine, the person is told by mail, is signed out
    everywhere, and chooses another password at the next sign-in. The second factor stays as it is. Better is a link:
    article6 person invite-again.
    """
    person_id = people.person_by_login(login_name)
    by = named(login)
    if sys.stdin.isatty():
        text = str(click.prompt(_("Password"), hide_input=True, confirmation_prompt=True))
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    is_due = operators.set_password(person_id, text, os_user=os_user(), named_by=by, now=now())
    if as_json:
        output.print_json({"login": login_name, "password_set": True, "is_to_be_changed": is_due})
        return
    output.say(_("The password of %(login)s is set.") % {"login": login_name})
    if is_due:
        output.tell(_("It has to be changed at the next sign-in."))


@user.command(epilog=examples("article6 user suspend cy"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@json_option
def suspend(login_name: str, login: str | None, as_json: bool) -> None:
    """Shut a person out, at once, with all tokens."""
    people.suspend(people.person_by_login(login_name), by=acting(login), now=now())
    if as_json:
        output.print_json({"login": login_name, "is_active": False})
    else:
        output.say(_("%(login)s is shut out.") % {"login": login_name})
