"""One-use rights to send outside the budget: welcome, pool, reply, ending (protocol §5.2)."""

import secrets
from dataclasses import dataclass, field

from .errors import Refused
from .model import ENDED, POOL, SERVICER

SHORT, LONG = 20, 48 * 3600
BOTH = ("text", "msgmenu")


@dataclass
class Code:
    code: str
    open_kfid: str
    external_userid: str
    state: int | None  # the state that produced it; None: the welcome code works in any
    spell: int
    types: tuple[str, ...]
    expires_at: float
    used: bool = False


@dataclass
class Codes:
    """Every code that was handed out."""

    issued: dict[str, Code] = field(default_factory=dict)

    def issue(self, conversation, state: int | None, now: float) -> str:
        """A new code for a conversation that entered `state` (None: for a welcome)."""
        types, life = {
            None: (BOTH, SHORT),
            POOL: (("text",), LONG),
            SERVICER: (("text",), LONG),
            ENDED: (BOTH, SHORT),
        }[state]
        code = Code(
            secrets.token_urlsafe(24),
            conversation.open_kfid,
            conversation.external_userid,
            state,
            conversation.spell,
            types,
            now + life,
        )
        self.issued[code.code] = code
        return code.code

    def find(self, text: str, now: float) -> Code:
        """A code that is neither unknown, used nor expired. The real errcode is undocumented."""
        code = self.issued.get(text)
        if code is None or code.used or code.expires_at < now:
            raise Refused(40058, "invalid code")
        return code


def check_code(code: Code, conversation, msgtype: str) -> None:
    """Raise when this code does not allow this message now."""
    if msgtype not in code.types:
        raise Refused(40008)
    if code.state is not None:
        same = code.state == conversation.state and code.spell == conversation.spell
        if not same:
            raise Refused(95018)
