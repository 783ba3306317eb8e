"""What time alone does to a session. `tick` is called whenever somebody looks or acts."""

from .model import AGENT, CHATBOT, QUEUEING, USER, WAITING, Session


class Timeouts:
    """Mixed into World."""

    def tick(self) -> None:
        """End or move every session whose time is over by the world's clock."""
        for session in self.live_sessions():
            checks = {
                CHATBOT: self._mind_user,
                WAITING: self._mind_answer,
                QUEUEING: self._mind_queue,
                AGENT: self._mind_agent,
            }
            if not session.is_asking:
                checks[session.stage](session)

    def _mind_user(self, session: Session) -> None:
        timeout = self.service(session.service_id).user_timeout
        if timeout and self.clock.now() - session.spoke_at >= timeout:
            self.end(session, "SessionUserTimeoutEnd")

    def _mind_agent(self, session: Session) -> None:
        """Whoever did not have the last word is waited for."""
        if session.spoke_last != USER:
            self._mind_user(session)
            return
        timeout = self.service(session.service_id).agent_timeout
        if timeout and self.clock.now() - session.spoke_at >= timeout:
            self.end(session, "SessionAgentTimeoutEnd")

    def _mind_answer(self, session: Session) -> None:
        """Who does not accept in time loses the session to another, or to the queue."""
        timeout = self.service(session.service_id).answer_timeout
        if not timeout or self.clock.now() - session.moved_at < timeout:
            return
        others = [m.mail for m in self.candidates(None, session.group_id)]
        others = [mail for mail in others if mail != session.agent_id]
        session.agent_id = ""
        if others:
            self.assign(session, others, session.group_id)
        else:
            self._enqueue(session)

    def _mind_queue(self, session: Session) -> None:
        now, service = self.clock.now(), self.service(session.service_id)
        left_at = self.client(session.client_user_id).left_at
        if left_at is not None and now - max(left_at, session.moved_at) >= service.offline_grace:
            self.end(session, "SessionPendingAutoFinishEnd")
            return
        timeout = session.queue_timeout or service.queue_timeout
        if timeout and now - session.moved_at >= timeout:
            self.leave_queue(session)
