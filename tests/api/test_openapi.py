"""The interface's description: served, checked in, complete, and true under fuzzing."""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api.doors import Caller, World, caller, description
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from ledger.books import Books, found_registry
from pydantic import BaseModel
from schemathesis import GenerationMode, checks

import article6.api
from article6.domain.kinds import Kind, Role
from article6.domain.orders import PersonId
from article6.services import people
from article6.store.queries import registries

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_the_description_checked_in_is_the_one_served(world: World) -> None:
    """`article6 openapi --out docs/reference/openapi.json` writes it anew."""
    assert json.loads(REFERENCE.read_text(encoding="utf-8")) == description()
    assert world.nobody.client.get("/api/v1/openapi.json").json() == description()


def test_it_is_openapi_3_1_and_every_operation_tells_how_it_fails() -> None:
    described = description()
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], path
            if operation["operationId"] == "grant_token":
                # OAuth's own: a form, its own errors, and another token each time (tests/api/test_machine_clients.py).
                assert {"200", "400", "401", "429"} == set(operation["responses"])
                continue
            problems = {status for status in operation["responses"] if status >= "400"}
            assert problems >= ({"400", "401", "403", "422"} if method == "post" else {"400"}), path
            if method == "post":
                named = [each["name"] for each in operation["parameters"] if each["required"]]
                # A preview writes nothing and may be asked for as often as one likes.
                assert ("Idempotency-Key" in named) != path.endswith("/preview"), path
                assert operation["security"] == [{"Bearer": []}]


def test_no_two_shapes_have_one_name() -> None:
    """In the description the later one would take the place of the other."""
    shapes = Counter()  # type: ignore[var-annotated]
    for room in pkgutil.iter_modules(article6.api.__path__, "article6.api."):
        module = importlib.import_module(room.name)
        shapes.update(
            name for name, each in vars(module).items()
            if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == room.name
        )  # fmt: skip
    assert [name for name, count in shapes.items() if count > 1] == []


def test_every_operation_is_in_the_reference() -> None:
    reference = REFERENCE.with_name("api.md").read_text(encoding="utf-8")
    for path, operations in description()["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in reference


def test_every_scope_is_in_the_reference() -> None:
    reference = REFERENCE.with_name("api.md").read_text(encoding="utf-8")
    assert all(f"| `{scope}` |" in reference for scope in people.SCOPES)


def test_no_page_loads_scripts_from_elsewhere(world: World) -> None:
    assert world.root.client.get("/api/v1/docs").status_code == 404


def test_every_status_is_named_in_problems_and_nowhere_else() -> None:
    rooms = (REFERENCE.parents[2] / "src" / "article6" / "api").glob("*.py")
    for room in rooms:
        if room.name != "problems.py":
            text = room.read_text(encoding="utf-8")
            assert "status=4" not in text, room
            assert "status_code" not in text, room


OF_MECHANISM = frozenset({"mechanism", "fees"})
"""Operations that only the mechanism registry has an answer to."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.INTERNATIONAL, Kind.MECHANISM])
def test_fuzzing_finds_no_fault(database: object, kind: Kind) -> None:
    """Requests made from the description, and against it: never a fault, never an answer that is not described."""
    from article6.config.wsgi import application

    books = found_registry(kind)
    books.open("A")
    if kind is Kind.INTERNATIONAL:
        books.issue("A", 100)
    # Every other request comes from who may do everything, the ones between from each role in turn.
    admin = caller(books.admin)
    everybody = cycle([who for each in with_roles(books) for who in (admin, caller(each))])
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers={"Host": "localhost"})
    seen: Counter[int] = Counter()
    for each in schema.get_all_operations():
        if OF_MECHANISM.isdisjoint(each.ok().tags or ()) is (kind is Kind.INTERNATIONAL):
            for mode in GenerationMode:
                _fuzz(each.ok(), mode, everybody, seen)
    # Both the interface's callers and its enemies were heard.
    assert seen[200] > 2
    assert seen[400] > 50


def with_roles(books: Books) -> Iterator[PersonId]:
    """A person in each role, in Ghana's section."""
    section, now = registries.sections()["GHA"], datetime.now(UTC)
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            number = people.add_person(role, "R", by=books.admin, now=now)
            people.give_role(number, section, role, by=books.admin, now=now, until=now + timedelta(days=30))
            yield number


def _fuzz(operation: Any, mode: GenerationMode, everybody: Iterator[Caller], seen: Counter[int]) -> None:
    @settings(
        max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {next(everybody).token}", "Host": "localhost"})
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    # What takes no parameters cannot be asked wrongly.
    with contextlib.suppress(Unsatisfiable):
        sent()
