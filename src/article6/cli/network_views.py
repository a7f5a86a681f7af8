"""What registries show each other, instruct and publish: views, mandates, instructions, publications."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import (
    acting,
    acting_option,
    after_option,
    examples,
    json_option,
    key_option,
    limit_option,
    now,
)
from article6.cli.network import code_argument, network
from article6.cli.pages import print_page
from article6.cli.terms import pairs, term_option
from article6.services import naming
from article6.services.exchange import instructions, mandates, publishing, told_units, views
from article6.services.exchange.instructions import NewInstruction
from article6.services.exchange.mandates import NewMandate
from article6.services.exchange.views import HOLDINGS, KINDS, NewView

number_argument = click.argument("number", type=click.IntRange(1))
LOOK_S = 0.5


@click.command(
    "view",
    epilog=examples(
        "article6 network view INT01 --party CHE",
        "article6 network view INT01 --party CHE --view actions --wait 30 --as ama",
        "article6 network view INT01 --party CHE --cached --json",
    ),
)
@code_argument
@click.option("--party", required=True, help="The Party for which it is asked.")
@click.option("--view", type=click.Choice(KINDS), default=HOLDINGS, show_default=True, help="What is to be shown.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="A moment (UTC). Default: now.")
@click.option("--serials", metavar="REGISTRY/PARTY:FIRST-LAST", help="Only these units.")
@click.option("--from-start", is_flag=True, help="Everything that was done, not only what is new.")
@click.option("--cached", is_flag=True, help="Do not ask; show what was shown last.")
@click.option("--wait", type=click.IntRange(0, 600), default=10, show_default=True, help="Seconds to wait for it.")
@acting_option
@json_option
def view(
    code: str, party: str, view: str, as_of: datetime | None, serials: str | None, from_start: bool, cached: bool,
    wait: int, login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Ask a registry what a Party holds there, or what was done; show its answer, or the last one with its age."""
    number, named = None, naming.read(serials) if serials else None
    if not cached:
        at = None if as_of is None else as_of.replace(tzinfo=now().tzinfo)
        asked = views.ask(NewView(code, party, view, at, from_start, named), by=acting(login), now=now())
        number = asked if _comes(asked, wait) and at is not None else None
    found = views.shown(code, party, view, now=now(), number=number, serials=named)
    if as_json:
        output.print_json(found)
        return
    _say_age(found)
    output.print_table(*_table(found["lines"], view))


def _comes(number: int, wait_s: int) -> bool:
    end = time.monotonic() + wait_s
    while not (is_there := views.is_answered(number)) and time.monotonic() < end:
        time.sleep(LOOK_S)
    return is_there


def _say_age(found: dict[str, Any]) -> None:
    for each in found["objections"]:
        output.tell(_("%(code)s shows nothing: %(why)s") % {
            "code": found["peer"], "why": f"{each['code']} {each['detail']}"})  # fmt: skip
    if found["as_of"] is None:
        output.tell(_("Nothing has come from %(code)s yet.") % {"code": found["peer"]})
        return
    output.say(_("As of %(at)s, %(age)s seconds ago.") % {
        "at": output.shown(found["as_of"]), "age": f"{found['age_s']:,}"})  # fmt: skip
    if not found["is_peer_reached"]:
        output.tell(_("%(code)s does not answer now.") % {"code": found["peer"]})


def _table(lines: list[dict[str, Any]], kind: str) -> tuple[list[str], list[list[Any]]]:
    if kind == HOLDINGS:
        headings = [_("Account"), _("Party"), _("Serials"), _("Type"), _("Vintage"), _("Authorization"), _("Status")]
        return headings, [
            [
                each["account"], each["party"], _named(each["serials"]), each["unit_type"],
                str(each["vintage_year"] or ""), (each["authorization"] or {}).get("code", ""), each["status"],
            ]
            for each in lines
        ]  # fmt: skip
    headings = [_("When"), _("Type"), _("Serials"), _("From"), _("To"), _("First transfer")]
    rows = []
    for each in lines:
        action = each["action"]
        given = action.get("from_account") or action.get("from_party", "")
        taken = action.get("to_account") or action.get("to_party", "")
        is_first = action.get("is_first_transfer", False)
        rows.append([action["at"], action["type"], _named(each["serials"]), given, taken, is_first])
    return headings, rows


