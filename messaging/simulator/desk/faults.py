"""Failures on demand. `api` is a pattern of commands (REST) or of events (callbacks)."""

from dataclasses import dataclass

from messaging.simulator import faults

KINDS = {
    "slow": "wait `seconds`, then act and answer",
    "slow_after": "act, then answer after `seconds`",
    "errcode": "refuse with `errcode` instead of acting",
    "reset": "drop the connection before acting",
    "reset_after": "act, then drop the connection",
    "bad_gateway": "answer HTTP 502 instead of acting",
    "garbage": "act, then answer 502 with HTML",
    "duplicate_callback": "send the callback twice, with the same RequestID",
    "repeat_callback": "send the callback twice, with another RequestID",
    "delay_callback": "send the callback after `seconds`",
    "reorder_callback": "send the callback after the next one of its session",
    "drop_callback": "do not send the callback",
    "bad_sign": "sign the callback with another token",
    "old_sign": "sign the callback `seconds` ago",
    "foreign_app": "call back in the name of another SDKAppID",
}


@dataclass
class Fault(faults.Fault):
    errcode: int = 141002

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind}; there are: {', '.join(KINDS)}")


class Faults(faults.Faults):
    def add(self, kind: str, **options: object) -> Fault:
        fault = Fault(kind, **options)
        self.active.append(fault)
        return fault
