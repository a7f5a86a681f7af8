"""Check a certificate, which is a file: `article6 verify FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from article6.cli import exits, output, verify_proof
from article6.transparency import certificate_files, certificates, key_files, notes
from article6.transparency.certificates import ACTS, SENTENCES, AccountSide, CertificateWrong, Flaw, Verified
from article6.transparency.notes import MalformedNote, Verifier

SHOWN_AT_MOST = 50
"""Blocks of units that are printed for people; `--json` has them all."""


def verified(
    file: Path, key: str | None, witnesses: Sequence[str], at_least: int, keys: Path | None = None, *, as_json: bool
) -> int:
    """Check the file, print what it proves or why it does not, and return the exit code."""
    try:
        log = None if key is None else key_of(key)
        known = [notes.parse_verifier(each) for each in witnesses]
        content = _content(file)
        announced = key_files.read(keys.read_bytes() if keys else None).notes
    except (MalformedNote, OSError) as error:
        output.tell(str(error))
        return exits.UNREADABLE
    if verify_proof.is_proof(content):
        return verify_proof.verified(content, log, known, at_least, as_json=as_json)
    try:
        certificate = certificate_files.read(content)
    except CertificateWrong as wrong:
        _print_wrong(wrong, as_json=as_json)
        return exits.UNREADABLE
    try:
        found = certificates.verify(certificate, log, known, at_least, announced)
    except CertificateWrong as wrong:
        _print_wrong(wrong, as_json=as_json)
        return exits.UNREADABLE if wrong.code == Flaw.FORMAT else exits.REFUSED
    if as_json:
        output.print_json(_plain(found))
    else:
        _print(found)
    return exits.OK


def key_of(text: str) -> Verifier:
    """The key, also as `@FILE`: the first in a file as `/log/key` serves it.

    Raises:
        MalformedNote: it is none, or the file cannot be read.
    """
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_bytes()[: notes.NOTE_BYTES].decode("utf-8", "replace").partition("\n")[0]
        except OSError as error:
            raise MalformedNote(f"{text[1:]}: {error.strerror}") from error
    return notes.parse_verifier(text)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(certificate_files.FILE_BYTES + 1)


def _print_wrong(wrong: CertificateWrong, *, as_json: bool) -> None:
    sentence = _(SENTENCES[wrong.code])
    if as_json:
        output.print_json({"ok": False, "code": wrong.code, "sentence": sentence, "detail": wrong.detail})
        return
    output.say(f"{wrong.code}: {sentence} {wrong.detail}".rstrip())
    output.say(_("The certificate does NOT hold."))


def _print(found: Verified) -> None:
    checkpoint = found.proven.checkpoint
    output.print_fields(
        [
            (_("Certificate"), found.number),
            (_("Registry"), f"{found.registry['name']} ({found.registry['code']})"),
            (_("What"), f"{_(ACTS[found.act])}: {_(found.title)}"),
            (_("Units"), found.quantity),
            (_("Completed (UTC)"), found.completed_at),
            (_("Transaction"), found.transaction),
            (_("From account"), _side(found.source)),
            (_("To account"), _side(found.target)),
            *((name, str(value)) for name, value in found.particulars.items()),
            (_("Not disclosed"), ", ".join(found.withheld)),
            (_("Issued (UTC)"), found.issued_at),
            (_("SHA-256"), found.digest),
            (_("In the log"), f"{checkpoint.origin}: {found.proven.index:,} / {checkpoint.size:,}"),
            (_("Witnesses, checked"), ", ".join(sorted(found.proven.cosigned))),
            (_("Witnesses, NOT checked"), ", ".join(found.proven.unchecked)),
            (_("Key"), str(found.key) if found.is_trusted else f"{found.key} {_('(unverified key)')}"),
        ]
    )
    output.print_table(
        [_("First unit"), _("Last unit"), _("Units"), _("First transfer")],
        [(each.first, each.last, each.quantity, each.is_first_transfer) for each in found.units[:SHOWN_AT_MOST]],
    )
    if len(found.units) > SHOWN_AT_MOST:
        output.say(_("And %(n)s blocks more; --json has them all.") % {"n": len(found.units) - SHOWN_AT_MOST})
    if found.is_trusted:
        output.say(_("The certificate holds: this stands in the registry's log."))
    else:
        output.say(
            _(
                "The certificate agrees with the key in it. Whose key that is has NOT been checked: compare it with "
                "the one that the registry publishes, or give that one with --key."
            )
        )


def _side(side: AccountSide | None) -> str:
    if side is None:
        return ""
    return ", ".join(part for part in (f"{side.number} ({_(side.title)})", side.holder) if part)


def _plain(found: Verified) -> dict[str, Any]:
    checkpoint = found.proven.checkpoint
    sides = {"from": found.source, "to": found.target}
    return {
        "ok": True,
        "is_key_trusted": found.is_trusted,
        "key": str(found.key),
        "number": found.number,
        "registry": dict(found.registry),
        "act": str(found.act),
        "type": found.type,
        "title": found.title,
        "quantity": found.quantity,
        "completed_at": found.completed_at,
        "issued_at": found.issued_at,
        "transaction": found.transaction,
        **{
            name: side and {"number": side.number, "title": side.title, "holder": side.holder}
            for name, side in sides.items()
        },
        "particulars": dict(found.particulars),
        "withheld": list(found.withheld),
        "units": [
            {
                "first": each.first, "last": each.last, "quantity": each.quantity, "registry": each.registry,
                "party": each.party, "serial_first": each.serial_first, "serial_last": each.serial_last,
                "unit_type": each.unit_type, "vintage_year": each.vintage_year, "activity": each.activity,
                "cooperative_approach": each.cooperative_approach, "is_first_transfer": each.is_first_transfer,
            }
            for each in found.units
        ],
        "digest": found.digest,
        "verify_at": found.verify_at,
        "log": {"origin": checkpoint.origin, "index": found.proven.index, "size": checkpoint.size},
        "witnesses": dict(found.proven.cosigned),
        "witnesses_unchecked": list(found.proven.unchecked),
    }  # fmt: skip
