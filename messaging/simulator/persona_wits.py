"""How a persona understands what we write: which answer it calls for, which menu item they tap."""

import re
from random import Random

from .model import Bubble
from .scripts import lines
from .scripts.beats import Beat, Persona, Turn, photo, text


class Wits:
    """One conversation's worth of understanding: nothing is answered twice."""

    def __init__(self, persona: Persona, rng: Random) -> None:
        self.persona = persona
        self.rng = rng
        self.annoyance = 0  # complaints so far; each costs a star
        self._turns = list(persona.turns)
        self._used: set[str] = set()

    @property
    def is_satisfied(self) -> bool:
        """Everything is said: silence is no offence any more."""
        return not self._turns

    def answer(self, said: str) -> Turn:
        """What they reply, () for nothing more to say. A question goes before their own story."""
        if re.search(lines.AUTOMATIC, said, re.IGNORECASE):
            return ()
        return (
            self._to_own_question(said)
            or self._with_a_fact(said)
            or self._to_a_phrase(said)
            or (self._turns.pop(0) if self._turns else ())
        )

    def why(self, said: str) -> Turn:
        """The reason of the rating, when somebody asks for it."""
        if not self.persona.remark or not self._once("why", lines.WHY, said):
            return ()
        return (text(self.persona.remark),)

    def _to_own_question(self, said: str) -> Turn:
        for pattern, turn in self.persona.answers.items():
            if self._once(pattern, pattern, said):
                return turn
        return ()

    def _with_a_fact(self, said: str) -> Turn:
        if not re.search(lines.QUESTION, said, re.IGNORECASE):
            return ()
        asked = lines.ASKED[self.persona.english].items()
        return tuple(
            self._fact(name, frame)
            for name, (pattern, frame) in asked
            if name in self.persona.facts and self._once(name, pattern, said)
        )

    def _fact(self, name: str, frame: str) -> Beat:
        fact = self.persona.facts[name]
        return photo(fact) if name == "photo" else text(frame.format(fact))

    def _to_a_phrase(self, said: str) -> Turn:
        english = self.persona.english
        if self._once("greeting", lines.GREETING, said):
            return (text(*lines.GREETED[english]),)
        if self._once("wait", lines.WAIT[english], said):
            return (text(*lines.WAITING[english]),)
        if self.rating < 4 and self._once("sorry", lines.SORRY[english], said):
            return (text(*lines.UNFORGIVEN[english]),)
        if self.rating >= 4 and len(said) < 30 and self._once("sorry", lines.SORRY[english], said):
            return (text(*lines.FORGIVEN[english]),)
        return ()

    def _once(self, name: str, pattern: str, said: str) -> bool:
        if name in self._used or not re.search(pattern, said, re.IGNORECASE):
            return False
        self._used.add(name)
        return True

    # ---- menus

    @property
    def rating(self) -> int:
        """Of 5: their mood, less a star for each time they had to complain."""
        return max(1, self.persona.mood - self.annoyance)

    def choose(self, menu: Bubble) -> str:
        """The text of the item they tap, "" when there is nothing to tap."""
        items = [item["click"]["content"] for item in menu.content["list"] if "click" in item]
        if not items:
            return ""
        if not is_survey(menu):
            people = [item for item in items if re.search(lines.PEOPLE, item, re.IGNORECASE)]
            return people[0] if people else self.rng.choice(items)
        count = len(items)
        return min(items, key=lambda item: abs(score(item, items.index(item), count) - self.rating))


def is_survey(menu: Bubble) -> bool:
    """Whether a menu asks how it was."""
    head, tail = menu.content["head_content"], menu.content["tail_content"]
    items = [item.get("click", {}).get("content", "") for item in menu.content["list"]]
    return bool(re.search(lines.SURVEY, " ".join([head, tail, *items]), re.IGNORECASE))


def score(item: str, place: int, count: int) -> float:
    """How good a rating an item is, 1-5; by its place where its words say nothing."""
    if stars := len(re.findall("[★⭐]", item)):
        return stars
    if digit := re.match(r"\s*([1-5])\b", item):
        return int(digit[1])
    for stars, pattern in lines.RATINGS:
        if re.search(pattern, item, re.IGNORECASE):
            return stars
    return 5 - 4 * place / max(count - 1, 1)


def words(bubbles: list[Bubble]) -> str:
    return " ".join(str(bubble.content.get("content", "")) for bubble in bubbles)
