"""Where a unit is, how it got there, what searching finds, and what the totals say."""

from __future__ import annotations

import pytest
from web import sample

from article6.domain.refusals import Code, Refused
from article6.services import figures, lookup

pytestmark = pytest.mark.usefixtures("database")


def test_a_cancelled_unit_tells_where_it_is_and_how_it_got_there() -> None:
    where = sample.crediting().accounts
    [found] = lookup.find("IN 160")
    assert (found.identifier, found.registry, found.party, found.serial) == ("IN-5-160-1-1-0-1", "CDM", "IND", 160)
    assert (found.block["first"], found.block["last"], found.block["quantity"]) == (151, 200, 50)
    assert found.block["account"]["number"] == where["cancelled"]
    assert found.block["is_final"]
    assert found.batch["first"] == 101
    assert [(each["type"], each["first"], each["last"]) for each in found.history] == [
        ("issuance", 101, 400),
        ("forwarding", 101, 400),
        ("cancellation_voluntary", 151, 200),
    ]
    assert found.history[0]["from_account"] is None
    assert found.history[2]["from_account"]["number"] == where["india"]
    assert found.history[0]["at"] == sample.day(2007, 11, 9)


def test_a_unit_is_found_by_every_way_of_writing_it() -> None:
    sample.crediting()
    for text in ("IN 1,160", "IND 1160", "in-1160", "IN\u00a01\u202f160", "IN 1 160", "IN-5-1160-1-1-0-42"):
        assert [each.serial for each in lookup.find(text)] == [1160], text


def test_a_number_alone_is_looked_up_in_every_series() -> None:
    sample.crediting()
    assert [each.party for each in lookup.find("150")] == ["BRA", "IND"]
    assert [each.party for each in lookup.find("4000")] == ["BRA"]


def test_serials_that_were_never_issued_are_not_found() -> None:
    sample.crediting()
    assert lookup.find("IN 100") == []
    assert lookup.find("IN 1601") == []
    assert lookup.find("CH 1") == []
    assert lookup.unit("CDM", "IND", 2**62 + 1) is None


def test_an_identifier_that_states_what_is_not_so_is_not_found_but_the_number_is_offered() -> None:
    sample.crediting()
    assert lookup.find("IN-5-1160-1-1-0-43") == []
    assert lookup.find("IN-6-1160-1-1-0-42") == []
    found = lookup.search("IN-5-1160-1-1-0-43")
    assert found["is_near"]
    assert [each.identifier for each in found["units"]] == ["IN-5-1160-1-1-0-42"]


def test_what_is_no_unit_is_refused() -> None:
    sample.crediting()
    for text in ("", "XX 1", "IN 0", "1.5", "IN 4-", "9" * 5000, "IN-5-12-1"):
        with pytest.raises(Refused) as no:
            lookup.find(text)
        assert no.value.codes == (Code.SERIAL_MALFORMED,)


def test_an_outcome_becomes_an_itmo_by_its_first_transfer() -> None:
    sample.international()
    used, kept_at_home = lookup.unit("GHA01", "GHA", 100), lookup.unit("GHA01", "GHA", 900)
    assert used is not None
    assert kept_at_home is not None
    assert (used.unit_type_shown, used.identifier) == ("ITMO", "CA0001-GHA01-GHA-100-2023")
    assert (kept_at_home.unit_type_shown, kept_at_home.identifier) == ("MO", "MO-GHA01-GHA-900-2023")
    assert [each["is_first_transfer"] for each in used.history] == [False, False, True, False]
    assert used.history[3]["terms"] == {"use_year": 2025}
    assert used.block["first_transfer_transaction"] == used.history[2]["transaction_id"]
    assert used.block["authorization"] == "GHA-A-1"
    assert [each.serial for each in lookup.find(used.identifier)] == [100]
    assert [each.serial for each in lookup.find("MO-GHA01-GHA-100-2023")] == [100]


def test_totals_add_up() -> None:
    sample.crediting()
    assert [list(each.values()) for each in lookup.totals()] == [
        ["BRA", "Brazil", 5000, 20, 0, 4980, 2],
        ["IND", "India", 1500, 50, 0, 1450, 4],
    ]
    assert [tuple(each.values()) for each in lookup.timeline()] == [
        (2007, "IND", "CER", 300, 0, 0),
        (2009, "BRA", "CER", 5000, 0, 0),
        (2012, "IND", "CER", 1200, 50, 0),
        (2013, "BRA", "CER", 0, 20, 0),
    ]


