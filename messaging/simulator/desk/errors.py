"""What Desk and the IM server below it answer instead of doing as asked (protocol B2.3, B4)."""

from messaging.simulator import errors

TEXTS = {
    60002: "bad request url",
    60003: "json parse error",
    60004: "account or signature missing",
    60005: "account or signature is wrong",
    60006: "invalid sdkappid",
    60007: "rest api rate limit",
    60008: "request timeout or bad http request",
    60009: "request resource error",
    60010: "only the app administrator can request",
    60011: "request rate limit",
    60012: "sdkappid missing",
    70020: "sdkappid not found",
    70052: "usersig expired",
    70169: "server timeout, please retry",
    70202: "server timeout, please retry",
    70500: "internal error, please retry",
    90001: "json parse error",
    90002: "MsgBody does not meet the format",
    90003: "To_Account missing or not a string",
    90005: "MsgRandom missing or not an integer",
    90007: "MsgBody is not an array",
    90008: "From_Account missing or not a string",
    90012: "To_Account does not exist",
    91000: "internal error, please retry",
    93000: "packet too long",
    141000: "not a desk app",
    141001: "no agent online",
    141002: "internal error, please retry",
    141003: "session can not be transferred to human",
    141004: "invalid parameters",
    141005: "session does not exist",
    141009: "rate limited",
    141010: "agent account does not exist",
    141011: "agent is offline",
    141012: "agent has reached the reception limit",
    141013: "agent is on a break",
    141017: "assignment failed",
    141020: "invalid agent group",
    141024: "can not transfer to oneself",
    141025: "all agents are busy",
    141026: "session can not be transferred now",
    141027: "session can not leave the queue in this state",
    10150: "evaluation expired",
    10152: "evaluated already",
    10154: "no agent has served",
}


class Refused(errors.Refused):
    """An ErrorCode and its ErrorInfo."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(code, text or TEXTS.get(code, "unknown error"))
