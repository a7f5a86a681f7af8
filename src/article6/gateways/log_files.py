"""The files of a transparency log, from the web or from a folder: what an audit reads.

https, or http where the log is on this machine; connections are kept, nothing is redirected, and a file is bounded.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from article6.gateways import GatewayFailure

CONNECT_S, READ_S = 5.0, 30.0
TRIES = 3
FILE_BYTES = 256 * (0xFFFF + 2)
"""The largest bundle that there can be."""

_OK, _NOT_FOUND, _GONE = 200, 404, 410


class NotAllowed(Exception):
    """The address is none that is read; the text says why."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A log that was copied into a folder."""

    path: Path

    def read(self, path: str) -> bytes | None:
        """The file, None where there is none.

        Raises:
            GatewayFailure: it cannot be read.
        """
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise GatewayFailure(f"{path}: {error.strerror}") from error


def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
        retries=urllib3.Retry(TRIES, redirect=0, status_forcelist=(429, 502, 503), backoff_factor=0.5),
        headers={"User-Agent": "article6", "Accept-Encoding": "gzip, identity"},
    )


@dataclass(frozen=True, slots=True)
class Served:
    """A log at an address."""

    url: str
    _web: urllib3.PoolManager = field(default_factory=_pool)

    def read(self, path: str) -> bytes | None:
        """The file, None where the log says that there is none.

        Raises:
            GatewayFailure: no answer, another answer than the file, or one that is too large.
        """
        try:
            answer = self._web.request("GET", f"{self.url}/{path}", redirect=False, preload_content=False)
            try:
                content = answer.read(FILE_BYTES + 1, decode_content=True)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise GatewayFailure(f"{self.url} does not answer: {type(error).__name__}") from error
        if answer.status in (_NOT_FOUND, _GONE):
            return None
        if answer.status != _OK or len(content) > FILE_BYTES:
            raise GatewayFailure(f"{self.url}/{path}: {answer.status}, {len(content):,} bytes")
        return bytes(content)


def reader(place: str) -> Folder | Served:
    """What reads the log at an address, or in a folder.

    Raises:
        NotAllowed: it is neither.
    """
    if "://" not in place:
        folder = Path(place)
        if not folder.is_dir():
            raise NotAllowed(f"{place} is no folder, and no address")
        return Folder(folder)
    try:
        parts = urlsplit(place)
        host = parts.hostname
    except ValueError as error:
        raise NotAllowed(f"no address: {error}") from error
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise NotAllowed("name a host and a path, nothing else")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise NotAllowed("https, or http on this machine")
    return Served(place.rstrip("/"))


def _is_here(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_loopback for each in found)
