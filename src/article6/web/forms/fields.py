"""The fields of forms: texts, whole units, serials, days, accounts. What is typed is read strictly or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusal_sentences import SENTENCES
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.texts import unfit
from article6.services import naming
from article6.services.naming import NamedSerials
from article6.web.templatetags.shown import THIN, units

Text = str | Promise
Choices = Sequence[tuple[str, Any]]

BETWEEN_DIGITS = re.compile(rf"(?<=\d)[ ,'’\u00a0\u2009{THIN}](?=\d{{3}}(?!\d))")
"""What people put between thousands. A decimal comma is followed by other than three figures, mostly; it is refused."""

RANGES_AT_MOST = 1_000


class Words(forms.CharField):
    """A text: no character that would make it read other than it is."""

    def __init__(self, *, max_length: int = 200, is_long: bool = False, **given: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput()
        widget.attrs["autocomplete"] = "off"
        super().__init__(max_length=max_length, widget=given.pop("widget", widget), **given)
        self.is_long = is_long

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if found := unfit(text, has_lines=self.is_long):
            raise ValidationError(
                _("This has a character that is refused (%(point)s): type the text anew, without copying it.")
                % {"point": found}
            )
        return text.replace("\r\n", "\n")


class LatinCode(Words):
    """A code or number in Latin capitals, digits and the hyphen."""

    PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]*")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not self.PATTERN.fullmatch(text):
            raise ValidationError(_("Write this in Latin letters, digits and hyphens only."))
        return text


class Whole(forms.Field):
    """A whole number, with or without marks between its thousands."""

    def __init__(self, *, least: int = 1, most: int = SERIAL_LIMIT, **given: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=given.pop("widget", forms.TextInput(attrs=attrs)), **given)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        digits = BETWEEN_DIGITS.sub("", text)
        if not re.fullmatch(r"-?[0-9]{1,40}", digits):
            raise ValidationError(_("Write a whole number in the digits 0 to 9, as in 1,000."))
        return int(digits)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.least:
            raise ValidationError(
                _("Give %(least)s or more.") % {"least": units(self.least)} if self.least != 1
                else _(SENTENCES[Code.QUANTITY_NOT_POSITIVE])
            )  # fmt: skip
        if value > self.most:
            raise ValidationError(
                _("Give %(most)s or less.") % {"most": units(self.most)} if self.most != SERIAL_LIMIT
                else _(SENTENCES[Code.QUANTITY_TOO_LARGE])
            )  # fmt: skip


def year(label: Text, *, is_required: bool = True, help_text: Text = "") -> Whole:
    """A calendar year."""
    return Whole(label=label, least=1990, most=2199, required=is_required, help_text=help_text)


class Day(forms.DateField):
    """A day, chosen or typed as in 2026-03-31."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": gettext_lazy("Give a day as in 2026-03-31.")}
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], error_messages=errors, **given)

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and not 1900 <= found.year <= 2199:
            raise ValidationError(_("Give a day between 1900 and 2199."))
        return found


class Serials(forms.CharField):
    """Serials, a range on each line."""

    def __init__(self, **given: Any) -> None:
        attrs = {"rows": 3, "autocomplete": "off", "spellcheck": "false", "class": "id"}
        super().__init__(max_length=60_000, widget=forms.Textarea(attrs=attrs), **given)

    def clean(self, value: Any) -> Any:
        lines = [each for each in re.split(r"[\n;]+", super().clean(value)) if each.strip()]
        if len(lines) > RANGES_AT_MOST:
            raise ValidationError(_("Give %(most)s ranges at most.") % {"most": units(RANGES_AT_MOST)})
        found: list[NamedSerials] = []
        for line in lines:
            if unfit(line.strip()):
                raise ValidationError(_("Write serials as in IN:1-100, a range on each line."))
            try:
                found.append(naming.read(BETWEEN_DIGITS.sub("", line.strip())))
            except Refused as no:
                told = {"what": no.reasons[0].subject}
                raise ValidationError(_("“%(what)s” is no range of serials; write it as in IN:1-100.") % told) from no
        return found


class Lines(forms.CharField):
    """Several short texts, each on a line or between semicolons."""

    def __init__(self, *, at_most: int = 50, **given: Any) -> None:
        super().__init__(
            max_length=20_000, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}), **given
        )  # fmt: skip
        self.at_most = at_most

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if found := unfit(text, has_lines=True):
            raise ValidationError(
                _("This has a character that is refused (%(point)s): type the text anew, without copying it.")
                % {"point": found}
            )
        found_lines = tuple(each.strip() for each in re.split(r"[\n;]+", text) if each.strip())
        if len(found_lines) > self.at_most:
            raise ValidationError(_("Give %(most)s at most.") % {"most": self.at_most})
        if any(len(each) > 200 for each in found_lines):
            raise ValidationError(_("A line is too long; 200 characters are the most."))
        return found_lines


class Ratio(forms.CharField):
    """An exact number: 2.5 or 5/2."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if text and not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12}|/0*[1-9][0-9]{0,11})?", text):
            raise ValidationError(_("Write a number as in 2.5 or 5/2."))
        return text


def choice(label: Any, choices: Choices, *, is_required: bool = True, help_text: Any = "", empty: Any = "") -> Any:
    """One of some values; where none is asked for, or several are there, nothing is chosen at first."""
    flat = list(choices)
    if not is_required or len(flat) > 1:
        flat = [("", empty or ("–" if not is_required else gettext_lazy("Choose …"))), *flat]
    return forms.ChoiceField(
        label=label, choices=flat, required=is_required, help_text=help_text,
        error_messages={"invalid_choice": gettext_lazy("This is none of those that can be chosen; choose again.")},
    )  # fmt: skip


def account(
    label: Text, accounts: Iterable[Mapping[str, Any]], *, help_text: Text = "", is_required: bool = True
) -> Any:
    """One of some accounts, in groups by their sections."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in accounts:
        words = f"{each['name']} · {each['number']} · {each['type_title']}"
        groups.setdefault(each["section"], []).append((each["number"], words))
    choices: Choices = [*groups.items()] if len(groups) > 1 else [one for found in groups.values() for one in found]
    return choice(label, choices, is_required=is_required, help_text=help_text)


def account_number(label: Text, *, help_text: Text = "", is_required: bool = True) -> LatinCode:
    """The number of an account that cannot be chosen from a list: another section's, or another registry's."""
    found = LatinCode(label=label, max_length=60, help_text=help_text, required=is_required)
    found.widget.attrs |= {"spellcheck": "false", "class": "id"}
    return found
