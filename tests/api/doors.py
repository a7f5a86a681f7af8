"""Callers of the API, as the tests play them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator
from ledger.books import Books, found_registry

from article6.domain.orders import PersonId
from article6.services import people

EVERYTHING = people.SCOPES
_numbers = itertools.count(1)


class Caller:
    """Somebody with a token (or none); every answer is held to the interface's description."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")

    def get(self, path: str, **query: Any) -> Answer:
        return Answer(self.client.get(f"/api/v1{path}", query, headers=self._headers()), "get", path)

    def post(self, path: str, body: Any = None, *, key: str | None = "", **headers: str) -> Answer:
        """Post a body; a fresh idempotency key unless one is given, none for None."""
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_numbers)}"
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        given = self.client.post(
            f"/api/v1{path}", content, content_type="application/json", headers={**self._headers(), **headers}
        )
        return Answer(given, "post", path)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Answer:
    """An answer, checked against the description of its operation."""

    def __init__(self, response: HttpResponse, method: str, path: str) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        is_json = not response.streaming and "json" in response.headers.get("Content-Type", "")
        self.json: Any = json.loads(response.content) if is_json else None
        schema = _schema(method, path, self.status)
        if schema is not None:
            Draft202012Validator(schema).validate(self.json)

    @property
    def codes(self) -> list[str]:
        """The codes of the refusals of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json", self.response.content
        assert self.json["status"] == self.status
        assert all(each["sentence"] for each in self.json.get("refusals", []))
        return [each["code"] for each in self.json.get("refusals", [])]


@cache
def description() -> dict[str, Any]:
    from article6.api.urls import api

    described: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return described


def _schema(method: str, path: str, status: int) -> dict[str, Any] | None:
    """The schema of a JSON answer, with the components it refers to; None for files."""
    described = description()
    words = f"/api/v1{path}".strip("/").split("/")
    for template, operations in described["paths"].items():
        parts = template.strip("/").split("/")
        if len(parts) == len(words) and all(
            "{" in part or part == word for part, word in zip(parts, words, strict=True)
        ):
            if method not in operations or ("{" in template and "." in template.rpartition("/")[2] and status < 400):
                continue
            answers = operations[method]["responses"]
            if status == 500:
                return None
            assert str(status) in answers, f"{method} {template} does not describe {status}"
            contents = list(answers[str(status)].get("content", {}).values())
            return {**contents[0]["schema"], "components": described["components"]} if contents else None
    return None


def caller(person: PersonId, *scopes: str, by: PersonId | None = None) -> Caller:
    """A caller with a token of these scopes, all where none is named."""
    now = datetime.now(UTC)
    text = people.create_token(person, "test", scopes or EVERYTHING, by=by or person, now=now)
    return Caller(text)


def transfer(books: Books, quantity: Any = 10, source: str = "A", target: str = "B", **more: Any) -> dict[str, Any]:
    """The body of a transfer between two accounts of the books."""
    return {
        "type": "transfer",
        "source": books.accounts[source].number,
        "target": books.accounts[target].number,
        "quantity": quantity,
        **more,
    }


@dataclass
class World:
    """Accounts A (100 units) and B of Ghana; `root` may administer, Ama propose, Bo approve; Cy has no role."""

    books: Books
    root: Caller
    ama: Caller
    bo: Caller
    cy: Caller
    nobody: Caller

    def number(self, name: str) -> str:
        return self.books.accounts[name].number


def made_world() -> World:
    """100 units of Ghana in A, none in B."""
    books = found_registry()
    books.open("A")
    books.open("B")
    books.issue("A", 100)
    root, ama, bo, cy = (caller(person) for person in (books.admin, books.ama, books.bo, books.cy))
    return World(books, root, ama, bo, cy, Caller())
