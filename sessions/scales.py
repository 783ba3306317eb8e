"""What customers choose from: scales as data, and what of their words is a choice. Pure.

Whatever a scale looks like, a choice counts as 1 to 5: that is what is kept, shown and compared.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_NUMBER = re.compile(r"^([1-5])(?:分|星|[.。!！])?$")
_CLICK = re.compile(r"^kfs_([0-9a-f]{12})_([1-5])$")
LONGEST = 40  # characters of an answer; whoever writes more says something else


@dataclass(frozen=True)
class Choice:
    """`number` is what is typed where nothing can be clicked, `score` what it counts."""

    number: int
    score: int
    zh: str
    en: str

    def label(self, language: str = "") -> str:
        """In "zh", "en", or both."""
        both = [self.zh, self.en] if self.zh != self.en else [self.zh]
        return {"zh": self.zh, "en": self.en}.get(language) or " ".join(both)


@dataclass(frozen=True)
class Scale:
    choices: tuple[Choice, ...]  # the best stands first

    def score_of(self, text: str) -> int | None:
        """The choice that these words are; None when they are something else."""
        return self._words.get(_plain(text))

    @cached_property
    def _words(self) -> dict[str, int]:
        return {
            _plain(word): each.score
            for each in self.choices
            for word in (str(each.number), each.zh, each.en, each.label())
        }


FIVE, STARS, THREE = "five", "stars", "three"
SCALES = {
    FIVE: Scale(
        (
            Choice(5, 5, "非常满意", "Very satisfied"),
            Choice(4, 4, "满意", "Satisfied"),
            Choice(3, 3, "一般", "Neutral"),
            Choice(2, 2, "不满意", "Dissatisfied"),
            Choice(1, 1, "非常不满意", "Very dissatisfied"),
        )
    ),
    STARS: Scale(tuple(Choice(n, n, "★" * n, "★" * n) for n in range(5, 0, -1))),
    THREE: Scale(
        (
            Choice(3, 5, "好", "Good"),
            Choice(2, 3, "一般", "Fair"),
            Choice(1, 1, "差", "Bad"),
        )
    ),
}


def may_be_answer(text: str) -> bool:
    """Cheap, and asks no one: is this a choice of any scale?"""
    return len(text) <= LONGEST and any(scale.score_of(text) for scale in SCALES.values())


def click_id(token: str, score: int) -> str:
    """What a menu's item is known by: it comes back as `menu_id` (protocol/wecom_kf.md §5.3)."""
    return f"kfs_{token}_{score}"


def clicked(content: dict) -> tuple[str, int] | None:
    """(token, score), if this row's content is a click on a survey; of whichever, however late."""
    found = _CLICK.match(str(content.get("menu_id", "")))
    return (found[1], int(found[2])) if found else None


def _plain(text: str) -> str:
    """Wide digits, emoji stars, 分 and full stops make no difference."""
    text = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("⭐", "★")
    text = text.strip().casefold()
    number = _NUMBER.match(text)
    return number[1] if number else text.rstrip(".。!！")
