"""In which order the events of a session are read, and which of them count."""

from collections.abc import Sequence
from datetime import datetime

from sessions.models import SessionEvent

Kind = SessionEvent.Kind
# Of what happened in the same moment: the cause before its effect.
ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            Kind.OPENED,
            Kind.STATE,
            Kind.IN,
            Kind.CALLED,
            Kind.ASSIGNED,
            Kind.OUT,
            Kind.ASKED,
            Kind.FAILED,
        )
    )
}
LAST = len(ORDER)


def as_they_stand(events: Sequence[SessionEvent]) -> list[SessionEvent]:
    """In the order of the thread, without what was accepted and then failed (R4).

    What was sent again after that stands where it was accepted.
    """
    void, accepted, failed = set(), {}, set()
    placed: dict[int, datetime] = {}
    by_time = sorted(events, key=lambda one: (one.at, *_rank(one)))
    for place, event in enumerate(by_time):
        placed[place] = event.at if event.message in failed else event.placed_at
        if event.kind in (Kind.OUT, Kind.ASKED):
            accepted[event.message] = place
        elif event.kind == Kind.FAILED:
            failed.add(event.message)
            void.add(accepted.pop(event.message, None))
    kept = [place for place in placed if place not in void]
    kept.sort(key=lambda place: (placed[place], *_rank(by_time[place])))
    return [by_time[place] for place in kept]


def _rank(event: SessionEvent) -> tuple[int, str, int]:
    """Of the same moment: whichever arrived first, it is always the same order."""
    return ORDER.get(event.kind, LAST), event.kind, event.message
