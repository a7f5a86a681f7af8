"""Stories of transactions: chosen, split, reserved, approved, posted; merged again."""

from datetime import timedelta

import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.kinds import Kind
from article6.domain.orders import Filter, Status
from article6.domain.refusals import Code, Refused
from article6.services import accounts, people, transactions
from article6.store.database import one, rows


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1000)
    return books


def refusal(act: object, *arguments: object, **more: object) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        act(*arguments, **more)  # type: ignore[operator]
    return no.value.codes


def test_the_lowest_serials_go_first_and_join_their_siblings(books: Books) -> None:
    books.move("A", "B", 10)
    books.move("A", "B", 10)
    assert books.holds("B") == [(1, 20)]
    assert books.holds("A") == [(21, 1000)]
    audit_is_clean()


def test_units_that_go_and_come_back_leave_no_fragments(books: Books) -> None:
    books.move("A", "B", None, (100, 150), (200, 210), (1000, 1000))
    assert books.holds("A") == [(1, 99), (151, 199), (211, 999)]
    books.move("B", "A", None, (120, 130), (200, 210))
    assert books.holds("A") == [(1, 99), (120, 130), (151, 999)]
    books.move("B", "A", None, (100, 119), (131, 150), (1000, 1000))
    assert books.holds("A") == [(1, 1000)]
    assert books.holds("B") == []
    audit_is_clean()


def test_a_quantity_may_span_blocks(books: Books) -> None:
    books.move("A", "B", None, (11, 20), (31, 40))
    books.move("B", "A", 15)
    assert books.holds("B") == [(36, 40)]
    assert books.quantity("A") == 995
    audit_is_clean()


def test_one_transaction_may_carry_thousands_of_blocks(books: Books) -> None:
    books.issue("A", 8000)
    every_other = [(serial, serial) for serial in range(1002, 9000, 2)]
    outcome = books.move("A", "B", None, *every_other)
    assert len(books.holds("B")) == len(every_other) == 3999
    found = one("SELECT count(*), sum(hi - lo + 1) FROM entry WHERE transaction_id = %s", (outcome.transaction_id,))
    assert found == (3999, 3999)
    books.move("B", "A", 3999)
    assert books.holds("A") == [(1, 1000), (1001, 9000)]  # two batches never merge
    audit_is_clean()


def test_filters_choose_among_batches(books: Books) -> None:
    books.issue("A", 50, vintage=2022)
    order = books.order("A", "B", 30, wanted=Filter(vintage_year=2022))
    transactions.propose(order, by=books.ama, now=NOW)
    assert books.holds("B") == [(1001, 1030)]
    order = books.order("A", "B", 30, wanted=Filter(vintage_year=2022))
    assert refusal(transactions.propose, order, by=books.ama, now=NOW) == (Code.QUANTITY_EXCEEDS_HOLDING,)


def test_a_proposal_reserves_until_a_second_person_decides(books: Books) -> None:
    books.open("C", needs_approval=True)
    books.move("A", "C", 100)
    proposed = books.move("C", "A", 40)
    assert proposed.status is Status.PROPOSED
    assert books.holds("C") == [(1, 40), (41, 100)]
    assert refusal(books.move, "C", "A", None, (30, 50)) == (Code.BLOCK_RESERVED,)
    assert refusal(books.move, "C", "A", 61) == (Code.QUANTITY_EXCEEDS_HOLDING,)
    audit_is_clean()
    transactions.approve(proposed.transaction_id, by=books.bo, now=NOW)
    assert books.holds("A") == [(1, 40), (101, 1000)]
    audit_is_clean()


