"""Keep the facts in step with the events: a worker step that makes anew what has gone on.

A reader of reports sees what happened some seconds ago; who writes pays for one row and no more.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby, pairwise
from typing import Any

from django.db import models, transaction

from messaging import leases
from sessions.models import (
    Recount,
    ReplyFact,
    RollupDay,
    Session,
    SessionEvent,
    SessionFact,
    StintFact,
)
from sessions.models.event import PENDING
from sessions.reports import backfill
from sessions.reports.alone import is_alone, wait_until_alone
from sessions.reports.fold import Folded, fold
from sessions.reports.hours import calendars
from sessions.reports.rollups import day_of

logger = logging.getLogger(__name__)

BATCH, RANGE = 100, 500  # events of a step, sessions of a rebuild
FIELDS = [f.name for f in SessionFact._meta.concrete_fields if not f.primary_key]
MOMENTS = {
    model: [f.attname for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField)]
    for model in (SessionFact, ReplyFact, StintFact)
}
Opening = tuple[int, datetime]


def step(owner: str = "") -> int:
    """Take up what has happened since it last looked; what is counted anew comes after it.

    Returns how many events and sessions that were.
    """
    done = _take_up()
    return done if done == BATCH else done + _recount()


def _take_up() -> int:
    pending = SessionEvent.objects.filter(PENDING).order_by("id")
    if not pending.exists():
        return 0  # the common case costs no write transaction
    with transaction.atomic():
        if not is_alone():
            return 0
        found = list(pending.values_list("pk", "session", "kind")[:BATCH])
        begun = {session for _, session, kind in found if kind == SessionEvent.Kind.OPENED}
        refold({session for _, session, _ in found}, begun)
        SessionEvent.objects.filter(pk__in=[pk for pk, _, _ in found]).update(is_folded=True)
    return len(found)


def _recount() -> int:
    """A piece of what is to follow changed hours (models/hours.py)."""
    if not Recount.objects.exists():
        return 0
    with transaction.atomic():
        asked = leases.unheld(Recount.objects.order_by("pk")).first()
        if asked is None or not is_alone():
            return 0
        sessions = asked.next_piece()
        refold(sessions)
    return len(sessions) or 1


def rebuild(first: int = 0) -> Iterator[int]:
    """Make all facts anew, a range of sessions in each transaction; yields how far it is.

    What is pending stays so: some of it may have happened since the events were read.
    """
    last = max(_last(SessionEvent, "session"), _last(Session, "pk"))
    for start in range(first, last + 1, RANGE):
        here = {"session__gte": start, "session__lt": start + RANGE}
        with transaction.atomic():
            wait_until_alone()
            RollupDay.touch()
            sessions = set(SessionEvent.objects.filter(**here).values_list("session", flat=True))
            known = Session.objects.filter(pk__gte=start, pk__lt=start + RANGE)
            sessions.update(known.values_list("pk", flat=True))
            for model in (SessionFact, ReplyFact, StintFact):
                model.objects.filter(**here).delete()
            refold(sessions)
        yield min(start + RANGE, last + 1)


def refold(sessions: Collection[int], begun: Iterable[int] = ()) -> None:
    """Make the facts of these sessions anew, and of those before the ones that have just begun.

    The caller has a transaction.
    """
    openings = _openings(sessions)
    if missing := set(sessions) - {pk for each in openings.values() for pk, _ in each}:
        backfill.fill(missing)
        openings = _openings(sessions)
    begun = {*begun, *missing}
    touched = {*sessions, *(before for before, after in _neighbours(openings) if after in begun)}
    followed_by = _followed_by(openings)
    found = SessionEvent.objects.filter(session__in=touched).order_by("session", "at", "id")
    by_session = {pk: list(some) for pk, some in groupby(found, lambda event: event.session_id)}
    calendar_of = calendars({events[0].account_id for events in by_session.values()})
    folded = [
        _folded(events, calendar_of[events[0].account_id], followed_by.get(pk))
        for pk, events in by_session.items()
    ]
    write([one for one in folded if one])


def _folded(events: list[SessionEvent], *known: Any) -> Folded | None:
    """One session that cannot be counted does not keep the others from it; a rebuild tries again."""
    try:
        return fold(events, *known)
    except Exception:
        logger.exception("session %s cannot be counted", events[0].session_id)
        return None


# --- what comes before and after ------------------------------------------------------------------


def _openings(sessions: Iterable[int]) -> dict[int, list[Opening]]:
    """By customer, all sessions of the customers of these, in order."""
    customers = SessionEvent.objects.filter(session__in=sessions).values("customer")
    opened = SessionEvent.objects.filter(kind=SessionEvent.Kind.OPENED, customer__in=customers)
    found: dict[int, list[Opening]] = defaultdict(list)
    for customer, session, at in opened.order_by("at", "session").values_list(
        "customer", "session", "at"
    ):
        found[customer].append((session, at))
    return found


def _neighbours(openings: dict[int, list[Opening]]) -> Iterator[tuple[int, int]]:
    """(one, the next of its customer): a new session says of the one before that they came back."""
    for each in openings.values():
        yield from ((before, after) for (before, _), (after, _) in pairwise(each))


def _followed_by(openings: dict[int, list[Opening]]) -> dict[int, datetime]:
    return {before: at for each in openings.values() for (before, _), (_, at) in pairwise(each)}


# --- writing --------------------------------------------------------------------------------------


def write(folded: Sequence[Folded]) -> None:
    facts = [one.fact for one in folded]
    sessions, names = [fact.session_id for fact in facts], MOMENTS[SessionFact]
    changed = _flat(SessionFact.objects.filter(session__in=sessions).values_list(*names))
    changed |= _flat(_values(fact, names) for fact in facts)
    SessionFact.objects.bulk_create(
        facts, update_conflicts=True, unique_fields=["session"], update_fields=FIELDS
    )
    changed |= _replace(ReplyFact, sessions, [reply for one in folded for reply in one.replies])
    changed |= _replace(StintFact, sessions, [stint for one in folded for stint in one.stints])
    if days := {day_of(moment) for moment in changed if moment}:
        RollupDay.touch(*days)


def _replace(model: type[models.Model], sessions: list[int], rows: list) -> set[datetime | None]:
    """Only what has changed is written: a long session's replies are the same as before.

    Returns the moments of what has.
    """
    names = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    found = model.objects.filter(session__in=sessions).values_list("pk", *names)
    had = {tuple(values): pk for pk, *values in found}
    wanted = {_values(row, names): row for row in rows}
    gone, new = had.keys() - wanted.keys(), wanted.keys() - had.keys()
    if gone:
        model.objects.filter(pk__in=[had[values] for values in gone]).delete()
    model.objects.bulk_create(row for values, row in wanted.items() if values in new)
    places = [names.index(name) for name in MOMENTS[model]]
    return _flat([values[place] for place in places] for values in gone | new)


def _values(row: models.Model, names: Iterable[str]) -> tuple:
    return tuple(getattr(row, name) for name in names)


def _flat(rows: Iterable[Iterable[Any]]) -> set[Any]:
    return set(chain.from_iterable(rows))


def _last(model: type[models.Model], column: str) -> int:
    return model.objects.aggregate(last=models.Max(column))["last"] or 0
