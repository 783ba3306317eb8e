"""From the bot to a human: assignment, the queue, forwarding, the end (protocol B1, B1.3, B4)."""

from messaging.simulator.errors import Impossible

from .errors import Refused
from .model import (
    AGENT,
    BUSINESS_SERVER,
    CHATBOT,
    FREE,
    NOT_IN_SESSION,
    NOT_READY,
    QUEUEING,
    REST,
    WAITING,
    Member,
    Session,
)

END_STATUS = {
    "SessionAgentEnd": "AgentEndedSession",  # the only one that is documented
    "SessionUserEnd": "UserEndedSession",
    "SessionUserTimeoutEnd": "UserTimeoutEndedSession",
    "SessionAgentTimeoutEnd": "AgentTimeoutEndedSession",
    "SessionPendingAutoFinishEnd": "PendingAutoFinishedSession",
}
LAST_WORDS = {
    "SessionAgentEnd": ("proactiveClosure", "客服已结束本次会话，感谢您的咨询。"),
    "SessionUserTimeoutEnd": ("timeoutAutoClosure", "您长时间未回复，会话已自动结束。"),
    "SessionAgentTimeoutEnd": ("timeoutAutoClosure", "客服长时间未回复，会话已自动结束。"),
}


class Routing:
    """Mixed into World."""

    def to_human(self, session: Session) -> None:
        """Ask for a human: the business server is asked whom to take where it decides."""
        if session.stage != CHATBOT or session.is_asking:
            raise Refused(141003)
        self.event(session, "TransferringToHuman")
        self.tip(session, "connectingToAgent", "正在为您转接人工客服，请稍候。")
        asks = self.service(session.service_id).policy == BUSINESS_SERVER
        if asks and self.app.callback_url and self.is_heard("ask"):
            session.is_asking = True
            self.changed("ask", session)
        else:
            self.assign(session)

    def answer_ask(self, session: Session, agents: list[str] | None, group_id: int = 0) -> None:
        """What the business server said; None: nothing that could be used."""
        session.is_asking = False
        if session.stage == CHATBOT and session.session_id in self.sessions:
            known = group_id if group_id in self.groups else 0
            mails = [mail for mail in agents or () if mail in self.members]
            self.assign(session, mails or None, known)

    def assign(
        self,
        session: Session,
        mails: list[str] | None = None,
        group_id: int = 0,
        busy: bool = False,
    ) -> None:
        """To whoever has been idle longest, else into the queue, else nobody is there."""
        session.group_id = group_id or self.service(session.service_id).group_id
        candidates = self.candidates(mails, session.group_id)
        if takers := self.takers(candidates, busy):
            self._give(session, takers[0])
        elif any(member.is_online for member in candidates):
            self._enqueue(session)
        else:
            self.no_agent(session)

    def candidates(self, mails: list[str] | None, group_id: int) -> list[Member]:
        if mails:
            return [self.members[mail] for mail in mails]
        return [m for m in self.members.values() if not group_id or group_id in m.groups]

    def load(self, member: Member) -> int:
        """How many sessions a member has in hand."""
        return sum(session.agent_id == member.mail for session in self.live_sessions())

    def takers(self, members: list[Member], busy: bool = False) -> list[Member]:
        """Those who can take one more, longest idle first; the `busy` as well when that is meant."""
        willing = (FREE, NOT_READY) if busy else (FREE,)
        able = [m for m in members if m.status in willing and self.load(m) < m.limit]
        return sorted(able, key=lambda m: (m.assigned_at, m.mail))

    def no_agent(self, session: Session, tell: bool = True) -> None:
        self.event(session, "NoAgentOnline")
        if tell:
            words = "抱歉，当前没有客服在线，请稍后再试。"
            self.tip(session, "failedToConnectAgent", words)
        self._back(session)

    def accept(self, session_id: str, mail: str | None = None) -> Session:
        """The agent takes what was assigned, or any agent out of the queue."""
        session = self.session(session_id)
        if session.stage == QUEUEING and mail:
            session.agent_id = self.member(mail).mail
        elif session.stage != WAITING or mail not in (None, session.agent_id):
            raise Impossible(f"nothing to accept in {session.stage}")
        self._serve(session)
        return session

    def forward(self, session: Session, mail: str = "", group_id: int = 0) -> None:
        """To another agent or group: AgentForward."""
        if session.stage != AGENT:
            raise Refused(141026)
        if mail == session.agent_id:
            raise Refused(141024)
        member = self._willing(mail) if mail else self._willing_in(group_id, session.agent_id)
        old, session.agent_id = session.agent_id, member.mail
        session.group_id = group_id or session.group_id
        session.transfers += 1
        member.assigned_at = self.clock.now()
        self.event(session, "AgentForward", ForwardFromAgentId=old)
        self.tip(session, "connectedToAgent", f"{member.name} 为您服务。", "transferSession")
        self.work_queue()

    def contact(self, client: str, service_id: str, mail: str = "", group_id: int = 0) -> Session:
        """An agent opens a session with a user, or takes it over from the bot."""
        session = self.live_session(client, service_id)
        if session and session.stage != CHATBOT:
            raise Refused(141016)
        member = self._willing(mail) if mail else self._willing_in(group_id, "")
        if session is None:
            session = self.new_session(client, service_id)
            session.is_contact = True
            self.event(session, "SessionBegin")
        session.group_id = group_id
        session.agent_id, member.assigned_at = member.mail, self.clock.now()
        self._serve(session)
        return session

    def end(self, session: Session, reason: str = "", status: str = "") -> None:
        """SessionEnd with its reason, in the order that is set; then perhaps the rating card."""
        if reason in LAST_WORDS:
            self.tip(session, *LAST_WORDS[reason])
        session.end_status = status or END_STATUS.get(reason, "Ended")
        session.ended_at = self.clock.now()
        session.stage, session.is_asking = NOT_IN_SESSION, False
        names = {"reason": reason, "end": "SessionEnd"}
        for name in self.options.ends:
            if names[name]:
                self.event(session, names[name])
        is_asked = session.rating_until > 0
        if session.was_served and not is_asked and self.service(session.service_id).sends_rating:
            self.send_rating(session)
        self.work_queue()

    def leave_queue(self, session: Session) -> None:
        """end_queuing, or the queue's time is over."""
        if session.stage != QUEUEING:
            raise Refused(141027)
        if self.options.end_queuing_ends or not self.service(session.service_id).has_bot:
            self.end(session, status="QueueEnded")
        else:
            self._move(session, CHATBOT)

    def work_queue(self) -> None:
        """Give what waits to whoever is free by now: the urgent first, then the oldest."""
        for session in self.queue():
            if takers := self.takers(self.candidates(None, session.group_id)):
                self._give(session, takers[0])

    def queue(self) -> list[Session]:
        """Who waits, in the order in which they are served."""
        waiting = [session for session in self.live_sessions() if session.stage == QUEUEING]
        return sorted(waiting, key=lambda session: (session.priority, session.moved_at))

    def _willing(self, mail: str) -> Member:
        member = self.members.get(mail)
        if member is None:
            raise Refused(141010)
        if not member.is_online:
            raise Refused(141011)
        if member.status == REST:
            raise Refused(141013)
        if not self.takers([member]):
            raise Refused(141012 if member.status == FREE else 141025)
        return member

    def _willing_in(self, group_id: int, but: str) -> Member:
        if group_id and group_id not in self.groups:
            raise Refused(141020)
        others = [m for m in self.candidates(None, group_id) if m.mail != but]
        if not any(member.is_online for member in others):
            raise Refused(141001)
        takers = self.takers(others)
        if not takers:
            raise Refused(141025)
        return takers[0]

    def _give(self, session: Session, member: Member) -> None:
        session.agent_id, member.assigned_at = member.mail, self.clock.now()
        if self.service(session.service_id).is_manual:
            self._move(session, WAITING)
        else:
            self._serve(session)

    def _serve(self, session: Session) -> None:
        self._move(session, AGENT)
        session.accepted_at, session.was_served = self.clock.now(), True
        self.event(session, "TransferToHumanSuccess")
        name = self.members[session.agent_id].name
        self.tip(session, "connectedToAgent", f"客服 {name} 为您服务。")

    def _enqueue(self, session: Session) -> None:
        session.agent_id = ""
        self._move(session, QUEUEING)
        self.event(session, "TransferringToHumanWait")
        before = self.queue().index(session)
        self.tip(session, "queuing", f"当前排队人数较多，您前面还有 {before} 位。")

    def _back(self, session: Session) -> None:
        """To the bot; where there is none, the session is over."""
        if self.service(session.service_id).has_bot:
            self._move(session, CHATBOT)
        else:
            self.end(session, status="NoAgentOnline")

    def _move(self, session: Session, stage: str) -> None:
        session.stage = stage
        session.moved_at = session.spoke_at = self.clock.now()
        self.touch(session)
