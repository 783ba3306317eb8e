"""How an agent wants to be told: by which event, when it has to be quiet, how loud. Pure rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sessions.models import Agent, Event, How

SOUNDS = ("ping", "chime", "knock", "low")
USUAL = {
    Event.QUEUE: (How.PAGE, "chime"),
    Event.MESSAGE: (How.DESKTOP, "ping"),
    Event.ASSIGNED: (How.DESKTOP, "chime"),
    Event.MENTION: (How.DESKTOP, "knock"),
    Event.CLOSING: (How.PAGE, ""),
    Event.CODE: (How.PAGE, ""),
    Event.LAPSING: (How.DESKTOP, "low"),
    Event.FAILED: (How.PAGE, "low"),
    Event.BACK: (How.PAGE, ""),
    Event.RATING: (How.PAGE, ""),
    Event.LOW: (How.PAGE, "low"),
    Event.EXPORT: (How.PAGE, ""),
}
VOLUME = 50
LOOK_AHEAD = 8  # days: a page that is open longer has caught up since
Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wishes:
    """`days` are those on which quiet hours begin, Monday is 0; none of them: never quiet."""

    how: Mapping[str, str]
    sounds: Mapping[str, str]
    volume: int = VOLUME
    hides: bool = False
    starts: time = time(22)
    ends: time = time(8)
    days: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, agent: Agent) -> "Wishes":
        kept: dict[str, Any] = agent.wishes
        how, sounds = kept.get("how", {}), kept.get("sounds", {})
        return cls(
            {event: how.get(event, usual) for event, (usual, _sound) in USUAL.items()},
            {event: sounds.get(event, usual) for event, (_how, usual) in USUAL.items()},
            kept.get("volume", VOLUME),
            kept.get("hides", False),
            time.fromisoformat(kept.get("starts", "22:00")),
            time.fromisoformat(kept.get("ends", "08:00")),
            frozenset(kept.get("days", ())),
        )

    def kept(self) -> dict[str, Any]:
        """As it is stored with the agent."""
        return {
            "how": dict(self.how),
            "sounds": dict(self.sounds),
            "volume": self.volume,
            "hides": self.hides,
            "starts": f"{self.starts:%H:%M}",
            "ends": f"{self.ends:%H:%M}",
            "days": sorted(self.days),
        }

    def wants(self, event: str) -> bool:
        return self.how[event] != How.NOTHING

    def quiet_periods(self, now: datetime, zone: ZoneInfo) -> Iterator[Period]:
        """Those that are not over, as moments: pages compare them with their clock."""
        today = now.astimezone(zone).date()
        for ahead in range(-1, LOOK_AHEAD):
            day = today + timedelta(days=ahead)
            if day.weekday() not in self.days:
                continue
            until = day + timedelta(days=self.ends <= self.starts)
            period = (
                datetime.combine(day, self.starts, zone),
                datetime.combine(until, self.ends, zone),
            )
            if period[1] > now:
                yield period

    def is_quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        return any(begin <= now < end for begin, end in self.quiet_periods(now, zone))
