"""The doctor's checks of the database, and of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from article6.services.doctor.findings import Finding, Level, good
from article6.services.exchange import own_keys
from article6.services.log import key_history, sequencer
from article6.store import persons
from article6.store.queries import condition, registries

CLOCK = timedelta(seconds=2)
QUEUE = timedelta(hours=1)
LOG_BEHIND_S = 15 * 60
KEY_ENDS = timedelta(days=14)
KEY_OLD = timedelta(days=2 * 365)


def migrations() -> Iterator[Finding]:
    """Tables of another version than the program's."""
    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            "migrations",
            Level.BAD,
            _("%(count)s changes of the tables wait.") % {"count": len(waiting)},
            _("The program and its tables are of different versions."),
            _("Stop it, run article6 migrate, and start it."),
        )
    else:
        yield good("migrations", _("The tables are up to date."))


def rights() -> Iterator[Finding]:
    """Whether the database holds the program to what it may see."""
    held = condition.rights()
    if held["bypasses"]:
        yield Finding(
            "row_security",
            Level.BAD,
            _("The program's login is not bound by row-level security."),
            _("A mistake in a query shows one Party what belongs to another."),
            _("Let DATABASE_URL name a login that is a member of article6_app and nothing more."),
        )
    elif held["may_rise"]:
        yield Finding(
            "row_security",
            Level.WARN,
            _("The program signs in to the database as the owner of its tables."),
            _("It gives those rights up at once, but a break-in could take them back."),
            _("Keep two logins: DATABASE_URL for the program, ARTICLE6_OWNER_URL for init and migrate alone."),
        )
    else:
        yield good("row_security", _("The database holds the program to what it may see."))
    if condition.is_line_open():
        yield Finding(
            "database_line",
            Level.BAD,
            _("The connection to the database is not encrypted."),
            _("Whoever is on the line reads everything."),
            _("Add sslmode=verify-full to DATABASE_URL."),
        )


def clock(now: datetime) -> Iterator[Finding]:
    """This machine's clock beside the database's."""
    apart = abs(condition.clock() - now)
    if apart > CLOCK:
        yield Finding(
            "clock",
            Level.BAD,
            _("This machine's clock and the database's are %(seconds)s seconds apart.")
            % {"seconds": round(apart.total_seconds())},
            _("Codes of second factors fail, messages are refused, and the log contradicts itself."),
            _("Let both machines keep time by NTP."),
        )
    else:
        yield good("clock", _("The clocks agree."))


def archiving() -> Iterator[Finding]:
    """Whether the write-ahead log can be archived."""
    said = condition.archiving()
    if said["is_on"] and said["failed_at"] and (said["last_at"] is None or said["failed_at"] > said["last_at"]):
        yield Finding(
            "archiving",
            Level.BAD,
            _("The server fails to archive its write-ahead log."),
            _("The registry cannot be put back to a moment after the last backup, and the disk fills."),
            _("Look at archive_command and at the server's log."),
        )


def queues(now: datetime) -> Iterator[Finding]:
    """Messages that wait for peers, and the log that lags behind."""
    waiting = condition.queue()
    if waiting["oldest"] is not None and now - waiting["oldest"] > QUEUE:
        hours = round((now - waiting["oldest"]).total_seconds() / 3600)
        yield Finding(
            "queue",
            Level.BAD,
            _("%(count)s messages to other registries wait, the oldest for %(hours)s hours.")
            % {"count": waiting["waiting"], "hours": hours},
            _("Transfers between registries stand still, and are cancelled by rule when their time is over."),
            _("Look at article6 network status; let article6 serve or article6 worker run."),
        )
    else:
        yield good("queue", _("No message waits for long."))
    behind = sequencer.lag()
    if behind.seconds > LOG_BEHIND_S:
        yield Finding(
            "log",
            Level.BAD,
            _("%(count)s acts are not in the transparency log, the oldest for %(minutes)s minutes.")
            % {"count": behind.waiting, "minutes": round(behind.seconds / 60)},
            _("Until they are, nobody outside can see that they were done."),
            _("Look at article6 log status; let article6 serve or article6 worker run."),
        )
    else:
        yield good("log", _("The transparency log keeps up."))


def keys(now: datetime) -> Iterator[Finding]:
    """Keys and secrets that end, or have been used for long."""
    ours = own_keys.listed()
    ending = [each for each in ours if each["until"] is not None and now < each["until"] < now + KEY_ENDS]
    followed = any(each["until"] is None for each in ours)
    old = [each for each in ours if each["until"] is None and now - each["since"] > KEY_OLD]
    if (ending and not followed) or old:
        yield Finding(
            "keys",
            Level.BAD if ending and not followed else Level.WARN,
            _("The key that signs messages ends soon, or has been used for two years."),
            _("Without a key in force no message is signed; one that is used for long is worth stealing."),
            _("Run article6 network keys --rotate."),
        )
    else:
        yield good("keys", _("The keys that sign messages are in order."))
    since = key_history.in_force_since()
    if since is not None and now - since > KEY_OLD:
        yield Finding(
            "log_key",
            Level.WARN,
            _("The key that signs the log has been used for two years."),
            _("One that is used for long is worth stealing."),
            _("Run article6 log rotate-key, or replace it under Administration, Keys."),
        )
    else:
        yield good("log_key", _("The key that signs the log is in order."))
    if late := condition.secrets_that_end(now + KEY_ENDS, now):
        yield Finding(
            "machine_secrets",
            Level.WARN,
            _("Secrets of machine clients end soon: %(logins)s.") % {"logins": ", ".join(late)},
            _("Programs that use them are shut out then."),
            _("Make a second secret, give it to the program, and end the first."),
        )


def people() -> Iterator[Finding]:
    """Whether the registry is practice, and who signs in by password alone."""
    identity = registries.identity()
    if identity is None:
        yield Finding(
            "registry",
            Level.BAD,
            _("The database holds no registry yet."),
            _("There is nothing to serve."),
            _("Run article6 init."),
        )
        return
    without = condition.acting_without_factor()
    if identity["is_practice"]:
        yield Finding(
            "practice",
            Level.WARN,
            _("This is a practice registry: a password alone lets people in."),
            _("Nothing in it counts, and it can never become a real one."),
            _("Found a real registry with article6 init."),
        )
    elif without:
        yield Finding(
            "second_factor",
            Level.WARN,
            _("These people may act and have no second factor yet: %(logins)s.") % {"logins": ", ".join(without)},
            _("They see no page but the one on which to set it; a stolen password would get as far, and set its own."),
            _("Ask them to sign in and set it, or suspend them."),
        )
    else:
        yield good("second_factor", _("Everybody who may act has a second factor."))
    if len(persons.administrators()) < 2:
        yield Finding(
            "administrators",
            Level.WARN,
            _("There is one administrator only."),
            _("Nobody can approve a change of roles, or let the other back in."),
            _("Invite a second one: article6 person invite LOGIN NAME --role administrator."),
        )
