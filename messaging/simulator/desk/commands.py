"""The commands of desk_http_svc that move and show sessions (protocol B4)."""

from collections.abc import Callable

from messaging.simulator.errors import Impossible

from . import elements
from .errors import Refused
from .fields import flag, integer, string, strings
from .model import AGENT, CHATBOT, NOT_IN_SESSION, QUEUEING, STATUSES, Member, Session
from .reports import describe_agent_statistics
from .world import World

U32 = 2**32 - 1
SECONDS = 2**40
SWITCHES = (  # of transfer_to_human; it is always during working hours here
    *("SendTipIfNoAgentOnline", "CheckIfDuringWorkingHours", "SendPromptNotDuringWorkingHours"),
    *("EndSessionWhenNoMemberOnline", "DisableQueuing", "AllowAssignBusyMember"),
)


def send_msg(world: World, body: dict) -> dict:
    if type(body.get("MsgRandom")) is not int or not 0 <= body["MsgRandom"] <= U32:
        raise Refused(90005)
    elements.check_body(body.get("MsgBody"), world.options.packet_bytes)
    string(body, "CloudCustomData", required=False, most=world.options.packet_bytes)
    if "SessionId" in body:
        session = _live(world, body)
        names = (session.client_user_id, session.service_id)
    else:
        names = _names(world, body, "ToAccount", "FromAccount")
        session = world.live_session(*names)
    line = world.send_from_api(session, names, body)
    if line and world.options.answer_msg_key:
        return {"MsgKey": line.msg_key, "MsgTime": int(line.sent_at)}
    return {}


def transfer_to_human(world: World, body: dict) -> dict:
    session = _live(world, body)
    mails, group_id = strings(body, "AgentIdList"), integer(body, "AgentGroupId", 0, U32, 0)
    on = {name: flag(body, name) for name in SWITCHES}
    priority = integer(body, "Priority", 0, 9, 9)
    timeout = integer(body, "QueueTimeout", 0, SECONDS, 0)
    if session.stage != CHATBOT or session.is_asking:
        raise Refused(141003)
    if any(mail not in world.members for mail in mails):
        raise Refused(141010)
    if group_id and group_id not in world.groups:
        raise Refused(141020)
    busy = on["AllowAssignBusyMember"]
    candidates = world.candidates(mails, group_id or world.service(session.service_id).group_id)
    if not any(member.is_online for member in candidates):
        world.no_agent(session, on["SendTipIfNoAgentOnline"])
        if on["EndSessionWhenNoMemberOnline"] and session.is_live:
            world.end(session, status="NoAgentOnline")
        raise Refused(141001)
    if on["DisableQueuing"] and not world.takers(candidates, busy):
        raise Refused(141025)
    session.priority, session.queue_timeout = priority, timeout
    world.event(session, "TransferringToHuman")
    world.assign(session, mails, group_id, busy)
    return {"AgentId": session.agent_id, "IsInQueue": int(session.stage == QUEUEING)}


def transfer_session(world: World, body: dict) -> dict:
    session = _live(world, body)
    group_id = integer(body, "GroupId", 0, U32, 0)
    mail = string(body, "MemberId", required=False)
    if not mail and not group_id:
        raise Refused(141004, "GroupId or MemberId is missing")
    if group_id and group_id not in world.groups:
        raise Refused(141020)
    world.forward(session, mail, group_id)
    return {}


def end_session(world: World, body: dict) -> dict:
    """A human session only; the bot's and the queue's are not the agent's to end."""
    session = _live(world, body)
    if session.stage != AGENT:
        raise Refused(141004, f"the session is in stage {session.stage}")
    world.end(session, "SessionAgentEnd")
    return {}


def end_queuing(world: World, body: dict) -> dict:
    world.leave_queue(_live(world, body, "SessionID"))
    return {}


def get_session_state(world: World, body: dict) -> dict:
    if "SessionId" in body:
        session = _session(world, body)
    else:
        session = world.live_session(*_names(world, body, "ClientUserId", "CustomerServiceId"))
    if session is None:
        return {"SessionId": "", "CurrentState": NOT_IN_SESSION, "AgentId": ""}
    return {
        "SessionId": session.session_id,
        "CurrentState": session.stage,
        "AgentId": session.agent_id if session.is_live else "",
    }


