"""How people get in: invitations, recovery, sessions, single sign-on; and the secrets of machine clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.asking import print_asked
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION
from article6.domain.refusals import Code, refused
from article6.services import people
from article6.services.sign_in import invitations, machine_clients, sessions, single_sign_on
from article6.services.sign_in.invitations import Invited, Wanted
from article6.store.queries import registries


@click.group(epilog=examples("article6 person invite bo 'Bo Berg' --role approver:GHA", "article6 person recover bo"))
def person() -> None:
    """How people get in: invitations, recovery, sessions."""


def _wanted(given: tuple[str, ...]) -> list[Wanted]:
    known, wanted = registries.sections(), []
    for each in given:
        role, colon, section = each.partition(":")
        if role not in set(Role):
            raise click.BadParameter(_("%(role)s is no role.") % {"role": role}, param_hint="--role")
        if colon and section not in known:
            raise refused(Code.SECTION_UNKNOWN, section)
        wanted.append(Wanted(Role(role), known[section] if colon else ANY_SECTION))
    return wanted


def _print_invited(login: str, invited: Invited, *, as_json: bool) -> None:
    link = f"{settings.ARTICLE6_ADDRESS or 'http://127.0.0.1:8600'}/invitation/{invited.text}"
    if as_json:
        output.print_json({"id": invited.person_id, "login": login, "link": link, "ends_at": invited.ends_at,
                           "roles": [each.status for each in invited.asked]})  # fmt: skip
        return
    output.say(link)
    said = _("Give this link to %(login)s and to nobody else. It is shown once, works once, and ends on %(at)s UTC.")
    output.tell(said % {"login": login, "at": f"{invited.ends_at:%Y-%m-%d %H:%M}"})
    for each in invited.asked:
        if each.status == "proposed":
            output.tell(_("A role waits for a second administrator: article6 role-change approve %(number)s")
                        % {"number": each.id})  # fmt: skip


@person.command(
    epilog=examples(
        "article6 person invite bo 'Bo Berg'",
        "article6 person invite bo 'Bo Berg' --role approver:GHA --role representative:GHA",
    )
)
@click.argument("login_name", metavar="LOGIN")
@click.argument("name")
@click.option("--role", "given", multiple=True, metavar="ROLE[:SECTION]", help="A role to ask for; repeatable.")
@acting_option
@json_option
def invite(login_name: str, name: str, given: tuple[str, ...], login: str | None, as_json: bool) -> None:
    """Admit a person and make the link by which that person sets a password and a second factor.

    Roles are asked for with it; where there is a second administrator, that one approves them.
    """
    invited = invitations.invite(login_name, name, _wanted(given), by=acting(login), now=now())
    _print_invited(login_name, invited, as_json=as_json)


@person.command("invite-again", epilog=examples("article6 person invite-again bo"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@json_option
def invite_again(login_name: str, login: str | None, as_json: bool) -> None:
    """A new link for somebody who cannot sign in yet, or no more after a recovery. Links made before end."""
    found = people.person_by_login(login_name)
    _print_invited(login_name, invitations.invite_again(found, by=acting(login), now=now()), as_json=as_json)


@person.command("withdraw", epilog=examples("article6 person withdraw bo"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@json_option
def withdraw(login_name: str, login: str | None, as_json: bool) -> None:
    """End the links that a person was sent and has not used."""
    ended = invitations.withdraw(people.person_by_login(login_name), by=acting(login), now=now())
    if as_json:
        output.print_json({"login": login_name, "ended": ended})
    else:
        output.say(_("Links ended: %(count)s.") % {"count": ended})


@person.command("recover", epilog=examples("article6 person recover bo", "article6 role-change approve 12 --as cy"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@key_option
@json_option
def recover(login_name: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Ask that somebody who lost the second factor may begin anew; a second administrator approves it.

    Then `article6 person invite-again` makes the link.
    """
    asked = invitations.recover(people.person_by_login(login_name), by=acting(login), now=now(), key=key)
    print_asked(asked, as_json=as_json, login=login_name)


