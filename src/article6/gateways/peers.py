"""Other registries over HTTPS: what they say of themselves, their keys, and batches of messages to them.

Certificates are verified; plain http goes to this machine only. Connections are kept between requests.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

import urllib3

from article6.gateways import GatewayFailure

CONNECT_S = 5.0
READ_S = 30.0
ANSWER_BYTES = 8 * 2**20
"""Of an answer so much at most is read: receipts of a full batch, or a full set of keys, are far smaller."""

MESSAGES, KEYS, REGISTRY = "exchange/v1/messages", "exchange/v1/keys", "exchange/v1/registry"

_OK = 200
_TOO_MANY = 429


class Flooded(GatewayFailure):
    """The peer asks to wait: it had more from us than it takes in a minute."""


class Peers(Protocol):
    """What reaches other registries."""

    def read(self, url: str, what: str) -> bytes:
        """What a registry publishes: `KEYS` or `REGISTRY`.

        Raises:
            GatewayFailure: no answer in time, another answer, one too large, or an address that is not allowed.
        """

    def post(self, url: str, body: bytes) -> bytes:
        """Bring a batch of messages; the receipts.

        Raises:
            GatewayFailure: as for `read`; nothing is known of whether the messages arrived.
            Flooded: the peer took none of them and asks to wait.
        """


@lru_cache(maxsize=4)
def _pool(connect_s: float, read_s: float) -> urllib3.PoolManager:
    return urllib3.PoolManager(
        num_pools=50,
        maxsize=4,
        timeout=urllib3.Timeout(connect=connect_s, read=read_s),
        retries=False,
        cert_reqs="CERT_REQUIRED",
    )


@dataclass(frozen=True, slots=True)
class HttpPeers:
    """Over the network. Redirects are not followed: what is signed for one goes to nobody else."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S

    def read(self, url: str, what: str) -> bytes:
        """As `Peers.read`."""
        return self._ask("GET", address(url, what), None)

    def post(self, url: str, body: bytes) -> bytes:
        """As `Peers.post`."""
        return self._ask("POST", address(url, MESSAGES), body)

    def _ask(self, method: str, url: str, body: bytes | None) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = _pool(self.connect_s, self.read_s).request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            try:
                found = answer.read(ANSWER_BYTES + 1)
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError, ValueError) as error:
            raise GatewayFailure(f"{urlsplit(url).hostname} does not answer: {type(error).__name__}") from error
        if answer.status == _TOO_MANY:
            raise Flooded(f"{urlsplit(url).hostname} asks to wait")
        if answer.status != _OK:
            raise GatewayFailure(f"{urlsplit(url).hostname} answers {answer.status}")
        if len(found) > ANSWER_BYTES:
            answer.close()
            raise GatewayFailure(f"the answer of {urlsplit(url).hostname} is larger than {ANSWER_BYTES:,} bytes")
        return bytes(found)


def address(url: str, what: str) -> str:
    """The address of one of a registry's doors, of its own address as in `https://registry.example/`.

    Raises:
        GatewayFailure: neither https nor, on this machine, http.
    """
    try:
        place = urlsplit(url)
        host, _port = place.hostname, place.port
    except ValueError as error:
        raise GatewayFailure(f"no address: {error}") from error
    if not host or place.username is not None or place.query or place.fragment or not url.isascii():
        raise GatewayFailure("an address is https, a host and a path, without a login")
    if place.scheme != "https" and not (place.scheme == "http" and _is_this_machine(host)):
        raise GatewayFailure(f"{host} needs https; http is for this machine only")
    return f"{url.rstrip('/')}/{what}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        return host == "localhost" and all(
            ipaddress.ip_address(str(each[4][0])).is_loopback for each in socket.getaddrinfo(host, None)
        )
    except OSError:
        return False


@dataclass(slots=True)
class FakePeers:
    """Registries of this process by their addresses, for tests: a function from a batch to receipts each, and what
    they publish. Who is `away` does not answer."""

    doors: Mapping[str, Callable[[bytes], bytes]]
    published: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)

    def read(self, url: str, what: str) -> bytes:
        """As `Peers.read`."""
        if url in self.away or (url, what) not in self.published:
            raise GatewayFailure(f"{url} does not answer")
        return self.published[url, what]

    def post(self, url: str, body: bytes) -> bytes:
        """As `Peers.post`."""
        if url in self.away or url not in self.doors:
            raise GatewayFailure(f"{url} does not answer")
        return self.doors[url](body)


_instead: ContextVar[Peers | None] = ContextVar("instead", default=None)


@contextlib.contextmanager
def instead(peers: Peers) -> Iterator[None]:
    """Reach other registries by this, within the block."""
    before = _instead.set(peers)
    try:
        yield
    finally:
        _instead.reset(before)


def current() -> Peers:
    """What reaches other registries now."""
    return _instead.get() or HttpPeers()
