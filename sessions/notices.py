"""Who is told what: rows beside the write, pushed after the commit to the pages of whom they concern.

tell([News(agent, session, Event.ASSIGNED, by=str(lin))])
tell_queue(sessions)     one frame for each account: no row, as whoever is quicker takes it
read(agent, session)     it was opened
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.utils import timezone

from messaging import live
from messaging.fragments import draw
from messaging.models import Message
from sessions import scales
from sessions.counts import Counts
from sessions.fragments import announce_session
from sessions.lists import CLOSING
from sessions.models import Agent, Event, Export, Notice, Session
from sessions.together import together
from sessions.wishes import Wishes

LATEST = 30
AT_ONCE = 3  # of one push; more are one line together
Routed = list[tuple[Message, Session | None]]


class News(NamedTuple):
    agent: Agent | None
    session: Session
    event: Event
    text: str = ""
    by: str = ""


def tell(news: Iterable[News]) -> None:
    """One statement for all of them, in the transaction of what they are about."""
    rows: dict[tuple[int, int, str], Notice] = {}
    for agent, session, event, text, by in news:
        if agent and agent.is_active and Wishes.of(agent).wants(event):
            notice = Notice(agent=agent, session=session, event=event, text=text[:140], by=by[:60])
            rows[agent.pk, session.pk, event] = notice
    if not rows:
        return
    found = [rows[key] for key in sorted(rows)]
    Notice.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["agent", "session", "event"],
        update_fields=["by", "text", "at", "read_at"],
    )
    transaction.on_commit(lambda: _push(found), robust=True)


def tell_queue(sessions: Iterable[Session]) -> None:
    """New customers whom nobody has: for all who may serve the account and want to know."""
    by_account: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        if not (session.is_history or session.agent_id or session.is_native or session.is_ended):
            by_account[session.account_id].append(session)
    if by_account:
        transaction.on_commit(lambda: _push_queue(by_account), robust=True)


def tell_routed(routed: Routed) -> None:
    """What a batch of intake means to those who serve: it was saved already."""
    prefetch_related_objects([row for row, _session in routed if _is_lost(row)], "author")
    tell(news for row, session in routed if session for news in _news_of(row, session))


def tell_once(news: Iterable[News], event: Event) -> None:
    """All of this event: once for each window, or each code, however often somebody looks."""
    news = [one for one in news if one.agent]
    sessions = {one.session.pk for one in news}
    since = timezone.now() - CLOSING
    known = Notice.objects.filter(session__in=sessions, event=event, at__gte=since)
    told = set(known.values_list("session", "agent")) if sessions else set()
    tell(one for one in news if (one.session.pk, one.agent.pk) not in told)


def tell_assigned(session: Session, by: Agent) -> None:
    if session.agent != by:
        tell([News(session.agent, session, Event.ASSIGNED, by=str(by))])


def tell_given(sessions: Iterable[Session]) -> None:
    """The platform gave them to the member as whom an agent serves."""
    tell([News(session.agent, session, Event.ASSIGNED, by="Desk") for session in sessions])


def tell_export(export: Export) -> None:
    """A file that was asked for is ready, or will not be."""
    if not Wishes.of(export.agent).wants(Event.EXPORT):
        return
    told = {"agent": export.agent, "event": Event.EXPORT, "text": export.name}
    told |= {"at": timezone.now(), "read_at": None}
    notice, _made = Notice.objects.update_or_create(export=export, defaults=told)
    transaction.on_commit(lambda: _push([notice]), robust=True)


def _news_of(row: Message, session: Session) -> Iterable[News]:
    if row.is_history or scales.clicked(row.content):
        return  # a rating is told where it is kept (surveys.py)
    if row.direction == Message.Direction.IN and session.agent_id and not session.is_ended:
        yield News(session.agent, session, Event.MESSAGE)
    elif _is_lost(row):
        yield News(row.author, session, Event.FAILED, row.text)


def _is_lost(row: Message) -> bool:
    is_ours = row.direction == Message.Direction.OUT and row.author_id
    return bool(is_ours) and row.status == Message.Status.FAILED


# --- reading --------------------------------------------------------------------------------------


def of(agent: Agent) -> QuerySet[Notice]:
    own = Notice.objects.filter(agent=agent)
    return agent.visible(own, "session__account_id") | own.filter(session=None)


def latest(agent: Agent) -> list[Notice]:
    return list(of(agent).to_draw().order_by("-at", "-id")[:LATEST])


def unread(agent: Agent) -> int:
    return of(agent).unread().count()


def read(agent: Agent, session: Session | None = None) -> None:
    """All of this session, or all there is; every page of the agent hears it."""
    about = {"session": session} if session else {}
    notices, mentions = agent.notices.unread().filter(**about), agent.mentions.filter(seen_at=None)
    now = timezone.now()
    if notices.exists():  # the common case costs no write
        notices.update(read_at=now)
        data = {"read": session.pk if session else "all", "bell": time.time()}
        live.announce(f"user-{agent.pk}", data=data | {"unread": unread(agent)})
    if session and mentions.filter(session=session).exists():
        mentions.filter(session=session).update(seen_at=now)
        announce_session(session)


def read_exports(agent: Agent) -> None:
    """Their page was looked at, or one of them was taken."""
    fresh = agent.notices.unread().filter(event=Event.EXPORT)
    if fresh.exists():
        fresh.update(read_at=timezone.now())
        data = {"bell": time.time(), "unread": unread(agent)}
        live.announce(f"user-{agent.pk}", data=data)


@transaction.atomic
def wish(agent: Agent, wishes: Wishes) -> None:
    """Keep it, and let every page of theirs catch up with it."""
    agent.wishes = wishes.kept()
    Agent.objects.filter(pk=agent.pk).update(wishes=agent.wishes)
    live.announce(f"user-{agent.pk}", data={"resync": True})


def bell(agent: Agent, counts: Counts) -> dict[str, Any]:
    """What a page catches up with: the number at the bell, and those in its title."""
    return {"at": time.time(), "unread": unread(agent), "counts": counts.by_account}


def forget_old() -> None:
    long_ago = timezone.now() - timedelta(days=settings.KF_NOTICE_DAYS)
    Notice.objects.filter(at__lt=long_ago).delete()


# --- pushing: after the commit, and only what somebody hears ---------------------------------------


def _push(rows: list[Notice]) -> None:
    heard = [row for row in rows if live.is_heard(f"user-{row.agent_id}")]
    keys = [row.pk for row in heard if not _is_looked_at(row)]
    if not keys:
        return
    by_agent: dict[Agent, list[Notice]] = defaultdict(list)
    found = Notice.objects.filter(pk__in=keys).unread().permitted().to_draw()
    for notice in found.order_by("at", "id"):
        by_agent[notice.agent].append(notice)
    counted_at = time.time()  # what is read meanwhile counts, also if it is told sooner
    numbers = _unread_of(by_agent)
    for agent, notices in by_agent.items():
        context = {"notices": notices[-AT_ONCE:], "more": len(notices[:-AT_ONCE])}
        context |= {"hides": Wishes.of(agent).hides}
        html = draw("notices/frames/arrivals.html", context, agent.language)
        data = {"html": html, "bell": counted_at, "unread": numbers.get(agent.pk, 0)}
        live.announce(f"user-{agent.pk}", data=data)


def _is_looked_at(row: Notice) -> bool:
    """Then its page is told so, undrawn, and asks for it if nobody looks there any more."""
    if row.event != Event.MESSAGE or not together.only_looks_at(row.agent_id, row.session_id):
        return False
    live.announce(f"user-{row.agent_id}", data={"glance": row.session_id})
    return True


def _unread_of(agents: Iterable[Agent]) -> dict[int, int]:
    unread = Notice.objects.filter(agent__in=list(agents)).unread().permitted()
    return dict(unread.order_by().values_list("agent").annotate(Count("id")))


def _push_queue(by_account: dict[int, list[Session]]) -> None:
    for account, sessions in by_account.items():
        if live.is_heard(f"account-{account}"):
            context = {"sessions": sessions, "session": sessions[-1]}
            html = draw("notices/frames/queue.html", context)
            live.announce(f"account-{account}", data={"html": html})
