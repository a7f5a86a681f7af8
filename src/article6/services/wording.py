"""What the doors say: refusals in the reader's language, values as JSON writes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext

from article6.domain.refusal_sentences import SENTENCES
from article6.domain.refusals import Code, Refusal
from article6.domain.rule_subjects import applies_to
from article6.domain.rules import RULES

CLAUSES: Mapping[str, str] = MappingProxyType({rule.code: rule.clause for rule in RULES})
"""Where the rule behind a code comes from; codes that no rule for transactions gives are missing."""


def told(reason: Refusal) -> dict[str, str]:
    """A refusal for people and programs: code, subject, detail, the translated sentence, its clause if there is one."""
    said = {
        "code": str(reason.code),
        "subject": reason.subject,
        "detail": reason.detail,
        "sentence": gettext(reason.sentence),
    }
    clause = CLAUSES.get(reason.code)
    return {**said, "clause": clause} if clause else said


def refusal_codes() -> list[dict[str, str]]:
    """Every code with its sentence, and its clause if it has one, in the order of the reference."""
    return [told(Refusal(code)) for code in SENTENCES]


def built_in_rules() -> list[dict[str, str]]:
    """The built-in rules for transactions in their order: code, clause, the translated sentence, what it applies to."""
    return [
        {
            "code": str(rule.code), "clause": rule.clause, "sentence": gettext(SENTENCES[rule.code]),
            "applies_to": gettext(applies_to(rule.code)),
        }
        for rule in RULES
    ]  # fmt: skip


def titles(reasons: Iterable[Refusal]) -> str:
    """One line that names the most important reason."""
    first = next(iter(reasons), None)
    return gettext(SENTENCES[first.code if first else Code.REQUEST_MALFORMED])


def plain(value: Any) -> Any:
    """A value that JSON has no form for, in one it has: moments in UTC with `Z`, dataclasses as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
