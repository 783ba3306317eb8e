"""The stretch of a text that was found, cut into pieces; templates mark those that are hits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from messaging.search import tokens

BEFORE, LENGTH = 24, 140  # characters
SPACED = rf"[^\W\d_{tokens._UNSPACED}]"


@dataclass(frozen=True)
class Piece:
    text: str
    is_hit: bool = False


def snippet(text: str, words: Iterable[str]) -> list[Piece]:
    """Around the first hit, with "…" where it is cut."""
    hits = _hits(text, words)
    start = max(0, hits[0][0] - BEFORE) if len(text) > LENGTH and hits else 0
    end = min(len(text), start + LENGTH)
    found, at = [Piece("…" if start else "")], start
    for first, last in hits:
        if first >= at and first < end:
            found += [Piece(text[at:first]), Piece(text[first:last], is_hit=True)]
            at = last
    found += [Piece(text[at:end]), Piece("…" if end < len(text) else "")]
    return [piece for piece in found if piece.text]


def _hits(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """(first, after last) of all that was asked for, in order."""
    folded, places = _folded(text)
    spans = {
        (places[match.start()], places[match.end() - 1] + 1)
        for word in words
        for match in _matches(word, folded)
        if match.end() > match.start()
    }
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and where each of its characters comes from."""
    parts = [tokens.fold(character) for character in text]
    places = [at for at, part in enumerate(parts) for _ in part]
    return "".join(parts), places


def _matches(word: str, folded: str) -> list[re.Match]:
    """Where it stands as it was asked for, or else its parts."""
    parts = [_pattern(piece) for pair in tokens.pieces(word) for piece in pair if piece]
    if not parts:
        return []
    whole = list(re.finditer(r"[\W_]*".join(parts), folded))
    return whole or list(re.finditer("|".join(parts), folded))


def _pattern(piece: str) -> str:
    """Words are found by their beginnings, numbers in them as well."""
    if piece[0].isdigit():
        return r"(?<!\d)" + re.escape(piece)
    return (rf"(?<!{SPACED})" if re.match(SPACED, piece) else "") + re.escape(piece)
