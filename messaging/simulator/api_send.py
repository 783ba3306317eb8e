"""Speaking and moving sessions (protocol §4.2, §5)."""

import asyncio

from .call import Call
from .errors import Refused
from .fields import integer, string
from .model import SERVICER


def send_msg(call: Call) -> dict:
    account = call.account()
    touser = call.customer("touser")
    msgid = call.world.send(account, call.body)
    _fail_later(call, account.open_kfid, touser, msgid)
    return {"msgid": msgid}


def send_msg_on_event(call: Call) -> dict:
    string(call.body, "code")
    msgid, conversation = call.world.send_on_event(call.corp.corp_id, call.body)
    _fail_later(call, conversation.open_kfid, conversation.external_userid, msgid)
    return {"msgid": msgid}


def state_get(call: Call) -> dict:
    account = call.account()
    conversation = call.world.conversation(account.open_kfid, call.customer())
    extra = {}
    if conversation.state == SERVICER:
        extra["servicer_userid"] = conversation.servicer_userid
    return {"service_state": conversation.state, **extra}


def state_trans(call: Call) -> dict:
    account, customer = call.account(), call.customer()
    state = integer(call.body, "service_state", 0, 4)
    userid = string(call.body, "servicer_userid", required=False)
    if state == SERVICER and not userid:
        raise Refused(40058, "field servicer_userid unexpected empty string")
    code = call.world.change_state(account, customer, state, userid)
    return {"msg_code": code} if code else {}


def _fail_later(call: Call, open_kfid: str, external_userid: str, msgid: str) -> None:
    """The fault `send_fail`: accepted now, reported as not delivered a little later."""
    fault = call.world.faults.take("send_fail", call.name)
    if fault:
        asyncio.get_running_loop().call_later(
            fault.seconds,
            call.world.fail_message,
            open_kfid,
            external_userid,
            msgid,
            fault.fail_type,
        )
