"""Long lists as tables ask for them: any order, any filter, page by page, and only what is in sight."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from web import sample

from article6.domain.kinds import Role
from article6.domain.refusals import Code, Refused
from article6.services import listings, people, sight
from article6.services.paging import Asked
from article6.store.database import EVERYTHING, seeing
from article6.store.queries import registries

pytestmark = pytest.mark.usefixtures("database")


def asked(sort: str = "", *, limit: int = 50, after: str | None = None, **filters: Any) -> Asked:
    return Asked(after, limit, sort.removeprefix("-"), sort.startswith("-"), filters)


def numbers(what: Asked) -> list[int]:
    return [each["id"] for each in listings.transactions(what).items]


def test_transactions_come_in_any_order_and_page_by_page() -> None:
    sample.crediting()
    with seeing(EVERYTHING):
        all_of_them = numbers(asked())
        assert all_of_them == sorted(all_of_them, reverse=True)
        by_quantity = [each["quantity"] for each in listings.transactions(asked("quantity")).items]
        assert by_quantity == sorted(by_quantity)
        seen: list[int] = []
        after: str | None = None
        while True:
            page = listings.transactions(asked("-quantity", limit=3, after=after))
            assert page.total == len(all_of_them)
            seen += [each["quantity"] for each in page.items]
            after = page.next
            if after is None:
                break
        assert seen == by_quantity[::-1]
        for each in listings.SORTS["transactions"]:
            assert sorted(numbers(asked(each))) == sorted(all_of_them), each


def test_filters_hold_back_what_does_not_fit() -> None:
    made = sample.crediting()
    with seeing(EVERYTHING):
        assert all(each["status"] == "completed" for each in listings.transactions(asked(status="completed")).items)
        few = listings.transactions(asked(quantity=(20, 50)))
        assert {each["quantity"] for each in few.items} == {20, 50}
        assert few.total == len(few.items)
        assert numbers(asked(source="a project%")) == []  # no pattern of LIKE
        assert {each["target"]["name"] for each in listings.transactions(asked(target="DEVELOPER")).items} == {
            "A project developer in India"
        }
        on_a_day = listings.transactions(asked(when=(date(2012, 10, 27), date(2012, 10, 27)))).items
        assert [each["type"] for each in on_a_day] == ["cancellation_voluntary"]
        [trader] = listings.accounts(asked(name="developer")).items
        assert (trader["number"], trader["quantity"]) == (made.accounts["trader"], 50)
        assert listings.accounts(asked(section="BRA")).total == 2
        assert [each["issued"] for each in listings.projects(asked("-issued")).items] == [5000, 1200, 300]
        few_of_india = listings.projects(asked(issued=(None, 1200), party="IND")).items
        assert [each["code"] for each in few_of_india] == ["1", "42"]


def test_every_order_and_filter_of_a_list_is_sql_that_runs() -> None:
    sample.crediting()
    with seeing(EVERYTHING):
        for name, read in (("accounts", listings.accounts), ("projects", listings.projects)):
            everything = {each["id"] for each in read(asked()).items}
            for sort in listings.SORTS[name]:
                for sign in ("", "-"):
                    assert {each["id"] for each in read(asked(sign + sort)).items} == everything, sort
    assert listings.accounts(asked("name", opened=(date(2000, 1, 1), date(2001, 1, 1)))).total == 0


def test_what_is_out_of_sight_is_found_by_no_filter_and_counted_in_no_total() -> None:
    made = sample.crediting(is_public=False)
    cy = people.add_person("cy", "Cy", by=made.ama, now=sample.day(2013, 2, 1))
    with seeing(EVERYTHING):
        brazil = registries.sections()["BRA"]
        whole = listings.transactions(asked("number")).total
    people.give_role(cy, brazil, Role.AUDITOR, by=made.ama, now=sample.day(2013, 2, 1))
    with seeing(sight.of(cy)):
        own = listings.transactions(asked("number"))
        assert 0 < own.total == len(own.items) < whole
        assert listings.transactions(asked(target="developer")).total == 0
        assert {each["section"] for each in listings.accounts(asked("name")).items} == {"BRA"}
        assert listings.accounts(asked(name="india")).total == 0
    with seeing(sight.NOTHING):
        assert listings.accounts(asked("name")).total == listings.transactions(asked("number")).total == 0


@pytest.mark.parametrize("after", ["x", "-1", "1-1", "99999999", "1' OR true --", "٣"])
def test_where_a_page_begins_is_what_a_page_named(after: str) -> None:
    sample.crediting()
    with pytest.raises(Refused) as no, seeing(EVERYTHING):
        listings.transactions(asked("quantity", after=after))
    assert no.value.codes == (Code.REQUEST_MALFORMED,)
