"""Addresses of push services: browsers name them, so they are not believed.

Only https on its usual port, and only public addresses (messaging/guard.py). No redirects.
"""

from django.conf import settings

from messaging import guard
from messaging.guard import Forbidden

LONGEST = 1000


def checked(endpoint: str) -> str:
    """The host, if the address looks like one: nothing is looked up."""
    url = guard.checked(endpoint)
    if len(endpoint) > LONGEST or not endpoint.isascii() or url.scheme != "https":
        raise Forbidden("not an https address")
    if url.port not in (None, 443) or url.fragment:
        raise Forbidden("more than an address")
    number = guard.number_in(url.host)
    if number and not guard.is_public(number) or not number and "." not in url.host:
        raise Forbidden("not a public address")
    return url.host


def post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; its body is of no interest and is not read."""
    checked(endpoint)
    seconds = settings.KF_HTTP_SECONDS
    with guard.call(
        "POST", endpoint, seconds=2 * seconds, pause=seconds, follow=False,
        headers=headers, content=body,
    ) as answer:  # fmt: skip
        return answer.status
