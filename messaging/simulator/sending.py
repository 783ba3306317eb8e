"""World verbs behind the API: speak, and move a session (protocol §4.2, §5)."""

from .budget import check_sending
from .codes import check_code
from .errors import Refused
from .ids import new_msgid
from .model import ASSISTANT, ENDED, NEW, POOL, SERVICER, Account, Bubble, Conversation
from .outgoing import clean_message, clean_msgid
from .states import check_transition

REJECTED_BY_CUSTOMER = 10  # fail_type, protocol §3.4


class Sending:
    """Mixed into World. Bodies are those of the API; whose account it is was checked before."""

    def send(self, account: Account, body: dict) -> str:
        """send_msg: the msgid, or Refused. The message never shows up in sync_msg."""
        conversation = self.conversation(account.open_kfid, body["touser"])
        msgid = self._fresh_msgid(account, body)
        msgtype, content = clean_message(body, self._media_check(account))
        check_sending(conversation, self.clock.now())
        conversation.sent += 1
        if conversation.state == NEW and self.options.send_assigns_assistant:
            conversation.state = ASSISTANT
        self.stats.assistant_replied(conversation, self.clock.now())
        return self._deliver(account, conversation, msgid, msgtype, content)

    def send_on_event(self, corp_id: str, body: dict) -> tuple[str, Conversation]:
        """send_msg_on_event: the code says to whom. Returns (msgid, conversation)."""
        code = self.codes.find(body["code"], self.clock.now())
        account = self.account(code.open_kfid)
        if account.corp_id != corp_id:
            raise Refused(40058, "invalid code")
        if not account.manage_privilege:
            raise Refused(48007)
        conversation = self.conversation(code.open_kfid, code.external_userid)
        msgid = self._fresh_msgid(account, body)
        msgtype, content = clean_message(body, self._media_check(account), on_event=True)
        check_code(code, conversation, msgtype)
        code.used = True
        if code.state is None:
            conversation.welcomed_at = self.clock.now()
        conversation.sent += self.options.event_messages_count
        return self._deliver(account, conversation, msgid, msgtype, content), conversation

    def change_state(
        self, account: Account, external_userid: str, state: int, servicer_userid: str = ""
    ) -> str:
        """service_state/trans: the msg_code, or "" when this change gives none.

        Emits no session_status_change (protocol §3.4).
        """
        conversation = self.conversation(account.open_kfid, external_userid)
        check_transition(conversation.state, state, self.options)
        if state == SERVICER:
            self._check_servicer(account, servicer_userid)
            if conversation.state == SERVICER and conversation.servicer_userid == servicer_userid:
                raise Refused(95016)
            self.stats.human_started(conversation, self.clock.now())
        conversation.state = state
        conversation.servicer_userid = servicer_userid if state == SERVICER else ""
        self.touch(conversation)
        return self._code_for(conversation)

    def fail_message(
        self, open_kfid: str, external_userid: str, msgid: str, fail_type: int = 0
    ) -> None:
        """A message that was accepted does not arrive after all: msg_send_fail."""
        conversation = self.conversation(open_kfid, external_userid)
        kept = [bubble for bubble in conversation.transcript if bubble.msgid != msgid]
        conversation.transcript = kept
        self.record_event(
            self.account(open_kfid),
            "msg_send_fail",
            external_userid=external_userid,
            fail_msgid=msgid,
            fail_type=fail_type,
        )
        self.touch(conversation)

    def _deliver(
        self, account: Account, conversation: Conversation, msgid: str, msgtype: str, content: dict
    ) -> str:
        account.msgids.add(msgid)
        bubble = Bubble(msgid, "agent", msgtype, content, self.now)
        self.show(conversation, bubble)
        if conversation.blocked:
            self.fail_message(*_names(conversation), msgid, REJECTED_BY_CUSTOMER)
        return msgid

    def _fresh_msgid(self, account: Account, body: dict) -> str:
        """Checked before budget and state, so that a retry learns that the first try arrived."""
        msgid = clean_msgid(body) or new_msgid()
        if msgid in account.msgids:
            raise Refused(95033)
        return msgid

    def _media_check(self, account: Account):
        def check(media_id: str, kind: str) -> None:
            media = self.media.get(account.corp_id, media_id, self.clock.now())
            if media.kind != kind:
                raise Refused(40007)

        return check

    def _check_servicer(self, account: Account, userid: str) -> None:
        servicer = account.servicers.get(userid)
        member = self.corps[account.corp_id].members.get(userid)
        if servicer is None or member is None or not member.activated:
            raise Refused(95014)
        if servicer.status:
            raise Refused(95019)

    def _code_for(self, conversation: Conversation) -> str:
        """A code on ending, and on reaching 2 or 3 for the first time (protocol §4.2)."""
        state = conversation.state
        if state not in (POOL, SERVICER, ENDED):
            return ""
        if state in conversation.reached:
            return ""
        if state != ENDED:
            conversation.reached.add(state)
        return self.codes.issue(conversation, state, self.clock.now())


def _names(conversation: Conversation) -> tuple[str, str]:
    return conversation.open_kfid, conversation.external_userid
