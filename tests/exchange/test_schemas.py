"""The schemas: one for every type, closed, within a part of JSON Schema, and read as any validator reads them."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from exchange.facts import PROPOSED
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from article6.exchange import schemas
from article6.exchange.envelope import schema_id
from article6.exchange.facts import Serials, UnitBlock
from article6.exchange.facts_json import proposed_json
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type, known
from article6.exchange.problems import SENTENCES, Problem, Rejected
from article6.exchange.shapes import UnknownKeyword, compiled

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "messages.json").read_text(encoding="utf-8"))
EXAMPLES = {Type(each["type"]): each["data"] for each in (json.loads(one["canonical"]) for one in VECTORS["messages"])}


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for each in schema.values():
            yield from objects(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from objects(each)


@pytest.mark.parametrize("message_type", Type)
def test_a_schema_is_valid_closed_and_named_for_ever(message_type: Type) -> None:
    schema = schemas.schema(message_type)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == schema_id(message_type)
    assert schema["title"]
    assert schema["description"]
    found = list(objects(schema))
    assert found
    for each in found:
        assert each["additionalProperties"] is False
        assert set(each["required"]) <= set(each["properties"])


def test_every_document_belongs_to_a_type() -> None:
    folder = resources.files("article6.exchange").joinpath("schemas")
    assert {each.name for each in folder.iterdir()} == {schema_id(each).rpartition("/")[2] for each in Type}


@pytest.mark.parametrize("message_type", Type)
def test_an_example_of_every_type_passes_and_less_or_more_of_it_does_not(message_type: Type) -> None:
    example = EXAMPLES[message_type]
    schemas.validate(message_type, example)
    for name in schemas.schema(message_type)["required"]:
        with pytest.raises(Rejected):
            schemas.validate(message_type, {key: value for key, value in example.items() if key != name})
    with pytest.raises(Rejected) as refused:
        schemas.validate(message_type, {**example, "more": 1})
    assert [(each.problem, each.subject) for each in refused.value.objections] == [(Problem.MESSAGE_MALFORMED, "more")]


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    for name, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*here, name))


ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2**60, "", "a", "GHA", "GHA01", "1", "01", "x" * 600, [], {}, [1], ["a", "b", "c"],
    {"a": 1}, "2026-11-20", "2026-11-20T12:00:00.000000Z", "locked", "ab" * 32, "ä", [[]], {"party": "GHA"},
]  # fmt: skip


@st.composite
def changed(draw: st.DrawFn) -> tuple[Type, Any]:
    """An example with up to three places in it changed."""
    message_type = draw(st.sampled_from(list(Type)))
    value = copy.deepcopy(EXAMPLES[message_type])
    for _ in range(draw(st.integers(0, 3))):
        *above, last = draw(st.sampled_from([place for place in places(value) if place] or [("new",)]))
        inner = value
        for name in above:
            inner = inner[name]
        doing = draw(st.sampled_from(["replace", "remove", "add"]))
        if doing == "replace":
            inner[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif doing == "remove" and isinstance(inner, dict):
            inner.pop(last, None)
        elif isinstance(inner, dict):
            inner[draw(st.sampled_from(["new", "code", "party", "first"]))] = copy.deepcopy(draw(st.sampled_from(ODD)))
        else:
            inner.append(copy.deepcopy(draw(st.sampled_from(ODD))))
    return message_type, value


@cache
def general(message_type: Type) -> Draft202012Validator:
    return Draft202012Validator(schemas.schema(message_type))


@given(changed())
@settings(max_examples=250, deadline=None)
def test_a_general_validator_says_the_same(found: tuple[Type, Any]) -> None:
    message_type, value = found
    is_valid = general(message_type).is_valid(value)
    try:
        schemas.validate(message_type, value)
    except Rejected as refused:
        assert not is_valid, refused.objections
    else:
        assert is_valid


def test_a_pattern_ends_where_the_text_ends() -> None:
    with pytest.raises(Rejected):
        schemas.validate(Type.TRANSFER_ACCEPTED, {"transfer_id": "T1\n"})


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "date"},
        {"$ref": "https://example.org/other.json"},
        {"type": ["string", "null"]},
        {"type": "number"},
        {"pattern": "a"},
        {"pattern": "^a$|^b$"},
        {"pattern": "^\\d$"},
        {"additionalProperties": {"type": "string"}},
    ],
    ids=str,
)
def test_a_schema_that_says_more_than_is_understood_is_found_at_once(schema: dict[str, Any]) -> None:
    with pytest.raises(UnknownKeyword):
        compiled(schema)


def test_the_place_of_a_fault_is_named_and_a_thousand_faults_are_not_told() -> None:
    data = copy.deepcopy(EXAMPLES[Type.TRANSFER_PROPOSED])
    data["blocks"][1]["serials"]["first"] = "one"
    with pytest.raises(Rejected) as refused:
        schemas.validate(Type.TRANSFER_PROPOSED, data)
    assert [each.subject for each in refused.value.objections] == ["blocks.1.serials.first"]
    data["blocks"] = [{}] * 1_000
    with pytest.raises(Rejected) as refused:
        schemas.validate(Type.TRANSFER_PROPOSED, data)
    assert len(refused.value.objections) == schemas.OBJECTIONS_AT_MOST


def test_a_thousand_blocks_are_looked_through_in_no_time() -> None:
    blocks = tuple(
        UnitBlock(Serials("GHA01", "GHA", 10 * each + 1, 10 * each + 10), PROPOSED.blocks[0].batch)
        for each in range(Limits().transfer_blocks)
    )
    data = proposed_json(replace(PROPOSED, blocks=blocks))
    began = time.process_time()
    schemas.validate(Type.TRANSFER_PROPOSED, data)
    assert time.process_time() - began < 1
    data["blocks"].append(data["blocks"][0])
    with pytest.raises(Rejected):
        schemas.validate(Type.TRANSFER_PROPOSED, data)


def test_types_and_versions_that_are_not_known_are_told_apart() -> None:
    for message_type, problem in [
        ("org.article6.transfer.proposed.v2", Problem.MESSAGE_VERSION),
        ("org.article6.transfer.undone.v1", Problem.MESSAGE_TYPE),
        ("org.article6.transfer.proposed", Problem.MESSAGE_TYPE),
        ("", Problem.MESSAGE_TYPE),
    ]:
        with pytest.raises(Rejected) as refused:
            known(message_type)
        assert refused.value.objections[0].problem is problem


def test_every_code_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Problem)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
