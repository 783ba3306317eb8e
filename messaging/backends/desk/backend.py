"""Desk behind the contract of messaging.backends.

Its events come through our own door, and it keeps sessions that a bot, a queue or a member has. What
the console writes goes into the session whoever has it, and appears as from the customer service
account. A send is known again by its MsgRandom; how long is documented for the chat service below
Desk only (120 s), so we rely on a little less and then leave it to an agent.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import IO

from django.utils import timezone

from messaging import failures, kinds, platform_sessions
from messaging.backends import Capabilities, Download, Page, Profile, Sent
from messaging.backends.desk import arrivals, wire
from messaging.backends.desk.client import Client, DeskError
from messaging.fetching import fetched
from messaging.models import (
    Account,
    Callback,
    Connection,
    Customer,
    Message,
    PlatformSession,
    Servicer,
    State,
)

OVER = 141005
STATES = {
    "NotInSession": State.ENDED,
    "Chatbot": State.ASSISTANT,
    "WaitingForAgentAnswering": State.POOL,
    "Queueing": State.POOL,
    "Agent": State.SERVICER,
}
STATUSES = {"free": "STATUS_FREE", "away": "STATUS_REST", "offline": "STATUS_NOT_READY"}
MESSAGES = 100  # describe_chat_messages: at most
LONGEST = 10_000  # of a transcript
RECORDS = 30 * 86400  # seconds back


class Backend:
    capabilities = Capabilities(
        has_servicers=True,
        has_states=True,
        has_transcripts=True,
        kinds=frozenset({"text", "link", "location", "rating_card"}),
        repeat_seconds=100,
        text_bytes=6000,  # a packet takes 8 KB (B2.3), and JSON and our mark are in it
        writes_beside=True,
    )

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.client = Client(connection)

    def pull(self, account: Account, cursor: str, token: str) -> Page:
        return Page(rows=arrivals.rows(account), cursor="", has_more=False)

    def send(self, message: Message, code: str, media_id: str) -> Sent:
        session = platform_sessions.of(message.customer)
        address = (
            {"SessionId": session.external_id}
            if session
            else {
                "FromAccount": message.account.external_id,
                "ToAccount": message.customer.external_id,
            }
        )
        said = wire.outbound(message, session.external_id if session else "")
        self.client.post("send_msg", address | said)
        return Sent()

    def change_state(self, message: Message) -> Sent:
        session = platform_sessions.of(message.customer)
        target = State(message.content["state"])
        if session is None or session.begun_at > message.created_at:
            return Sent()  # it was over before we came; what has begun since is another one
        if target == State.ENDED:
            return self._end(session, message.customer)
        member = str(message.content.get("servicer_userid") or "")
        if message.customer.state == State.SERVICER:
            body = {"SessionId": session.external_id, "MemberId": member}
            self.client.post("transfer_session", body)
            return Sent(State.SERVICER, member)
        body = {"SessionId": session.external_id} | ({"AgentIdList": [member]} if member else {})
        answer = self.client.post("transfer_to_human", body)
        if answer.get("IsInQueue"):
            return Sent(State.POOL)
        return Sent(State.SERVICER, wire.string(answer.get("AgentId")) or member)

    def _end(self, session: PlatformSession, customer: Customer) -> Sent:
        """In the way of its stage, which may have changed since we last heard of it."""
        try:
            return self._end_in(State(customer.state), session, customer)
        except DeskError as error:
            if error.code == OVER:
                return Sent(State.ENDED)
            if not error.permanent:
                raise
            state, _servicer = self.read_state(customer.account, customer.external_id)
            if state == customer.state:
                raise
            return self._end_in(State(state), session, customer)

    def _end_in(self, state: State, session: PlatformSession, customer: Customer) -> Sent:
        """Of a bot there is nothing to end: it keeps the customer, and we look away."""
        if state == State.SERVICER:
            self.client.post("end_session", {"SessionId": session.external_id})
            return Sent(State.ENDED)
        if state == State.POOL:
            self.client.post("end_queuing", {"SessionID": session.external_id})
            return Sent(*self.read_state(customer.account, customer.external_id))
        return Sent(state if state == State.ENDED else None)

    def read_state(self, account: Account, customer: str) -> tuple[int, str]:
        person = Customer.objects.get(account=account, external_id=customer)
        session = platform_sessions.of(person)
        body = (
            {"SessionId": session.external_id}
            if session
            else {"ClientUserId": customer, "CustomerServiceId": account.external_id}
        )
        try:
            answer = self.client.post("get_session_state", body)
        except DeskError as error:
            if error.code != OVER:
                raise
            answer = {"CurrentState": "NotInSession"}
        state = STATES.get(str(answer.get("CurrentState")))
        if state is None:
            raise DeskError(failures.GARBAGE, "CurrentState")
        if state == State.ENDED and session:
            PlatformSession.objects.filter(pk=session.pk).update(ended_at=session.heard_at)
        return int(state), wire.string(answer.get("AgentId")) if state == State.SERVICER else ""

    def profiles(self, customers: list[str]) -> Iterator[Profile]:
        """Names stand in the records of sessions that were."""
        now = int(timezone.now().timestamp())
        span = {"StartTimestamp": now - RECORDS, "EndTimestamp": now + 60, "Limit": 1}
        for customer in customers:
            answer = self.client.post("describe_im_cdr_list", span | {"ClientUserId": customer})
            listed = answer.get("IMCdrList")
            record = listed[0] if isinstance(listed, list) and listed else {}
            name = record.get("ClientUserNickName") if isinstance(record, dict) else ""
            if isinstance(name, str) and name:
                yield Profile(customer, nickname=kinds.storable(name))

    def download(self, media_id: str) -> AbstractContextManager[Download]:
        return fetched(media_id, self.connection)

    def upload(self, kind: str, filename: str, file: IO[bytes], content_type: str) -> str:
        raise DeskError(failures.UPLOAD, "no files")

    def list_accounts(self) -> list[Account]:
        """Customer service accounts are not listed anywhere: they are known as they appear."""
        arrivals.make_accounts(self.connection)
        return list(self.connection.accounts.filter(is_active=True))

    def list_servicers(self, account: Account) -> list[Servicer]:
        """Members are known as they appear, too, and as they are entered."""
        return list(account.servicers.all())

    # --- what only Desk has -----------------------------------------------------------------------

    def check(self) -> None:
        """Are credentials and address right? A question about nobody's session. May raise."""
        try:
            self.client.post("get_session_state", {"SessionId": "kfconsole"})
        except DeskError as error:
            # Desk answers with its own numbers only to whom it has recognised.
            if not 141000 < error.code < 142000:
                raise

    def tell_presence(self, member: str, presence: str) -> None:
        body = {"MemberMail": member, "Status": STATUSES[presence]}
        if presence == Servicer.Presence.AWAY:
            body["RestReason"] = "away"
        self.client.post("set_member_status", body)

    def transcript(self, session: PlatformSession) -> Iterator[Callback]:
        """All that was said in a session, the oldest first, as if it had come through our door."""
        offset = 0
        while offset < LONGEST:
            body = {"SessionId": session.external_id, "Limit": MESSAGES, "Order": 1}
            answer = self.client.post("describe_chat_messages", body | {"Offset": offset})
            listed = answer.get("Messages") or []
            said = (arrivals.from_transcript(session, one) for one in listed)
            yield from (callback for callback in said if callback)
            offset += len(listed)
            if len(listed) < MESSAGES:
                return
