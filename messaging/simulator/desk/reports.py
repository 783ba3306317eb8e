"""describe_agent_statistics: what can be counted from the sessions; the rest is 0."""

from .fields import integer, strings
from .model import SEAT, USER, Session
from .world import World

DAY = 24 * 3600
FOREVER = 2**40
UNCOUNTED = (
    *("FirstLoginTimestamp", "LastLogoutTimestamp", "FreeTime", "BusyTime", "RestTime"),
    *("AvgFirstRespTime", "FirstRespUnder30sCnt", "AvgRespTime", "AvgRespUnder30sCnt"),
    "AvgAcceptTime",
)


def describe_agent_statistics(world: World, body: dict) -> dict:
    start, end = integer(body, "From", 0, FOREVER), integer(body, "To", 0, FOREVER)
    limit, offset = integer(body, "Limit", 1, 100, 20), integer(body, "Offset", 0, FOREVER, 0)
    mails = strings(body, "AgentIds") or list(world.members)
    known = [mail for mail in mails if mail in world.members]
    served = [s for s in world.sessions.values() if s.was_served and start <= s.began_at <= end]
    rows = [_row(world, mail, [s for s in served if s.agent_id == mail]) for mail in known]
    return {"TotalCount": len(rows), "Data": rows[offset : offset + limit]}


def _row(world: World, mail: str, sessions: list[Session]) -> dict:
    said = [line for session in sessions for line in session.lines]
    by_agent, by_user = (sum(line.role == role for line in said) for role in (SEAT, USER))
    return {
        **dict.fromkeys(UNCOUNTED, 0),
        "AgentId": mail,
        "AgentNickName": world.members[mail].name,
        "TotalSessionCnt": len(sessions),
        "TransferSessionCnt": sum(s.transfers > 0 for s in sessions),
        "EffectiveSessionCnt": sum(_is_effective(s) for s in sessions),
        "AgentEndCnt": sum(s.end_status == "AgentEndedSession" for s in sessions),
        "ServeUserCnt": len({s.client_user_id for s in sessions}),
        "TotalAcceptTime": sum(int(s.accepted_at - s.began_at) for s in sessions),
        "TotalMsgCnt": by_agent + by_user,
        "AgentMsgCnt": by_agent,
        "UserMsgCnt": by_user,
        "NotRespSessionCnt": sum(all(x.role != SEAT for x in s.lines) for s in sessions),
        "SatisfactionSelectedCnt": sum(s.rating > 0 for s in sessions),
    }


def _is_effective(session: Session) -> bool:
    """At least a word from either side."""
    return {SEAT, USER} <= {line.role for line in session.lines}
