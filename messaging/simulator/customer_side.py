"""World verbs of the customer's phone (protocol §3.3, §3.4, §4.1)."""

from urllib.parse import unquote

from .budget import WINDOW
from .errors import Impossible
from .inbound import make_content
from .model import ENDED, NEW, Conversation

# That a text comes instead is documented (protocol §3.2), its words are not.
TOO_LARGE = "[收到一条超出大小限制的消息，请在手机端查看]"


class CustomerSide:
    """Mixed into World. A customer exists from the moment they first enter or write."""

    def meet(self, open_kfid: str, external_userid: str) -> Conversation:
        """The conversation of a customer who is holding the phone right now."""
        if external_userid not in self.customers:
            corp_id = self.corp_of(open_kfid).corp_id
            self.add_customer(external_userid=external_userid, corp_id=corp_id)
        customer = self.customers[external_userid]
        if customer.corp_id != self.account(open_kfid).corp_id:
            raise Impossible(f"{external_userid} is the customer of another corp")
        customer.last_active = self.clock.now()
        return self.conversation(open_kfid, external_userid)

    def enter(
        self,
        open_kfid: str,
        external_userid: str,
        scene: str = "",
        scene_param: str = "",
        channels: dict | None = None,
    ) -> dict:
        """Enter through a link or a Channels page: enter_session. Returns the event."""
        conversation = self.meet(open_kfid, external_userid)
        entrance = {"scene": scene, "scene_param": scene_param}
        if channels:
            entrance["wechat_channels"] = channels
        customer = self.customers[external_userid]
        customer.entrance, customer.entered_at = entrance, self.clock.now()
        code = self._welcome_code(conversation)
        row = self.record_event(
            self.account(open_kfid),
            "enter_session",
            external_userid=external_userid,
            **entrance,
            **({"welcome_code": code} if code else {}),
        )
        self.touch(conversation)
        return row["event"]

    def open_link(self, external_userid: str, url: str) -> dict | None:
        """Open a contact link. An edited one opens the chat without any event (protocol §7.1)."""
        plain, _, param = url.partition("&scene_param=")
        if plain not in self.links:
            return None
        open_kfid, scene = self.links[plain]
        if param and not scene:
            return None
        if "&" in param or len(unquote(param).encode()) > 128:
            return None
        return self.enter(open_kfid, external_userid, scene, unquote(param))

    def say(
        self, open_kfid: str, external_userid: str, kind: str = "text", **fields: object
    ) -> str | None:
        """Send any message a phone can send; returns its msgid, None when it is refused.

        text: content=. Files: media_id=, or data= with filename=, or nothing for a sample.
        """
        conversation = self.meet(open_kfid, external_userid)
        corp_id = self.corp_of(open_kfid).corp_id
        content = make_content(self.media, corp_id, kind, fields, self.clock.now())
        return self._receive(conversation, kind, content)

    def click(self, open_kfid: str, external_userid: str, msgid: str, item_id: str) -> str | None:
        """Tap an item of a menu: sends its text with its menu_id. `item_id` may be the text."""
        conversation = self.meet(open_kfid, external_userid)
        bubble = conversation.bubble(msgid)
        items = bubble.content.get("list", []) if bubble and bubble.msgtype == "msgmenu" else []
        for item in items:
            click = item.get("click", {})
            if item_id and item_id in (click.get("id"), click.get("content")):
                menu = {"menu_id": click["id"]} if click["id"] else {}
                return self._receive(conversation, "text", {"content": click["content"], **menu})
        raise Impossible(f"no item {item_id} to click in {msgid}")

    def recall(self, open_kfid: str, external_userid: str, msgid: str) -> None:
        """Take back an own message (user_recall_msg)."""
        conversation = self.meet(open_kfid, external_userid)
        bubble = conversation.bubble(msgid)
        if bubble is None or bubble.side != "customer":
            raise Impossible(f"{msgid} is not the customer's to recall")
        bubble.recalled = True
        self.record_event(
            self.account(open_kfid),
            "user_recall_msg",
            external_userid=external_userid,
            recall_msgid=msgid,
        )
        self.touch(conversation)

    def block(self, open_kfid: str, external_userid: str, blocked: bool = True) -> None:
        """Refuse the account's messages: they then fail with fail_type 10."""
        conversation = self.meet(open_kfid, external_userid)
        conversation.blocked = blocked
        self.touch(conversation)

    def _receive(self, conversation: Conversation, kind: str, content: dict) -> str | None:
        """A customer's message: opens a session and a fresh allowance (protocol §4.1, §5.1)."""
        if conversation.rejected:
            return None
        if content.get("too_large"):
            kind, content = "text", {"content": TOO_LARGE}
        if conversation.state == ENDED:
            conversation.state, conversation.servicer_userid = NEW, ""
            conversation.spell += 1
            conversation.reached.clear()
        conversation.last_customer_time, conversation.sent = self.clock.now(), 0
        self.stats.customer_wrote(conversation, self.clock.now())
        return self.record_message(conversation, kind, content)

    def _welcome_code(self, conversation: Conversation) -> str:
        """Only without a welcome and without a message in the past 48 h (protocol §3.4)."""
        since = self.clock.now() - WINDOW
        for moment in (conversation.welcomed_at, conversation.last_customer_time):
            if moment is not None and moment >= since:
                return ""
        return self.codes.issue(conversation, None, self.clock.now())
