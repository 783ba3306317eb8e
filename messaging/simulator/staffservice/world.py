"""The simulated app: who its customers are, what was said, which files lie with it. No I/O."""

import re
from collections import deque
from dataclasses import dataclass, field

from messaging.simulator.clock import Clock
from messaging.simulator.errors import Impossible
from messaging.simulator.faults import Faults
from messaging.simulator.ids import new_msgid
from messaging.simulator.media import MediaFile, MediaStore
from messaging.simulator.model import Bubble

FILES = ("image", "voice", "video", "file")
ASKS = "event.CLICK.RG"
CHOICE = re.compile(r"^\s*([1-9])[\s.、:：]+(\S.*)$", re.MULTILINE)


@dataclass
class Chat:
    """One customer; `asked` is whether they wait for a human."""

    user_id: str
    nickname: str
    transcript: list[Bubble] = field(default_factory=list)
    asked: bool = False
    service_id: str = ""  # of the console's session, as it last said

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Numbers with their words, if that is what was asked last."""
        last = self.transcript[-1] if self.transcript else None
        if not last or last.side == "customer" or last.msgtype != "text":
            return []
        found = CHOICE.findall(last.content["content"])
        return found if len(found) > 1 else []


class World:
    """`door` is where the console takes calls, `own_url` where this app is reached."""

    def __init__(self, appid: str, secret: str, door: str = "", own_url: str = "") -> None:
        self.appid, self.secret = appid, secret
        self.door, self.own_url = door.rstrip("/"), own_url.rstrip("/")
        self.clock = Clock()
        self.chats: dict[str, Chat] = {}
        self.media = MediaStore()
        self.faults = Faults()
        self.calls: deque[dict] = deque(maxlen=1000)  # of the console to us
        self.posts: deque[dict] = deque(maxlen=1000)  # of us to the console
        self.version = 0

    @property
    def now(self) -> int:
        return int(self.clock.now())

    def add_customer(self, nickname: str = "", user_id: str = "") -> Chat:
        user_id = user_id or f"web-{new_msgid()[:10]}"
        self.version += 1
        return self.chats.setdefault(user_id, Chat(user_id, nickname))

    def chat(self, user_id: str) -> Chat:
        if user_id not in self.chats:
            raise Impossible(f"no customer {user_id}")
        return self.chats[user_id]

    def keep_file(self, kind: str, filename: str, data: bytes) -> MediaFile:
        return self.media.add(self.appid, kind, filename, data, self.clock.now())

    def address_of(self, file: MediaFile, by_path: bool = False) -> str:
        """Where the console fetches it; `by_path` is what Hesong's own client sends."""
        path = f"/files/{file.media_id}/{file.filename}"
        return path if by_path else f"{self.own_url}{path}"

    def show(self, user_id: str, side: str, kind: str, content: dict, msgid: str = "") -> Bubble:
        """Put a line on the customer's page."""
        bubble = Bubble(msgid or new_msgid(), side, kind, content, self.now)
        self.chat(user_id).transcript.append(bubble)
        self.version += 1
        return bubble
