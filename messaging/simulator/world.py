"""The simulated WeCom: who exists, what was said, and what each side may do. No I/O.

All changes happen on one thread (the event loop of the server). The verbs live beside this file:
setup.py (people and accounts), customer_side.py (the phone), servicer_side.py (WeCom's own
client), sending.py (the API's way to speak and to move a session).
"""

from collections import deque
from collections.abc import Callable

from .budget import expired
from .clock import Clock
from .codes import Codes
from .customer_side import CustomerSide
from .errors import Refused
from .faults import Faults
from .ids import new_msgid
from .media import MediaStore
from .model import (
    CUSTOMER_ORIGIN,
    ENDED,
    EVENT_ORIGIN,
    SERVICER_ORIGIN,
    Account,
    Bubble,
    Conversation,
    Corp,
    Customer,
)
from .options import Options
from .rates import Rates
from .sending import Sending
from .servicer_side import ServicerSide
from .setup import Setup
from .stats import Stats
from .tokens import Tokens

Listener = Callable[..., None]


class World(Setup, CustomerSide, ServicerSide, Sending):
    """The model behind the API, the control plane and the phone page."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._clear()
        self._listeners: dict[str, list[Listener]] = {}

    def _clear(self) -> None:
        self.options = Options()
        self.corps: dict[str, Corp] = {}
        self.accounts: dict[str, Account] = {}
        self.customers: dict[str, Customer] = {}
        self.conversations: dict[tuple[str, str], Conversation] = {}
        self.links: dict[str, tuple[str, str]] = {}  # contact way: url -> (open_kfid, scene)
        self.codes = Codes()
        self.media = MediaStore()
        self.tokens = Tokens()
        self.rates = Rates()
        self.faults = Faults()
        self.stats = Stats()
        self.calls: deque[dict] = deque(maxlen=10_000)
        self.callbacks: deque[dict] = deque(maxlen=10_000)
        self.version = 0

    def reset(self) -> None:
        """Forget everybody and everything but the listeners; the clock is moved back as well."""
        self.clock.offset = 0.0
        self._clear()

    @property
    def now(self) -> int:
        return int(self.clock.now())

    def subscribe(self, callback: Callable[[str, str], None]) -> Callable[[], None]:
        """Call `callback(open_kfid, external_userid)` after each change of a conversation.

        Returns a function that ends the subscription.
        """
        return self.listen("conversation", callback)

    def listen(self, topic: str, callback: Listener) -> Callable[[], None]:
        """Topics: conversation(open_kfid, external_userid), log(account),
        auth(added, removed), setup()."""
        listeners = self._listeners.setdefault(topic, [])
        listeners.append(callback)
        return lambda: listeners.remove(callback)

    def changed(self, topic: str, *news: object) -> None:
        self.version += 1
        for callback in list(self._listeners.get(topic, ())):
            callback(*news)

    def account(self, open_kfid: str) -> Account:
        account = self.accounts.get(open_kfid)
        if account is None or account.deleted:
            raise Refused(95004)
        return account

    def corp_of(self, open_kfid: str) -> Corp:
        return self.corps[self.account(open_kfid).corp_id]

    def customer(self, external_userid: str) -> Customer:
        if external_userid not in self.customers:
            raise Refused(40096)
        return self.customers[external_userid]

    def conversation(self, open_kfid: str, external_userid: str) -> Conversation:
        """The conversation, made on first use, ended here when 48 h of silence have passed."""
        key = (self.account(open_kfid).open_kfid, self.customer(external_userid).external_userid)
        conversation = self.conversations.setdefault(key, Conversation(*key))
        if conversation.state != ENDED and expired(conversation, self.clock.now()):
            conversation.state, conversation.servicer_userid = ENDED, ""
        return conversation

    def transcript(self, open_kfid: str, external_userid: str) -> list[Bubble]:
        """What the customer's phone shows, oldest first; a recalled message keeps its place."""
        return list(self.conversation(open_kfid, external_userid).transcript)

    def record(self, account: Account, row: dict) -> dict:
        """Append a row to the account's log (what sync_msg reads) and wake the callbacks."""
        row = {"msgid": new_msgid(), "send_time": self.now, **row}
        account.log.append(row)
        self.changed("log", account)
        return row

    def record_message(
        self, conversation: Conversation, kind: str, content: dict, servicer_userid: str = ""
    ) -> str:
        """A message of the customer, or of a servicer: on the phone and in the log."""
        msgid = new_msgid()
        side = "servicer" if servicer_userid else "customer"
        bubble = Bubble(msgid, side, kind, content, self.now, servicer_userid)
        self.show(conversation, bubble)
        row = {
            "msgid": msgid,
            "open_kfid": conversation.open_kfid,
            "external_userid": conversation.external_userid,
            "origin": SERVICER_ORIGIN if servicer_userid else CUSTOMER_ORIGIN,
            **({"servicer_userid": servicer_userid} if servicer_userid else {}),
            "msgtype": kind,
            kind: content,
        }
        self.record(self.account(conversation.open_kfid), row)
        return msgid

    def record_event(self, account: Account, event_type: str, **fields: object) -> dict:
        """An event row: account and customer stand only inside `event` (protocol §3.2, §3.4)."""
        event = {"event_type": event_type, "open_kfid": account.open_kfid, **fields}
        return self.record(account, {"origin": EVENT_ORIGIN, "msgtype": "event", "event": event})

    def show(self, conversation: Conversation, bubble: Bubble) -> None:
        """Put a line on the customer's phone."""
        conversation.transcript.append(bubble)
        self.touch(conversation)

    def touch(self, conversation: Conversation) -> None:
        self.changed("conversation", conversation.open_kfid, conversation.external_userid)

    def __getstate__(self) -> dict:
        """A snapshot holds everything but the listeners, which belong to a running process."""
        return {k: v for k, v in self.__dict__.items() if k != "_listeners"}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        self._listeners = {}
