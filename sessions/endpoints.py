"""Addresses of push services: browsers name them, so they are not believed.

Only https on its usual port, and only public addresses; what was looked up is what is connected to,
so that a name cannot point elsewhere a moment later. No redirects, no proxy from the environment.
"""

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from django.conf import settings

LONGEST = 1000


class Forbidden(Exception):
    """Not the address of a push service that we would call."""


class Target(NamedTuple):
    url: str  # with the address that was looked up
    host: str

    @property
    def origin(self) -> str:
        return f"https://{self.host}"


def checked(endpoint: str) -> str:
    """The host, if the address looks like one: nothing is looked up."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise Forbidden("not an address") from None
    if len(endpoint) > LONGEST or parts.scheme != "https" or not parts.hostname:
        raise Forbidden("not an https address")
    if port not in (None, 443) or parts.username or parts.password or parts.fragment:
        raise Forbidden("more than an address")
    if "." not in parts.hostname or not parts.hostname.isascii():
        raise Forbidden("not a public name")
    if _is_number(parts.hostname) and not _is_public(parts.hostname):
        raise Forbidden("not a public address")
    return parts.hostname


def resolve(endpoint: str) -> Target:
    host = checked(endpoint)
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except OSError:
        raise Forbidden("an unknown name") from None
    if not found or not all(map(_is_public, found)):
        raise Forbidden("not a public address")
    address = sorted(found, key=lambda each: (":" in each, each))[0]
    netloc = f"[{address}]" if ":" in address else address
    return Target(urlsplit(endpoint)._replace(netloc=netloc).geturl(), host)


def post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; its body is of no interest and is not read."""
    asked = {"headers": {**headers, "Host": target.host}, "content": body}
    with (
        httpx.Client(timeout=settings.KF_HTTP_SECONDS, trust_env=False) as client,
        client.stream(
            "POST", target.url, extensions={"sni_hostname": target.host}, **asked
        ) as answer,
    ):
        return answer.status_code


def _is_number(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return False


def _is_public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    number = getattr(number, "ipv4_mapped", None) or number
    return number.is_global and not number.is_multicast
