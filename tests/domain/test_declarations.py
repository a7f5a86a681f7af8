"""What administrators declare never weakens what is built in."""

from __future__ import annotations

from typing import Any

import pytest

from article6.domain.authorizations import Event
from article6.domain.declarations import (
    ANY_HOLDER,
    Declaration,
    Law,
    Subject,
    cancellations,
    extended,
    movable,
    refusals,
    switch_of,
)
from article6.domain.kinds import KINDS, Kind, Role
from article6.domain.refusals import Code

PARTY, MECHANISM = KINDS[Kind.PARTY], KINDS[Kind.MECHANISM]
ESCROW = {"title": "Escrow", "number": 150, "holds": ["MO", "ITMO"]}
CORSIA = {"title": "Cancellation for CORSIA", "number": 231, "holds": ["MO", "ITMO"], "like": "cancellation_oimp"}


def account(name: str, **content: Any) -> Declaration:
    return Declaration(Subject.ACCOUNT_TYPE, name, 1, content)


def flow(name: str, sources: list[str], targets: list[str], **content: Any) -> Declaration:
    return Declaration(Subject.FLOW, name, 1, {"title": name, "sources": sources, "targets": targets, **content})


LAW = extended(PARTY, [account("escrow", **ESCROW), account("cancellation_corsia", **CORSIA)])


def codes(declared: Declaration, law: Law = LAW, before: Declaration | None = None) -> set[Code]:
    return {each.code for each in refusals(declared, law, KINDS[law.rules.kind], before)}


WEAKENS = {Code.DECLARATION_WEAKENS_LAW}
MALFORMED = {Code.DECLARATION_MALFORMED}


@pytest.mark.parametrize(
    "declared",
    [
        flow("into_escrow", ["holding"], ["escrow"]),
        flow("out_of_escrow", ["escrow"], ["holding"], four_eyes=True, terms=["deal"], by_administrators=True),
        flow("cancellation_corsia", ["holding", "escrow"], ["cancellation_corsia"], like="cancellation_oimp"),
    ],
)
def test_moves_and_cancellations_may_be_declared(declared: Declaration) -> None:
    assert codes(declared) == set()


@pytest.mark.parametrize(
    "declared",
    [
        flow("revive", ["retirement"], ["holding"]),
        flow("revive", ["cancellation_corsia"], ["escrow"]),
        flow("bury", ["holding"], ["retirement"]),
        flow("bury", ["holding"], ["cancellation_voluntary"]),
        flow("bury", ["holding"], ["cancellation_corsia"]),
        flow("transfer", ["holding"], ["holding"]),
        flow("cancellation_corsia", ["holding"], ["cancellation_corsia"], like="cancellation_voluntary"),
        flow("cancellation_corsia", ["holding"], ["cancellation_oimp"], like="cancellation_oimp"),
        flow("cancellation_corsia", ["holding"], ["holding"], like="cancellation_oimp"),
        flow("cancellation_corsia", ["retirement"], ["cancellation_corsia"], like="cancellation_oimp"),
        flow("cancellation_corsia", ["holding"], ["cancellation_corsia"], like="cancellation_corrective"),
        flow("cancellation_corsia", ["holding"], ["cancellation_corsia"], like="use_ndc"),
    ],
)
def test_what_would_weaken_the_law_is_refused(declared: Declaration) -> None:
    assert codes(declared) == WEAKENS


def test_in_the_mechanism_registry_moves_do_not_touch_what_is_levied() -> None:
    law = extended(MECHANISM, [account("escrow", title="Escrow", number=150, holds=["A6.4ER"])])
    assert codes(flow("into_escrow", ["holding"], ["escrow"]), law) == set()
    for source in ("pending", "share_of_proceeds"):
        assert codes(flow("take_some", [source], ["escrow"]), law) == WEAKENS
    holds_cers = account("cancellation_x", title="X", number=290, holds=["CER"], like="cancellation_oimp")
    assert codes(holds_cers, law) == WEAKENS
    assert "cancellation_omge" not in cancellations(MECHANISM)


