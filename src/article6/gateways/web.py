"""Files from the web: https only, bounded in size and time, and nothing of the inside of our own network.

Every address of every step is looked up once, checked, and connected to as it was checked: a name that answers
differently the second time gains nothing. Proxies of the environment are not used, as they would look up for us.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from article6.gateways import GatewayFailure

TIME_S = 30.0
"""For everything together: names, connections, redirects and the file."""

REDIRECTS = 4
CHUNK_BYTES = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
_FOUND = 200
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(Exception):
    """The address is none that we read; the text says why. Nothing was sent to it."""


class Reader(Protocol):
    """What reads a file from the web."""

    def read(self, url: str, *, bytes_at_most: int) -> bytes:
        """The file at an address.

        Raises:
            NotAllowed: the address, or one that it redirects to, is none that we read.
            GatewayFailure: no answer in time, another answer than the file, or a file that is larger.
        """


@dataclass(frozen=True, slots=True)
class Web:
    """The web itself. `is_private_allowed`: addresses of the inside of a network are read too."""

    is_private_allowed: bool = False
    time_s: float = TIME_S
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def read(self, url: str, *, bytes_at_most: int) -> bytes:
        """As `Reader.read`."""
        until = time.monotonic() + self.time_s
        for _step in range(REDIRECTS + 1):
            place = _place(url)
            try:
                found = self._ask(place, until, bytes_at_most)
            except (OSError, UnicodeError, http.client.HTTPException) as error:
                raise GatewayFailure(f"{place.hostname} does not answer: {error or type(error).__name__}") from error
            if isinstance(found, bytes):
                return found
            url = urljoin(url, found)
        raise GatewayFailure(f"{_place(url).hostname} redirects more than {REDIRECTS} times")

    def _ask(self, place: SplitResult, until: float, bytes_at_most: int) -> bytes | str:
        """The file, or the address at which it is instead."""
        host = str(place.hostname)
        connection = _Connection(host, place.port or http.client.HTTPS_PORT, self, until)
        try:
            path = (place.path or "/") + (f"?{place.query}" if place.query else "")
            connection.request("GET", path, headers={"Accept": "application/json", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            if answer.status in _MOVED:
                return answer.headers.get("Location") or ""
            if answer.status != _FOUND:
                raise GatewayFailure(f"{host} answers {answer.status} {answer.reason}")
            content = bytearray()
            while chunk := answer.read1(CHUNK_BYTES):
                content += chunk
                if len(content) > bytes_at_most:
                    raise GatewayFailure(f"the file at {host} is larger than {bytes_at_most:,} bytes")
            connection.is_in_time()
            if answer.length:
                raise GatewayFailure(f"the file at {host} was cut off")
            return bytes(content)
        finally:
            connection.stop()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said to something that was sent."""

    status: int
    content: bytes

    @property
    def is_success(self) -> bool:
        return self.status // 100 == _FOUND // 100


