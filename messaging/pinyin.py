"""How phrases and people are found: by their words, by pinyin (tuikuan) and by its initials (tk)."""

import unicodedata

SEPARATOR = "\n"  # no query has one: none matches across two keys
FOREIGN = "\0"  # before what is not Chinese, which has no syllables


def fold(text: str) -> str:
    """Case, width and spaces do not count; nor the apostrophes that input methods put between."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.replace("'", "").replace("’", "").split())


def keys_of(text: str) -> str:
    """All under which a text is found: itself, its pinyin, and the initials of that."""
    folded = fold(text)
    if folded.isascii():
        return folded
    # Not above: its dictionary takes 60 MB, and only those who change a phrase need it.
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(folded, errors=lambda other: FOREIGN + other)
    full = "".join(one.removeprefix(FOREIGN) for one in syllables)
    initials = "".join(one[1:] if one[0] == FOREIGN else one[0] for one in syllables)
    return SEPARATOR.join((folded, full, initials))
