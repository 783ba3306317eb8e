"""The things of the simulated Desk, as plain records (protocol B1, B4). Moments are Unix seconds."""

from dataclasses import dataclass, field

# Stages of a session, as get_session_state names them.
NOT_IN_SESSION, CHATBOT, WAITING, QUEUEING, AGENT = (
    "NotInSession",
    "Chatbot",
    "WaitingForAgentAnswering",
    "Queueing",
    "Agent",
)
FREE, NOT_READY, REST = "STATUS_FREE", "STATUS_NOT_READY", "STATUS_REST"
OFFLINE = "STATUS_OFFLINE"  # not a value of the API: what a member is who has not signed in
STATUSES = (FREE, NOT_READY, REST)
AUTOMATIC, BUSINESS_SERVER = "longest idle", "Business Server"
# FromAccountRole in transcripts
USER, SEAT, SYSTEM = 1, 2, 3


@dataclass
class App:
    """One SDKAppID; without a callback url it calls nobody."""

    sdk_app_id: int
    key: str
    admin: str = "administrator"
    callback_url: str = ""
    callback_token: str = ""
    is_desk: bool = True


@dataclass
class Group:
    group_id: int
    name: str


@dataclass
class Member:
    """A human agent, known by mail."""

    mail: str
    name: str = ""
    groups: list[int] = field(default_factory=list)
    status: str = FREE
    rest_reason: str = ""
    limit: int = 5
    assigned_at: float = 0.0

    @property
    def is_online(self) -> bool:
        return self.status != OFFLINE


@dataclass
class Service:
    """A customer-service account (客服号), whom users chat with. Times of 0 never run out."""

    user_id: str
    name: str = ""
    has_bot: bool = True
    is_manual: bool = False  # an agent has to accept what is assigned
    policy: str = AUTOMATIC
    group_id: int = 0  # 0: all members
    answer_timeout: float = 30.0  # of the agent who has to accept
    user_timeout: float = 0.0
    agent_timeout: float = 0.0
    queue_timeout: float = 0.0
    offline_grace: float = 60.0  # in the queue without the app open
    sends_rating: bool = True
    rating_hours: int = 24


@dataclass
class Client:
    """A user of the app (or of the web page) that the chat is built into."""

    user_id: str
    nickname: str = ""
    channel: str = "SDK"
    platform: str = "Android"
    ip: str = "127.0.0.1"
    left_at: float | None = None  # the app is closed since


@dataclass
class Line:
    """One message of a chat."""

    msg_key: str
    role: int
    sender: str  # UserID of the client, mail of the agent, or the service account's
    body: list[dict]
    sent_at: float
    custom: str = ""  # CloudCustomData
    session_id: str = ""

    @property
    def is_mine(self) -> bool:
        return self.role == USER


@dataclass
class Session:
    session_id: str
    client_user_id: str
    service_id: str
    began_at: float
    stage: str = CHATBOT
    agent_id: str = ""
    group_id: int = 0
    priority: int = 9
    moved_at: float = 0.0  # when it came to its stage
    accepted_at: float | None = None
    spoke_at: float = 0.0
    spoke_last: int = SYSTEM
    queue_timeout: float = 0.0
    is_asking: bool = False  # the business server is being asked for an agent
    ended_at: float | None = None
    end_status: str = ""
    was_served: bool = False
    transfers: int = 0
    rating: int = 0
    rating_until: float = 0.0  # 0: not asked
    lines: list[Line] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return self.ended_at is None
