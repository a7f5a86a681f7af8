"""Other registries are reached over https, or over http on this machine; what they answer is bounded."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from article6.gateways import GatewayFailure
from article6.gateways.peers import (
    ANSWER_BYTES,
    KEYS,
    MESSAGES,
    FakePeers,
    Flooded,
    HttpPeers,
    address,
    current,
    instead,
)


@pytest.mark.parametrize(
    "url",
    ["http://registry.example/", "ftp://127.0.0.1/", "https://", "https://ama:secret@registry.example/", "nothing",
     "https://registry.example/?a=b", "http://127.0.0.1.example/", "https://registry.example:x/", ""],
)  # fmt: skip
def test_addresses_that_are_not_safe_are_not_asked(url: str) -> None:
    with pytest.raises(GatewayFailure):
        address(url, KEYS)


def test_addresses_of_doors() -> None:
    assert address("https://registry.example/a6/", KEYS) == "https://registry.example/a6/exchange/v1/keys"
    assert address("http://127.0.0.1:8600", MESSAGES) == "http://127.0.0.1:8600/exchange/v1/messages"
    assert address("http://[::1]:8600/", MESSAGES).startswith("http://[::1]:8600/exchange")


class Door(http.server.BaseHTTPRequestHandler):
    """Answers by the path of the registry's address."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        kept = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        place = self.path.split("/")[1]
        status = {"wait": 429, "broken": 500, "elsewhere": 302}.get(place, 200)
        content = b"x" * (ANSWER_BYTES + 1) if place == "large" else b"got " + kept
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/fine/exchange/v1/messages")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_a_registry_answers(registry: str) -> None:
    peers = HttpPeers(connect_s=2, read_s=5)
    assert peers.post(f"{registry}fine", b"batch") == b"got batch"
    assert peers.read(f"{registry}fine", KEYS) == b"got "
    with pytest.raises(Flooded):
        peers.post(f"{registry}wait", b"batch")
    for place in ("broken", "elsewhere", "large"):
        with pytest.raises(GatewayFailure):
            peers.post(f"{registry}{place}", b"batch")


def test_nobody_there() -> None:
    with pytest.raises(GatewayFailure):
        HttpPeers(connect_s=1, read_s=1).post("http://127.0.0.1:1/", b"")


def test_the_fake_stands_in_within_its_block() -> None:
    fake = FakePeers({"u": lambda body: body[::-1]}, away={"v"})
    with instead(fake):
        assert current().post("u", b"ab") == b"ba"
        for url in ("v", "w"):
            with pytest.raises(GatewayFailure):
                current().post(url, b"")
    assert isinstance(current(), HttpPeers)
