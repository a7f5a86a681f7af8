"""JSON Schemas of the further attributes of batches, by name and version. A change is a new version."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

CDM_1 = "cdm/1"
"""What the CDM registry's public reports say of an issuance besides serials."""

SCHEMAS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        CDM_1: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {
                "commitment_period": {"enum": [1, 2]},
                "project_number": {"type": "string"},
                "monitoring_start": _DAY,
                "monitoring_end": _DAY,
                "issuance_process": {"type": "string"},
                "activity_kind": {"enum": ["PA", "PoA"]},
                "project_type": {"type": "string"},
                "operational_entity": {"type": "string"},
            },
            "required": ["commitment_period", "project_number"],
            "additionalProperties": False,
        },
        "open/1": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": {"type": ["string", "integer", "boolean"]},
        },
    }
)
