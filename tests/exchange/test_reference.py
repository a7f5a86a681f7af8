"""What the page for other teams says in words is what the program does."""

import re

import generate

from article6.exchange.books import PeerStatus, TransferStatus
from article6.exchange.envelope import SCHEMA_BASE, TYPE_BASE
from article6.exchange.keys import Kind
from article6.exchange.limits import MIB, Limits
from article6.exchange.message_types import Type
from article6.exchange.problems import Problem

PAGE = (generate.REFERENCE / "exchange.md").read_text(encoding="utf-8")
TYPES = {each.removeprefix(TYPE_BASE).rpartition(".")[0] for each in Type}


def test_every_code_and_type_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE))
    families = {each.partition(".")[0] for each in Problem} | {each.partition(".")[0] for each in TYPES}
    assert not {each for each in named if each.partition(".")[0] in families} - set(Problem) - TYPES


def test_the_page_names_every_type_of_signature_and_every_status() -> None:
    for each in (*Kind, *PeerStatus, *TransferStatus, TYPE_BASE, SCHEMA_BASE):
        assert f"`{each}`" in PAGE


def test_the_limits_in_words_are_the_limits() -> None:
    limits = Limits()
    for words in (
        f"at most {limits.batch_messages} messages and {limits.batch_bytes // MIB} MiB",
        f"each message at most {limits.message_bytes // MIB} MiB",
        f"nest at most {limits.nesting} deep",
        f"more than {limits.gap:,} ahead",
        f"at most {limits.skew.seconds // 60} minutes ahead",
        f"more than {limits.key_grace.days} days after the end of its key",
    ):
        assert words in " ".join(PAGE.split())
