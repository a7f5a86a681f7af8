"""What the mechanism registry and the CDM registry give to other registries: authorized A6.4ERs, and CERs one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry
from ledger.mechanism_books import authorize, issue, mechanism_books, refusal, state
from ledger.neighbours import LEDGER, Neighbourhood, beside, holds, neighbours, transfer

from article6.domain.kinds import Kind
from article6.domain.mechanism import Statement
from article6.domain.refusals import Code
from article6.exchange.facts import Serials
from article6.exchange.problems import Objection, Problem
from article6.services.exchange import leaving
from article6.services.exchange.leaving import Leaving
from article6.store.database import one, rows


def series_id(registry: str, party: str) -> int:
    return int(one("SELECT id FROM series WHERE registry = %s AND party = %s", (registry, party))[0])


def cdm_books() -> Books:
    """A CDM registry with 500 CERs of Thailand in a holding account of Switzerland's section."""
    books = found_registry(Kind.CREDITING, ("THA", "CHE"))
    books.open("pending", "pending", "THA")
    books.open("A", section="CHE")
    books.issue("pending", 500, party="THA")
    books.move("pending", "A", 500, type_="forwarding", by=books.admin)
    return books


@pytest.fixture
def them(fresh_database: Any) -> Iterator[Neighbourhood]:
    """The mechanism registry, the CDM registry and Switzerland's."""
    with (
        neighbours(fresh_database, CHE01=Kind.PARTY) as them,
        beside(them, fresh_database, "INT", mechanism_books),
        beside(them, fresh_database, "CDM", cdm_books),
    ):
        yield them


def test_authorized_a64ers_go_to_a_partys_registry_and_come_back(them: Neighbourhood) -> None:
    with them.at("INT") as mechanism:
        authorize(mechanism)
        state(mechanism, Statement.FULL, authorization="THA-1")
        issue(mechanism, 1000, ("CHE", 500), ("THA", 430))
        number = series_id(*rows("SELECT registry, party FROM series")[0])
    # From its own section abroad nothing is first transferred again; from the host's section the transfer is the first.
    own = them.give("INT", "CHE01", 100, source="CHE", series_id=number)
    host = them.give("INT", "CHE01", 30, source="THA", series_id=number)
    assert {each.batch["unit_type"] for each in own.blocks} == {"A6.4ER"}
    assert own.blocks[0].first_transferred_at
    assert not host.blocks[0].first_transferred_at
    with them.at("CHE01"):
        held = "SELECT sum(hi - lo + 1), bool_and(first_transfer_id IS NOT NULL) FROM block WHERE account_id > 0"
        assert one(held) == (130, True)
        assert rows("SELECT party, code FROM activity") == [("THA", "77")]
        audit_is_clean()
    back = them.give("CHE01", "INT", 50, target="CHE")
    assert sum(each.serials.count for each in back.blocks) == 50
    with them.at("INT"):
        assert sum(hi - lo + 1 for lo, hi in holds("elsewhere")) == 80
        audit_is_clean()


def test_what_nobody_authorized_does_not_leave_the_mechanism_registry(them: Neighbourhood) -> None:
    with them.at("INT") as mechanism:
        state(mechanism, Statement.CONTRIBUTION)
        issue(mechanism, 1000, ("THA", 930))
        for party in ("THA", "CHE"):
            new = Leaving("T", mechanism.accounts["THA"].number, "CHE01", "CHE01-100-1-0-1", party, 10)
            assert Code.UNIT_NOT_AUTHORIZED in refusal(leaving.propose_leaving, new, by=mechanism.ama, now=NOW)


def test_cers_come_from_the_cdm_registry_once_and_go_no_further(them: Neighbourhood) -> None:
    number = them.leave("CDM", "INT", None, (1, 200), target="CHE", registered_on=date(2014, 5, 1))
    proposed = them.told("CDM", number)
    for terms in ({"registered_on": "2012-12-31"}, {"registered_on": ""}):
        found = them.accept("INT", "CDM", replace(proposed, terms={**proposed.terms, **terms}))
        assert [each.problem for each in found] == [Problem.ACCOUNT_REFUSES_UNIT]
        assert found[0].detail.startswith(Code.CER_INELIGIBLE)
    assert them.accept("INT", "CDM", proposed) == []
    them.complete("CDM", "INT", number, proposed)
    with them.at("CDM"):
        assert (holds(), holds("elsewhere")) == ([(201, 500)], [(1, 200)])
        audit_is_clean()
    with them.at("INT") as mechanism:
        assert rows("SELECT party, lo, hi, registered_on FROM cer_taken_over") == [("THA", 1, 200, date(2014, 5, 1))]
        assert LEDGER.stands_with(Serials("CDM", "THA", 1, 200)) == ""
        [block] = proposed.blocks
        other = replace(proposed, transfer_id="X", blocks=(replace(block, serials=Serials("CDM2", "THA", 1, 200)),))
        assert Objection(Problem.BLOCK_ALREADY_HERE, "CDM2-THA:1-200", "cer.taken_over") in LEDGER.judge(
            other, "CDM", NOW
        )
        # CERs are not given on: the mechanism registry holds none for others elsewhere.
        new = Leaving("T", mechanism.accounts["CHE"].number, "CHE01", "CHE01-100-1-0-1", "CHE", 10)
        assert refusal(leaving.propose_leaving, new, by=mechanism.ama, now=NOW) == (Code.ACCOUNT_REFUSES_UNIT,)
        audit_is_clean()


def test_a_partys_registry_takes_no_cers(them: Neighbourhood) -> None:
    proposed = them.told("CDM", them.leave("CDM", "CHE01", None, (1, 20), registered_on=date(2014, 5, 1)))
    assert Problem.ACCOUNT_REFUSES_UNIT in [each.problem for each in them.accept("CHE01", "CDM", proposed)]
    with them.at("CHE01"):
        assert LEDGER.take_in(transfer(proposed, "CDM", NOW), NOW) != []
        assert holds() == []
