"""Certificates of cancellations, retirements and transfers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.orders import PersonId, TransactionId

LANGUAGES = ("ar", "zh-hans", "en", "fr", "ru", "es")

form_option = click.option(
    "--format", "form", type=click.Choice(["pdf", "json"]), default="pdf", show_default=True, help="File format."
)
language_option = click.option("--language", type=click.Choice(LANGUAGES), help="Of the PDF. Default: the terminal's.")
out_option = click.option("--out", type=click.Path(path_type=Path), help="File or folder; - is standard output.")


@click.group(
    epilog=examples(
        "article6 certificate issue 17 --disclose beneficiary",
        "article6 certificate show K7QF-2M0X-91TB-WZ4C",
        "article6 verify certificate-17-K7QF.pdf --key @key-of-the-registry",
    )
)
def certificate() -> None:
    """Certificates of completed cancellations, retirements (use) and transfers, which anybody can check offline."""


@certificate.command(
    "issue",
    epilog=examples(
        "article6 certificate issue 17",
        "article6 certificate issue 17 --disclose beneficiary --disclose holder.from --out certificate.pdf",
    ),
)
@click.argument("transaction", type=click.IntRange(min=1))
@click.option(
    "--disclose",
    multiple=True,
    metavar="PART",
    help="Show this particular too (beneficiary, entity, ...), or holder.from, holder.to. Repeatable. The purpose and "
    "the year of use are always shown.",
)
@form_option
@language_option
@out_option
@acting_option
@key_option
@json_option
def issue(
    transaction: int, disclose: tuple[str, ...], form: str, language: str | None, out: Path | None, login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Issue a certificate of a completed transaction and write it as a file.

    The transaction has to be in the transparency log, which is some moments behind the ledger.
    """
    from article6.services import certificates

    by = acting(login)
    issued = certificates.issue(TransactionId(transaction), disclose, by=by, now=now(), key=key)
    _write(issued, form, language, out or Path(), by, as_json=as_json)


@certificate.command(
    "show",
    epilog=examples(
        "article6 certificate show K7QF-2M0X-91TB-WZ4C",
        "article6 certificate show K7QF-2M0X-91TB-WZ4C --out .",
        "article6 certificate show K7QF-2M0X-91TB-WZ4C --json",
    ),
)
@click.argument("code")
@form_option
@language_option
@out_option
@acting_option
@json_option
def show(
    code: str, form: str, language: str | None, out: Path | None, login: str | None, as_json: bool
) -> None:  # fmt: skip
    """Show a certificate that was issued; with --out, write it as a file again."""
    from article6.services import certificates

    by = acting(login)
    found = certificates.shown(code, by=by)
    if out is not None:
        _write(found, form, language, out, by, as_json=as_json)
    elif as_json:
        output.print_json(found)
    else:
        output.print_fields(
            [
                (_("Certificate"), found["code"]),
                (_("What"), f"{found['act_title']}: {found['title']}"),
                (_("Transaction"), str(found["transaction_id"])),
                (_("Units"), found["quantity"]),
                (_("Section"), found["section"]),
                (_("Issued (UTC)"), found["at"]),
                (_("SHA-256"), found["digest"]),
                (_("Key"), found["certificate"]["key"]),
            ]
        )


def _write(
    issued: dict[str, Any], form: str, language: str | None, out: Path, by: PersonId, *, as_json: bool
) -> None:  # fmt: skip
    from article6.services import certificate_files

    name, content = certificate_files.copy(issued["code"], form, by=by, language=language)
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    path = out / name if out.is_dir() else out
    path.write_bytes(content)
    told = {each: value for each, value in issued.items() if each != "certificate"}
    if as_json:
        output.print_json({**told, "file": str(path)})
    else:
        output.say(_("%(act_title)s, %(quantity)s units: %(file)s. Code %(code)s.") % {**told, "file": path})
