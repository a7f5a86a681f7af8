"""Many at once from a file: every line is looked at, then all are done or the good ones, once, and told of."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from web import sample
from web.working import signed_in, text, with_people

from article6.gateways import mail
from article6.services import bulk, lookup, mailing
from article6.worker import desk

pytestmark = pytest.mark.usefixtures("database")


def given(client: Client, content: bytes, name: str = "lines.csv", task: str = "transfer") -> HttpResponse:
    """A file handed in."""
    answer: HttpResponse = client.post("/tasks/bulk", {"task": task, "file": SimpleUploadedFile(name, content)})
    return answer


def test_the_good_lines_are_done_and_the_others_say_why() -> None:
    made = with_people(sample.international())
    cy, dee = signed_in("cy"), signed_in("dee")
    ghana, swiss = made.accounts["ghana"], made.accounts["swiss"]
    lines = ["from_account,to_account,units,serials", f"{ghana},{swiss},200,", f'{ghana},{swiss},,"GHA:951-960"',
             f"{ghana},{swiss},\"1,000\",", f"{ghana},INT-1,5,", f"{swiss},{ghana},5,"]  # fmt: skip
    begun = given(cy, "\n".join(lines).encode())
    assert begun.status_code == 302, text(begun)
    before = lookup.transactions().total
    shown = cy.get(begun.headers["Location"])
    words = text(shown)
    assert "2 of 5 lines can be done; 3 would be refused" in words
    assert "quantity.exceeds_holding" in words
    assert "account.unknown" in words
    assert "person.not_permitted" in words
    assert lookup.transactions().total == before
    assert dee.get(begun.headers["Location"]).status_code == 404
    assert "Choose whether" in cy.post(begun.headers["Location"], {}, follow=True).content.decode()
    cy.post(begun.headers["Location"], {"mode": "good"})
    cy.post(begun.headers["Location"], {"mode": "all"})  # begun is begun
    waiting = cy.get(begun.headers["Location"])
    assert "Look again" in text(waiting)
    quiet = {"HX-Request": "true", "Article6-Quiet": "1"}
    assert 'hx-trigger="every 2s"' in cy.get(begun.headers["Location"], headers=quiet).content.decode()
    while desk.turn():
        pass
    assert cy.get(begun.headers["Location"], headers=quiet).headers["HX-Refresh"] == "true"
    ended = text(cy.get(begun.headers["Location"]))
    assert "2 of 5 lines were done" in ended
    assert lookup.transactions().total == before + 2
    result = cy.get(f"{begun.headers['Location']}/result.csv").content.decode()
    assert "account.unknown" in result
    assert "Proposed" in result


def test_all_or_nothing_is_all_or_nothing() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    ghana, swiss = made.accounts["ghana"], made.accounts["swiss"]
    book = openpyxl.Workbook()
    book.active.append(["From account", "To account", "Units"])
    for many in (100, 150, 100):
        book.active.append([ghana, swiss, many])
    file = io.BytesIO()
    book.save(file)
    begun = given(cy, file.getvalue(), "lines.xlsx").headers["Location"]
    # 300 are free: the third line finds too few after the two before it.
    assert "2 of 3 lines can be done; 1 would be refused" in text(cy.get(begun))
    before = lookup.transactions().total
    cy.post(begun, {"mode": "all"})
    desk.turn()
    assert "0 of 3 lines were done" in text(cy.get(begun))
    assert "bulk.not_whole" in text(cy.get(begun))
    assert lookup.transactions().total == before
    good = given(cy, f"from_account,to_account,units\n{ghana},{swiss},100\n{ghana},{swiss},200".encode())
    cy.post(good.headers["Location"], {"mode": "all"})
    desk.turn()
    assert "2 of 2 lines were done" in text(cy.get(good.headers["Location"]))
    assert lookup.transactions().total == before + 2
    ama, used = signed_in("ama"), made.accounts["used"]
    head = "from_account,to_account,units,use_year"
    uses = given(ama, f"{head}\n{swiss},{used},10,2026\n{swiss},{used},10,1999".encode(), task="retire")
    assert "1 of 2 lines can be done" in text(ama.get(uses.headers["Location"]))
    assert "use.outside_period" in text(ama.get(uses.headers["Location"]))
    ends = given(ama, f"from_account,to_account,units\n{swiss},{used},10".encode(), task="cancel")
    assert "transaction.wrong_accounts" in text(ama.get(ends.headers["Location"]))
    assert "lines.xlsx" in text(cy.get("/tasks/bulk"))
    assert bulk.end_due(sample.day(2026, 1, 1)) == 0
    assert cy.get("/tasks/bulk/retire.csv").content.decode("utf-8-sig").startswith("from_account,to_account,units")


def test_files_that_are_none_are_turned_away_in_words() -> None:
    made = with_people(sample.international())
    cy = signed_in("cy")
    ghana = made.accounts["ghana"]
    head = "from_account,to_account,units\n"
    for content, name, words in (
        (b"", "empty.csv", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture.csv", "request.malformed"),
        (b"PK\x03\x04 no workbook", "lines.xlsx", "The workbook is damaged"),
        (b"a,b,c\n1,2,3", "lines.csv", "file.columns"),
        (b"from_account,to_account,from_account\n1,2,3", "lines.csv", "file.columns"),
        (head.encode(), "lines.csv", "the file has no lines"),
        (f"{head}{ghana},=HYPERLINK(1),5".encode(), "lines.csv", "Latin letters"),
        (f"{head}{ghana},INT\u202e1,5".encode(), "lines.csv", "U+202E"),
        (f"{head}{ghana},INT-1,five".encode(), "lines.csv", "Line 2"),
        (f"{head}{f'{ghana},INT-1,5' + chr(10)}".encode() * 1 + f"{ghana},INT-1,5\n".encode() * 600, "l.csv",
         "at most 500 lines"),
        (b"x" * 1_100_000, "lines.csv", "1,000,000 bytes"),
    ):  # fmt: skip
        answer = given(cy, content, name)
        assert answer.status_code == 422, (name, content[:40])
        assert words in text(answer), (words, text(answer)[:700])
    assert "You may propose nothing like this" in text(signed_in("dee").get("/tasks/bulk"))


def test_who_wants_it_is_told_by_mail_that_something_waits_and_not_what() -> None:
    made = with_people(sample.international())
    bo = signed_in("bo")
    assert "Told by mail" not in text(bo.get("/desk"))
    now = sample.day(2026, 2, 1)
    post = mail.FakePost()
    mail.use(post)
    try:
        assert "Told by mail" in text(bo.get("/desk"))
        assert bo.post("/desk/mail", {"address": "no address"}).status_code == 400
        bo.post("/desk/mail", {"address": "bo@example.org"})
        assert mailing.choice(made.bo) == "bo@example.org"
        post.fails = True
        assert mailing.tell(now) == 0
        post.fails = False
        assert mailing.tell(now) == 1
        [told] = post.sent
        assert (told.address, told.subject) == (
            "bo@example.org", "Sample international registry: something waits for you"
        )  # fmt: skip
        assert made.accounts["ghana"] not in told.text
        assert "http" not in told.text
        assert mailing.tell(now + timedelta(hours=1)) == 0
        assert mailing.tell(now + timedelta(days=1)) == 0  # nothing new
        bo.post("/desk/mail", {"address": ""})
        assert mailing.choice(made.bo) == ""
        assert mailing.tell(now + timedelta(days=9)) == 0
    finally:
        mail.use(None)
