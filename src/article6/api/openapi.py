"""The description of the interface, completed with what the framework does not know: problems, scopes, files."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from article6.api import problems
from article6.api.outputs import ProblemOut
from article6.services import aef_files

_REF = "#/components/schemas/"
_FAILURES = {
    problems.MALFORMED: "The request is malformed",
    problems.UNAUTHENTICATED: "No valid bearer token",
    problems.FORBIDDEN: "Scope or role does not allow this",
    problems.UNKNOWN: "No such thing",
    problems.CONFLICT: "In conflict with what is recorded",
    problems.AGAINST_A_RULE: "A rule said no; every reason is given",
    problems.UNAVAILABLE: "The database (or an address to be read) does not answer, or there is no registry yet",
}


CLOSED: dict[str, Any] = {"x-closed": True}
"""For what nobody reads without a token, even where the registry is public: as an operation's `openapi_extra`."""


OWN_FAILURES: dict[str, Any] = {"x-own-failures": True}
"""For what says no in a way of its own, which it describes itself."""


class Interface(NinjaAPI):
    """The API, whose description names problems and security as they are."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The description (OpenAPI 3.1)."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        problem = ProblemOut.model_json_schema(ref_template=_REF + "{model}")
        schema["components"]["schemas"] |= {**problem.pop("$defs"), "ProblemOut": problem}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(operation, method, has_path_parameter="{" in path)
        _files(schema["paths"])
        schema["components"]["securitySchemes"]["Basic"] = {"type": "http", "scheme": "basic"}
        return schema


def _complete(operation: dict[str, Any], method: str, *, has_path_parameter: bool) -> None:
    if operation.pop("x-own-failures", False):
        return
    is_writing, needs_nobody = method == "post", "security" not in operation
    is_closed = operation.pop("x-closed", False)
    statuses = {problems.MALFORMED, problems.UNAVAILABLE}
    statuses |= set() if needs_nobody else {problems.UNAUTHENTICATED, problems.FORBIDDEN}
    statuses |= {problems.UNKNOWN} if has_path_parameter or is_writing else set()
    statuses |= {problems.CONFLICT, problems.AGAINST_A_RULE} if is_writing else set()
    for status in sorted(statuses):
        operation["responses"][status] = {
            "description": _FAILURES[status],
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": f"{_REF}ProblemOut"}}},
        }
    if not needs_nobody and not is_writing and not is_closed:
        # Where the registry is public, everybody may read.
        operation["security"] = [{}, *operation["security"]]


def _files(paths: dict[str, Any]) -> None:
    for each in paths.values():
        operation = each.get("get", {})
        if operation.get("operationId") in ("get_aef", "get_aef_version_file", "submission_public"):
            operation["responses"][problems.OK] = {
                "description": "The file",
                "content": {media: {"schema": {}} for _ending, media in aef_files.FORMATS.values()},
            }
            operation["responses"][problems.AGAINST_A_RULE] = operation["responses"][problems.UNKNOWN] | {
                "description": _FAILURES[problems.AGAINST_A_RULE]
            }