@pytest.mark.parametrize(
    "declared",
    [
        flow("x" * 41, ["holding"], ["escrow"]),
        flow("Escrow", ["holding"], ["escrow"]),
        flow("cancellation_x", ["holding"], ["escrow"]),
        flow("authorization_x", ["holding"], ["escrow"]),
        flow("into", [], ["escrow"]),
        flow("into", ["holding"], ["nowhere"]),
        flow("into", ["holding"], ["escrow"], terms=["No Name"]),
        flow("into", ["holding"], ["escrow"], event="use_ndc"),
        flow("into", ["holding"], ["escrow"], like=["cancellation_oimp"]),
        flow("into", ["holding"], ["escrow"], clause=7),
        account("vault", title="", number=151, holds=["MO"]),
        account("vault", title="Vault", number=100, holds=["MO"]),
        account("vault", title="Vault", number=7, holds=["MO"]),
        Declaration(Subject.SWITCH, "no_such", 1, {"value": "on"}),
        Declaration(Subject.SWITCH, "issuance_service.GHA", 1, {"value": "on"}),
        Declaration(Subject.SWITCH, "voluntary_cancellation", 1, {"value": "nobody"}),
    ],
)
def test_what_cannot_be_read_is_refused(declared: Declaration) -> None:
    assert codes(declared) == MALFORMED


def test_a_declared_cancellation_keeps_all_that_its_like_demands() -> None:
    declared = flow(
        "cancellation_corsia", ["holding"], ["cancellation_corsia"], like="cancellation_oimp", terms=["airline"],
        four_eyes=False, by_administrators=True,
    )  # fmt: skip
    law = extended(PARTY, [account("cancellation_corsia", **CORSIA), declared])
    kept, like = law.rules.transactions["cancellation_corsia"], PARTY.transactions["cancellation_oimp"]
    assert (kept.event, kept.four_eyes, kept.crosses) == (Event.USE_OR_CANCELLATION_OIMP, True, False)
    assert kept.terms == (*like.terms, "airline")
    assert kept.proposers == {Role.ADMINISTRATOR}
    assert law.rules.accounts["cancellation_corsia"].is_terminal
    assert law.likes["cancellation_corsia"] == "cancellation_oimp"


def test_a_declared_move_is_no_event_and_stays_in_its_section() -> None:
    move = extended(PARTY, [account("escrow", **ESCROW), flow("into", ["holding"], ["escrow"])]).rules.transactions[
        "into"
    ]
    assert (move.event, move.crosses, move.lays, move.levied) == (Event.NONE, False, False, False)


def test_authorizations_and_their_withdrawal_reach_units_in_declared_accounts() -> None:
    for code in ("authorization", "authorization_withdrawal"):
        assert {"holding", "escrow"} <= LAW.rules.transactions[code].sources
        assert "cancellation_corsia" not in LAW.rules.transactions[code].sources


def test_corrections_reach_units_in_declared_accounts() -> None:
    correction, compensation = (LAW.rules.transactions[each] for each in ("correction", "cancellation_corrective"))
    assert "escrow" in correction.sources & correction.targets
    assert "escrow" in compensation.sources - compensation.targets


def test_what_is_retired_is_closed_and_not_forgotten() -> None:
    retired = [
        Declaration(Subject.ACCOUNT_TYPE, "escrow", 1, ESCROW, is_retired=True),
        Declaration(Subject.FLOW, "into", 1, {"title": "In", "sources": ["holding"], "targets": ["escrow"]}, True),
    ]
    law = extended(PARTY, retired)
    assert "escrow" in law.rules.accounts
    assert law.closed == {"escrow"}
    assert "into" not in law.rules.transactions
    assert law.titles["into"] == "In"


def test_a_later_version_keeps_number_and_finality() -> None:
    before = account("escrow", **ESCROW)
    assert codes(account("escrow", **{**ESCROW, "title": "Deposit", "holds": ["MO"]}), before=before) == set()
    assert codes(account("escrow", **{**ESCROW, "number": 152}), before=before) == WEAKENS


def test_switches_have_defaults_and_some_are_a_partys() -> None:
    law = extended(MECHANISM, [])
    assert law.switch("voluntary_cancellation") == ANY_HOLDER
    assert extended(KINDS[Kind.INTERNATIONAL], []).switch("issuance_service.GHA") == "off"
    assert switch_of("issuance_service") is None
    assert switch_of("issuance_service.XXX") is None
    assert switch_of("voluntary_cancellation.GHA") is None


def test_plain_transfers_go_between_holding_accounts_in_every_kind() -> None:
    assert {kind: movable(rules) for kind, rules in KINDS.items()} == dict.fromkeys(KINDS, frozenset({"holding"}))
