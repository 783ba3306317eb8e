"""Addresses that strangers give: what may be called, and a call that goes nowhere else.

checked(url)        the address, if it is one that may be called at all; nothing is looked up
call(method, url)   one answer, read in pieces: within a size and a time, redirects checked anew

Names are looked up where the connection is made, and the connection goes to what was looked up:
no name can point elsewhere a moment later. No proxy, no cookies, nothing from the environment.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

LONGEST = 2000
MOST_REDIRECTS = 4
TRIES = 3  # addresses of one name
REDIRECTS = (301, 302, 303, 307, 308)
HEADERS = {"accept-encoding": "identity", "user-agent": "kfconsole"}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Number = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """Not an address that may be called, now or later."""


class Away(Exception):
    """It could not be reached, or did not answer in time; that may pass."""


class TooLarge(Exception):
    """There is more behind the address than was allowed."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # by names in lower case
    body: Iterator[bytes]

    def iter_bytes(self, size: int = 0) -> Iterator[bytes]:
        """In pieces as they come, as httpx has it."""
        return self.body


def checked(address: str) -> httpx.URL:
    """One reader for address and call: two that differ would let something through."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise Forbidden("not an address") from None
    if len(address) > LONGEST or url.scheme not in ("http", "https") or not url.host:
        raise Forbidden("not an http address")
    if url.userinfo or "%" in url.host:
        raise Forbidden("more than a host in the address")
    number = number_in(url.host)
    if number and not is_public(number) and not is_near(number):
        raise Forbidden("not a public address")
    return url


@contextmanager
def call(
    method: str,
    address: str,
    *,
    seconds: float,
    pause: float,
    most: int = 0,
    near: bool = False,
    follow: bool = True,
    **request: Any,
) -> Iterator[Answer]:
    """`seconds` for all of it, `pause` between two signs of life, `most` bytes of body.

    `near`: addresses of the own network may be called as well. `request`: headers, content.
    """
    wire = Wire(time.monotonic() + seconds, near)
    request["headers"] = {**HEADERS, **request.get("headers", {})}
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), pause)
    with httpcore.ConnectionPool(_tls(), network_backend=wire) as pool, _in_our_words():
        for _ in range(1 + MOST_REDIRECTS):
            url = checked(address)
            with pool.stream(
                method, _as_called(url), extensions={"timeout": timeouts}, **request
            ) as response:
                headers = {n.decode().lower(): v.decode("latin-1") for n, v in response.headers}
                if not follow or response.status not in REDIRECTS or "location" not in headers:
                    yield Answer(response.status, headers, _within(most, headers, response))
                    return
                address = _joined(url, headers["location"])
    raise Forbidden("too many redirects")


def _as_called(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


@lru_cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError):
        raise Forbidden("a redirect to nowhere") from None


def _within(most: int, headers: Mapping[str, str], response: Any) -> Iterator[bytes]:
    """The body, and not a byte more of it. It is not unpacked: a few bytes could become many."""
    said = headers.get("content-length", "")
    if most and said.isdigit() and int(said) > most:
        raise TooLarge
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Away("packed, though it was not asked for")
    size = 0
    for piece in response.iter_stream():
        size += len(piece)
        if most and size > most:
            raise TooLarge
        yield piece


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.ConnectionNotAvailable,
    ) as error:
        raise Away(type(error).__name__) from None
    except httpcore.UnsupportedProtocol:
        raise Forbidden("not an http address") from None


# --- where a connection may go --------------------------------------------------------------------


class Wire(httpcore.NetworkBackend):
    """Looks a name up once, judges what it finds, and connects to just that; until a deadline."""

    def __init__(self, deadline: float, near: bool) -> None:
        self.deadline, self.near = deadline, near
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = look_up(host, port)
        if not found or not all(is_public(one) or self.near and is_near(one) for one in found):
            raise Forbidden("not a public address")
        failed: Exception = Away("nowhere")
        for number in sorted(found, key=lambda one: (one.version, one))[:TRIES]:
            try:
                inner = self.inner.connect_tcp(str(number), port, self.left(timeout))
                return Stream(inner, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def left(self, timeout: float | None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("took too long")
        return min(left, timeout or left)


class Stream(httpcore.NetworkStream):
    """No step of it waits beyond the deadline, however small the pieces in which it comes."""

    def __init__(self, inner: httpcore.NetworkStream, wire: Wire) -> None:
        self.inner, self.wire = inner, wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.wire.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.wire.left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, self.wire.left(timeout))
        return Stream(inner, self.wire)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def look_up(host: str, port: int) -> set[Number]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError):
        raise Away("an unknown name") from None
    return {ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in infos}


def number_in(host: str) -> Number | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(number: Number) -> bool:
    return all(one.is_global and not _is_odd(one) for one in (number, *_inside(number)))


def _is_odd(number: Number) -> bool:
    """What Python takes for global and nobody should: groups, and places of the old IPv6 plan."""
    is_old = number.is_reserved or getattr(number, "is_site_local", False)
    return number.is_multicast or is_old and number not in NAT64


def is_near(number: Number) -> bool:
    """This machine or its network; never link-local: there, clouds keep their machines' keys."""
    inside = _inside(number) or [number]
    return all(one.is_loopback or _is_private(one) for one in inside)


def _is_private(number: Number) -> bool:
    barred = number.is_link_local or number.is_multicast or number.is_unspecified
    return number.is_private and not barred and not number.is_reserved


def _inside(number: Number) -> list[Number]:
    """Addresses of the older kind that stand inside one of the newer: mapped, or through a tunnel."""
    if number.version == 4:
        return []
    found = [number.ipv4_mapped, number.sixtofour, *(number.teredo or ())]
    if number in NAT64:
        found.append(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    return [one for one in found if one]
