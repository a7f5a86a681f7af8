"""The page that checks certificates, in a real browser: it says what Python says, and sends nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.test_look import browser, look, site  # noqa: F401  # fixtures
from ledger.books import NOW
from playwright.sync_api import Browser, Page, expect
from services.logs import run, with_units
from transparency.certified import certificate, changed, statement
from transparency.logs import LOG

from article6.services import certificate_files, certificates
from article6.transparency import certificates as checking

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/verify")
    yield page
    context.close()


def verdict(page: Page) -> str:
    """`completed`: it holds; `proposed`: under a key that was not given; `rejected`."""
    expect(page.locator("#verdict")).not_to_contain_text("...")
    said = page.locator("#verdict").get_attribute("class") or ""
    return said.split()[-1]


def paste(page: Page, whole: object, key: str = "") -> str:
    page.locator("#key").fill(key)
    page.locator("#pasted").fill(json.dumps(whole))
    page.locator("#verdict").evaluate("each => { each.textContent = '...' }")
    page.locator("#check").click()
    return verdict(page)


def test_a_certificate_of_this_registry_holds_as_pdf_and_as_json(browser: Browser, site: str, tmp_path: Path) -> None:  # noqa: F811
    books = with_units()
    number = books.move("A", "B", 40).transaction_id
    run()
    issued = certificates.issue(number, by=books.ama, now=NOW, address=site)
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.goto(f"{site}/verify?code={issued['code']}#{issued['digest']}")
    assert issued["digest"] in page.content()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for form in ("pdf", "json"):
        name, content = certificate_files.copy(issued["code"], form, by=books.ama)
        (tmp_path / name).write_bytes(content)
        page.locator("#verdict").evaluate("each => { each.textContent = '...' }")
        page.locator("#file").set_input_files(tmp_path / name)
        assert verdict(page) == "completed", page.locator("#verdict").text_content()
        assert page.locator("#units td").all_text_contents() == ["MO-GHA01-GHA-1-2023", "MO-GHA01-GHA-40-2023", "40"]
    page.evaluate("location.hash = '0'.repeat(64)")
    whole = certificates.shown(issued["code"], by=books.ama)["certificate"]
    assert paste(page, whole, whole["key"]) == "rejected"  # sound, and not the one that the code on the paper names
    assert [each for each in asked if not each.endswith("mark.svg")] == []  # the page's own icon is drawn anew
    assert complaints == []
    context.close()


def test_the_browser_reads_what_python_reads(page: Page) -> None:
    whole = certificate()
    assert paste(page, whole) == "proposed"
    assert paste(page, whole, str(LOG.verifier)) == "completed"
    assert paste(page, whole, "article6/GHA01+00000000+AAAA") == "rejected"
    found = checking.verify(whole)
    assert [each.replace("\u202f", "") for each in page.locator("#units td.number").all_text_contents()] == [
        str(each.quantity) for each in found.units
    ]
    said = page.locator("#said").text_content() or ""
    for text in ("Zora", "Volta", "140", found.digest, found.completed_at, "Using entity"):
        assert text in said


def test_whatever_is_changed_the_browser_says_no(page: Page) -> None:
    whole = certificate()
    for where, other in changed(whole):
        if where.endswith("gone"):
            continue  # a test in Python has these; here they would take as long again
        assert paste(page, other, str(LOG.verifier)) == "rejected", where
    for name, value in (("quantity", "141"), ("to", "GHA01-1")):
        lie = json.loads(json.dumps(statement()))
        lie["proof"]["facts"][name] = value
        assert paste(page, checking.sealed(lie, LOG), str(LOG.verifier)) == "rejected", name
    lie = json.loads(json.dumps(statement()))
    lie["units"][0]["first"] = "MO-GHA01-GHA-2-2023"
    assert paste(page, checking.sealed(lie, LOG), str(LOG.verifier)) == "rejected"
    for text in ("[]", "null", "7", "{}"):
        assert paste(page, json.loads(text)) == "rejected"


def test_a_browser_that_cannot_check_signatures_says_so(browser: Browser, site: str) -> None:  # noqa: F811
    context = browser.new_context()
    context.add_init_script(
        "crypto.subtle.importKey = async () => { throw new DOMException('no', 'NotSupportedError') }"
    )
    page = context.new_page()
    page.goto(f"{site}/verify")
    assert paste(page, certificate()) == "rejected"
    assert "Ed25519" in (page.locator("#verdict").text_content() or "")
    context.close()


def test_the_page_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:  # noqa: F811
    with_units()
    look(browser, site, ["/verify", "/verify?code=K7QF-2M0X-91TB-WZ4C"])
