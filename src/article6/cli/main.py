"""The command `article6`. The program in `config` prepares database and settings, then calls `main`."""

from __future__ import annotations

import os
import sys

import click
import psycopg
from django.db import connections
from django.db.utils import Error as DjangoDatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from article6 import __version__
from article6.cli import exits, output
from article6.cli.catalogue import Commands
from article6.cli.command import examples
from article6.domain.refusals import Code, Refused, refused
from article6.store.database import see_everything_in_this_process


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples(
        "article6 demo                          # real data in, workbooks and pages out",
        "article6 init --kind party --code GHA01 --name 'Ghana' --admin-login ama --admin-name 'Ama'",
        "article6 find 'IN 183,993,600'",
        "article6 --registry cdm audit",
        "article6 check CHE-2024-1.0.xlsx GHA-2024-1.0.xlsx",
    ),
)
@click.option("--registry", metavar="NAME", help="The registry to work on (ARTICLE6_REGISTRY). Default: main.")
@click.version_option(__version__, prog_name="article6")
def article6(registry: str | None) -> None:
    """Registry, ledger and reporting for Article 6 of the Paris Agreement.

    Every command but check and adjustments acts on one registry, which is one database. Without DATABASE_URL the
    program keeps its own PostgreSQL under ARTICLE6_HOME. Exit codes: 0 done, 1 refused or a breach found, 2 wrong
    usage, 69 something is unavailable, 78 not set up.
    """


COMPLETION = "_ARTICLE6_COMPLETE"
"""The environment variable by which a shell asks for completions."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    # Who can reach the database from a shell sees all of it; the processes that serve do not come this way.
    see_everything_in_this_process()
    as_json = "--json" in words
    translation.activate(_language())
    try:
        if COMPLETION in os.environ:
            article6.main(args=words, prog_name="article6")
        # Not through `article6.main`, which would take a reader that has gone for a failure.
        with article6.make_context("article6", list(words)) as context:
            article6.invoke(context)
        sys.stdout.flush()
        return exits.OK
    except click.exceptions.Exit as done:
        return done.exit_code
    except Refused as no:
        output.print_refusal(no, as_json=as_json)
        return exits.REFUSED
    except (psycopg.Error, DjangoDatabaseError) as error:
        return _database_failed(error, as_json=as_json)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        return exits.USAGE
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except click.Abort:
        return exits.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`article6 ... | head`); Python must not complain again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.BROKEN_PIPE


def _database_failed(error: Exception, *, as_json: bool) -> int:
    """What to do when the database has no tables yet, or does not answer; anything else is our own fault."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn) or _is_untouched():
        output.print_refusal(refused(Code.REGISTRY_MISSING), as_json=as_json)
        return exits.MISCONFIGURED
    if isinstance(cause, psycopg.OperationalError):
        output.tell(_("The database does not answer: %(why)s") % {"why": str(cause).strip().splitlines()[-1]})
        return exits.UNAVAILABLE
    raise error


def _is_untouched() -> bool:
    """Whether the database answers its owner and has no tables yet; before them there is no role to sign in with."""
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT to_regclass('registry') IS NULL")
            found = cursor.fetchone()
    except (psycopg.Error, DjangoDatabaseError):
        return False
    return bool(found and found[0])


def _language() -> str:
    """The language of the terminal, if there is a translation."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    try:
        return translation.get_supported_language_variant(named.partition(".")[0].replace("_", "-").lower())
    except LookupError:
        return "en"
