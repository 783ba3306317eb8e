"""send_msg: what the console says, once, however often it says it (protocol B4, B2.2)."""

import json
import zlib

from . import cards, elements
from .model import AGENT, CHATBOT, SEAT, Line, Session


class Sending:
    """Mixed into World."""

    def send_from_api(
        self, session: Session | None, names: tuple[str, str], fields: dict
    ) -> Line | None:
        """To a session, or to a user outside of one. None: that was sent already."""
        key = self._key(names, fields)
        now = self.clock.now()
        self.randoms = {k: until for k, until in self.randoms.items() if until > now}
        if key in self.randoms:
            return None
        self.randoms[key] = now + self.options.repeat_seconds
        custom = fields.get("CloudCustomData", "")
        if session is None:
            line = self.new_line(SEAT, names[1], fields["MsgBody"], custom)
            self.show(names, line)
            return line
        before = session.spoke_last, session.spoke_at
        line = self.record(session, SEAT, names[1], fields["MsgBody"], custom)
        if not self.options.api_counts:
            session.spoke_last, session.spoke_at = before
        if self.options.takes_cards and any(map(cards.asks_for_stars, fields["MsgBody"])):
            hours = self.service(session.service_id).rating_hours
            session.rating_until = self.clock.now() + hours * 3600
        if self.options.echo:
            self._echo(session, line)
        return line

    def _echo(self, session: Session, line: Line) -> None:
        """Which event our own messages come back as is not documented."""
        name = "ChatBot.RobotSendMsg" if session.stage == CHATBOT else "Human.AgentSendMsg"
        named = session.stage == AGENT and self.options.echo_agent_id
        self.event(session, name, line, AgentId=session.agent_id if named else "")

    def robot(self, session: Session, kind: str, element: dict, scene: str = "") -> Line:
        """The bot speaks."""
        return self._system(session, kind, element, scene, "ChatBot.RobotSendMsg")

    def tip(self, session: Session, kind: str, said: str | dict, scene: str = "") -> Line:
        """Desk itself speaks: with an event in the bot's phase, else if the options say so."""
        element = elements.text(said) if isinstance(said, str) else said
        event = "ChatBot.RobotSendMsg" if session.stage == CHATBOT else ""
        if not event and self.options.tips_as_events:
            event = "Human.AgentSendMsg"
        return self._system(session, kind, element, scene, event)

    def _key(self, names: tuple[str, str], fields: dict) -> tuple:
        """Sender, random and content (protocol B2.2)."""
        content = json.dumps(fields["MsgBody"], sort_keys=True).encode()
        return (*names, fields.get("SessionId", ""), fields["MsgRandom"], zlib.crc32(content))
