"""World verbs of a servicer in WeCom's own client (protocol §3.4, §4.3).

Only these emit session_status_change; the API's own transitions do not.
"""

from .errors import Impossible
from .inbound import make_content
from .model import ENDED, POOL, SERVICER, Conversation

PICKED, TRANSFERRED, FINISHED, REOPENED = 1, 2, 3, 4


class ServicerSide:
    """Mixed into World."""

    def pick_up(self, open_kfid: str, external_userid: str, servicer_userid: str) -> dict:
        """Take a customer from the pool; returns the event, which carries a msg_code."""
        conversation = self._in(open_kfid, external_userid, POOL)
        self._servicer(open_kfid, servicer_userid)
        conversation.state, conversation.servicer_userid = SERVICER, servicer_userid
        conversation.reached.add(SERVICER)
        self.stats.human_started(conversation, self.clock.now())
        code = self.codes.issue(conversation, SERVICER, self.clock.now())
        return self._status(
            conversation, PICKED, new_servicer_userid=servicer_userid, msg_code=code
        )

    def transfer(self, open_kfid: str, external_userid: str, servicer_userid: str) -> dict:
        """Hand a customer to another servicer."""
        conversation = self._in(open_kfid, external_userid, SERVICER)
        self._servicer(open_kfid, servicer_userid)
        old, conversation.servicer_userid = conversation.servicer_userid, servicer_userid
        return self._status(
            conversation, TRANSFERRED, old_servicer_userid=old, new_servicer_userid=servicer_userid
        )

    def end(self, open_kfid: str, external_userid: str) -> dict:
        """End the session; the event carries the ending code."""
        conversation = self._in(open_kfid, external_userid, SERVICER)
        old, conversation.servicer_userid = conversation.servicer_userid, ""
        conversation.state = ENDED
        code = self.codes.issue(conversation, ENDED, self.clock.now())
        return self._status(conversation, FINISHED, old_servicer_userid=old, msg_code=code)

    def write(
        self,
        open_kfid: str,
        external_userid: str,
        servicer_userid: str,
        kind: str = "text",
        **fields: object,
    ) -> str:
        """Write as a servicer (origin 5). In an ended session this re-opens it (change_type 4)."""
        conversation = self.conversation(open_kfid, external_userid)
        self._servicer(open_kfid, servicer_userid)
        corp_id = self.corp_of(open_kfid).corp_id
        content = make_content(self.media, corp_id, kind, fields, self.clock.now())
        if conversation.state == ENDED:
            self._reopen(conversation, servicer_userid)
        if conversation.state != SERVICER or conversation.servicer_userid != servicer_userid:
            raise Impossible(f"{servicer_userid} does not have this customer")
        self.stats.servicer_wrote(conversation, self.clock.now())
        return self.record_message(conversation, kind, content, servicer_userid)

    def servicer_recall(self, open_kfid: str, external_userid: str, msgid: str) -> None:
        """A servicer takes back an own message (servicer_recall_msg)."""
        conversation = self.conversation(open_kfid, external_userid)
        bubble = conversation.bubble(msgid)
        if bubble is None or bubble.side != "servicer":
            raise Impossible(f"{msgid} is not a servicer's to recall")
        bubble.recalled = True
        self.record_event(
            self.account(open_kfid),
            "servicer_recall_msg",
            external_userid=external_userid,
            recall_msgid=msgid,
            servicer_userid=bubble.servicer_userid,
        )
        self.touch(conversation)

    def set_receiving(
        self, open_kfid: str, servicer_userid: str, receiving: bool, suspended: bool = False
    ) -> None:
        """Start or stop receiving customers. The event counts 1/2 where the list counts 0/1."""
        servicer = self._servicer(open_kfid, servicer_userid)
        servicer.status, servicer.stop_type = int(not receiving), int(suspended)
        extra = {} if receiving else {"stop_type": servicer.stop_type}
        self.record_event(
            self.account(open_kfid),
            "servicer_status_change",
            servicer_userid=servicer_userid,
            status=servicer.status + 1,
            **extra,
        )

    def reject(
        self, open_kfid: str, external_userid: str, servicer_userid: str, rejected: bool = True
    ) -> None:
        """Stop (or resume) taking a customer's messages: reject_customer_msg_switch_change."""
        conversation = self.conversation(open_kfid, external_userid)
        self._servicer(open_kfid, servicer_userid)
        conversation.rejected = rejected
        if rejected:
            self.stats.customer_rejected(conversation, self.clock.now())
        self.record_event(
            self.account(open_kfid),
            "reject_customer_msg_switch_change",
            servicer_userid=servicer_userid,
            external_userid=external_userid,
            reject_switch=int(rejected),
        )
        self.touch(conversation)

    def _reopen(self, conversation: Conversation, servicer_userid: str) -> None:
        conversation.state, conversation.servicer_userid = SERVICER, servicer_userid
        conversation.spell += 1
        conversation.reached = {SERVICER}
        self._status(conversation, REOPENED, new_servicer_userid=servicer_userid)

    def _status(self, conversation: Conversation, change_type: int, **fields: str) -> dict:
        row = self.record_event(
            self.account(conversation.open_kfid),
            "session_status_change",
            external_userid=conversation.external_userid,
            change_type=change_type,
            **fields,
        )
        self.touch(conversation)
        return row["event"]

    def _in(self, open_kfid: str, external_userid: str, state: int) -> Conversation:
        conversation = self.conversation(open_kfid, external_userid)
        if conversation.state != state:
            raise Impossible(f"the session is in state {conversation.state}, not {state}")
        return conversation

    def _servicer(self, open_kfid: str, userid: str):
        account = self.account(open_kfid)
        if userid not in account.servicers:
            raise Impossible(f"{userid} is no servicer of {open_kfid}")
        return account.servicers[userid]
