"""Keys: what was signed is found to be so, by whom and when it counts, and nothing else is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from exchange.wire import GHANA, NOW, SINCE, STRANGER, later
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.canonical import canonical
from article6.exchange import keys
from article6.exchange.books import PinnedKey
from article6.exchange.keys import Kind, Rotation, Signer
from article6.exchange.problems import Problem, Rejected

NEW = Signer("GHA01", b"n" * 32, NOW, later(days=365))


def problem_of(refused: pytest.ExceptionInfo[Rejected]) -> Problem:
    return refused.value.objections[0].problem


@given(st.binary(max_size=100), st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_verified_under_that_key_and_no_other(payload: bytes, seed: bytes) -> None:
    signer = Signer("GHA01", seed, SINCE)
    jws = signer.sign(payload or b"{}")
    assert keys.verify(jws, [STRANGER.public, signer.public], NOW) == (payload or b"{}")
    assert jws == signer.sign(payload or b"{}")
    with pytest.raises(Rejected) as refused:
        keys.verify(jws, [replace(STRANGER.public, kid=signer.kid)], NOW)
    assert problem_of(refused) is Problem.SIGNATURE_WRONG


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_no_character_of_a_signed_message_can_be_another(place: int, character: str) -> None:
    jws = GHANA.sign(b'{"a":1}')
    place %= len(jws)
    other = jws[:place] + character + jws[place + 1 :]
    if other != jws:
        with pytest.raises(Rejected):
            keys.verify(other, [GHANA.public], NOW)


def test_a_key_counts_from_its_first_moment_to_before_its_last() -> None:
    bounded = replace(GHANA.public, since=NOW, until=later(days=1))
    jws = GHANA.sign(b"{}")
    assert keys.verify(jws, [bounded], NOW) == b"{}"
    for at in (NOW - timedelta(microseconds=1), later(days=1)):
        with pytest.raises(Rejected) as refused:
            keys.verify(jws, [bounded], at)
        assert problem_of(refused) is Problem.KEY_NOT_VALID


def test_keys_are_published_and_read_as_a_set() -> None:
    bounded = replace(GHANA.public, until=later(days=1))
    document = keys.jwks([bounded, NEW.public])
    assert keys.from_jwks(document) == (bounded, NEW.public)
    assert keys.from_jwks({"keys": [{"kty": "RSA"}, keys.jwk(bounded)]}) == (bounded,)


@pytest.mark.parametrize(
    "changes",
    [
        {"x": "AAAA"},
        {"x": GHANA.public.x[:-1] + "!"},
        {"x": STRANGER.public.x},
        {"kid": "main"},
        {"crv": "Ed448"},
        {"kty": "EC"},
        {"d": "secret"},
        {"use": "enc"},
        {"alg": "HS256"},
        {"nbf": "yesterday"},
        {"nbf": None},
        {"nbf": True},
        {"exp": 1},
        {"exp": 2**60},
    ],
    ids=str,
)
def test_what_is_no_public_key_of_ours_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        keys.from_jwk(keys.jwk(GHANA.public) | changes)


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": [1]}], ids=str)
def test_what_is_no_set_of_keys_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        keys.from_jwks(document)


def test_a_new_key_is_announced_by_the_old_one_and_shows_itself() -> None:
    rotation = keys.announce(GHANA, NEW, NOW)
    assert keys.announced(rotation, "GHA01", [GHANA.public], NOW) == NEW.public


def forged(**members: object) -> Rotation:
    said = {"announced_at": "2026-11-20T12:00:00.000000Z", "key": keys.jwk(NEW.public), "registry": "GHA01"} | members
    payload = canonical({name: value for name, value in said.items() if value is not None})
    return Rotation(GHANA.sign(payload, Kind.ROTATION), NEW.sign(payload, Kind.ROTATION))


GOOD = keys.announce(GHANA, NEW, NOW)
BAD_ROTATIONS = {
    "by a stranger": (keys.announce(STRANGER, NEW, NOW), Problem.KEY_UNKNOWN),
    "the new key did not sign": (Rotation(GOOD.statement, GOOD.statement), Problem.KEY_UNKNOWN),
    "the new key signed another": (
        Rotation(GOOD.statement, keys.announce(GHANA, NEW, later(days=1)).possession),
        Problem.KEY_NOT_VALID,
    ),
    "of another registry": (forged(registry="CHE01"), Problem.KEY_NOT_VALID),
    "no key": (forged(key=None), Problem.KEY_NOT_VALID),
    "no moment": (forged(announced_at="now"), Problem.MESSAGE_MALFORMED),
    "a message": (Rotation(GHANA.sign(b"{}"), NEW.sign(b"{}")), Problem.SIGNATURE_WRONG),
    "no JSON": (Rotation(GHANA.sign(b"{", Kind.ROTATION), NEW.sign(b"{", Kind.ROTATION)), Problem.KEY_NOT_VALID),
}


@pytest.mark.parametrize("name", BAD_ROTATIONS)
def test_a_key_that_is_not_rightly_announced_is_not_taken(name: str) -> None:
    rotation, problem = BAD_ROTATIONS[name]
    with pytest.raises(Rejected) as refused:
        keys.announced(rotation, "GHA01", [GHANA.public], NOW)
    assert problem_of(refused) is problem


def test_a_key_that_ended_announces_nothing() -> None:
    ended: PinnedKey = replace(GHANA.public, until=NOW)
    with pytest.raises(Rejected) as refused:
        keys.announced(GOOD, "GHA01", [ended], NOW)
    assert problem_of(refused) is Problem.KEY_NOT_VALID