def send(
    url: str, content: bytes, headers: Mapping[str, str], *, bytes_at_most: int, web: Web | None = None
) -> Answered:
    """Post to an address that a person named: https, or http where it is this machine. Redirects are not followed, so
    that headers and content go nowhere else.

    Raises:
        NotAllowed: the address is neither.
        GatewayFailure: no answer in time, or one that is too large.
    """
    web = web or Web(is_private_allowed=True)
    place = _place(url, is_plain_allowed=True)
    until, host = time.monotonic() + web.time_s, str(place.hostname)
    try:
        connection: http.client.HTTPConnection
        if place.scheme == "https":
            connection = _Connection(host, place.port or http.client.HTTPS_PORT, web, until)
        else:
            port = place.port or http.client.HTTP_PORT
            address = _checked(host, port, is_private_allowed=True)
            if not ipaddress.ip_address(address).is_loopback:
                raise NotAllowed(f"http only on this machine; {host} needs https")
            connection = http.client.HTTPConnection(address, port, timeout=web.time_s)
        try:
            path = (place.path or "/") + (f"?{place.query}" if place.query else "")
            connection.request("POST", path, content, {**headers, "Host": place.netloc, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            found = answer.read(bytes_at_most + 1)
        finally:
            connection.stop() if isinstance(connection, _Connection) else connection.close()
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise GatewayFailure(f"{host} does not answer: {error or type(error).__name__}") from error
    if len(found) > bytes_at_most:
        raise GatewayFailure(f"the answer of {host} is larger than {bytes_at_most:,} bytes")
    return Answered(answer.status, found)


def _place(url: str, *, is_plain_allowed: bool = False) -> SplitResult:
    try:
        place = urlsplit(url)
        port = place.port
    except ValueError as error:
        raise NotAllowed(f"no address: {error}") from error
    if place.scheme != "https" and not (is_plain_allowed and place.scheme == "http"):
        raise NotAllowed(f"{place.scheme or 'nothing'} instead of https")
    if not place.hostname or place.username is not None or port == 0:
        raise NotAllowed("name a host, without a login")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise NotAllowed("write what is not ASCII as %-escapes")
    return place


class _Connection(http.client.HTTPSConnection):
    """Connects to the address that was checked, and to no other, in the time that is left."""

    def __init__(self, host: str, port: int, web: Web, until: float) -> None:
        super().__init__(host, port, context=web.trust)
        self._web, self._until = web, until
        self._end: threading.Timer | None = None

    def connect(self) -> None:
        address = _checked(self.host, self.port, is_private_allowed=self._web.is_private_allowed)
        plain = socket.create_connection((address, self.port), timeout=self._left())
        try:
            self.sock = safe = self._web.trust.wrap_socket(
                plain, server_hostname=self.host, do_handshake_on_connect=False
            )
        except BaseException:
            plain.close()
            raise
        # A timeout of the socket begins anew with every byte; the whole ends when its time is over.
        self._end = threading.Timer(self._left(), _hang_up, args=(safe,))
        self._end.daemon = True
        self._end.start()
        safe.do_handshake()

    def stop(self) -> None:
        """Hang up."""
        if self._end is not None:
            self._end.cancel()
        self.close()

    def is_in_time(self) -> None:
        """What was read is whole, and not cut off because the time was over.

        Raises:
            TimeoutError: it was over.
        """
        self._left()

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        return left


def _hang_up(safe: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # The socket's own, under TLS: another thread may be reading.
        socket.socket.shutdown(safe, socket.SHUT_RDWR)


def _checked(host: str, port: int, *, is_private_allowed: bool) -> str:
    """The address of a host; every one that it has must be public."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for each in found:
        if not is_private_allowed and not _is_public(each):
            raise NotAllowed(f"{host} is {each}, which is no public address")
    return found[0]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            known = known.ipv4_mapped
        elif known.sixtofour is not None or known.teredo is not None or known in _TRANSLATED:
            # These carry an address of version 4, which may be any.
            return False
    return known.is_global and not known.is_multicast


@dataclass(frozen=True, slots=True)
class FakeWeb:
    """A web of a few files by their addresses, for tests. What it has not, does not answer."""

    files: Mapping[str, bytes]

    def read(self, url: str, *, bytes_at_most: int) -> bytes:
        """As `Reader.read`."""
        _place(url)
        if url not in self.files:
            raise GatewayFailure(f"{urlsplit(url).hostname} does not answer")
        if len(self.files[url]) > bytes_at_most:
            raise GatewayFailure(f"the file is larger than {bytes_at_most:,} bytes")
        return self.files[url]


_instead: ContextVar[Reader | None] = ContextVar("instead", default=None)


@contextlib.contextmanager
def instead(reader: Reader) -> Iterator[None]:
    """Read with this reader, within the block."""
    before = _instead.set(reader)
    try:
        yield
    finally:
        _instead.reset(before)


def current(*, is_private_allowed: bool) -> Reader:
    """What reads files from the web now."""
    return _instead.get() or Web(is_private_allowed)
