"""Units that are divided between accounts: a few in rows of an account and an amount, more of them as lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from article6.services.possibilities import ACCOUNTS_AT_MOST, Standing
from article6.web.forms import fields
from article6.web.tasks.model import TaskForm

ROWS = 3
LINES_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Portion:
    """What an account gets, as it was typed: an amount, or '' for all that is left."""

    account: str
    amount: str = ""

    def __str__(self) -> str:
        return f"{self.account}: {self.amount}" if self.amount else self.account


def choose_account(label: str, standing: Standing, types: Iterable[str], **given: Any) -> Any:
    """One of the registry's accounts of these types; by its number where they are too many to choose among."""
    if len(standing.accounts) >= ACCOUNTS_AT_MOST:
        return fields.account_number(label, **given)
    wanted = set(types)
    return fields.account(label, [each for each in standing.accounts if each["type"] in wanted], **given)


def read_lines(lines: Iterable[str]) -> list[Portion]:
    """Lines of an account's number and an amount, which may lack.

    Raises:
        ValidationError: a line has more than two parts.
    """
    found = []
    for line in lines:
        account, _space, amount = line.partition(" ")
        amount = fields.BETWEEN_DIGITS.sub("", amount.strip())
        if not fields.LatinCode.PATTERN.fullmatch(account) or " " in amount:
            told = {"line": line[:60]}
            raise ValidationError(_("“%(line)s”: give an account's number, a space, and the amount.") % told)
        found.append(Portion(account, amount))
    return found


def whole(portion: Portion) -> int:
    """The amount as units.

    Raises:
        ValidationError: it is no whole number.
    """
    if not (portion.amount.isascii() and portion.amount.isdecimal() and len(portion.amount) <= 15):
        raise ValidationError(_("“%(amount)s” is no whole number of units.") % {"amount": portion.amount[:40]})
    return int(portion.amount)


class PortionsForm(TaskForm):
    """A form that divides units. Once it is valid, `portions` of what was typed has them; `lines` names the field of
    those that have no row."""

    lines = "more_accounts"

    def ask_portions(self, standing: Standing, types: Iterable[str], helps: tuple[str, str, str]) -> None:
        """Ask for them; `helps` say what to choose, what amount to give, and what to write on lines."""
        types = list(types)
        for row in range(1, ROWS + 1):
            help_texts = helps if row == 1 else ("", "")
            self.fields[f"to_{row}"] = choose_account(
                _("Account %(number)s") % {"number": row}, standing, types, is_required=False, help_text=help_texts[0]
            )
            self.fields[f"part_{row}"] = fields.Words(
                label=_("How many for account %(number)s") % {"number": row}, required=False, max_length=40,
                help_text=help_texts[1],
            )  # fmt: skip
        self.fields[self.lines] = fields.Lines(
            label=_("Further accounts"), required=False, at_most=LINES_AT_MOST, help_text=helps[2]
        )

    def portion(self, portion: Portion) -> Any:
        """What a portion is to the service, or as it was typed.

        Raises:
            ValidationError: its amount cannot be read.
        """
        return portion

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if found is not None:
            self._read(found)
        return found

    def _read(self, found: dict[str, Any]) -> None:
        read = []
        for row in range(1, ROWS + 1):
            account, amount = found.get(f"to_{row}") or "", found.get(f"part_{row}") or ""
            if amount and not account and f"to_{row}" not in self.errors:
                self.add_error(f"to_{row}", _("Choose the account that gets these units."))
            if account:
                portion = Portion(account, fields.BETWEEN_DIGITS.sub("", amount.strip()))
                read += self._understood(f"part_{row}", [portion])
        if found.get(self.lines):
            try:
                lines = read_lines(found[self.lines])
            except ValidationError as wrong:
                self.add_error(self.lines, wrong)
            else:
                read += self._understood(self.lines, lines)
        found["portions"] = read

    def _understood(self, name: str, portions: Iterable[Portion]) -> list[Any]:
        try:
            return [self.portion(each) for each in portions]
        except ValidationError as wrong:
            self.add_error(name, wrong)
            return []


__all__ = ["Portion", "PortionsForm", "choose_account", "read_lines", "whole"]