def _named(serials: dict[str, str]) -> str:
    return f"{serials['registry']}/{serials['party']}:{serials['first']}-{serials['last']}"


# --- Mandates


@click.group("mandate", epilog=examples("article6 network mandate list"))
def mandate() -> None:
    """What Parties let their own registries see and do here."""


@mandate.command(
    "give",
    epilog=examples(
        "article6 network mandate give CHE01 --party CHE",
        "article6 network mandate give CHE01 --party CHE --proposer che-machine --approver che-second --as ama",
    ),
)
@code_argument
@click.option("--party", required=True, help="The Party whose registry it is.")
@click.option("--no-view", is_flag=True, help="It may not look at the section.")
@click.option("--proposer", default="", metavar="LOGIN", help="The machine client in whose name it instructs.")
@click.option("--approver", default="", metavar="LOGIN",
              help="A second one: two persons there count for the second person that is asked for here.")  # fmt: skip
@acting_option
@key_option
@json_option
def give(
    code: str, party: str, no_view: bool, proposer: str, approver: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Let a registry see a Party's section here, and instruct; a second person of the section agrees."""
    new = NewMandate(code, party, not no_view, bool(proposer), proposer, approver)
    _say_mandate(mandates.give(new, by=acting(login), now=now(), key=key), as_json)


@mandate.command("agree", epilog=examples("article6 network mandate agree 1 --as bo"))
@number_argument
@acting_option
@key_option
@json_option
def agree(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Agree to a mandate that another person gave."""
    _say_mandate(mandates.agree(number, by=acting(login), now=now(), key=key), as_json)


@mandate.command("end", epilog=examples("article6 network mandate end 1 --reason 'own registry closed'"))
@number_argument
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def end(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """End a mandate, or withdraw one that nobody agreed to."""
    _say_mandate(mandates.end(number, reason, by=acting(login), now=now(), key=key), as_json)


@mandate.command("list", epilog=examples("article6 network mandate list", "article6 network mandate list --json"))
@click.option("--peer", help="Only of this registry.")
@json_option
def listed(peer: str | None, as_json: bool) -> None:
    """Mandates, newest first."""
    found = mandates.listed(peer)
    if as_json:
        output.print_json(found)
        return
    headings = {
        "id": _("Id"), "peer": _("Peer"), "party": _("Party"), "may_view": _("Sees"), "may_instruct": _("Instructs"),
        "agreed_at": _("Since"), "ended_at": _("Until"),
    }  # fmt: skip
    output.print_table(list(headings.values()), [[each[name] for name in headings] for each in found])


def _say_mandate(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
    elif found["agreed_at"] is None and found["ended_at"] is None:
        output.say(
            _("Mandate %(id)s: a second person agrees: article6 network mandate agree %(id)s --as LOGIN") % found
        )
    else:
        output.print_fields(found.items())


# --- Instructions


@click.group("instruction", epilog=examples("article6 instruction list"))
def instruction() -> None:
    """Transactions that a national registry instructs on its section's accounts in another registry."""


@instruction.command(
    "propose",
    epilog=examples(
        "article6 instruction propose INT01 transfer --party CHE --from INT01-100-7-0-1 --to INT01-100-8-0-2 "
        "--quantity 40",
        "article6 instruction propose GHA01 use_ndc --party CHE --from GHA01-191-1004-0-8 --quantity 100 "
        "--term use_year=2026",
    ),
)
@code_argument
@click.argument("transaction", metavar="TYPE")
@click.option("--party", required=True, help="Whose section it is.")
@click.option("--from", "source", required=True, metavar="ACCOUNT", help="The account there that gives.")
@click.option(
    "--to", "target", default="", metavar="ACCOUNT", help="The account there that gets, where it is asked for."
)
@click.option("--quantity", type=click.IntRange(1), help="Units; the registry there chooses by its rule.")
@click.option("--serials", multiple=True, metavar="REGISTRY/PARTY:FIRST-LAST", help="These units. Repeatable.")
@term_option
@acting_option
@key_option
@json_option
def propose(
    code: str, transaction: str, party: str, source: str, target: str, quantity: int | None, serials: tuple[str, ...],
    terms: tuple[str, ...], login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose to instruct a transaction; a second person here approves, and only then it is sent."""
    named = tuple(naming.read(each) for each in serials)
    new = NewInstruction(code, party, transaction, source, target, quantity, named, pairs(terms, "--term"))
    _say_instruction(instructions.propose(new, by=acting(login), now=now(), key=key), as_json)


@instruction.command("approve", epilog=examples("article6 instruction approve 1 --as bo"))
@number_argument
@acting_option
@key_option
@json_option
def approve(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Approve an instruction as its second person: it is sent with the names of both."""
    _say_instruction(instructions.approve(number, by=acting(login), now=now(), key=key), as_json)


@instruction.command("reject", epilog=examples("article6 instruction reject 1 --reason 'wrong account' --as bo"))
@number_argument
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def reject(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Turn an instruction down as its second person; nobody else hears of it."""
    _say_instruction(instructions.reject(number, reason, by=acting(login), now=now(), key=key), as_json)


@instruction.command("list", epilog=examples("article6 instruction list", "article6 instruction list --received"))
@click.option("--peer", help="Only with this registry.")
@click.option("--received/--given", "is_received", default=None, help="Only what came, or what was sent.")
@after_option
@limit_option
@json_option
def list_instructions(
    peer: str | None, is_received: bool | None, after: str | None, limit: int, as_json: bool
) -> None:  # fmt: skip
    """Instructions to other registries and from them, newest first."""
    side = None if is_received is None else "received" if is_received else "given"
    headings = {
        "id": _("Id"), "side": _("Way"), "peer": _("Peer"), "party": _("Party"), "status": _("Status"),
        "transaction": _("Transaction there"), "changed_at": _("Since"),
    }  # fmt: skip
    print_page(instructions.listed(after, limit, peer, side), headings, as_json=as_json)


@instruction.command("show", epilog=examples("article6 instruction show 1"))
@number_argument
@json_option
def show(number: int, as_json: bool) -> None:
    """One instruction, with what was instructed and how it stands."""
    found = instructions.shown(number)
    if as_json:
        output.print_json(found)
    else:
        output.print_fields(found.items())


def _say_instruction(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
    else:
        output.say(_("Instruction %(id)s: %(status)s.") % found)


# --- Units that stay in other registries


@click.command("told", epilog=examples("article6 network told", "article6 network told --party CHE --json"))
@click.option("--party", help="Only of this Party's section.")
@after_option
@limit_option
@json_option
def told(party: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """Units that stay in other registries and of which amounts were told, newest first; how many are left."""
    headings = {
        "id": _("Id"), "peer": _("Peer"), "held_in": _("Account there"), "registry": _("Registry"),
        "party": _("Party"), "first": _("First"), "last": _("Last"), "held": _("Held"), "at": _("When"),
    }  # fmt: skip
    print_page(told_units.listed(after, limit, party), headings, as_json=as_json)


# --- Publications


@click.command("published", epilog=examples("article6 network published", "article6 network published --in --json"))
@click.option("--peer", help="Only with this registry.")
@click.option("--in", "is_in", is_flag=True, help="What peers published; default: what went out.")
@after_option
@limit_option
@json_option
def published(peer: str | None, is_in: bool, after: str | None, limit: int, as_json: bool) -> None:
    """Records that were published, newest first; of what came, what became of it."""
    headings = {
        "id": _("Id"), "peer": _("Peer"), "kind": _("Kind"), "record": _("Record"), "outcome": _("Outcome"),
        "at": _("When"),
    }  # fmt: skip
    print_page(publishing.publications(after, limit, peer, "in" if is_in else "out"), headings, as_json=as_json)


JOINING = tuple((network, each) for each in (view, mandate, told, published))
"""Which command joins which group."""
