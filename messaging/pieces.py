"""A text cut into what is drawn differently: addresses, WeChat's faces, the names a note calls."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from messaging.emoji import CODE, FACES

# ASCII only: in Chinese text no space stands between an address and the words after it.
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
TRAILING = ".,:;!?'*"
PAIRS = {")": "(", "]": "["}


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `is_link` when it is an address, `face` for one of WeChat's codes."""

    text: str
    is_link: bool = False
    face: str = ""
    is_mention: bool = False


def pieces(text: Any) -> list[Piece]:
    """The text cut at its http(s) addresses and at WeChat's faces."""
    return [
        part
        for piece in _linked(text)
        for part in ([piece] if piece.is_link else _cut(piece.text, CODE, _face))
    ]


def words(content: Any) -> list[Piece]:
    """A text's pieces; those of a note are cut at the names it calls as well."""
    if not isinstance(content, dict):
        return []
    # Of an answer with a quote: only what was said, the quote is drawn above it.
    found, names = pieces(content.get("said") or content.get("content")), content.get("mentions")
    if not names or not isinstance(names, list):
        return found
    either = re.compile("|".join(map(re.escape, sorted(map(str, names), key=len, reverse=True))))
    return [part for piece in found for part in _called(piece, either)]


def _called(piece: Piece, either: re.Pattern) -> list[Piece]:
    if piece.is_link or piece.face:
        return [piece]
    return _cut(piece.text, either, lambda name: Piece(name, is_mention=True))


def _face(code: str) -> Piece:
    return Piece(code, face=FACES.get(code, ""))


def _cut(text: str, pattern: re.Pattern, made: Callable[[str], Piece]) -> list[Piece]:
    found, at = [], 0
    for match in pattern.finditer(text):
        found += [Piece(text[at : match.start()]), made(match[0])]
        at = match.end()
    return [piece for piece in (*found, Piece(text[at:])) if piece.text]


def _linked(text: Any) -> list[Piece]:
    text, found, at = str(text or ""), [], 0
    for match in ADDRESS.finditer(text):
        address = _without_punctuation(match[0])
        if not http_url(address):
            continue
        found += [Piece(text[at : match.start()]), Piece(address, is_link=True)]
        at = match.start() + len(address)
    return [piece for piece in (*found, Piece(text[at:])) if piece.text]


def _without_punctuation(address: str) -> str:
    """What closes the sentence around an address is not part of it."""
    while address:
        last = address[-1]
        lonely = last in PAIRS and address.count(last) > address.count(PAIRS[last])
        if last not in TRAILING and not lonely:
            break
        address = address[:-1]
    return address


def http_url(value: Any) -> str:
    """The address if a browser may follow it, else nothing: `javascript:` is no link."""
    address = str(value or "").strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""
