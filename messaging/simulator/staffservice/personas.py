"""Two customers of the web chat who write by themselves now and then, for the demo."""

import asyncio
import logging
from dataclasses import dataclass
from random import Random

from messaging.simulator.scripts.beats import sample

from .calls import Calls
from .world import Chat, World

log = logging.getLogger(__name__)

TYPES = (2.0, 5.0)  # seconds for one message
THINKS = (4.0, 12.0)
PATIENCE = 240.0  # then they leave
RESTS = (420.0, 900.0)
LOOKS = 0.5


@dataclass(frozen=True)
class Persona:
    """`opening` is said at once; after each answer one line of `then`. A file's name is sent as it."""

    user_id: str
    nickname: str
    after: float  # seconds until they come for the first time
    opening: tuple[str, ...]
    then: tuple[str, ...]
    rating: str


CAST = (
    Persona(
        "web-zhouting",
        "周婷",
        6.0,
        ("你好，昨天收到的毛衣颜色发错了", "photo_sweater.jpg"),
        ("订单号是 2026111987", "好的，换成灰绿色的就行", "谢谢，等你们消息"),
        "5",
    ),
    Persona(
        "web-emma",
        "Emma Wilson",
        45.0,
        ("Hi, my router keeps losing its connection in the evening.",),
        ("It is the NW-2207, bought in June.", "I did restart it, no change.", "Thank you!"),
        "4",
    ),
)


async def play(world: World, calls: Calls, pace: float = 1.0) -> None:
    """Run until cancelled. `pace` multiplies every pause."""
    async with asyncio.TaskGroup() as group:
        for persona in CAST:
            group.create_task(_come_and_go(persona, world, calls, pace))


async def _come_and_go(persona: Persona, world: World, calls: Calls, pace: float) -> None:
    random = Random(persona.user_id)
    chat = world.add_customer(persona.nickname, persona.user_id)
    await asyncio.sleep(persona.after * pace)
    while True:
        try:
            await Visit(persona, chat, calls, random, pace).run()
        except Exception:
            log.exception("%s stumbled", persona.nickname)
        await asyncio.sleep(random.uniform(*RESTS) * pace)


class Visit:
    """From the first word to the rating, or until patience ends."""

    def __init__(
        self, persona: Persona, chat: Chat, calls: Calls, random: Random, pace: float
    ) -> None:
        self.persona, self.chat, self.calls = persona, chat, calls
        self.random, self.pace = random, pace
        self.read = len(chat.transcript)

    async def run(self) -> None:
        await self.calls.ask_human(self.chat.user_id)
        for line in self.persona.opening:
            await self._say(line)
        lines = list(self.persona.then)
        while await self._is_answered():
            if self.chat.choices:
                return await self._say(self.persona.rating)
            if lines:
                await self._say(lines.pop(0))

    async def _say(self, line: str) -> None:
        await self._pause(*TYPES)
        self.read = len(self.chat.transcript) + 1  # what comes behind it is news
        if line.endswith(".jpg"):
            await self.calls.say(
                self.chat.user_id, "image", data=sample(line), filename=line, by_path=True
            )
        else:
            await self.calls.say(self.chat.user_id, content=line)

    async def _is_answered(self) -> bool:
        """Waits for news, and then until the other side has finished."""
        waited = 0.0
        while len(self.chat.transcript) <= self.read:
            if waited > PATIENCE * self.pace:
                return False
            await asyncio.sleep(LOOKS * self.pace)
            waited += LOOKS * self.pace
        await self._pause(*THINKS)
        self.read = len(self.chat.transcript)
        return True

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.random.uniform(least, most) * self.pace)
