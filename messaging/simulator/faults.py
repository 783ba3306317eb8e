"""Failures on demand: what to do wrong, to which calls, how often (protocol §9, checklist §10)."""

from dataclasses import dataclass, field
from fnmatch import fnmatch
from random import Random

KINDS = {
    "slow": "wait `seconds`, then act and answer",
    "slow_after": "act, then answer after `seconds`",
    "errcode": "refuse with `errcode` instead of acting",
    "status_500": "staffService: HTTP 500 with errcode 0, as for a customer who is not there",
    "reset": "drop the connection before acting",
    "reset_after": "act, then drop the connection",
    "garbage": "act, then answer 502 with HTML",
    "invalidate_token": "take the access token back before its time: 40014 until the next gettoken",
    "empty_page": "sync_msg: an empty page with has_more=1 that moves nothing",
    "duplicate_rows": "sync_msg: give each row of the page twice",
    "send_fail": "send_msg: accept, then msg_send_fail with `fail_type` after `seconds`",
    "duplicate_callback": "send the callback twice",
    "drop_callback": "do not send the callback",
}


@dataclass
class Fault:
    """`api` is a pattern of API names ("kf/*"); `count` None means until it is cleared."""

    kind: str
    api: str = "*"
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    errcode: int = -1
    fail_type: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind}; there are: {', '.join(KINDS)}")


@dataclass
class Faults:
    """The faults in force, oldest first; a spent one is gone."""

    active: list[Fault] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(1))

    def add(self, kind: str, **options: object) -> Fault:
        fault = Fault(kind, **options)
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        self.active.clear()

    def take(self, kind: str, api: str = "") -> Fault | None:
        """The fault of this kind that strikes this call, if any; counts it down."""
        for fault in self.active:
            if fault.kind == kind and fnmatch(api, fault.api):
                if self.random.random() >= fault.probability:
                    continue
                self._spend(fault)
                return fault
        return None

    def _spend(self, fault: Fault) -> None:
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self.active.remove(fault)
