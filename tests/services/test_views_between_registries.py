"""A Party's registry looks at its section in the international registry, and instructs what is done there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from ledger.books import audit_is_clean
from services.network import START, Fresh, Network, Registry, network

from article6.domain.kinds import Role
from article6.domain.orders import Order, PersonId, TransactionId
from article6.domain.refusals import Code, Refused
from article6.services import accounts, people, registry, role_changes, transactions
from article6.services.exchange import instructions, mandates, overview, views
from article6.services.exchange.instructions import NewInstruction
from article6.services.exchange.mandates import NewMandate
from article6.services.exchange.views import NewView
from article6.services.naming import NamedSerials
from article6.store.database import NOTHING, one, rows, seeing, sight_of_sections

SERVICES = ("transfer_itmo", "pull_view", "instruction", "subscription")


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    """GHA01 also keeps a section of Switzerland, with an account; CHE01 is Switzerland's own registry."""
    with network(fresh_database) as both:
        both.connect(*SERVICES)
        yield both


def give_role(side: Registry, person: PersonId, role: Role) -> None:
    """Root proposes it, Ana approves."""
    asked = people.give_role(person, 0, role, by=side.root, now=START)
    assert asked.id is not None
    role_changes.decide(asked.id, approve=True, by=side.ana, now=START)


def swiss_section(net: Network, *, needs_approval: bool = False) -> tuple[str, str]:
    """Two accounts of Switzerland's section in GHA01; the first has 100 units that Ghana transferred to it."""
    with net.at("GHA01") as side:
        registry.add_sections(["CHE"], by=side.root, now=START)
        new = accounts.NewAccount("holding", "CHE", "Swiss", needs_approval=needs_approval)
        first, second = (accounts.open_account(new, by=side.root, now=START).number for _ in range(2))
        done = transactions.propose(
            Order("international_transfer", side.account.number, first, 100), by=side.ama, now=net.now
        )
        transactions.approve(done.transaction_id, by=side.bo, now=net.now)
        for login in ("swiss", "swiss-second"):
            client = people.add_person(login, login, by=side.root, now=START, is_machine=True)
            give_role(side, client, Role.REPRESENTATIVE)
    return first, second


def outsider(side: Registry) -> PersonId:
    """Somebody without a role."""
    return people.add_person("eve", "Eve", by=side.root, now=START)


def mandate(net: Network, here: str = "GHA01", peer: str = "CHE01", party: str = "CHE", **more: Any) -> int:
    with net.at(here) as side:
        new = replace(NewMandate(peer, party), **more)
        given = mandates.give(new, by=side.root, now=net.now)
        return int(mandates.agree(given["id"], by=side.ana, now=net.now)["id"])


def look(net: Network, view: str = "holdings", party: str = "CHE", **more: Any) -> dict[str, Any]:
    with net.at("CHE01") as side:
        views.ask(NewView("GHA01", party, view, **more), by=side.root, now=net.now)
    net.settle()
    with net.at("CHE01"):
        return views.shown("GHA01", party, view, now=net.now, serials=more.get("serials"))


def serials(lines: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(each["account"], int(each["serials"]["first"]), int(each["serials"]["last"])) for each in lines]


def test_a_party_sees_its_section_and_nothing_else(net: Network) -> None:
    first, _second = swiss_section(net)
    shown = look(net)
    assert (shown["as_of"], [each["code"] for each in shown["objections"]]) == (None, ["request.not_permitted"])
    number = mandate(net)
    shown = look(net)
    assert serials(shown["lines"]) == [(first, 1, 100)]
    [line] = shown["lines"]
    assert (line["unit_type"], line["status"], line["authorization"]["code"]) == ("ITMO", "held", "GHA-1")
    assert line["first_transferred_at"].startswith("2026-03-01")
    assert (shown["age_s"], shown["is_peer_reached"], shown["objections"]) == (0, True, [])
    # Of Ghana's section Switzerland's registry sees nothing.
    assert [each["code"] for each in look(net, party="GHA")["objections"]] == ["request.not_permitted"]
    with net.at("GHA01") as side:
        mandates.end(number, "over", by=side.root, now=net.now)
    again = look(net)
    assert [each["code"] for each in again["objections"]] == ["request.not_permitted"]
    assert (again["as_of"], len(again["lines"])) == (shown["as_of"], 1)  # what was shown before is kept


def test_what_was_shown_is_served_with_its_age_when_the_peer_is_away(net: Network) -> None:
    swiss_section(net)
    mandate(net)
    shown = look(net)
    net.away.add("GHA01")
    net.now += timedelta(hours=3)
    away = look(net)
    assert (away["lines"], away["as_of"]) == (shown["lines"], shown["as_of"])
    assert away["age_s"] > 3 * 3600
    assert away["is_peer_reached"] is False
    assert away["asked"] is not None
    net.away.clear()
    net.settle(hours=2)
    with net.at("CHE01"):
        fresh = views.shown("GHA01", "CHE", "holdings", now=net.now)
        assert (fresh["age_s"], fresh["asked"]) == (0, None)
        assert overview.status()["peers"][0]["last_view"] == fresh["as_of"]


