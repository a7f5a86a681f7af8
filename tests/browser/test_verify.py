"""The page that checks certificates, in a real browser: it says what Python says, and sends nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.test_look import look
from ledger.books import NOW
from playwright.sync_api import Browser, Page, expect
from reporting import qr
from services.logs import run, with_units
from transparency import certificate_vectors
from transparency.certified import certificate, changed, statement
from transparency.logs import LOG

from article6.services import certificate_files, certificates
from article6.transparency import certificates as checking

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
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
    return paste_text(page, json.dumps(whole), key)


def paste_text(page: Page, text: str, key: str) -> str:
    page.locator("#key").evaluate("(each, said) => { each.value = said }", key)
    page.locator("#pasted").evaluate("(each, said) => { each.value = said }", text)
    page.locator("#verdict").evaluate("each => { each.textContent = '...' }")
    page.locator("#check").click()
    return verdict(page)


def test_a_certificate_of_this_registry_holds_as_pdf_and_as_json(browser: Browser, site: str, tmp_path: Path) -> None:
    books = with_units()
    number = books.move("A", "B", 40).transaction_id
    run()
    issued = certificates.issue(number, by=books.ama, now=NOW, address=site)
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    _name, paper = certificate_files.copy(issued["code"], "pdf", by=books.ama)
    scanned = qr.read(qr.of_page(paper))
    assert scanned == f"{site}/verify?code={issued['code']}#{issued['digest']}"
    page.goto(scanned)
    assert issued["digest"] in page.content()
    assert "names this certificate" in (page.locator("#paper").text_content() or "")
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
    assert paste(page, whole, "article6/GHA01+00000000+AAAA") == "rejected"
    assert paste(page, whole, str(LOG.verifier)) == "completed"
    found = checking.verify(whole)
    assert [each.replace("\u202f", "") for each in page.locator("#units td.number").all_text_contents()] == [
        str(each.quantity) for each in found.units
    ]
    said = page.locator("#said").text_content() or ""
    for text in ("Zora", "Volta", "140", found.digest, found.completed_at, "Using entity"):
        assert text in said


VECTORS = json.loads(certificate_vectors.FILE.read_text(encoding="utf-8"))["certificates"]


def test_the_browser_says_of_every_vector_what_python_says(page: Page) -> None:
    for vector in VECTORS:
        if not vector["text"].strip():
            continue  # nothing is pasted, and nothing is checked
        page.locator("#checker").evaluate(
            "(each, said) => { each.dataset.announced = said }", json.dumps(vector["announced"])
        )
        page.locator("#witnesses").evaluate("(each, said) => { each.value = said }", "\n".join(vector["witnesses"]))
        said = paste_text(page, vector["text"], vector["key"])
        sentence = page.locator("#verdict").text_content()
        assert page.locator("#verdict").get_attribute("data-code") == vector["code"], f"{vector['name']}: {sentence}"
        if vector["code"]:
            assert said == "rejected", vector["name"]
            continue
        assert said == ("completed" if vector["trusted"] else "proposed"), f"{vector['name']}: {sentence}"
        told = dict(
            zip(page.locator("#said dt").all_text_contents(), page.locator("#said dd").all_text_contents(), strict=True)
        )
        assert told.get("Witnesses, not checked", "") == ", ".join(vector["unchecked"]), vector["name"]
        seen = told.get("Witnesses, checked", "")
        assert [each.partition(" (")[0] for each in seen.split(", ") if each] == list(vector["cosigned"]), vector[
            "name"
        ]
        assert ("no witness's signature was checked" in told["Not checked"]) == (not vector["cosigned"])
        assert ("Whose key signed it" in told["Not checked"]) == (not vector["trusted"])


def test_another_registrys_replaced_keys_are_followed_from_what_it_publishes(page: Page) -> None:
    chain = certificate_vectors.CHAIN
    third = str(certificate_vectors.THIRD.verifier)
    published = {
        "format": "article6.log-keys.v1",
        "announcements": [{"facts": {"announcement": each}} for each in chain],
    }
    page.locator("#keys").evaluate("(each, said) => { each.value = said }", json.dumps(published))
    assert paste(page, certificate(), third) == "completed"
    for field, text in (("keys", "{}"), ("witnesses", "x")):
        page.locator(f"#{field}").evaluate("(each, said) => { each.value = said }", text)
        assert paste(page, certificate(), third) == "rejected"
        assert page.locator("#verdict").get_attribute("data-code") == "given"
        page.locator(f"#{field}").evaluate("each => { each.value = '' }")


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


def test_a_browser_that_cannot_check_signatures_says_so(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.add_init_script(
        "crypto.subtle.importKey = async () => { throw new DOMException('no', 'NotSupportedError') }"
    )
    page = context.new_page()
    page.goto(f"{site}/verify")
    assert paste(page, certificate()) == "rejected"
    assert "Ed25519" in (page.locator("#verdict").text_content() or "")
    context.close()


def test_the_page_on_a_phone_and_on_a_desktop(browser: Browser, site: str) -> None:
    with_units()
    look(browser, site, ["/verify", "/verify?code=K7QF-2M0X-91TB-WZ4C"])
