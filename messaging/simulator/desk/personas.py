"""Users who chat by themselves, for the demo: to the bot, to a human, to a rating."""

import asyncio
import logging
from dataclasses import dataclass
from random import Random

from messaging.simulator.errors import Impossible, Refused

from .model import AGENT, SEAT, Session
from .world import World

log = logging.getLogger(__name__)
COMES_BACK = (420.0, 900.0)
READS = (4.0, 10.0)
LOOKS = 1.0
PATIENCE = 600.0


@dataclass(frozen=True)
class Persona:
    """What they tell the bot, then the human: one line for each answer; then they rate."""

    client: str
    service: int  # which account
    first_after: float
    to_bot: tuple[str, ...] = ()
    opening: str = ""
    lines: tuple[str, ...] = ()
    stars: int = 5


CAST = (
    Persona(
        "user_10086",
        0,
        3.0,
        to_bot=("退款多久到账？",),
        opening="我上周六寄回的外套，到今天钱还没到账",
        lines=(
            "订单号 3721090211447",
            "好的，那大概什么时候能到？",
            "明白了，谢谢您",
        ),
    ),
    Persona(
        "web_visitor_7",
        1,
        9.0,
        opening="Hi, the app keeps signing me out on my tablet",
        lines=(
            "Android 15, version 8.2.1 of the app",
            "Clearing the cache helped, thank you!",
        ),
        stars=4,
    ),
)


async def play(
    world: World, *, pace: float = 1.0, rng: Random | None = None, cast: tuple = CAST
) -> None:
    """Run until cancelled; `pace` multiplies every pause."""
    rng = rng or Random()
    async with asyncio.TaskGroup() as group:
        for persona in cast:
            group.create_task(_live(world, persona, rng, pace))


async def _live(world: World, persona: Persona, rng: Random, pace: float) -> None:
    """One visit after another. Who stumbles must not end the play of the others."""
    await asyncio.sleep(persona.first_after * pace)
    while True:
        try:
            await Visit(world, persona, rng, pace).run()
        except (Impossible, Refused) as error:
            log.info("%s left: %s", persona.client, error)
        await asyncio.sleep(rng.uniform(*COMES_BACK) * pace)


class Visit:
    """From the first word to the rating. A human of ours may take the session over at any time."""

    def __init__(self, world: World, persona: Persona, rng: Random, pace: float) -> None:
        self.world, self.persona, self.rng, self.pace = world, persona, rng, pace
        self.service = list(world.services)[persona.service]

    async def run(self) -> None:
        persona, world = self.persona, self.world
        for words in persona.to_bot:
            world.say(persona.client, words, service=self.service)
            await self._pause(*READS)
        world.say(persona.client, persona.opening, service=self.service)
        session = world.last_session(persona.client, self.service)
        if session.stage != AGENT and world.service(self.service).has_bot:
            await self._pause(*READS)
            world.say(persona.client, "转人工", service=self.service)
        for words in persona.lines:
            if not await self._hear(session):
                break
            await self._pause(*READS)
            if not session.is_live:
                break
            world.say(persona.client, words, service=self.service)
        await self._rate(session)

    async def _hear(self, session: Session) -> bool:
        """Wait for the human's next message; False when the session or the patience is over."""
        waited = 0.0
        while session.is_live and waited < PATIENCE:
            if session.spoke_last == SEAT:
                return True
            await self._pause(LOOKS, LOOKS)
            waited += LOOKS
        return False

    async def _rate(self, session: Session) -> None:
        while session.is_live:
            await self._pause(LOOKS, LOOKS)
        await self._pause(*READS)
        if session.rating_until and not session.rating:
            self.world.rate(session.session_id, self.persona.stars)

    async def _pause(self, low: float, high: float) -> None:
        await asyncio.sleep(self.rng.uniform(low, high) * self.pace)
