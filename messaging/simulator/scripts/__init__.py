"""Whom the demo's customers are and what they say. Data only; personas.py plays it."""

from .after_sale import AFTER_SALE
from .beats import Persona
from .before_sale import BEFORE_SALE
from .english import ENGLISH

FIRST = ("xiaoming", "lili", "james", "awei", "sunhao", "sofia")  # there when the curtain rises


def _cast() -> tuple[Persona, ...]:
    """The first ones first, then the desks in turn."""
    everybody = {persona.key: persona for persona in (*BEFORE_SALE, *AFTER_SALE, *ENGLISH)}
    first = [everybody.pop(key) for key in FIRST]
    desks = [[p for p in everybody.values() if p.desk == desk] for desk in range(3)]
    longest = max(map(len, desks))
    rest = [desk[place] for place in range(longest) for desk in desks if place < len(desk)]
    return (*first, *rest)


CAST = _cast()
