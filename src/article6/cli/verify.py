"""Check what a registry published with nothing but its public key: a certificate (`verify_certificate`), or a log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output, verify_certificate
from article6.cli.command import examples, json_option
from article6.gateways import GatewayFailure, log_files
from article6.transparency import audit_findings, auditing, checkpoints, notes
from article6.transparency.auditing import Reader, Report, State
from article6.transparency.notes import MalformedNote, Untrusted, Verifier
from article6.transparency.tree import Edge

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    epilog=examples(
        "article6 verify certificate-17-K7QF.pdf --key 'article6/GHA01+1a2b3c4d+...'",
        "article6 verify certificate-17-K7QF.json --json",
        "article6 verify --log https://registry.example.org/log --key 'article6/GHA01+1a2b3c4d+...'",
        "article6 verify --log https://registry.example.org/log --since checkpoint-of-last-year",
        "article6 verify --log ./copy-of-the-log --state audit.json --at-most 1000000 --json",
    )
)
@click.argument("file", required=False, type=EXISTING)
@click.option("--log", "place", metavar="URL", help="Audit this log: its address, or a folder with a copy of it.")
@click.option(
    "--key",
    metavar="VKEY",
    help="The log's public key, or @FILE with it. Default: the one in the certificate, or the one that the log itself "
    "publishes, which is then shown to be compared.",
)
@click.option(
    "--keys",
    type=EXISTING,
    metavar="FILE",
    help="The announcements of the log's keys, as it publishes them at /log/keys: they lead from the key that you have "
    "to the one that a certificate was made under.",
)
@click.option("--since", type=EXISTING, metavar="CHECKPOINT", help="A checkpoint from before, as a file.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Go on from where the last audit ended, and keep here how far this one came.",
)
@click.option("--witness", multiple=True, metavar="VKEY", help="A witness whose cosignature is looked for; repeatable.")
@click.option(
    "--at-least", type=click.IntRange(0, 100), default=0, metavar="N", help="Of a certificate's witnesses, so many."
)
@click.option("--at-most", type=click.IntRange(min=1), metavar="LEAVES", help="Read so many leaves at most.")
@json_option
@click.pass_context
def verify(
    context: click.Context,
    file: Path | None,
    place: str | None,
    key: str | None,
    keys: Path | None,
    since: Path | None,
    state: Path | None,
    witness: tuple[str, ...],
    at_least: int,
    at_most: int | None,
    as_json: bool,
) -> None:
    """Check a certificate, FILE (PDF or JSON), offline: what, how much, which units, when, for whom if disclosed.

    Or a proof from the log (JSON), with the log's key.

    Exit code 1 when it does not hold, 2 when the file is no certificate.

    With --log, audit a whole transparency log from its public files: every entry, every tile, the signed root. Finds
    entries that were edited, taken away or put in another order, and a history that is not the continuation of an
    earlier checkpoint. Exit code 1 when something is found, 2 when the log cannot be read.
    """
    if file is not None and place is None:
        context.exit(verify_certificate.verified(file, key, witness, at_least, keys, as_json=as_json))
    if file is not None or place is None:
        raise click.UsageError(_("Give a certificate's FILE, or --log."))
    try:
        reader = log_files.reader(place)
        log = _log_key(reader, key, state)
        known = [notes.parse_verifier(each) for each in witness]
        report = auditing.audit(reader, log, _start(log, since, state), known, at_most)
    except (GatewayFailure, log_files.NotAllowed, MalformedNote, Untrusted) as error:
        output.tell(str(error))
        raise click.exceptions.Exit(exits.UNREADABLE) from error
    if state is not None:
        state.write_text(json.dumps(report.state.as_json(), indent=2) + "\n", encoding="utf-8")
    if as_json:
        output.print_json(_plain(report, log))
    else:
        _print(report, log, is_given=key is not None)
    context.exit(exits.OK if report.is_clean else exits.REFUSED)


def _log_key(reader: Reader, key: str | None, state: Path | None) -> Verifier:
    """The log's key: the one given, else the one from which the last audit followed, else the one that it publishes.

    Raises:
        MalformedNote: it is none, or the log publishes none.
    """
    if key is None and state is not None and state.exists():
        key = _kept(state).key or None
    if key is None:
        content = reader.read("key")
        if content is None:
            raise MalformedNote(_("the log publishes no key; give it with --key"))
        key = content[: notes.NOTE_BYTES].decode("utf-8", "replace").partition("\n")[0]
    return verify_certificate.key_of(key)


def _start(log: Verifier, since: Path | None, state: Path | None) -> State:
    """Where the audit begins.

    Raises:
        MalformedNote: a file is not what it should be.
        Untrusted: the checkpoint is not this log's.
    """
    kept = State(log.name)
    if state is not None and state.exists():
        kept = _kept(state)
        if kept.origin != log.name:
            raise Untrusted(_("%(file)s is of another log: %(origin)s") % {"file": state, "origin": kept.origin})
    if since is not None:
        # Which of the log's keys signed it is seen in the audit, which follows them.
        note = notes.parse(since.read_bytes())
        if checkpoints.parse(note.text).origin != log.name:
            raise Untrusted(_("%(file)s is of another log: %(origin)s") % {"file": since, "origin": log.name})
        kept = State(log.name, kept.edge if state else Edge(), str(note), kept.key)
    return kept


def _kept(state: Path) -> State:
    try:
        return auditing.state_from_json(json.loads(state.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise MalformedNote(f"{state}: {error}") from error


def _print(report: Report, log: Verifier, *, is_given: bool) -> None:
    checkpoint = report.checkpoint
    output.print_fields(
        [
            (_("Log"), report.origin),
            (_("Key"), str(log) if is_given else f"{log} {_('(as the log says; compare it)')}"),
            *((_("In one chain with"), str(each)) for each in report.keys.verifiers if each != log),
            (_("Checkpoint"), f"{checkpoint.size:,}" if checkpoint else None),
            (_("Continues"), f"{report.since:,}" if report.since else None),
            (_("Leaves read"), f"{report.until - report.first:,} ({report.first:,} - {report.until:,})"),
            (_("Of these"), ", ".join(f"{kind} {count:,}" for kind, count in sorted(report.kinds.items()))),
            (_("Witnesses"), ", ".join(sorted(report.cosigned))),
        ]
    )
    for each in report.findings:
        output.say(f"{each.fault}: {each.where}: {_(audit_findings.SENTENCES[each.fault])} {each.detail}".rstrip())
    if not report.is_clean:
        output.say(_("The log is NOT right."))
    elif report.is_whole:
        output.say(_("The log is right."))
    else:
        output.say(_("What was read is right; go on with --state."))


def _plain(report: Report, log: Verifier) -> dict[str, Any]:
    checkpoint = report.checkpoint
    return {
        "ok": report.is_clean,
        "is_whole": report.is_whole,
        "log": report.origin,
        "key": str(log),
        "keys": [str(each) for each in report.keys.verifiers],
        "size": checkpoint.size if checkpoint else None,
        "since": report.since,
        "first": report.first,
        "until": report.until,
        "kinds": dict(report.kinds),
        "witnesses": dict(report.cosigned),
        "findings": [
            {
                "code": str(each.fault),
                "where": each.where,
                "first": each.first,
                "last": each.last,
                "detail": each.detail,
            }
            for each in report.findings
        ],
        "checkpoint": report.note,
    }
