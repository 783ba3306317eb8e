"""Codes with a life: one-use rights to send outside the budget (wecom_kf.md §5.2)."""

from datetime import datetime, timedelta

WELCOME, POOL, PICKUP, END = "welcome", "pool", "pickup", "end"

LIVES = {
    WELCOME: timedelta(seconds=20),
    POOL: timedelta(hours=48),
    PICKUP: timedelta(hours=48),
    END: timedelta(seconds=20),
}
# Except for the welcome, a code works only while the session is in the state that gave it.
STATES: dict[str, int | None] = {WELCOME: None, POOL: 2, PICKUP: 3, END: 4}
KINDS = {
    WELCOME: frozenset({"text", "msgmenu"}),
    POOL: frozenset({"text"}),
    PICKUP: frozenset({"text"}),
    END: frozenset({"text", "msgmenu"}),
}
LASTING = frozenset({POOL, PICKUP})  # people decide when; the others are spent by the worker
MARGIN = timedelta(seconds=2)  # the request has to arrive, and clocks differ


def kind_of_state(state: int) -> str | None:
    """Which code a transition to `state` may return."""
    return {2: POOL, 3: PICKUP, 4: END}.get(state)


def expires_at(kind: str, received_at: datetime) -> datetime:
    return received_at + LIVES[kind]


def refusal(
    kind: str,
    message_kind: str,
    *,
    expires: datetime,
    used: bool,
    state: int,
    now: datetime,
) -> str | None:
    """Why this code cannot carry a message of this kind now; None when it can.

    Returns one of "used", "expired", "kind", "state".
    """
    if used:
        return "used"
    if now > expires - MARGIN:
        return "expired"
    if message_kind not in KINDS[kind]:
        return "kind"
    wanted = STATES[kind]
    if wanted is not None and state != wanted:
        return "state"
    return None
