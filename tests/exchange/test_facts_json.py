"""Facts about units go into a message and come out the same."""

import pytest
from exchange.facts import PROPOSED
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.canonical import canonical, parse_canonical
from article6.domain.serials import SERIAL_LIMIT
from article6.exchange import schemas
from article6.exchange.facts import Serials
from article6.exchange.facts_json import proposed_from, proposed_json, serials_from, serials_json
from article6.exchange.message_types import Type
from article6.exchange.problems import Objection, Problem, Rejected


def test_a_proposal_with_everything_in_it_comes_out_as_it_went_in() -> None:
    data = parse_canonical(canonical(proposed_json(PROPOSED)))
    schemas.validate(Type.TRANSFER_PROPOSED, data)
    assert proposed_from(data) == PROPOSED
    assert canonical(proposed_json(proposed_from(data))) == canonical(data)


@given(st.integers(1, SERIAL_LIMIT), st.integers(1, SERIAL_LIMIT))
def test_serials_up_to_the_largest_are_exact(one: int, other: int) -> None:
    serials = Serials("GHA01", "GHA", min(one, other), max(one, other))
    assert serials_from(parse_canonical(canonical(serials_json(serials)))) == serials


@pytest.mark.parametrize(
    "changes",
    [{"first": "2", "last": "1"}, {"first": "0"}, {"last": str(SERIAL_LIMIT + 1)}, {"first": "٣"}, {"first": "1e3"}],
    ids=str,
)
def test_serials_that_are_none_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        serials_from({"registry": "GHA01", "party": "GHA", "first": "1", "last": "2"} | changes)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "[" * 50_000, '{"a":NaN}', '{"a":1e999}', '{"a":"\\u0000"}', '{"a":"\\ud800"}'],
    ids=lambda text: text[:9],
)
def test_attributes_that_are_no_object_are_refused(text: str) -> None:
    data = proposed_json(PROPOSED)
    data["blocks"][0]["batch"]["attributes"] = text
    with pytest.raises(Rejected):
        proposed_from(data)


def test_a_long_detail_is_cut_off_where_messages_end() -> None:
    found = Objection(Problem.BLOCK_REPEATED, "s" * 300, "d" * 900).as_json()
    data = {"transfer_id": "T1", "objections": [found]}
    schemas.validate(Type.TRANSFER_REJECTED, data)
    assert (len(found["subject"]), len(found["detail"])) == (200, 500)
