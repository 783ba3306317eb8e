"""A group robot of WeCom: it says in a group what is posted to its address, whose key is its secret.

Of an address only the key is kept, so that nothing but WeCom can be called.
"""

import json
import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from messaging import guard

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
KEY = re.compile(r"[A-Za-z0-9-]{16,64}")
MOST_BYTES = 4096  # of one markdown message
MOST_ANSWER = 16 * 1024
PASSING = (-1, 45009)  # WeCom is busy, or the robot's 20 messages of this minute are spent


class Refused(Exception):
    """It will not be taken later either."""


class Busy(Exception):
    """Not now."""


def key_in(address: str) -> str:
    """Empty if it is no address of a robot."""
    try:
        parts = urlsplit(address.strip())
        found = parse_qs(parts.query, strict_parsing=True).get("key", [""])[0]
    except ValueError:
        return ""
    is_one = f"{parts.scheme}://{parts.netloc}{parts.path}?key=" == ADDRESS
    return found if is_one and KEY.fullmatch(found) else ""


def post(key: str, content: str) -> None:
    """Raises Refused, Busy or guard.Away."""
    told = {"msgtype": "markdown", "markdown": {"content": content}}
    seconds = settings.KF_HTTP_SECONDS
    try:
        with guard.call(
            "POST", ADDRESS + key, seconds=seconds, pause=seconds, most=MOST_ANSWER, follow=False,
            headers={"content-type": "application/json"},
            content=json.dumps(told, ensure_ascii=False).encode(),
        ) as answer:  # fmt: skip
            status, body = answer.status, b"".join(answer.body)
    except (guard.Forbidden, guard.TooLarge) as error:
        raise guard.Away(str(error)) from None
    if status != 200:
        raise guard.Away(f"HTTP {status}")
    _judge(body, key)


def _judge(body: bytes, key: str) -> None:
    try:
        answer = json.loads(body)
        code, words = int(answer["errcode"]), str(answer.get("errmsg", ""))
    except (ValueError, KeyError, TypeError):
        raise guard.Away("not an answer of WeCom") from None
    if code:
        said = f"{code} {words}".replace(key, "…").strip()
        raise (Busy if code in PASSING else Refused)(said)
