"""The pages of certificates: issued for a transaction by who may, taken as files; and the page that checks them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from reporting import qr
from web import sample

from article6.services import certificate_files as copies
from article6.services import certificates
from article6.services.log import keeping, sequencer
from article6.services.log.keeping import Role
from article6.transparency import certificate_files
from article6.transparency import certificates as checking

TRANSFER = 3  # Ghana's first transfer to Switzerland


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


@pytest.fixture
def made(database: object) -> sample.Sample:
    made = sample.international()
    sequencer.run_down(sample.day(2026, 1, 1))
    return made


def sign_in(client: Client) -> None:
    assert client.post("/login", {"username": "bo", "password": sample.PASSWORD}).status_code == 302


def test_a_person_issues_one_from_the_transactions_page(made: sample.Sample, client: Client) -> None:
    sign_in(client)
    where = f"/transactions/{TRANSFER}/certificates"
    assert where in client.get(f"/transactions/{TRANSFER}").content.decode()
    assert client.get(where).status_code == 200
    answer = client.post(where, {"disclose": []})
    assert (answer.status_code, answer["Location"]) == (302, where)
    links = re.findall(r"/certificates/[0-9A-Z-]+/copy\.\w+", client.get(where).content.decode())
    assert [each.rpartition(".")[2] for each in links] == ["pdf", "json"]
    for link in links:
        whole = certificate_files.read(client.get(link).content)
        assert checking.verify(whole, keeping.verifiers(Role.LOG)[0]).quantity == 600
    assert client.get(links[0].replace(".pdf", ".exe")).status_code == 404


def test_a_stranger_sees_no_link_and_gets_none(made: sample.Sample, client: Client) -> None:
    where = f"/transactions/{TRANSFER}/certificates"
    assert where not in client.get(f"/transactions/{TRANSFER}").content.decode()
    assert client.get(where).status_code == 403
    assert client.post(where).status_code == 403
    issued = certificates.issue(certificates.TransactionId(TRANSFER), by=made.ama, now=sample.day(2026, 1, 2))
    assert client.get(f"/certificates/{issued['code']}/copy.json").status_code == 403


def test_an_issuance_has_no_link(made: sample.Sample, client: Client) -> None:
    sign_in(client)
    assert "/transactions/1/certificates" not in client.get("/transactions/1").content.decode()
    assert client.get("/transactions/1/certificates").status_code == 409


def test_the_page_that_checks_is_open_to_all_and_tells_nothing_else(database: object, client: Client) -> None:
    made = sample.international(is_public=False)
    assert client.get("/transactions").status_code == 302
    assert client.get("/verify").status_code == 200
    sequencer.run_down(sample.day(2026, 1, 1))
    issued = certificates.issue(certificates.TransactionId(TRANSFER), by=made.ama, now=sample.day(2026, 1, 2))
    said = client.get(f"/verify?code={issued['code']}").content.decode()
    assert issued["digest"] in said
    assert str(keeping.verifiers(Role.LOG)[0]) in said
    assert "600" not in said.replace(issued["digest"], "").replace(certificates.public_key(), "")
    assert "No certificate with this code" in client.get("/verify?code=0000").content.decode()
    assert "<script>" not in said
    assert "'unsafe-inline'" not in client.get("/verify")["Content-Security-Policy"]


def test_there_is_a_page_before_there_is_a_registry(database: object, client: Client) -> None:
    assert client.get("/verify").status_code == 200
    assert client.get("/verify?code=%00x").status_code == 200


# --- The code on the paper

ADDRESS = "https://registry.example.org"


def issued_as_pdf(made: sample.Sample, address: str) -> tuple[dict[str, object], bytes]:
    by, now = made.ama, sample.day(2026, 1, 2)
    issued = certificates.issue(certificates.TransactionId(TRANSFER), by=by, now=now, address=address)
    return issued, copies.copy(str(issued["code"]), "pdf", by=by)[1]


def test_the_code_on_the_paper_leads_to_the_page_that_shows_and_checks_the_certificate(
    made: sample.Sample, client: Client
) -> None:
    issued, pdf = issued_as_pdf(made, ADDRESS)
    scanned = urlsplit(qr.read(qr.of_page(pdf)))
    assert f"{scanned.scheme}://{scanned.netloc}" == ADDRESS
    found = checking.verify(certificate_files.read(pdf), keeping.verifiers(Role.LOG)[0])
    assert scanned.fragment == issued["digest"] == found.digest
    answer = client.get(f"{scanned.path}?{scanned.query}")
    assert answer.status_code == 200
    said = answer.content.decode()
    assert str(issued["code"]) in said
    assert f'data-digest="{issued["digest"]}"' in said
    assert 'id="checker"' in said


@pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("zbarimg")), reason="poppler-utils and zbar-tools are not here"
)
def test_a_scanner_reads_the_code_from_a_picture_of_the_page(made: sample.Sample, tmp_path: Path) -> None:
    issued, pdf = issued_as_pdf(made, ADDRESS)
    (tmp_path / "certificate.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", "certificate.pdf", "page"], cwd=tmp_path, check=True
    )
    [picture] = tmp_path.glob("page*.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", picture], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert read == f"{ADDRESS}/verify?code={issued['code']}#{issued['digest']}" == qr.read(qr.of_page(pdf))


def test_where_the_registry_knows_no_address_no_code_leads_nowhere(made: sample.Sample) -> None:
    _issued, pdf = issued_as_pdf(made, "")
    assert checking.verify(certificate_files.read(pdf)).quantity == 600
    with pytest.raises(ValueError, match="empty"):
        qr.of_page(pdf)
