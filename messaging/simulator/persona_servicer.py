"""The servicers in WeCom's own client: now and then they take what waits in the pool."""

import re
from random import Random

from .model import POOL, SERVICER, Conversation
from .scripts import lines
from .world import World

LOOKS = (6.0, 12.0)  # seconds between two looks at the client
CHINESE = re.compile("[\u4e00-\u9fff]")
ENOUGH = re.compile("谢|thank|好的", re.IGNORECASE)


class Clerk:
    """All servicers at once. Whom a visitor serves from the phone page is left to the visitor."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng
        self.written: set[str] = set()
        self.looked_at: set[tuple] = set()
        self.lines_said: dict[tuple, int] = {}  # by session

    def look(self) -> int:
        """Do at most one thing per customer; returns for how many."""
        conversations = [self.world.conversation(*names) for names in self._open()]
        return sum(map(self._tend, conversations))

    def _open(self) -> list[tuple[str, str]]:
        accounts = self.world.accounts
        return [names for names in self.world.conversations if not accounts[names[0]].deleted]

    def _tend(self, conversation: Conversation) -> bool:
        if conversation.state not in (POOL, SERVICER) or self._is_taken_over(conversation):
            return False
        names = (conversation.open_kfid, conversation.external_userid)
        last = conversation.transcript[-1].msgid if conversation.transcript else ""
        seen = (*names, conversation.spell, conversation.state, last)
        if seen not in self.looked_at:  # nobody is that quick: at the next look
            self.looked_at.add(seen)
            return False
        if conversation.state == POOL:
            return self._pick_up(names)
        return self._write(conversation, names)

    def _pick_up(self, names: tuple[str, str]) -> bool:
        servicers = self.world.account(names[0]).servicers
        free = [userid for userid, servicer in servicers.items() if not servicer.status]
        if free:
            self.world.pick_up(*names, self.rng.choice(free))
        return bool(free)

    def _write(self, conversation: Conversation, names: tuple[str, str]) -> bool:
        """Answer the customer's last word; end when thanked, or with nothing to add."""
        said = [b for b in conversation.transcript if b.side == "customer"]
        script = lines.SERVICER[not CHINESE.search(str([b.content for b in said]))]
        session = (*names, conversation.spell)
        count = self.lines_said.get(session, 0)
        waits = conversation.transcript[-1:] == said[-1:]
        thanked = waits and count > 1 and ENOUGH.search(str(said[-1].content))
        if count == len(script) or thanked:
            self.world.end(*names)
        elif waits or not count:
            userid = conversation.servicer_userid
            self.written.add(self.world.write(*names, userid, content=script[count]))
            self.lines_said[session] = count + 1
        else:
            return False
        return True

    def _is_taken_over(self, conversation: Conversation) -> bool:
        servicers = [b.msgid for b in conversation.transcript if b.side == "servicer"]
        return bool(servicers) and servicers[-1] not in self.written
