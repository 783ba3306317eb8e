"""One persona on stage: says its lines, waits, complains, answers, rates, comes back."""

import asyncio
from random import Random

from .errors import Impossible, Refused
from .model import ENDED, Bubble, Conversation
from .persona_props import content
from .persona_wits import Wits, is_survey, words
from .scripts.beats import BLOCK, RECALL, Beat, Persona, Turn
from .world import World

THINKS = (3.0, 12.0)  # seconds between our message and the answer to it
TAPS = (2.0, 6.0)
STILL_WRITING = 20.0  # how long they wait for more bubbles of ours
SURVEY_WAIT = 90.0
COMES_BACK = (120.0, 300.0)
SECONDS_A_LETTER = {False: 0.16, True: 0.05}  # Chinese, English
CALM = 120.0  # whoever has that much patience does not complain, only asks
OURS = ("agent", "servicer")


class Player:
    """Plays one conversation from the first word to the rating."""

    def __init__(
        self, world: World, persona: Persona, names: tuple[str, str], rng: Random, pace: float
    ) -> None:
        self.world, self.persona, self.names = world, persona, names
        self.rng, self.pace = rng, pace
        self.wits = Wits(persona, rng)
        self.is_live = True  # holds a place among the conversations under way
        self._stirred = asyncio.Event()
        self._heard = {bubble.msgid for bubble in self.conversation.transcript}
        self._was_answered = self._has_rated = False
        self._last = ""

    async def run(self) -> None:
        stop = self.world.subscribe(self._notice)
        try:
            await self._visit()
        except (Refused, Impossible):
            pass  # the account is gone: so is the customer
        finally:
            self.is_live = False
            stop()

    async def _visit(self) -> None:
        if self._is_over:  # else the world was restored from a file in mid-conversation
            self._arrive()
            await self._perform(self.persona.opening, opens=True)
        await self._talk()
        self.is_live = False
        await self._rate()
        if self.persona.returns:
            await self._pause(*COMES_BACK)
            self.is_live, self._was_answered, self._has_rated = True, False, False
            await self._perform(self.persona.returns, opens=True)
            await self._talk()
            self.is_live = False
            await self._rate()

    # ---- scenes

    def _arrive(self) -> None:
        if self.conversation.blocked:
            self.world.block(*self.names, False)
        if self.persona.entrance:
            self.world.enter(*self.names, **self.persona.entrance)

    async def _talk(self) -> None:
        """Until the session ends."""
        complaints = list(self.persona.impatient)
        while not self._is_over:
            said = len(self.persona.impatient) - len(complaints)
            news = await self._hear(self.persona.patience * (said + 1))
            if news and not self.persona.is_silent:
                await self._reply(news)
            elif not news and complaints and self._is_left_alone:
                self.wits.annoyance += self.persona.patience < CALM
                await self._perform(complaints.pop(0))

    async def _reply(self, news: list[Bubble]) -> None:
        """After having read, and having let us finish."""
        self._was_answered = True
        await self._pause(*THINKS)
        news += self._news()
        while len(news) < self.persona.listens and not self._is_over:
            more = await self._hear(STILL_WRITING)
            if not more:
                break
            news += more
        if menus := [bubble for bubble in news if bubble.msgtype == "msgmenu"]:
            await self._tap(menus[-1])
        elif self._has_rated:
            await self._perform(self.wits.why(words(news)), opens=True)
        else:
            await self._perform(self.wits.answer(words(news)))

    async def _rate(self) -> None:
        """A survey may follow the end."""
        while news := await self._hear(SURVEY_WAIT, after_end=True):
            if self._has_rated or any(bubble.msgtype == "msgmenu" for bubble in news):
                await self._reply(news)

    async def _tap(self, menu: Bubble) -> None:
        item = self.wits.choose(menu)
        if item and not self._has_rated:
            await self._pause(*TAPS)
            self.world.click(*self.names, menu.msgid, item)
            self._has_rated = is_survey(menu)

    # ---- what they do

    async def _perform(self, turn: Turn, opens: bool = False) -> None:
        """Only an opening speaks into an ended session: that starts a new one."""
        for beat in turn:
            await self._wait_before(beat)
            if self._is_over and not opens:
                return
            self._do(beat)

    async def _wait_before(self, beat: Beat) -> None:
        seconds = beat.after
        if seconds is None:
            letters = max(map(len, beat.choices))
            seconds = min(0.8 + letters * SECONDS_A_LETTER[self.persona.english], 5.0)
        if self._last:  # the first words need no waiting: they are why the customer is here
            await self._pause(seconds * 0.8, seconds * 1.2)

    def _do(self, beat: Beat) -> None:
        if beat.kind == RECALL:
            self.world.recall(*self.names, self._last)
        elif beat.kind == BLOCK:
            self.world.block(*self.names)
        else:
            said = content(self.world, self.names[0], beat, self.rng)
            self._last = self.world.say(*self.names, beat.kind, **said) or self._last

    # ---- what they notice

    def _notice(self, open_kfid: str, external_userid: str) -> None:
        if (open_kfid, external_userid) == self.names:
            self._stirred.set()

    async def _hear(self, seconds: float, after_end: bool = False) -> list[Bubble]:
        """What we wrote since, or nothing when that time or the session is over."""
        deadline = asyncio.get_running_loop().time() + seconds * self.pace
        while not (news := self._news()) and (after_end or not self._is_over):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            self._stirred.clear()
            try:
                await asyncio.wait_for(self._stirred.wait(), left)
            except TimeoutError:
                break
        return news

    def _news(self) -> list[Bubble]:
        news = [
            bubble
            for bubble in self.conversation.transcript
            if bubble.side in OURS and bubble.msgid not in self._heard
        ]
        self._heard.update(bubble.msgid for bubble in news)
        return news

    @property
    def conversation(self) -> Conversation:
        return self.world.conversation(*self.names)

    @property
    def _is_over(self) -> bool:
        return self.conversation.state == ENDED

    @property
    def _is_left_alone(self) -> bool:
        """The last word is theirs, and it was not a farewell."""
        transcript = self.conversation.transcript
        waits = not self._is_over and transcript[-1:] and transcript[-1].side == "customer"
        return bool(waits) and not (self.wits.is_satisfied and self._was_answered)

    async def _pause(self, low: float, high: float) -> None:
        await asyncio.sleep(self.rng.uniform(low, high) * self.pace)
