"""Stretches of time in which it was somebody's turn: pure."""

from datetime import datetime

Turn = tuple[datetime, datetime]


def apart(turns: list[Turn], opened_at: datetime, closed_at: datetime) -> list[Turn]:
    """No moment in two of them: a customer may go on while a reply is on its way."""
    found: list[Turn] = []
    for asked, until in turns:
        begin = max(asked, found[-1][1] if found else opened_at)
        if begin < min(until, closed_at):
            found.append((begin, min(until, closed_at)))
    return found


def seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