def test_the_proposer_cannot_approve(books: Books) -> None:
    books.open("C", needs_approval=True)
    books.move("A", "C", 100)
    proposed = books.move("C", "A", 40, by=books.admin).transaction_id
    assert refusal(transactions.approve, proposed, by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    assert refusal(transactions.reject, proposed, by=books.admin, now=NOW, reason="x") == (Code.PERSON_APPROVES_OWN,)
    assert refusal(transactions.approve, proposed, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(transactions.approve, proposed, by=books.cy, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    transactions.approve(proposed, by=books.bo, now=NOW)


@pytest.mark.parametrize("how", ["reject", "cancel", "expire"])
def test_what_is_not_approved_is_free_again(books: Books, how: str) -> None:
    books.open("C", needs_approval=True)
    books.move("A", "C", 100)
    proposed = books.move("C", "A", None, (20, 29), (50, 59)).transaction_id
    assert len(books.holds("C")) == 5
    if how == "reject":
        transactions.reject(proposed, by=books.bo, now=NOW, reason="wrong account")
    elif how == "cancel":
        transactions.cancel(proposed, by=books.ama, now=NOW)
    else:
        assert transactions.expire_due(NOW) == 0
        assert transactions.expire_due(NOW + transactions.EXPIRES_AFTER) == 1
    assert books.holds("C") == [(1, 100)]
    assert refusal(transactions.approve, proposed, by=books.bo, now=NOW) == (Code.TRANSACTION_NOT_PROPOSED,)
    assert refusal(transactions.cancel, proposed, by=books.ama, now=NOW) == (Code.TRANSACTION_NOT_PROPOSED,)
    audit_is_clean()


def test_a_stranger_cannot_withdraw_a_proposal(books: Books) -> None:
    books.open("C", needs_approval=True)
    books.move("A", "C", 100)
    proposed = books.move("C", "A", 40).transaction_id
    assert refusal(transactions.cancel, proposed, by=books.cy, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(transactions.cancel, 999_999, by=books.ama, now=NOW) == (Code.TRANSACTION_UNKNOWN,)


def test_the_same_key_gets_the_first_answer(books: Books) -> None:
    first = books.move("A", "B", 20, key="k")
    again = books.move("A", "B", 20, key="k")
    assert again.transaction_id == first.transaction_id
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert books.quantity("B") == 20
    assert refusal(books.move, "A", "B", 21, key="k") == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)
    assert books.move("A", "B", 20, key="k", by=books.admin).is_repeat is False  # another person's key
    audit_is_clean()


def test_the_same_key_repeats_every_kind_of_command(books: Books) -> None:
    books.open("C", needs_approval=True)
    books.move("A", "C", 100)
    proposed = books.move("C", "A", 40, key="p")
    for _ in range(2):
        assert transactions.approve(proposed.transaction_id, by=books.bo, now=NOW, key="a").status is Status.COMPLETED
    assert books.move("C", "A", 40, key="p").status is Status.PROPOSED  # the first answer, though it is decided now
    assert books.issue("A", 5, key="i") == books.issue("A", 5, key="i")
    new = accounts.NewAccount("holding", "GHA", "E")
    opened = accounts.open_account(new, by=books.admin, now=NOW, key="o")
    assert accounts.open_account(new, by=books.admin, now=NOW, key="o") == opened
    for _ in range(2):
        accounts.set_status(opened.number, "closed", reason="unused", by=books.admin, now=NOW, key="s")
    audit_is_clean()


def test_a_closed_account_takes_nothing_and_a_full_one_is_not_closed(books: Books) -> None:
    close = {"reason": "wound up", "by": books.admin, "now": NOW}
    number = books.accounts["A"].number
    assert refusal(accounts.set_status, number, "closed", **close) == (Code.ACCOUNT_NOT_EMPTY,)
    accounts.set_status(books.accounts["B"].number, "closed", **close)
    assert refusal(books.move, "A", "B", 1) == (Code.ACCOUNT_NOT_OPEN,)
    assert refusal(accounts.set_status, books.accounts["B"].number, "open", **close) == (Code.LEDGER_APPEND_ONLY,)
    accounts.set_status(number, "blocked_debit", **close)
    assert refusal(books.move, "A", "B", 1) == (Code.ACCOUNT_NOT_OPEN, Code.ACCOUNT_NOT_OPEN)
    assert books.issue("A", 1) == (1001, 1001)
    accounts.set_status(number, "blocked", **close)
    assert refusal(books.issue, "A", 1) == (Code.ACCOUNT_NOT_OPEN,)


def test_a_suspended_person_is_shut_out_at_once(books: Books) -> None:
    people.suspend(books.ama, by=books.admin, now=NOW)
    assert refusal(books.move, "A", "B", 1) == (Code.PERSON_UNKNOWN,)


def test_issuance_fills_gaps_and_never_overlaps(books: Books) -> None:
    assert books.issue("A", 100, first=2001) == (2001, 2100)
    assert books.issue("A", 50, first=1500) == (1500, 1549)
    for first, quantity in ((1, 5), (1000, 2), (1499, 2), (1549, 1), (1400, 300), (2100, 5), (1900, 500)):
        assert refusal(books.issue, "A", quantity, first=first) == (Code.SERIALS_ALREADY_ISSUED,)
    assert books.issue("A", 499, first=1001) == (1001, 1499)
    assert books.issue("A", 3) == (2101, 2103)
    audit_is_clean()


def test_many_orders_post_in_one_call_or_not_at_all(books: Books) -> None:
    orders = [(books.order("A", "B", None, (n, n + 4)), NOW + timedelta(minutes=n)) for n in range(1, 500, 10)]
    posted = transactions.post_many(orders, by=books.ama, key="many")
    assert transactions.post_many(orders, by=books.ama, key="many") == posted
    assert books.quantity("B") == 250
    found = one("SELECT quantity, decided_at FROM ledger_transaction WHERE id = %s", (posted[1],))
    assert found == (5, NOW + timedelta(minutes=11))
    again = [*orders[:1], (books.order("A", "B", None, (900, 909)), NOW)]
    assert refusal(transactions.post_many, again, by=books.ama) == (Code.BLOCK_NOT_HELD,)
    assert books.quantity("B") == 250
    audit_is_clean()


def test_a_crediting_registry_keeps_kyoto_units(database: object) -> None:
    books = found_registry(Kind.CREDITING)
    books.open("pending", "pending", "ADM")
    books.open("India", "holding", "GHA")
    books.open("gone", "cancellation_voluntary", "GHA")
    books.issue("pending", 500)
    books.move("pending", "India", 500, type_="forwarding", by=books.admin)
    books.move("India", "gone", None, (100, 199), type_="cancellation_voluntary")
    assert refusal(books.move, "gone", "India", 5, type_="cancellation_voluntary") == (Code.BLOCK_FINAL,)
    assert refusal(books.issue, "India", 5) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    assert rows("SELECT lo, hi FROM block WHERE is_final") == [(100, 199)]
    audit_is_clean()
