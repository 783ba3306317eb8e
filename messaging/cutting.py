"""Where a text is cut when it is longer than one message takes, in bytes of UTF-8.

WeCom loses the rest without a word. How much one takes is `Capabilities.text_bytes`; `LIMIT` is what
every backend takes.

Never inside a character, a glyph made of several, or one of WeChat's `[微笑]`; where it can be, after
a line or a sentence. static/js/cut.js does the same: what a page shows is what is sent.
"""

import re

from django.utils.translation import gettext as _

LIMIT = 2048
SEARCHED = 300  # bytes before the limit in which a better place is looked for

_MODIFIER = "\ufe0e\ufe0f\u20e3\u0300-\u036f\U0001f3fb-\U0001f3ff"
ATOM = re.compile(
    r"\[[^\[\]\s]{1,12}\]"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|.[{_MODIFIER}]*(?:\u200d.[{_MODIFIER}]*)*",
    re.DOTALL,
)
_PLACES = ("\n", "。！？!?；;", " ，,")


def size_of(text: str) -> int:
    return len(text.encode())


def too_long(text: str, limit: int = LIMIT) -> str:
    """The sentence that says by how much."""
    size = size_of(text)
    sentence = _("%(over)s bytes too long: one message takes %(most)s, this text has %(size)s.")
    return sentence % {"over": size - limit, "most": limit, "size": size}


def parts(text: str, limit: int = LIMIT) -> list[str]:
    """The text as one or several messages; together they are all of it."""
    found = []
    while size_of(text) > limit:
        at = place(text, limit)
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


def place(text: str, limit: int = LIMIT) -> int:
    """How many characters of a text that is too long go into the first message."""
    size = end = 0
    best: dict[str, int] = {}
    for atom in ATOM.finditer(text):
        size += size_of(atom[0])
        if size > limit:
            break
        end = atom.end()
        if size > limit - SEARCHED:
            best |= {after: end for after in _PLACES if atom[0] in after}
    if not end:
        return _inside(text, limit)
    return next((best[after] for after in _PLACES if after in best), end)


def _inside(text: str, limit: int) -> int:
    """A single glyph longer than a message: at least no character is broken."""
    return max(1, len(text.encode()[:limit].decode(errors="ignore")))
