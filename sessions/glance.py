"""A session at a glance, beside another one: what was said in it, from its beginning, page by page."""

from dataclasses import dataclass

from sessions import thread
from sessions.models import Agent, Session
from sessions.transcript import Line, Transcript

PAGE = 20


@dataclass(frozen=True)
class Glance:
    lines: list[Line]
    cursor: str  # of the next page; empty when this is the last


def of(session: Session, agent: Agent, cursor: str = "") -> Glance:
    told = Transcript(session, agent, has_notes=True)
    place = thread.place_of(cursor)
    rows = told.rows().filter(thread.beyond(*place)) if place else told.rows()
    found = list(rows[: PAGE + 1])
    lines = list(told.told(found[:PAGE]))
    return Glance(lines, found[PAGE - 1].key if len(found) > PAGE else "")
