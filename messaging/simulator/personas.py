"""Customers who chat by themselves, for the demo and for load that looks like people.

Scripts are data (scripts/); one Player acts each; this file is the stage manager.
"""

import asyncio
import logging
from random import Random

from .model import Account
from .persona_player import Player
from .persona_servicer import LOOKS, Clerk
from .scripts import CAST, FIRST
from .scripts.beats import Persona
from .world import World

log = logging.getLogger(__name__)

LIVE = 15  # conversations under way at once: more would drown a visitor
FIRST_WITHIN = 2.2  # seconds in which the first ones speak up
NEXT_AFTER = (20.0, 60.0)
RESTS = 900.0  # seconds until the same person has another problem


async def play(
    world: World,
    *,
    pace: float = 1.0,
    rng: Random | None = None,
    cast: tuple[Persona, ...] = CAST,
    servicers: bool = True,
) -> None:
    """Run until cancelled. `pace` multiplies every pause; the same `rng` gives the same play.

    Accounts must exist; start after the console has read the (empty) logs for the first time,
    or the first words are history to it.
    """
    stage = Stage(world, pace, rng or Random(), cast)
    async with asyncio.TaskGroup() as group:
        if servicers:
            group.create_task(stage.serve())
        await stage.run(group)


class Stage:
    def __init__(self, world: World, pace: float, rng: Random, cast: tuple[Persona, ...]) -> None:
        self.world, self.pace, self.rng = world, pace, rng
        self.seed = rng.random()
        self.cast = list(cast)  # whose turn it is comes first
        self.players: dict[str, Player] = {}
        self.resting: dict[str, float] = {}

    async def run(self, group: asyncio.TaskGroup) -> None:
        for _ in range(sum(persona.key in FIRST for persona in self.cast)):
            group.create_task(self._act(self._next(), self.rng.uniform(0, FIRST_WITHIN)))
        while True:
            await self._sleep(self.rng.uniform(*NEXT_AFTER))
            persona = self._next() if self._live() < LIVE else None
            if persona:
                group.create_task(self._act(persona, 0))

    async def serve(self) -> None:
        """The native servicers."""
        clerk = Clerk(self.world, Random(f"{self.seed} clerk"))
        while True:
            await self._sleep(clerk.rng.uniform(*LOOKS))
            try:
                clerk.look()
            except Exception:
                log.exception("a servicer stumbled")

    def _live(self) -> int:
        return sum(player.is_live for player in self.players.values())

    def _next(self) -> Persona | None:
        """The first in line who is neither on stage nor resting; goes to the end of the line."""
        now = asyncio.get_running_loop().time()
        for persona in self.cast:
            if persona.key not in self.players and self.resting.get(persona.key, 0) <= now:
                self.cast.remove(persona)
                self.cast.append(persona)
                self.players[persona.key] = self._player(persona)
                return persona
        return None

    def _player(self, persona: Persona) -> Player:
        names = (self._account(persona).open_kfid, self._customer(persona))
        rng = Random(f"{self.seed} {persona.key}")  # of their own: others' timing changes nothing
        return Player(self.world, persona, names, rng, self.pace)

    async def _act(self, persona: Persona, delay: float) -> None:
        """One performance. A player who stumbles must not end the play of the others."""
        await self._sleep(delay)
        try:
            await self.players[persona.key].run()
        except Exception:
            log.exception("%s stumbled", persona.key)
        self.resting[persona.key] = asyncio.get_running_loop().time() + RESTS * self.pace
        del self.players[persona.key]

    def _account(self, persona: Persona) -> Account:
        usable = [a for a in self.world.accounts.values() if a.manage_privilege and not a.deleted]
        return usable[persona.desk % len(usable)]

    def _customer(self, persona: Persona) -> str:
        """The id of the customer of that name, who may be in the world already."""
        for customer in self.world.customers.values():
            if customer.nickname == persona.nickname:
                return customer.external_userid
        external_userid = f"wmDEMO{persona.key:0<26}"
        self.world.add_customer(persona.nickname, external_userid, gender=persona.gender)
        return external_userid

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.pace)
