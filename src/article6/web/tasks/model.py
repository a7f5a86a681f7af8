"""What a guided task is. Each names its form and the service that does it; the rest is alike for all (`flow`)."""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, Refusal, Refused
from article6.services import lookup, rehearsals, wording
from article6.services.possibilities import Standing
from article6.services.rehearsals import Preview, Transactions
from article6.web.templatetags.shown import units_word

Text = str | Promise
Given = Mapping[str, Any]
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to: `ref` names it in the address of the result; its transactions, where it has some."""

    ref: str
    transactions: tuple[TransactionId, ...] = ()
    leaves: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What the result page says: whether it is done or waits, particulars, what happens next, where to go."""

    title: str
    is_done: bool
    facts: Sequence[Mapping[str, Any]]
    next: Sequence[str]
    links: Sequence[tuple[str, str]] = ()


class Key(forms.CharField):
    """The idempotency key of a form: made with it, sent with it, however often that is."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)

    def clean(self, value: Any) -> str:
        text = str(value or "")
        if not KEY.fullmatch(text):
            raise ValidationError(_("This form was not made by this page; begin anew."))
        return text


class TaskForm(forms.Form):
    """The form of a task. `standing` is who asks; fields are made from it in `ask`."""

    error_css_class = "wrong"
    headings: ClassVar[Mapping[str, Text]] = {}
    """Of a long form: the heading that stands before a field, by the field's name."""

    def __init__(self, standing: Standing, *args: Any, **named: Any) -> None:
        named.setdefault("auto_id", "id_%s")
        super().__init__(*args, **named)
        self.standing = standing
        self.ask(standing)
        self._chosen_first()
        self.fields["key"] = Key()
        self.fields["draft"] = forms.IntegerField(
            required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
        )

    def ask(self, standing: Standing) -> None:
        """Add the fields."""

    def _chosen_first(self) -> None:
        """In long lists, what is chosen stands on top, where it is seen."""
        for name, each in self.fields.items():
            if isinstance(each, forms.MultipleChoiceField):
                given = self.data.getlist(name) if isinstance(self.data, QueryDict) else self.initial.get(name)
                chosen = {given} if isinstance(given, str) else set(given or ())
                every = _flat(each.choices)
                each.choices = [one for wanted in (True, False) for one in every if (one[0] in chosen) is wanted]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The visible fields in their order, under their headings."""
        found: list[tuple[str, list[forms.BoundField]]] = [("", [])]
        for each in self.visible_fields():
            if each.name in self.headings:
                found.append((str(self.headings[each.name]), []))
            found[-1][1].append(each)
        return [each for each in found if each[1]]

    def visible_rows(self) -> list[tuple[str, str]]:
        """What was typed, by the fields' names, as the fields' own words have it."""
        return [
            (str(each.label), words) for each in self.visible_fields()
            if (words := _said(each.field, self.cleaned_data.get(each.name)))
        ]  # fmt: skip


def _said(asked: forms.Field, value: Any) -> str:
    if value in (None, "", (), []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(asked, forms.ChoiceField):
        titles = {str(code): str(title) for code, title in _flat(asked.choices)}
        several = value if isinstance(value, list | tuple) else [value]
        return ", ".join(titles.get(str(each), str(each)) for each in several)
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f") if value >= 10_000 else str(value)
    if isinstance(value, list | tuple):
        return "; ".join(str(each) for each in value)
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for code, title in choices:
        found += _flat(title) if isinstance(title, list | tuple) else [(code, title)]
    return found


class Task(ABC):
    """A task before a person: what it is called, whether the person may, its form, its act.

    `is_final`: nobody takes it back. `is_compared`: what would happen is looked at once more when it is confirmed, and
    shown again if it is otherwise by then.
    """

    slug: ClassVar[str] = ""
    title: ClassVar[Text] = ""
    summary: ClassVar[Text] = ""
    group: ClassVar[Text] = gettext_lazy("Units")
    submit: ClassVar[Text] = gettext_lazy("Propose")
    is_final: ClassVar[bool] = False
    is_compared: ClassVar[bool] = True
    form_class: ClassVar[type[TaskForm]] = TaskForm
    fields_of: ClassVar[Mapping[Code, str]] = {}

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.ways: Sequence[tuple[str, str]] = ()
        """Where the form can be had filled in: title and address."""

    def fits(self) -> bool:
        """Whether this kind of registry has it at all."""
        return True

    def why_not(self) -> str:
        """Why it is not offered to the person; empty where it is."""
        return ""

    def form(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> TaskForm:
        if data is None:
            initial = {**(initial or {}), "key": secrets.token_urlsafe(24)}
        return self.form_class(self.standing, data, initial=initial)

    @abstractmethod
    def act(self, given: Given, key: str | None) -> Done:
        """Do it through its service."""

    def preview(self, given: Given) -> Preview:
        """What it would do: the act itself, taken back."""

        def act() -> Transactions:
            done = self.act(given, None)
            return Transactions(done.transactions, done.leaves)

        return rehearsals.preview(act, by=self.standing.by, now=self.standing.now)

    def warnings(self, given: Given, preview: Preview) -> list[str]:
        """What should be thought of besides."""
        return [_("What is done here stays: no one can take it back.")] if self.is_final else []

    def draft_title(self, data: Mapping[str, Any]) -> str:
        """By what the person knows a draft again."""
        return str(self.title)

    def section(self, data: Mapping[str, Any]) -> str:
        """The code of the section that a draft is about, of what was typed."""
        source = str(data.get("source") or "")
        return next((each["section"] for each in self.standing.accounts if each["number"] == source), "")

    def told(self, ref: str) -> Told:
        """The result as it stands now.

        Raises:
            Refused: there is nothing of this name in sight.
        """
        numbers = [int(each) for each in ref.split("-") if each.isdecimal() and len(each) < 19][:20]
        found = [lookup.transaction(each, limit=1, by=self.standing.by) for each in numbers]
        if not found:
            raise Refused([Refusal(Code.TRANSACTION_UNKNOWN, ref[:60])])
        return of_transactions(found, str(self.title))


def of_transactions(found: Sequence[Mapping[str, Any]], title: str) -> Told:
    """How transactions stand, and what happens next."""
    facts = [
        {
            "label": each["type_title"],
            "value": f"{_('Transaction %(number)s') % {'number': each['id']}} · {units_word(each['quantity'])}",
            "href": reverse("transaction", args=[each["id"]]),
        }
        for each in found
    ]
    waiting = [each for each in found if each["status"] == "proposed"]
    ended = [each for each in found if each["status"] in ("rejected", "cancelled", "expired")]
    if waiting:
        day = waiting[0]["expires_at"]
        steps = [
            _("A second person approves or rejects it. Until then its units are reserved."),
            _("If nobody decides until %(day)s, the proposal ends and its units are free again.")
            % {"day": f"{day:%Y-%m-%d}" if day else ""},
        ]
    elif ended:
        steps = [_("It was not carried out; its units are free again.")]
    else:
        steps = [
            _("It is done: the units stand in their account, and the journal and the reports have it."),
            _("It is written into the transparency log within a minute; a certificate of it can be had then."),
        ]
    return Told(title, not waiting and not ended, facts, steps)


_FIELDS: Mapping[Code, str] = {
    Code.QUANTITY_NOT_POSITIVE: "quantity",
    Code.QUANTITY_TOO_LARGE: "quantity",
    Code.QUANTITY_NOT_WHOLE: "quantity",
    Code.QUANTITY_EXCEEDS_HOLDING: "quantity",
    Code.QUANTITY_RANGE_MISMATCH: "quantity",
    Code.SERIAL_MALFORMED: "serials",
    Code.SERIALS_REPEATED: "serials",
    Code.BLOCK_NOT_HELD: "serials",
    Code.BLOCK_RESERVED: "serials",
    Code.USE_OUTSIDE_PERIOD: "use_year",
    Code.TRANSACTION_WRONG_ACCOUNTS: "target",
    Code.ACCOUNT_REFUSES_UNIT: "target",
    Code.ACCOUNT_NOT_TRUSTED: "target",
    Code.ACCOUNTS_SAME: "target",
    Code.TRANSACTION_PURPOSE_DIFFERS: "purpose",
    Code.SECTION_UNKNOWN: "section",
    Code.SERVICE_NOT_AGREED: "peer",
    Code.PEER_STATE: "peer",
    Code.PEER_UNKNOWN: "peer",
}


def blame(task: Task, form: TaskForm, no: Refused) -> None:
    """Put each reason of a refusal beside the field that it is about; what is about none, on top."""
    raw = {name: str(form.data.get(name, "")) for name in form.fields}
    for reason in no.reasons:
        form.add_error(_field_of(task, form, reason, raw), sentence(reason))


def sentence(reason: Refusal) -> str:
    """A reason in words, with its code and what it is about."""
    told = wording.told(reason)
    about = " · ".join(filter(None, (told["code"], told["subject"], told["detail"])))
    return f"{told['sentence']} ({about})"


def _field_of(task: Task, form: TaskForm, reason: Refusal, raw: Mapping[str, str]) -> str | None:
    for named in (reason.detail, reason.subject):
        if named in form.fields and not form.fields[named].widget.is_hidden:
            return named
    if (found := task.fields_of.get(reason.code) or _FIELDS.get(reason.code)) in form.fields:
        return found
    same = [name for name, value in raw.items() if reason.subject and value == reason.subject]
    return same[0] if same and not form.fields[same[0]].widget.is_hidden else None
