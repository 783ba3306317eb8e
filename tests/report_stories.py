"""Twenty-one sessions worked out by hand: what happened, and every fact that follows.

A story is read from left to right: a date (of 2026) or a time holds until the next one. The account
serves on weekdays from 9 to 18, not on 1-7 October, but on Saturday the 10th (调休). Durations are
`calendar/business`. What is not named is nothing.
"""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from sessions.reports.hours import Calendar, Rules

ZONE = ZoneInfo("Asia/Shanghai")
OPEN = [(time(9), time(18))]
HOLIDAYS = {date(2026, 10, day): [] for day in range(1, 8)}
RULES = Rules(
    date(2026, 1, 1), dict.fromkeys(range(5), OPEN), HOLIDAYS | {date(2026, 10, 10): OPEN}
)
CALENDAR = Calendar(ZONE, [RULES])


@dataclass(frozen=True)
class Story:
    name: str
    told: str
    facts: str
    customer: str = ""

    def __str__(self) -> str:
        return self.name


STORIES = [
    Story(
        "one question, one answer",
        "10:00 in  10:01 take:lin  10:03 out:lin  10:20 close:lin",
        "in=1 out=1 replies=1 budget=1 first=3m/3m:lin answer=3m/3m slowest=3m/3m assigned=1m/1m:lin "
        "queued=1m/1m resolved=20m/20m:lin by=agent handled=7m us=3m/3m customer=17m/17m owner=lin",
    ),
    Story(
        "three bubbles are one turn",
        "10:00 in  10:01 in  10:02 in take:wang  10:04 out:wang  10:05 out:wang  10:10 in  "
        "10:16 out:wang  10:17 close:wang",
        "in=4 out=3 replies=3 budget=2 first=4m/4m:wang answer=4m/4m slowest=6m/6m "
        "assigned=2m/2m:wang queued=2m/2m resolved=17m/17m:wang by=agent handled=15m us=10m/10m "
        "customer=7m/7m owner=wang",
    ),
    Story(
        "over midnight",
        "17:58 in  18:30 take:lin  03-03 00:10 out:lin  09:30 close:lin",
        "in=1 out=1 replies=1 budget=1 first=6h12m/2m:lin answer=6h12m/2m slowest=6h12m/2m "
        "assigned=32m/2m:lin queued=32m/2m resolved=15h32m/32m:lin by=agent handled=5h45m "
        "us=6h12m/2m customer=9h20m/30m owner=lin",
    ),
    Story(
        "into a holiday",
        "09-30 17:00 in  17:10 take:lin  10-01 17:00 out:lin  17:30 close:lin",
        "in=1 out=1 replies=1 budget=1 first=24h/1h:lin answer=24h/1h slowest=24h/1h "
        "assigned=10m/10m:lin queued=10m/10m resolved=24h30m/1h:lin by=agent handled=23h55m "
        "us=24h/1h customer=30m/0m owner=lin",
    ),
    Story(
        "on a make-up day",
        "10-10 10:00 in  10:05 take:wang  10:30 out:wang  10-11 10:00 close:wang",
        "in=1 out=1 replies=1 budget=1 first=30m/30m:wang answer=30m/30m slowest=30m/30m "
        "assigned=5m/5m:wang queued=5m/5m resolved=24h/8h:wang by=agent handled=30m us=30m/30m "
        "customer=23h30m/7h30m owner=wang",
    ),
    Story(
        "handed on while they wait",
        "10:00 in  10:02 take:lin  10:05 give:wang  10:09 out:wang  10:10 close:wang",
        "in=1 out=1 replies=1 budget=1 transfers=1 first=9m/9m:wang answer=9m/9m slowest=9m/9m "
        "assigned=2m/2m:lin queued=2m/2m resolved=10m/10m:wang by=agent handled=8m us=9m/9m "
        "customer=1m/1m owner=wang",
    ),
    Story(
        "back into the queue",
        "10:00 in  10:01 take:lin  10:03 back  10:13 take:wang  10:14 out:wang  10:15 close:wang",
        "in=1 out=1 replies=1 budget=1 transfers=1 first=14m/14m:wang answer=14m/14m "
        "slowest=14m/14m assigned=1m/1m:lin queued=11m/11m resolved=15m/15m:wang by=agent handled=4m "
        "us=14m/14m customer=1m/1m owner=wang",
    ),
    Story(
        "a reply that failed, and another",
        "10:00 in  10:01 take:lin  10:02 out:lin fail  10:10 out:lin  10:11 close:lin",
        "in=1 out=1 replies=1 failed=1 budget=1 first=10m/10m:lin answer=10m/10m slowest=10m/10m "
        "assigned=1m/1m:lin queued=1m/1m resolved=11m/11m:lin by=agent handled=10m us=10m/10m "
        "customer=1m/1m owner=lin",
    ),
    Story(
        "a reply that failed, and no other",
        "10:00 in  10:01 take:lin  10:02 out:lin mute  10:30 close:lin",
        "in=1 failed=1 muted assigned=1m/1m:lin queued=1m/1m resolved=30m/30m:lin by=agent handled=29m "
        "us=30m/30m customer=0m/0m owner=lin unanswered",
    ),
    Story(
        "a reply that failed, and was sent again",
        "10:00 in  10:01 take:lin  10:02 out:lin fail  10:05 in  10:06 again:lin  10:08 close:lin",
        "in=2 out=1 replies=1 failed=1 budget=1 first=6m/6m:lin answer=6m/6m slowest=6m/6m "
        "assigned=1m/1m:lin queued=1m/1m resolved=8m/8m:lin by=agent handled=7m us=6m/6m "
        "customer=2m/2m owner=lin",
    ),
    Story(
        "the window closes on them",
        "10:00 in  10:01 take:lin  03-04 10:01 lapse",
        "in=1 assigned=1m/1m:lin queued=1m/1m resolved=48h1m/18h1m by=silence handled=48h "
        "us=48h1m/18h1m customer=0m/0m owner=lin unanswered lost",
    ),
    Story(
        "nobody ever came",
        "10:00 in  03-04 10:01 lapse",
        "in=1 queued=48h1m/18h1m resolved=48h1m/18h1m by=silence handled=0m us=48h1m/18h1m "
        "customer=0m/0m unanswered lost abandoned",
    ),
    Story(
        "given to a servicer",
        "10:00 in  10:02 take:lin  10:03 native:carol  10:10 servicer:carol  10:20 end",
        "in=1 out=1 replies=1 transfers=1 first=10m/10m:carol answer=10m/10m slowest=10m/10m "
        "assigned=2m/2m:lin queued=2m/2m resolved=20m/20m by=platform handled=1m us=10m/10m "
        "customer=10m/10m owner=lin native=17m",
    ),
    Story(
        "a servicer begins",
        "10:00 servicer:carol  10:05 in  10:06 servicer:carol  10:07 end",
        "in=1 out=2 replies=2 first=1m/1m:carol answer=1m/1m slowest=1m/1m resolved=7m/7m by=platform "
        "handled=0m us=1m/1m customer=6m/6m native=7m",
    ),
    Story(
        "a welcome is no reply",
        "10:00 in auto  10:04 take:lin  10:05 out:lin  10:06 close:lin",
        "in=1 out=2 auto=1 replies=1 budget=1 first=5m/5m:lin answer=0m/0m slowest=5m/5m "
        "assigned=4m/4m:lin queued=4m/4m resolved=6m/6m:lin by=agent handled=2m us=5m/5m "
        "customer=1m/1m owner=lin",
    ),
    Story(
        "snoozed",
        "10:00 in  10:01 take:lin  10:02 out:lin  10:03 snooze:lin  11:00 wake:lin  11:10 close:lin",
        "in=1 out=1 replies=1 budget=1 first=2m/2m:lin answer=2m/2m slowest=2m/2m "
        "assigned=1m/1m:lin queued=1m/1m resolved=1h10m/1h10m:lin by=agent handled=2m us=2m/2m "
        "customer=1h8m/1h8m owner=lin",
    ),
    Story(
        "they go on while the reply is on its way",
        "10:00 in  10:01 take:lin  10:02 out:lin>10:04  10:03 in  10:06 out:lin  10:07 close:lin",
        "in=2 out=2 replies=2 budget=1 first=4m/4m:lin answer=4m/4m slowest=4m/4m "
        "assigned=1m/1m:lin queued=1m/1m resolved=7m/7m:lin by=agent handled=6m us=6m/6m "
        "customer=1m/1m owner=lin",
    ),
    Story(
        "five of five, and content",
        "10:00 in  10:01 take:lin  10:02 out:lin  10:03 out:lin  10:04 out:lin  10:05 out:lin  "
        "10:06 out:lin  10:07 close:lin  10:08 ask:end  10:30 rate:5",
        "in=1 out=5 replies=5 budget=5 first=2m/2m:lin answer=2m/2m slowest=2m/2m assigned=1m/1m:lin "
        "queued=1m/1m resolved=7m/7m:lin by=agent handled=6m us=2m/2m customer=5m/5m owner=lin "
        "asked=end score=5 reopened=4h53m",
        customer="hong",
    ),
    Story(
        "the same customer again, and not content",
        "15:00 in  15:01 take:wang  15:02 out:wang  15:05 close:wang  15:06 ask:budget  15:07 rate:2",
        "in=1 out=1 replies=1 budget=2 first=2m/2m:wang answer=2m/2m slowest=2m/2m "
        "assigned=1m/1m:wang queued=1m/1m resolved=5m/5m:wang by=agent handled=4m us=2m/2m "
        "customer=3m/3m owner=wang asked=budget score=2",
        customer="hong",
    ),
    Story(
        "still open",
        "10:00 in  10:05 take:lin  10:06 out:lin  10:30 in note:lin",
        "in=2 out=1 replies=1 notes=1 budget=1 first=6m/6m:lin answer=6m/6m slowest=6m/6m "
        "assigned=5m/5m:lin queued=5m/5m owner=lin",
    ),
    Story(
        "ended out of the queue",
        "10:00 in  10:02 close:lin",
        "in=1 queued=2m/2m resolved=2m/2m:lin by=agent handled=0m us=2m/2m customer=0m/0m unanswered",
    ),
]  # fmt: skip
