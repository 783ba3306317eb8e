"""World verbs of Desk's own workbench: an agent who does not use the console."""

from messaging.simulator.errors import Impossible

from . import elements
from .errors import Refused
from .model import AGENT, SEAT, Session


class AgentSide:
    """Mixed into World."""

    def agent_say(self, session_id: str, text: str = "", body: list[dict] | None = None) -> str:
        """The session's agent writes in Desk's workbench; returns the MsgKey."""
        session = self._served(session_id)
        try:
            checked = elements.check_body(
                [elements.text(text)] if body is None else body, self.options.packet_bytes
            )
        except Refused as refused:
            raise Impossible(f"the workbench cannot send that: {refused}") from refused
        line = self.record(session, SEAT, session.agent_id, checked, elements.mark(role="seat"))
        self.event(session, "Human.AgentSendMsg", line)
        return line.msg_key

    def agent_end(self, session_id: str) -> None:
        self.end(self._served(session_id), "SessionAgentEnd")

    def agent_forward(self, session_id: str, mail: str = "", group_id: int = 0) -> None:
        self.forward(self.session(session_id), mail, group_id)

    def agent_ask_rating(self, session_id: str) -> None:
        self.send_rating(self._served(session_id))

    def _served(self, session_id: str) -> Session:
        session = self.session(session_id)
        if session.stage != AGENT:
            raise Impossible(f"the session is in stage {session.stage}")
        return session
