"""Cut texts into what an index finds: the same cut for what is written and for what is asked.

Texts are folded (NFKC, lower case). Words of scripts with spaces are taken whole; of scripts without
(Chinese, Japanese, Korean, Thai …) and of emoji, every two neighbours are a token, so that nothing
has to know what a Chinese word is:

    sequence("我的iPhone包裹") == ["我的", "的", "iphone", "包裹", "裹"]

A run ends with its last character alone, by which a phrase may go on beyond the run. What is looked
up without regard to its place (single characters, beginnings and parts of words) is in `loose`.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 48  # characters of a word that count: PostgreSQL refuses lexemes above 2 KB
SHORT = 4  # beginnings of words up to here are tokens of their own
BEGINS = "^"  # neither letter nor symbol: no text can contain such a token

_UNSPACED = r"\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\U0010ffff"
_SYMBOLS = r"\u2190-\u2bff\U0001f000-\U0001faff"
_MARKS = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff"  # written on letters
_WORD = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])+"
_RUN = rf"(?:(?=[{_UNSPACED}])\w|[{_SYMBOLS}\u0e00-\u109f])+"
_PIECES = re.compile(rf"({_WORD})|({_RUN})")
_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True)
class Phrase:
    """Tokens that follow each other; the last of an open one is the beginning of a word."""

    tokens: tuple[str, ...]
    is_open: bool = False


def fold(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def pieces(text: str) -> list[tuple[str, str]]:
    """(word, "") or ("", run) of a text, folded."""
    return _PIECES.findall(fold(text))


def cut(text: str) -> tuple[list[str], set[str]]:
    """What is written of a text: its tokens in their order, and those without a place."""
    ordered: list[str] = []
    loose: set[str] = set()
    for word, run in pieces(text):
        if word:
            ordered.append(word[:LONGEST])
            for part in (word, *_parts(word)):
                loose.update(BEGINS + part[:size] for size in range(1, min(SHORT, len(part)) + 1))
        else:
            ordered += _pairs(run)
            loose.update(run)
    for part in [part for word in ordered for part in _parts(word)]:
        loose.add(part)
    return ordered, loose


def sequence(text: str) -> list[str]:
    return cut(text)[0]


def phrases(text: str, *, is_exact: bool = False) -> list[Phrase]:
    """What has to be found for one asked word, or, when exact, for one quoted phrase.

    A single character or a short beginning at its end is looked up without its place: whatever
    begins with it would be too much to join.
    """
    ordered: list[str] = []
    loose: list[str] = []
    is_open = False
    asked = pieces(text)
    for number, (word, run) in enumerate(asked, 1):
        is_last = number == len(asked)
        if run:
            ordered += _pairs(run)[: -1 if is_last else None]
            loose += [run] if is_last and len(run) == 1 else []
        elif not is_last or is_exact or len(word) > SHORT:
            ordered.append(word[:LONGEST])
            is_open = is_last and not is_exact
        else:
            loose.append(BEGINS + word)
    found = [Phrase(tuple(ordered), is_open)] if ordered else []
    return found + [Phrase((token,)) for token in loose]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]


def _parts(word: str) -> list[str]:
    """The number in "sf1234567", so that it is found without its letters."""
    if word.isalpha() or word.isdigit():
        return []
    return [part for part in _PARTS.findall(word)[1:4] if len(part) > 1]
