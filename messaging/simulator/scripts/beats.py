"""The alphabet of the conversations: what a customer does next, written as data."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "sample_files"
RECALL, BLOCK = "recall", "block"  # deeds that are no messages


@dataclass(frozen=True)
class Beat:
    """One bubble, or one deed. `after`: seconds before it; None: as long as typing takes.

    `sample` is a file of sample_files/, sent as the body or used as the card's thumbnail.
    """

    kind: str
    choices: tuple[str, ...] = ()  # texts, one of which is said
    fields: dict = field(default_factory=dict)
    sample: str = ""
    after: float | None = None


Turn = tuple[Beat, ...]


@dataclass(frozen=True)
class Persona:
    """A customer with a story. Seconds are those of pace 1."""

    key: str
    nickname: str
    desk: int  # which account: 0 before the sale, 1 after it, 2 in English
    opening: Turn
    turns: tuple[Turn, ...] = ()  # answers, one after another
    answers: dict[str, Turn] = field(default_factory=dict)  # pattern of a question -> once
    impatient: tuple[Turn, ...] = ()  # while nobody answers
    patience: float = 90  # until the next of these
    listens: int = 1  # how many bubbles of ours it takes until the answer comes
    mood: int = 5  # how they would rate good service, of 5
    remark: str = ""  # when asked for the reason of the rating
    returns: Turn = ()  # some minutes after the end
    is_silent: bool = False  # asks and never answers
    english: bool = False
    gender: int = 0
    facts: dict[str, str] = field(default_factory=dict)  # order, phone, address; photo: a sample
    entrance: dict = field(default_factory=dict)  # arguments of World.enter


@cache
def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def text(*choices: str, after: float | None = None) -> Beat:
    return Beat("text", choices, after=after)


def photo(name: str, after: float = 4) -> Beat:
    return Beat("image", sample=name, after=after)


def voice(name: str, after: float = 6) -> Beat:
    return Beat("voice", sample=name, after=after)


def video(name: str, after: float = 7) -> Beat:
    return Beat("video", sample=name, after=after)


def file(name: str, after: float = 5) -> Beat:
    return Beat("file", sample=name, after=after)


def card(kind: str, after: float = 3, thumb: str = "", **fields: object) -> Beat:
    """Any message without words of its own: an order, a place, a mini program…"""
    return Beat(kind, fields=fields, sample=thumb, after=after)


def recall(after: float = 3) -> Beat:
    """Take the last bubble back."""
    return Beat(RECALL, after=after)


def block(after: float = 2) -> Beat:
    """Refuse whatever the account sends from now on."""
    return Beat(BLOCK, after=after)


def merged(title: str, *lines: tuple[int, str, str]) -> Beat:
    """A forwarded chat history of (send_time, sender, text); the platform nests JSON in JSON."""
    items = [
        {
            "send_time": moment,
            "msgtype": "text",
            "sender_name": sender,
            "msg_content": json.dumps({"text": {"content": said}}, ensure_ascii=False),
        }
        for moment, sender, said in lines
    ]
    return card("merged_msg", title=title, item=items)
