"""Check a proof that something stands in a log, which is a file: `article6 verify FILE --key VKEY`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.transparency import proofs
from article6.transparency.notes import Verifier
from article6.transparency.proofs import ProofWrong, Proven, Wrong


def is_proof(content: bytes) -> bool:
    """Whether a file says of itself that it is a proof."""
    return _format(content) == proofs.FORMAT


def _format(content: bytes) -> object:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read.get("format") if isinstance(read, dict) else None


def verified(
    content: bytes, log: Verifier | None, witnesses: Sequence[Verifier], at_least: int, *, as_json: bool
) -> int:  # fmt: skip
    """Check the proof, print what it proves or why it does not, and return the exit code. It holds no key of its
    own."""
    if log is None:
        output.tell(_("A proof has no key in it. Give the log's with --key; a registry publishes it at /log/key."))
        return exits.UNREADABLE
    try:
        found = proofs.verify(proofs.from_json(json.loads(content)), log, witnesses, at_least)
    except ProofWrong as wrong:
        sentence = _(proofs.SENTENCES[wrong.why])
        if as_json:
            output.print_json({"ok": False, "code": wrong.why, "sentence": sentence, "detail": wrong.detail})
        else:
            output.say(f"{wrong.why}: {sentence} {wrong.detail}".rstrip())
            output.say(_("The proof does NOT hold."))
        return exits.UNREADABLE if wrong.why == Wrong.FORMAT else exits.REFUSED
    if as_json:
        output.print_json(_plain(found))
        return exits.OK
    output.say(_("The proof holds: this stands in the log, under the key given here."))
    told = {"kind": found.kind, "subject": found.subject, **found.facts, **found.disclosed}
    for name, value in told.items():
        output.say(f"  {name}: {value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)}")
    said = _("Leaf %(index)s under a checkpoint over %(size)s leaves of %(log)s.")
    output.say(said % {"index": found.index, "size": found.checkpoint.size, "log": found.checkpoint.origin})
    return exits.OK


def _plain(found: Proven) -> dict[str, object]:
    return {
        "ok": True,
        "kind": found.kind,
        "subject": found.subject,
        "facts": dict(found.facts),
        "disclosed": dict(found.disclosed),
        "index": found.index,
        "size": found.checkpoint.size,
        "origin": found.checkpoint.origin,
        "cosigned": dict(found.cosigned),
    }