def test_what_was_done_is_told_page_by_page_and_then_only_what_is_new(
    net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("article6.services.exchange.viewing.LIMIT", 2)
    first, second = swiss_section(net)
    mandate(net)
    with net.at("GHA01") as side:
        for quantity in (10, 20, 30):
            transactions.propose(Order("transfer", first, second, quantity), by=side.ama, now=net.now)
    shown = look(net, "actions")
    told = [(each["action"]["type"], each["serials"]["first"], each["serials"]["last"]) for each in shown["lines"]]
    assert told == [
        ("international_transfer", "1", "100"), ("transfer", "1", "10"), ("transfer", "11", "30"),
        ("transfer", "31", "60"),
    ]  # fmt: skip
    assert shown["lines"][0]["action"]["is_first_transfer"] is True
    assert "from_account" not in shown["lines"][0]["action"]  # Ghana's
    assert shown["lines"][0]["action"]["to_account"] == first
    with net.at("CHE01"):
        assert one("SELECT count(*) FROM exchange_view_page")[0] == 2
    net.now += timedelta(hours=1)
    with net.at("GHA01") as side:
        transactions.propose(Order("transfer", second, first, 5), by=side.ama, now=net.now)
    more = look(net, "actions")
    assert len(more["lines"]) == 5
    with net.at("CHE01"):
        told_last = rows("SELECT p.lines FROM exchange_view_page p ORDER BY p.id DESC LIMIT 1")[0][0]
        assert [each["action"]["type"] for each in told_last] == ["transfer"]
    some = NamedSerials("GHA", 15, 40, "GHA01")
    of_some = look(net, "actions", serials=some)["lines"]
    assert [(each["action"]["first"], each["action"]["last"]) for each in of_some] == [
        ("15", "40"), ("15", "30"), ("31", "40"),
    ]  # fmt: skip
    assert [each[1:] for each in serials(look(net, serials=some)["lines"])] == [(15, 40)]
    assert look(net, serials=NamedSerials("CHE", 15, 40, "CHE01"))["lines"] == []
    before = look(net, "holdings", as_of=START)
    assert (before["as_of"], before["lines"]) == (START, [])
    # Holdings by pages of two.
    assert sum(last - first + 1 for _, first, last in serials(look(net)["lines"])) == 100


def test_a_party_sees_the_units_that_it_first_transferred_wherever_they_stand(net: Network) -> None:
    first, second = swiss_section(net)
    with net.at("CHE01") as side:  # so that Ghana has a registry of its own elsewhere: here its section is in GHA01
        registry.add_sections(["GHA"], by=side.root, now=net.now)
    with net.at("GHA01") as side:
        mandates_before = mandates.listed()
        transactions.propose(Order("transfer", first, second, 10), by=side.ama, now=net.now)
    assert mandates_before == []
    mandate(net, party="GHA")
    shown = look(net, party="GHA")
    assert sorted(serials(shown["lines"])) == [("", 1, 10), ("", 11, 100), (net["GHA01"].account.number, 101, 1000)]
    done = look(net, "actions", party="GHA")
    types = [each["action"]["type"] for each in done["lines"]]
    assert types.count("transfer") == 1
    assert {"issuance", "international_transfer"} <= set(types)


def test_who_may_ask_and_be_asked(net: Network) -> None:
    swiss_section(net)
    with net.at("CHE01") as side:
        for by, peer, code in (
            (outsider(side), "GHA01", Code.PERSON_NOT_PERMITTED), (side.root, "THA01", Code.PEER_UNKNOWN),
        ):  # fmt: skip
            with pytest.raises(Refused) as no:
                views.ask(NewView(peer, "CHE"), by=by, now=net.now)
            assert no.value.codes == (code,)
        with pytest.raises(Refused) as no:
            views.ask(NewView("GHA01", "CHE", as_of=net.now + timedelta(days=1)), by=side.root, now=net.now)
        assert no.value.codes == (Code.REQUEST_MALFORMED,)
        section_id = one("SELECT id FROM section WHERE party = 'CHE'")[0]
    mandate(net)
    look(net)
    with net.at("CHE01"):
        with seeing(sight_of_sections([section_id])):
            assert len(views.shown("GHA01", "CHE", "holdings", now=net.now)["lines"]) == 1
        with seeing(sight_of_sections([9999])):
            assert views.shown("GHA01", "CHE", "holdings", now=net.now)["lines"] == []


def test_a_mandate_is_of_two_people(net: Network) -> None:
    swiss_section(net)
    with net.at("GHA01") as side:
        given = mandates.give(NewMandate("CHE01", "CHE"), by=side.root, now=net.now, key="k")
        assert mandates.give(NewMandate("CHE01", "CHE"), by=side.root, now=net.now, key="k") == given
        for by, code in ((side.root, Code.PERSON_APPROVES_OWN), (side.bo, Code.PERSON_NOT_PERMITTED)):
            with pytest.raises(Refused) as no:
                mandates.agree(given["id"], by=by, now=net.now)
            assert no.value.codes == (code,)
        mandates.agree(given["id"], by=side.ana, now=net.now)
        with pytest.raises(Refused) as no:
            mandates.agree(given["id"], by=side.ana, now=net.now)
        assert no.value.codes == (Code.PROPOSAL_DECIDED,)
        for new, code in (
            (NewMandate("THA01", "CHE"), Code.PEER_UNKNOWN),
            (NewMandate("CHE01", "JPN"), Code.SECTION_UNKNOWN),
            (NewMandate("CHE01", "CHE", may_view=False), Code.REQUEST_MALFORMED),
            (NewMandate("CHE01", "CHE", may_instruct=True), Code.REQUEST_MALFORMED),
            (NewMandate("CHE01", "CHE", may_instruct=True, proposer="ama"), Code.REQUEST_MALFORMED),
        ):
            with pytest.raises(Refused) as no:
                mandates.give(new, by=side.root, now=net.now)
            assert no.value.codes == (code,)
        with pytest.raises(Refused) as no:
            mandates.end(999, "", by=side.root, now=net.now)
        assert no.value.codes == (Code.PROPOSAL_UNKNOWN,)


KEPT = {
    "exchange_mandate": "may_view", "exchange_mandate_act": "act", "exchange_view": "party",
    "exchange_view_page": "lines", "exchange_instruction": "content", "exchange_instruction_act": "act",
    "exchange_publication": "outcome",
}  # fmt: skip


def test_what_was_shown_and_instructed_is_for_ever_and_no_strangers(net: Network) -> None:
    first, second = swiss_section(net)
    number = mandate(net, may_instruct=True, proposer="swiss")
    look(net)
    instruct(net, NewInstruction("GHA01", "CHE", "transfer", first, second, 40))
    for code in ("GHA01", "CHE01"):
        with net.at(code) as side:
            for table, column in KEPT.items():
                for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        one(statement)
                    with psycopg.connect(side.database.owner_url) as owner, pytest.raises(psycopg.Error) as no:
                        owner.execute(statement)
                    assert no.value.sqlstate == "A6001", (statement, no.value)
                with seeing(NOTHING):
                    assert rows(f"SELECT 1 FROM {table}") == []
    with net.at("GHA01") as side, psycopg.connect(side.database.owner_url) as owner, pytest.raises(psycopg.Error) as no:
        # Not even the owner ends a mandate in another section's name.
        owner.execute(
            """INSERT INTO exchange_mandate_act (mandate_id, section_id, act, person_id, at)
               VALUES (%s, 0, 'ended', 1, now())""",
            (number,),
        )
    assert "proposal.unknown" in str(no.value)


# --- Instructions


def instruct(net: Network, new: NewInstruction, *, approve: bool = True) -> dict[str, Any]:
    """Ama of Switzerland instructs, Bo approves; what became of it."""
    with net.at("CHE01") as side:
        given = instructions.propose(new, by=side.ama, now=net.now)
        if approve:
            instructions.approve(given["id"], by=side.bo, now=net.now)
    net.settle()
    with net.at("CHE01"):
        return instructions.shown(given["id"])


def test_a_national_registry_instructs_and_both_say_so(net: Network) -> None:
    first, second = swiss_section(net)
    mandate(net, may_instruct=True, proposer="swiss")
    new = NewInstruction("GHA01", "CHE", "transfer", first, second, 40)
    done = instruct(net, new)
    assert (done["status"], done["objections"]) == ("done", [])
    named = instruct(net, replace(new, quantity=None, serials=(NamedSerials("GHA", 51, 60, "GHA01"),)))
    assert named["status"] == "done"
    with net.at("GHA01") as side:
        terms, by = one(
            """SELECT t.terms, p.login FROM ledger_transaction t JOIN store_person p ON p.id = t.proposed_by
               WHERE t.id = %s""",
            (int(done["transaction"]),),
        )
        assert by == "swiss"
        assert terms["instructing_registry"] == "CHE01"
        assert (terms["instructed_by"][:3], terms["instruction_approved_by"][:2]) == ("Ama", "Bo")
        [received] = [each for each in instructions.listed(side="received").items if each["id"] == 1]
        assert (received["status"], received["transaction_id"]) == ("done", int(done["transaction"]))
        action, answer = one("SELECT action, answer FROM audit_event WHERE subject = 'instruction:CHE01:1'")
        assert (action, answer["transaction"]) == ("instruction.done", int(done["transaction"]))
        assert side.code == "GHA01"
        audit_is_clean()
    assert sorted(each[0] for each in serials(look(net)["lines"])) == sorted([first, first, second, second])


def test_what_the_rules_refuse_is_answered_with_their_codes(net: Network) -> None:
    first, second = swiss_section(net)
    new = NewInstruction("GHA01", "CHE", "transfer", first, second, 40)
    assert [each["code"] for each in instruct(net, new)["objections"]] == ["request.not_permitted"]
    mandate(net, may_instruct=True, proposer="swiss")
    ghana = net["GHA01"].account.number
    for wanted, code in (
        (replace(new, quantity=1000), "quantity.exceeds_holding"),
        (replace(new, source=ghana), "account.unknown"),
        (replace(new, transaction="nothing"), "transaction.type_unknown"),
        (replace(new, transaction="transfer_out"), "transaction.not_alone"),
        (replace(new, serials=(NamedSerials("GHA", 500, 600, "GHA01"),), quantity=None), "block.not_held"),
        (replace(new, serials=(NamedSerials("JPN", 5, 6, "GHA01"),), quantity=None), "block.not_held"),
    ):
        done = instruct(net, wanted)
        assert (done["status"], done["transaction"]) == ("refused", "")
        assert [each["code"] for each in done["objections"]] == [code]
    with net.at("GHA01"):
        held = one("SELECT sum(b.hi - b.lo + 1) FROM block b JOIN account a ON a.id = b.account_id WHERE number = %s",
                   (first,))  # fmt: skip
        assert held[0] == 100
        audit_is_clean()
    with net.at("CHE01"):
        assert any("instruct" in each["text"] for each in overview.alerts().items)


def test_two_persons_there_count_here_only_where_the_mandate_says_so(net: Network) -> None:
    first, second = swiss_section(net, needs_approval=True)
    mandate(net, may_instruct=True, proposer="swiss")
    new = NewInstruction("GHA01", "CHE", "transfer", first, second, 40)
    waiting = instruct(net, new)
    assert waiting["status"] == "waiting"
    with net.at("GHA01") as side:
        transactions.approve(TransactionId(int(waiting["transaction"])), by=side.bo, now=net.now)
    turned_down = instruct(net, new)
    with net.at("GHA01") as side:
        transactions.reject(TransactionId(int(turned_down["transaction"])), by=side.bo, now=net.now, reason="no")
    net.settle()
    with net.at("CHE01"):
        assert instructions.shown(waiting["id"])["status"] == "done"
        refused = instructions.shown(turned_down["id"])
        assert (refused["status"], refused["objections"][0]["detail"]) == ("refused", "no")
    mandate(net, may_instruct=True, proposer="swiss", approver="swiss-second")
    assert instruct(net, new)["status"] == "done"
    with net.at("GHA01"):
        audit_is_clean()


def test_an_instruction_is_of_two_people(net: Network) -> None:
    first, second = swiss_section(net)
    new = NewInstruction("GHA01", "CHE", "transfer", first, second, 40)
    with net.at("CHE01") as side:
        given = instructions.propose(new, by=side.ama, now=net.now, key="k")
        assert instructions.propose(new, by=side.ama, now=net.now, key="k") == given
        give_role(side, side.ama, Role.APPROVER)
        for by, code in ((side.ama, Code.PERSON_APPROVES_OWN), (outsider(side), Code.PERSON_NOT_PERMITTED)):
            with pytest.raises(Refused) as no:
                instructions.approve(given["id"], by=by, now=net.now)
            assert no.value.codes == (code,)
        assert instructions.reject(given["id"], "no", by=side.bo, now=net.now)["status"] == "rejected"
        with pytest.raises(Refused) as no:
            instructions.approve(given["id"], by=side.bo, now=net.now)
        assert no.value.codes == (Code.PROPOSAL_DECIDED,)
        for wanted, code in (
            (replace(new, peer="THA01"), Code.PEER_UNKNOWN), (replace(new, party="GHA"), Code.SECTION_UNKNOWN),
            (replace(new, transaction=""), Code.REQUEST_MALFORMED),
            (replace(new, terms={"x": 1}), Code.REQUEST_MALFORMED),
        ):  # fmt: skip
            with pytest.raises(Refused) as no:
                instructions.propose(wanted, by=side.ama, now=net.now)
            assert no.value.codes == (code,)
    net.settle()
    with net.at("GHA01"):
        assert rows("SELECT 1 FROM exchange_instruction") == []
