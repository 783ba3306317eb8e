"""The simulated Desk: who exists, what was said, which session is where. No I/O.

All changes happen on one thread (the event loop of the server). The verbs live beside this file:
setup.py (the management panel), client_side.py (the app's chat window), agent_side.py (Desk's own
workbench), routing.py (from the bot to a human and to the end), sending.py (the API's messages),
timeouts.py (what time does).
"""

import secrets
import uuid
from collections import deque
from collections.abc import Callable

from messaging.simulator.clock import Clock
from messaging.simulator.errors import Impossible
from messaging.simulator.rates import Rates

from . import elements
from .agent_side import AgentSide
from .client_side import ClientSide
from .faults import Faults
from .files import Files
from .model import NOT_IN_SESSION, SYSTEM, App, Client, Group, Line, Member, Service, Session
from .options import Options
from .routing import Routing
from .sending import Sending
from .setup import Setup
from .timeouts import Timeouts

Listener = Callable[..., None]
NOTHING = {  # what an event carries of a field that says nothing, when it carries all
    "AgentId": "",
    "MsgKey": "",
    "MsgBody": [],
    "CloudCustomData": "",
    "SatisfactionSelected": 0,
    "ForwardFromAgentId": "",
}


class World(Setup, ClientSide, AgentSide, Routing, Sending, Timeouts):
    """The model behind the API, the control plane and the user's page."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._clear()
        self._listeners: dict[str, list[Listener]] = {}

    def _clear(self) -> None:
        self.options = Options()
        self.app = App(1400000000, "key")
        self.services: dict[str, Service] = {}
        self.groups: dict[int, Group] = {}
        self.members: dict[str, Member] = {}
        self.clients: dict[str, Client] = {}
        self.sessions: dict[str, Session] = {}
        self.latest: dict[tuple[str, str], Session] = {}  # of a user and an account
        self.chats: dict[tuple[str, str], list[Line]] = {}
        self.selected: dict[str, str] = {}  # what was chosen on a card, by MsgKey
        self.randoms: dict[tuple, float] = {}
        self.rates = Rates()
        self.files = Files()
        self.faults = Faults()
        self.calls: deque[dict] = deque(maxlen=10_000)
        self.callbacks: deque[dict] = deque(maxlen=10_000)
        self.events: deque[dict] = deque(maxlen=10_000)
        self.version = 0

    def reset(self) -> None:
        """Forget everybody and everything but the listeners; the clock is moved back as well."""
        self.clock.offset = 0.0
        base_url = self.files.base_url
        self._clear()
        self.files.base_url = base_url

    @property
    def now(self) -> int:
        return int(self.clock.now())

    def advance(self, seconds: float) -> float:
        """Move the clock, and let time have its way."""
        now = self.clock.advance(seconds)
        self.tick()
        self.changed("clock")
        return now

    # ---- who hears of it

    def listen(self, topic: str, callback: Listener) -> Callable[[], None]:
        """Topics: event(session, body), ask(session), chat(client, service), setup(), clock()."""
        listeners = self._listeners.setdefault(topic, [])
        listeners.append(callback)
        return lambda: listeners.remove(callback)

    def is_heard(self, topic: str) -> bool:
        return bool(self._listeners.get(topic))

    def changed(self, topic: str, *news: object) -> None:
        self.version += 1
        for callback in list(self._listeners.get(topic, ())):
            callback(*news)

    def touch(self, session: Session) -> None:
        self.changed("chat", session.client_user_id, session.service_id)

    def event(
        self, session: Session, name: str, line: Line | None = None, **fields: object
    ) -> None:
        """Desk.SessionEventNotify; which fields an event carries is not documented (B1)."""
        client = self.clients[session.client_user_id]
        said = {
            "AgentId": session.agent_id,
            **(
                {"MsgKey": line.msg_key, "MsgBody": line.body, "CloudCustomData": line.custom}
                if line
                else {}
            ),
            **fields,
        }
        kept = NOTHING | said if self.options.all_fields else {k: v for k, v in said.items() if v}
        body = {
            "CallbackCommand": "Desk.SessionEventNotify",
            "SessionId": session.session_id,
            "Event": name,
            "EventTime": int(self.clock.now() * 1000),
            "ChannelType": client.channel,
            "ClientUserId": client.user_id,
            "CustomerServiceId": session.service_id,
            "IsContactUser": False,
            **kept,
        }
        self.events.append(body)
        self.changed("event", session, body)

    # ---- sessions and their lines

    def session(self, session_id: str) -> Session:
        if session_id not in self.sessions:
            raise Impossible(f"no session {session_id}")
        return self.sessions[session_id]

    def live_session(self, client: str, service_id: str) -> Session | None:
        session = self.last_session(client, service_id)
        return session if session and session.is_live else None

    def last_session(self, client: str, service_id: str) -> Session | None:
        return self.latest.get((client, service_id))

    def live_sessions(self) -> list[Session]:
        """Only the last one of a user and an account can be."""
        return [session for session in self.latest.values() if session.is_live]

    def stage(self, client: str, service_id: str) -> str:
        session = self.live_session(client, service_id)
        return session.stage if session else NOT_IN_SESSION

    def new_session(self, client: str, service_id: str) -> Session:
        now = self.clock.now()
        session = Session(str(uuid.uuid4()), client, service_id, now, moved_at=now, spoke_at=now)
        self.sessions[session.session_id] = self.latest[client, service_id] = session
        return session

    def chat(self, client: str, service_id: str) -> list[Line]:
        """All that this user sees of a customer-service account, oldest first."""
        return self.chats.setdefault((client, service_id), [])

    def record(
        self, session: Session, role: int, sender: str, body: list[dict], custom: str = ""
    ) -> Line:
        """A message of a session: in its transcript and on the user's screen."""
        line = self.new_line(role, sender, body, custom, session.session_id)
        session.lines.append(line)
        if role != SYSTEM:
            session.spoke_last, session.spoke_at = role, self.clock.now()
        self.show((session.client_user_id, session.service_id), line)
        return line

    def new_line(
        self, role: int, sender: str, body: list[dict], custom: str, session_id: str = ""
    ) -> Line:
        moment, random = self.clock.now(), secrets.randbits(32)
        msg_key = f"{secrets.randbelow(10**6)}_{int(moment)}_{random}"
        return Line(msg_key, role, sender, body, moment, custom, session_id)

    def show(self, names: tuple[str, str], line: Line) -> None:
        self.chat(*names).append(line)
        self.changed("chat", *names)

    def _system(self, session: Session, kind: str, element: dict, scene: str, event: str) -> Line:
        custom = elements.mark(messageType=kind, role="robot", scene=scene)
        line = self.record(session, SYSTEM, session.service_id, [element], custom)
        if event:
            self.event(session, event, line)
        return line

    def __getstate__(self) -> dict:
        """A snapshot holds everything but the listeners, which belong to a running process."""
        return {k: v for k, v in self.__dict__.items() if k != "_listeners"}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        self._listeners = {}