@person.command("sessions", epilog=examples("article6 person sessions bo", "article6 person sessions bo --end"))
@click.argument("login_name", metavar="LOGIN")
@click.option("--end", is_flag=True, help="End them all.")
@acting_option
@json_option
def sessions_of(login_name: str, end: bool, login: str | None, as_json: bool) -> None:
    """Where somebody is signed in."""
    person_id, by, at = people.person_by_login(login_name), acting(login), now()
    if end:
        sessions.sign_out(person_id, by=by, now=at)
    shown = ("user_agent", "ip", "created_at", "last_seen_at")
    found: list[dict[str, Any]] = [
        {name: each[name] for name in ("id", *shown)} for each in sessions.of(person_id, by=by, now=at)
    ]
    if as_json:
        output.print_json(found)
    else:
        output.print_table(
            [_("Device"), _("Address"), _("Since"), _("Last used")], [[each[name] for name in shown] for each in found]
        )


@person.command("subject", epilog=examples("article6 person subject bo 8f14e45f-ceea-467f"))
@click.argument("login_name", metavar="LOGIN")
@click.argument("subject")
@acting_option
@json_option
def subject_of(login_name: str, subject: str, login: str | None, as_json: bool) -> None:
    """Record under which SUBJECT the provider of single sign-on knows a person, who then signs in by it."""
    single_sign_on.link(people.person_by_login(login_name), subject, by=acting(login), now=now())
    if as_json:
        output.print_json({"login": login_name, "subject": subject})
    else:
        output.say(_("%(login)s signs in by single sign-on from now on.") % {"login": login_name})


@click.group(epilog=examples("article6 machine secret clearing --scope read --scope propose"))
def machine() -> None:
    """Machine clients: the secrets that they exchange for tokens."""


@machine.command("secret", epilog=examples("article6 machine secret clearing --scope read --scope propose --days 90"))
@click.argument("login_name", metavar="LOGIN")
@click.option("--scope", "scopes", type=click.Choice(people.SCOPES), multiple=True, required=True, help="What for.")
@click.option("--days", type=click.IntRange(1, 730), default=365, show_default=True, help="How long it lasts.")
@acting_option
@json_option
def secret(login_name: str, scopes: tuple[str, ...], days: int, login: str | None, as_json: bool) -> None:
    """Make a secret, shown this once. Two hold at a time: give the new one to the program, then end the old one."""
    number, text = machine_clients.add_secret(
        people.person_by_login(login_name), scopes, by=acting(login), now=now(), lasts=timedelta(days=days)
    )
    if as_json:
        output.print_json({"id": number, "client_id": login_name, "client_secret": text})
    else:
        output.say(text)
        output.tell(_("Keep it safe: it is not shown again. Its number is %(number)s.") % {"number": number})


@machine.command("secrets", epilog=examples("article6 machine secrets clearing"))
@click.argument("login_name", metavar="LOGIN")
@acting_option
@json_option
def listed(login_name: str, login: str | None, as_json: bool) -> None:
    """The secrets of a machine client that hold, with their last use."""
    found = machine_clients.listed(people.person_by_login(login_name), by=acting(login), now=now())
    if as_json:
        output.print_json(found)
    else:
        output.print_table(
            [_("Number"), _("Scopes"), _("Since"), _("Until"), _("Last used")],
            [(str(each["id"]), each["scopes"], each["made_at"], each["ends_at"], each["used_at"]) for each in found],
        )


@machine.command("end", epilog=examples("article6 machine end 3"))
@click.argument("number", type=click.IntRange(1))
@acting_option
@json_option
def end(number: int, login: str | None, as_json: bool) -> None:
    """End the secret with this NUMBER and its tokens, at once."""
    machine_clients.end_secret(number, by=acting(login), now=now())
    if as_json:
        output.print_json({"id": number, "ended": True})
    else:
        output.say(_("Secret %(number)s is ended.") % {"number": number})