def describe_chat_messages(world: World, body: dict) -> dict:
    """Without MsgKey, as the real one (protocol B4)."""
    session = _session(world, body)
    limit, offset = integer(body, "Limit", 1, 100, 20), integer(body, "Offset", 0, U32, 0)
    newest_first = integer(body, "Order", 1, 2, 2) == 2
    lines = session.lines[::-1] if newest_first else session.lines
    return {
        "TotalCount": len(lines),
        "Messages": [
            {
                "FromAccount": line.sender,
                "FromAccountRole": line.role,
                "MsgBody": line.body,
                "Timestamp": int(line.sent_at * 1000),
            }
            for line in lines[offset : offset + limit]
        ],
    }


def describe_im_cdr_list(world: World, body: dict) -> dict:
    """Sessions that are over, the latest first."""
    start, end = (integer(body, name, 0, SECONDS) for name in ("StartTimestamp", "EndTimestamp"))
    limit, offset = integer(body, "Limit", 1, 100, 20), integer(body, "Offset", 0, U32, 0)
    client = string(body, "ClientUserId", required=False)
    found = [
        s
        for s in reversed(world.sessions.values())
        if not s.is_live and start <= s.began_at <= end and client in ("", s.client_user_id)
    ]
    page = [_record(world, session) for session in found[offset : offset + limit]]
    return {"TotalCount": len(found), "IMCdrList": page}


def set_member_status(world: World, body: dict) -> dict:
    mail, status = string(body, "MemberMail"), string(body, "Status")
    reason = string(body, "RestReason", required=False)
    if status not in STATUSES:
        raise Refused(141004, "no such Status")
    if mail not in world.members:
        raise Refused(141010)
    world.set_status(mail, status, reason)
    return {}


def get_member_list_in_group(world: World, body: dict) -> dict:
    group_id = integer(body, "MemberGroupID", 0, U32)
    size, number = integer(body, "PageSize", 1, 100), integer(body, "PageNum", 0, U32)
    if group_id not in world.groups:
        raise Refused(141020)
    members = world.candidates(None, group_id)
    page = members[number * size : (number + 1) * size]
    return {"Total": len(members), "MemberList": [_member(member) for member in page]}


COMMANDS: dict[str, Callable[[World, dict], dict]] = {
    command.__name__: command
    for command in (
        send_msg,
        transfer_to_human,
        transfer_session,
        end_session,
        end_queuing,
        get_session_state,
        describe_chat_messages,
        describe_im_cdr_list,
        set_member_status,
        get_member_list_in_group,
        describe_agent_statistics,
    )
}


def _session(world: World, body: dict, name: str = "SessionId") -> Session:
    session_id = string(body, name)
    if session_id not in world.sessions:
        raise Refused(141005)
    return world.sessions[session_id]


def _live(world: World, body: dict, name: str = "SessionId") -> Session:
    session = _session(world, body, name)
    if not session.is_live:
        raise Refused(141005)
    return session


def _names(world: World, body: dict, client_name: str, service_name: str) -> tuple[str, str]:
    """A user and an account instead of a session: only where Desk is built into an app (B4)."""
    client, service = body.get(client_name), body.get(service_name)
    if not isinstance(client, str) or not isinstance(service, str) or not client or not service:
        raise Refused(141004, f"SessionId, or {client_name} and {service_name}")
    try:
        channel = world.client(client).channel
        world.service(service)
    except Impossible as error:
        raise Refused(90012, str(error)) from error
    if channel != "SDK":
        raise Refused(141004, "only for the integration by SDK")
    return client, service


def _record(world: World, session: Session) -> dict:
    client = world.clients[session.client_user_id]
    group = world.groups.get(session.group_id)
    return {
        "SessionId": session.session_id,
        "AgentGroupId": session.group_id,
        "AgentGroupName": group.name if group else "",
        "AgentId": session.agent_id,
        "ChannelType": client.channel,
        "ClientUserId": client.user_id,
        "ClientUserNickName": client.nickname,
        "Duration": int(session.ended_at - session.began_at),
        "EndStatus": session.end_status,
        "SatisfactionSelected": session.rating,
        "Timestamp": int(session.began_at),
    }


def _member(member: Member) -> dict:
    return {
        "NickName": member.name,
        "MemberMail": member.mail,
        "RoleIDList": [],
        "MemberGroupIDList": member.groups,
        "Avatar": "",
        "MemberReceptionLimit": member.limit,
        "MemberReceptionLimitEnabled": 1,
        "EffectiveReceptionLimit": member.limit,
        "KickOff": 0,
        "CreateTime": 0,
    }
