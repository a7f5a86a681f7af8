"""JSON Schemas of the further attributes of batches, by name and version. A change is a new version.

These are the built-in ones; an administrator declares further ones, which are kept in the database.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Subject(StrEnum):
    """What may have further attributes. Those of units are their batch's."""

    UNIT = "unit"
    ACTIVITY = "activity"
    ACCOUNT = "account"


_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

CDM_1 = "cdm/1"
"""What the CDM registry's public reports say of an issuance besides serials."""

CER_1 = "cer/1"
"""What the mechanism registry keeps of CERs taken over: their Kyoto periods and project, and that they are pre-2021."""

PROGRAMME_1 = "programme/1"
"""What a crediting programme's registry says of an issuance: under which rules, for what, and which part it is."""

SCHEMAS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        CER_1: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {
                "is_pre_2021": {"const": True},
                "original_period": {"type": "integer", "minimum": 1},
                "applicable_period": {"type": "integer", "minimum": 1},
                "project_number": {"type": "string"},
                "registered_on": _DAY,
            },
            "required": ["is_pre_2021", "original_period", "applicable_period", "project_number", "registered_on"],
            "additionalProperties": False,
        },
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
        PROGRAMME_1: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {
                "programme": {"type": "string", "minLength": 1},
                "methodology": {"type": "string", "minLength": 1},
                "monitoring_start": _DAY,
                "monitoring_end": _DAY,
            },
            "required": ["programme", "methodology", "monitoring_start", "monitoring_end"],
            "additionalProperties": False,
        },
        "open/1": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": {"type": ["string", "integer", "boolean"]},
        },
    }
)
