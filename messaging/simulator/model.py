"""The things of the simulated world, as plain records (protocol §3, §4, §7)."""

from dataclasses import dataclass, field

from .log import Log

NEW, ASSISTANT, POOL, SERVICER, ENDED = range(5)
CUSTOMER_ORIGIN, EVENT_ORIGIN, SERVICER_ORIGIN = 3, 4, 5


@dataclass
class Member:
    """One person of the corp's directory."""

    userid: str
    name: str = ""
    activated: bool = True
    visible: bool = True  # in the app's visible range (可见范围)


@dataclass
class Corp:
    corp_id: str
    secrets: list[str]
    agent_id: str = ""
    callback_url: str = ""
    callback_token: str = ""
    encoding_aes_key: str = ""
    trusted_ips: list[str] | None = None  # None: any address may call
    disabled: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)


@dataclass
class Servicer:
    """A member as a servicer of one account; `status` as in servicer/list: 0 on, 1 stopped."""

    userid: str
    status: int = 0
    stop_type: int = 0  # 0 stopped, 1 suspended for a while


@dataclass
class Account:
    open_kfid: str
    name: str
    corp_id: str
    avatar: str = ""
    manage_privilege: bool = True
    deleted: bool = False
    servicers: dict[str, Servicer] = field(default_factory=dict)
    departments: list[int] = field(default_factory=list)
    log: Log = field(default_factory=Log)
    msgids: set[str] = field(default_factory=set)


@dataclass
class Customer:
    external_userid: str
    corp_id: str
    nickname: str = ""
    avatar: str = ""
    gender: int = 0
    unionid: str = ""
    last_active: float | None = None
    entrance: dict | None = None  # the last entry: scene, scene_param, wechat_channels
    entered_at: float | None = None


@dataclass
class Bubble:
    """One line on the customer's phone. `side`: customer, agent (API) or servicer."""

    msgid: str
    side: str
    msgtype: str
    content: dict
    sent_at: int
    servicer_userid: str = ""
    recalled: bool = False


@dataclass
class Conversation:
    """One customer on one account; `spell` counts the sessions."""

    open_kfid: str
    external_userid: str
    state: int = ENDED
    servicer_userid: str = ""
    spell: int = 0
    reached: set[int] = field(default_factory=set)  # states of this session that gave a code
    last_customer_time: float | None = None
    sent: int = 0
    welcomed_at: float | None = None
    rejected: bool = False  # a servicer refuses this customer's messages
    blocked: bool = False  # the customer refuses ours
    transcript: list[Bubble] = field(default_factory=list)

    def bubble(self, msgid: str) -> Bubble | None:
        return next((b for b in reversed(self.transcript) if b.msgid == msgid), None)
