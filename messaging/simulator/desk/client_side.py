"""World verbs of the user's chat window in the app (protocol B1, B5)."""

from messaging.simulator.errors import Impossible

from . import bot, cards, elements
from .errors import Refused
from .files import sample
from .model import AGENT, CHATBOT, USER, Client, Session


class ClientSide:
    """Mixed into World. A user exists from the moment they first come."""

    def enter(self, client: str, service: str | None = None) -> Session:
        """Open the chat (src 7): begins a session where there is none."""
        return self._present(client, self.service(service).user_id)

    def say(
        self,
        client: str,
        text: str = "",
        body: list[dict] | None = None,
        service: str | None = None,
        custom: str = "",
    ) -> str:
        """Send words, or a whole MsgBody; returns its MsgKey."""
        try:
            checked = elements.check_body(
                [elements.text(text)] if body is None else body, self.options.packet_bytes
            )
        except Refused as refused:
            raise Impossible(f"the app cannot send that: {refused}") from refused
        session = self._present(client, self.service(service).user_id)
        line = self.record(session, USER, client, checked, custom)
        self.event(session, self._event_name(session), line)
        if session.stage == CHATBOT and not session.is_asking:
            self._hear(session, elements.words(checked))
        return line.msg_key

    def send(self, client: str, kind: str, service: str | None = None, **fields: object) -> str:
        """A picture, voice, file, video …: see files.KINDS; data= with filename= for an own one."""
        return self.say(client, body=[sample(self.files, kind, **fields)], service=service)

    def click(self, client: str, msg_key: str, item: str, service: str | None = None) -> str:
        """Tap an item of a branch card: it is marked as chosen and sent as words."""
        content = self._card(client, msg_key, service, cards.BRANCH)["content"]
        if item not in [row.get("content") for row in content.get("items", ())]:
            raise Impossible(f"no item {item} in {msg_key}")
        self.selected[msg_key] = item
        return self.say(client, item, service=service)

    def fill(
        self, client: str, msg_key: str, values: dict[str, str], service: str | None = None
    ) -> str:
        """Fill a form card in: its fields are sent as lines of words."""
        self._card(client, msg_key, service, cards.FORM)
        self.selected[msg_key] = "\n".join(values.values())
        text = "\n".join(f"{name}：{value}" for name, value in values.items())
        return self.say(client, text, service=service)

    def ask_human(self, client: str, service: str | None = None) -> Session:
        """Press 转人工."""
        session = self._present(client, self.service(service).user_id)
        self.to_human(session)
        return session

    def leave(self, client: str, service: str | None = None) -> None:
        """End the session (src 27), also out of the queue."""
        session = self.live_session(client, self.service(service).user_id)
        if session is None:
            raise Impossible("there is no session to end")
        self.end(session, "SessionUserEnd")

    def close_app(self, client: str) -> None:
        """Offline (src 11): a place in the queue is kept for a while only."""
        self.client(client).left_at = self.clock.now()
        self.changed("setup")

    def open_app(self, client: str) -> None:
        self.client(client).left_at = None
        self.changed("setup")

    def ask_rating(self, client: str, service: str | None = None) -> None:
        """Ask for the rating card (src 24)."""
        session = self.last_session(client, self.service(service).user_id)
        if session is None or not session.was_served:
            raise Impossible("nobody has served yet")
        self.send_rating(session)

    def rate(self, session_id: str, stars: int) -> None:
        """Tap a star of the rating card (src 10)."""
        session = self.session(session_id)
        if not 1 <= stars <= 5:
            raise Impossible("one to five stars")
        if not session.was_served:
            raise Refused(10154)
        if session.rating:
            raise Refused(10152)
        if not session.rating_until or self.clock.now() > session.rating_until:
            raise Refused(10150)
        session.rating = stars
        self.event(session, "SatisfactionSelected", SatisfactionSelected=stars)
        self.touch(session)

    def send_rating(self, session: Session) -> None:
        """The satisfaction card, during a session or after it."""
        service = self.service(session.service_id)
        hours = service.rating_hours
        session.rating_until = self.clock.now() + hours * 3600
        card = cards.rating(session.session_id, hours, session.rating_until)
        self.tip(session, "satisfactionRating", card)

    def _present(self, client: str, service_id: str) -> Session:
        """The live session of a user who has the chat open, begun and greeted on demand."""
        user = self.clients.get(client) or self.add_client(client)
        user.left_at = None
        return self.live_session(client, service_id) or self._begin(user, service_id)

    def _begin(self, client: Client, service_id: str) -> Session:
        session = self.new_session(client.user_id, service_id)
        self.event(session, "SessionBegin")
        if self.service(service_id).has_bot:
            for answer in bot.greeting():
                self.robot(session, answer.kind, answer.element)
        return session

    def _hear(self, session: Session, said: str) -> None:
        if not self.service(session.service_id).has_bot or bot.is_for_human(said):
            self.to_human(session)
            return
        for answer in bot.answer(said):
            self.robot(session, answer.kind, answer.element)

    def _event_name(self, session: Session) -> str:
        names = {CHATBOT: "ChatBot.UserSendMsg", AGENT: "Human.UserSendMsg"}
        return names.get(session.stage, self.options.queue_event)

    def _card(self, client: str, msg_key: str, service: str | None, src: str) -> dict:
        """What a card of the chat carries."""
        for line in self.chat(client, self.service(service).user_id):
            for element in line.body if line.msg_key == msg_key else ():
                data = elements.plugin_of(element)
                if str(data.get("src")) == src and isinstance(data.get("content"), dict):
                    return data
        raise Impossible(f"no such card in {msg_key}")
