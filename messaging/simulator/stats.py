"""Daily figures per account behind the statistics calls (protocol §8)."""

from dataclasses import dataclass, field

from .model import Conversation

DAY = 24 * 3600
CHINA = 8 * 3600  # days start at 0:00 of UTC+8


def day_start(moment: float) -> int:
    """The unix time of 0:00 China time of the day that holds `moment`."""
    return int((moment + CHINA) // DAY * DAY - CHINA)


@dataclass
class Tally:
    """What one side (assistant, or one servicer) did on one day; sessions are spells."""

    sessions: set[tuple] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    messages: int = 0
    replied: dict[tuple, float] = field(default_factory=dict)  # session -> seconds to first reply


@dataclass
class Day:
    written: set[tuple] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    messages: int = 0
    rejected: set[str] = field(default_factory=set)
    assistant: set[tuple] = field(default_factory=set)
    handed_over: set[tuple] = field(default_factory=set)
    servicers: dict[str, Tally] = field(default_factory=dict)


@dataclass
class Stats:
    """`days` counts what happens; `given` holds figures that a test or the demo set by hand."""

    days: dict[tuple[str, int], Day] = field(default_factory=dict)
    given: dict[tuple[str, int, str], dict] = field(default_factory=dict)

    def customer_wrote(self, conversation: Conversation, now: float) -> None:
        day = self._day(conversation, now)
        day.written.add(_session(conversation))
        day.customers.add(conversation.external_userid)
        day.messages += 1
        if conversation.servicer_userid:
            tally = self._tally(conversation, now)
            tally.messages += 1

    def assistant_replied(self, conversation: Conversation, now: float) -> None:
        self._day(conversation, now).assistant.add(_session(conversation))

    def human_started(self, conversation: Conversation, now: float) -> None:
        day = self._day(conversation, now)
        if _session(conversation) in day.assistant:
            day.handed_over.add(_session(conversation))

    def servicer_wrote(self, conversation: Conversation, now: float) -> None:
        """The first reply of a session is timed from the customer's last message."""
        if conversation.last_customer_time is None:
            return
        tally = self._tally(conversation, now)
        waited = now - conversation.last_customer_time
        tally.replied.setdefault(_session(conversation), waited)

    def customer_rejected(self, conversation: Conversation, now: float) -> None:
        self._day(conversation, now).rejected.add(conversation.external_userid)

    def _day(self, conversation: Conversation, now: float) -> Day:
        return self.days.setdefault((conversation.open_kfid, day_start(now)), Day())

    def _tally(self, conversation: Conversation, now: float) -> Tally:
        day = self._day(conversation, now)
        tally = day.servicers.setdefault(conversation.servicer_userid, Tally())
        tally.sessions.add(_session(conversation))
        tally.customers.add(conversation.external_userid)
        return tally

    def corp_figures(self, open_kfid: str, start: int) -> dict | None:
        """`statistic` of get_corp_statistic for one day, None when there was nothing."""
        given = self.given.get((open_kfid, start, ""))
        day = self.days.get((open_kfid, start))
        if given or not day:
            return given
        human = set().union(*(tally.sessions for tally in day.servicers.values()))
        share = len(day.handed_over) / len(day.assistant) if day.assistant else None
        return _known(
            session_cnt=len(day.written & (day.assistant | human)),
            customer_cnt=len(day.customers),
            customer_msg_cnt=day.messages,
            upgrade_service_customer_cnt=0,
            ai_session_reply_cnt=len(day.assistant),
            ai_transfer_rate=share,
            msg_rejected_customer_cnt=len(day.rejected),
        )

    def servicer_figures(self, open_kfid: str, start: int, userid: str) -> dict | None:
        """`statistic` of get_servicer_statistic; userid "" stands for all servicers together."""
        given = self.given.get((open_kfid, start, userid or "*"))
        day = self.days.get((open_kfid, start))
        if given or not day:
            return given
        tallies = [t for u, t in day.servicers.items() if userid in ("", u)]
        if not tallies:
            return None
        sessions = set().union(*(t.sessions for t in tallies))
        waits = [seconds for t in tallies for seconds in t.replied.values()]
        return _known(
            session_cnt=len(sessions),
            customer_cnt=len(set().union(*(t.customers for t in tallies))),
            customer_msg_cnt=sum(t.messages for t in tallies),
            reply_rate=len(waits) / len(sessions) if sessions else None,
            first_reply_average_sec=sum(waits) / len(waits) if waits else None,
            satisfaction_investgate_cnt=0,  # the platform's own spelling
            upgrade_service_customer_cnt=0,
            upgrade_service_member_invite_cnt=0,
            upgrade_service_member_customer_cnt=0,
            upgrade_service_groupchat_invite_cnt=0,
            upgrade_service_groupchat_customer_cnt=0,
            msg_rejected_customer_cnt=len(day.rejected),
        )


def _session(conversation: Conversation) -> tuple:
    return conversation.external_userid, conversation.spell


def _known(**figures: float | None) -> dict:
    """Figures that cannot be computed are absent, not null."""
    return {name: value for name, value in figures.items() if value is not None}
