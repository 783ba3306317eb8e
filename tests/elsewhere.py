"""People at another process, as it would tell of them."""

import contextlib
import time
from collections.abc import Iterator

from sessions.models import Agent, Session
from sessions.together import Here, together


@contextlib.contextmanager
def others(*people: Here) -> Iterator[None]:
    together._heard({"process": "elsewhere", "people": people, "asks": False})
    try:
        yield
    finally:
        together._heard({"process": "elsewhere", "people": [], "asks": False})


def here(agent: Agent, session: Session | None = None, turn: float | None = None) -> Here:
    place = (session.pk, session.account_id) if session else (None, None)
    return Here(agent.pk, str(agent), "X", *place, "", turn)


def writing(agent: Agent, session: Session) -> Here:
    return here(agent, session, turn=time.time())
