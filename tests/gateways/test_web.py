"""Files from the web: https only, bounded, and nothing of the inside of a network. The web here is this machine."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from article6.gateways import GatewayFailure, web
from article6.gateways.web import FakeWeb, NotAllowed, Web

Answer = Callable[[socket.socket, str], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


class Unsealed(socket.socket):
    """A connection as TLS would give it, without TLS."""

    def do_handshake(self) -> None:
        pass


class NoSeal:
    """In place of TLS, for servers that have no certificate."""

    verify_mode, check_hostname, post_handshake_auth = ssl.CERT_NONE, False, None

    def wrap_socket(self, plain: socket.socket, **_more: object) -> Unsealed:
        left = plain.gettimeout()
        found = Unsealed(fileno=plain.detach())
        found.settimeout(left)
        return found


class Server:
    """Answers each connection on a port of this machine; `asked` are the paths."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.answer: Answer = lambda connection, path: connection.sendall(OK % (2, b"{}"))
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/lists.json", host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}{path}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            asked = connection.recv(10_000).decode("latin-1").split(" ")
            self.asked.append(asked[1] if len(asked) > 1 else "")
            try:
                self.answer(connection, self.asked[-1])
            except OSError:
                return


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.listening.close()


def read(url: str, *, at_most: int = 1000, time_s: float = 5, private: bool = True) -> bytes:
    return Web(private, time_s, NoSeal()).read(url, bytes_at_most=at_most)  # type: ignore[arg-type]


def moved(to: str) -> Answer:
    return lambda connection, _: connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s\r\n\r\n" % to.encode())


def test_a_file_is_read(server: Server) -> None:
    assert read(server.url("/a/b?c=1")) == b"{}"
    assert server.asked == ["/a/b?c=1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "file:///etc/passwd", "ftp://example.org/", "example.org", "", "https://", "https:///x",
        "https://a:b@example.org/", "https://example.org:99999/", "https://example.org:0/", "https://[::1/",
        "https://exämple.org/", "https://example.org/a b", "https://example.org/\r\nHost: x", "//example.org/x",
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_read(url: str) -> None:
    with pytest.raises(NotAllowed):
        read(url)
    with pytest.raises(NotAllowed):
        FakeWeb({url: b""}).read(url, bytes_at_most=1)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "224.0.0.1",
        "2130706433",
    ],
)  # fmt: skip
def test_the_inside_of_a_network_is_not_read(server: Server, host: str) -> None:
    with pytest.raises((NotAllowed, GatewayFailure)) as no:
        read(server.url(host=host), private=False)
    assert isinstance(no.value, NotAllowed) or "not" in str(no.value)
    assert server.asked == []


def test_a_name_with_one_private_address_among_public_ones_is_not_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(2, 1, 6, "", ("203.0.114.7", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(web.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotAllowed):
        read(server.url(host="two.example"), private=False)


def test_a_redirect_leads_neither_to_another_scheme_nor_inside(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_is_public", lambda address: address == "127.0.0.1")
    for target in ("http://127.0.0.1/", "file:///etc/passwd", f"https://127.0.0.2:{server.port}/"):
        server.answer = moved(target)
        with pytest.raises(NotAllowed):
            read(server.url(), private=False)


def test_a_redirect_within_https_is_followed_and_a_circle_is_left(server: Server) -> None:
    there = moved("/there")
    server.answer = lambda connection, path: (
        connection.sendall(OK % (4, b"here")) if path == "/there" else there(connection, path)
    )
    assert read(server.url()) == b"here"
    server.answer = moved("/again")
    with pytest.raises(GatewayFailure, match="redirects"):
        read(server.url())
    assert len(server.asked) == 2 + web.REDIRECTS + 1


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\n\r\n",
        b"nonsense",
        b"",
        OK % (1001, b"x" * 1001),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
    ],
)
def test_another_answer_than_a_whole_small_file_is_a_failure(server: Server, said: bytes) -> None:
    server.answer = lambda connection, _: connection.sendall(said)
    with pytest.raises(GatewayFailure):
        read(server.url())


def test_a_server_that_drips_is_left_when_the_time_is_over(server: Server) -> None:
    def drip(connection: socket.socket, _: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _second in range(200):
            connection.sendall(b"X-Drip: 1\r\n")
            time.sleep(0.05)

    server.answer = drip
    begun = time.monotonic()
    with pytest.raises(GatewayFailure):
        read(server.url(), time_s=0.5)
    assert time.monotonic() - begun < 5


def test_a_server_without_a_certificate_of_its_own_is_not_believed(server: Server) -> None:
    with pytest.raises(GatewayFailure):
        Web(is_private_allowed=True, time_s=5).read(server.url(), bytes_at_most=10)


def test_a_name_that_nobody_has_is_a_failure() -> None:
    with pytest.raises(GatewayFailure):
        read("https://nobody.invalid/")
    with pytest.raises(GatewayFailure):
        read(f"https://{'a' * 70}.invalid/")


def test_the_fake_has_its_files_and_no_others() -> None:
    fake = FakeWeb({"https://carp.example/x": b"{}"})
    with web.instead(fake):
        assert web.current(is_private_allowed=False) is fake
        assert fake.read("https://carp.example/x", bytes_at_most=2) == b"{}"
        with pytest.raises(GatewayFailure):
            fake.read("https://carp.example/x", bytes_at_most=1)
        with pytest.raises(GatewayFailure):
            fake.read("https://carp.example/y", bytes_at_most=2)
    assert isinstance(web.current(is_private_allowed=False), Web)