def test_what_was_used_towards_an_ndc_is_no_cancellation() -> None:
    sample.international()
    [ghana] = lookup.totals()
    assert (ghana["issued"], ghana["cancelled"], ghana["retired"], ghana["remaining"]) == (1000, 0, 250, 750)


def test_lists_are_walked_page_by_page_without_loss() -> None:
    where = sample.crediting().accounts

    def walk(read: object) -> list[dict[str, object]]:
        seen, after = [], None
        while True:
            page = read(after)  # type: ignore[operator]
            seen += page.items
            after = page.next
            if after is None:
                assert len(seen) == page.total
                return seen

    moves = walk(lambda after: lookup.transactions(after, limit=2))
    assert [each["id"] for each in moves] == sorted((each["id"] for each in moves), reverse=True)
    of_india = walk(lambda after: lookup.transactions(after, limit=1, account=where["india"]))
    assert {each["type"] for each in of_india} == {"forwarding", "transfer", "cancellation_voluntary"}
    assert [each["type"] for each in walk(lambda after: lookup.transactions(after, type_="transfer"))] == ["transfer"]
    assert walk(lambda after: lookup.transactions(after, status="rejected")) == []
    assert len(walk(lambda after: lookup.accounts(after, limit=2))) == 6
    blocks = walk(lambda after: lookup.blocks(where["india"], after, limit=1))
    assert [(each["first"], each["last"]) for each in blocks] == [(201, 400), (401, 1600)]
    assert len(walk(lambda after: lookup.batches(after, limit=1))) == 3
    assert [each["code"] for each in walk(lambda after: lookup.projects(after, limit=1, party="IND"))] == ["1", "42"]
    assert len(walk(lambda after: lookup.blocks_of_batch(1, after, limit=1))) == 3


def test_a_cursor_that_no_page_gave_is_refused() -> None:
    where = sample.crediting().accounts
    for after in ("x", "1", "1-2-3", "-1-2", "9" * 19 + "-1"):
        with pytest.raises(Refused) as no:
            lookup.blocks(where["india"], after)
        assert no.value.codes == (Code.REQUEST_MALFORMED,)


def test_a_transaction_shows_its_journal_and_names_people_only_to_those_concerned() -> None:
    ama = sample.international().ama
    move = lookup.transactions(type_="use_ndc").items[0]["id"]
    shown = lookup.transaction(move)
    [entry] = shown["entries"]
    assert (entry["first"], entry["last"], entry["identifier_first"]) == (1, 250, "CA0001-GHA01-GHA-1-2023")
    assert "proposed_by_name" not in shown
    named = lookup.transaction(move, by=ama)
    assert (named["proposed_by_name"], named["decided_by_name"]) == ("Ama", "Bo Approver")
    with pytest.raises(Refused) as no:
        lookup.transaction(2**70)
    assert no.value.codes == (Code.TRANSACTION_UNKNOWN,)


def test_the_search_box_finds_all_sorts() -> None:
    where = sample.crediting().accounts
    found = lookup.search("holding account of india")
    assert [each["number"] for each in found["accounts"]] == [where["india"]]
    assert [each["code"] for each in lookup.search("india")["parties"]] == ["IND"]
    assert [each["code"] for each in lookup.search("with <angle> BRACKETS")["projects"]] == ["1", "2569", "42"]
    assert lookup.search("100%_\\")["accounts"] == []
    by_number = lookup.search("2569")
    assert [each["code"] for each in by_number["projects"]] == ["2569"]
    assert [each.serial for each in by_number["units"]] == [2569]
    assert lookup.search("1")["transactions"][0]["type"] == "issuance"


def test_a_figure_that_takes_long_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "QUICK_S", -1.0)
    answers = iter([1, 2])
    assert [figures.kept("test", lambda: next(answers)) for _ in range(2)] == [1, 1]


def test_a_long_count_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    sample.crediting()
    monkeypatch.setattr("article6.store.queries.totals.COUNTED_UP_TO", 3)
    page = lookup.transactions(account=sample_account())
    assert page.is_estimate
    assert page.total >= 3


def sample_account() -> str:
    return str(lookup.accounts().items[0]["number"])
