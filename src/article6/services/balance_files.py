"""A balance as a file: the structured summary as a workbook or as JSON, in the reader's language."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext

from article6.reporting import summary_files
from article6.services.balances import Balance
from article6.store.queries import registries

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
    }
)
"""The formats by the end of the file's name, with their media types."""


def file_name(found: Balance, form: str) -> str:
    """The name of the file, as in `structured-summary-GHA-2026.xlsx`."""
    return f"structured-summary-{found.ndc.party}-{found.summary.through}.{form}"


def as_json(found: Balance) -> dict[str, Any]:
    """A balance as plain values, with the NDC and the sources of its levels."""
    return {
        "ndc": found.ndc.code,
        "ndc_version": found.ndc.version,
        "sources": dict(found.sources),
        **summary_files.as_json(found.summary, gettext),
    }


def content(found: Balance, form: str) -> bytes:
    """The structured summary in a format."""
    if form == "json":
        return json.dumps(as_json(found), ensure_ascii=False, indent=2).encode()
    remark = str((registries.identity() or {}).get("remark", ""))
    file = io.BytesIO()
    summary_files.write_xlsx(found.summary, file, gettext, remark)
    return file.getvalue()
