"""The platform's refusals: an errcode and its text (protocol §1.3, §4.5)."""

TEXTS = {
    -1: "system busy",
    40001: "invalid credential",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40058: "invalid Request Parameter",
    40096: "invalid external userid",
    40206: "request body too large",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45007: "voice time out of limit",
    45009: "api freq out of limit",
    47001: "data format error",
    48007: "api forbidden for no kfid privilege",
    50003: "app disabled",
    50100: "invalid cursor",
    60020: "not allow to access from your ip",
    60030: "user not in the visible range of the app",
    60111: "userid not found",
    60123: "invalid department id",
    830002: "file too large, use Range",
    95000: "invalid open_kfid",
    95001: "send msg count limit",
    95002: "send msg time limit",
    95004: "open_kfid not exist",
    95005: "kf account count limit",
    95006: "invalid kf account name",
    95007: "invalid msg token",
    95008: "menu item count out of limit",
    95009: "invalid menu item type",
    95013: "conversation end",
    95014: "user is not a servicer of this account or not activated",
    95016: "state transition not allowed",
    95018: "send msg session status invalid",
    95019: "servicer stopped or suspended",
    95033: "msgid duplicated",
}


class Refused(Exception):
    """What the platform answers instead of doing what was asked."""

    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text or TEXTS.get(code, "unknown error")
        super().__init__(f"{code} {self.text}")


class Impossible(Exception):
    """A tap that no phone and no client would offer: a mistake of the test, not of the API."""


class Dropped(Exception):
    """Tells a server that can do it to drop the connection without an answer."""
