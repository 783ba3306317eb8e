"""What the user's page shows: the world as rows for templates. Reads only; no HTTP."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.simulator.phone import GAP, PEOPLE, SHOWN, clock_label, face

from . import cards, elements
from .model import (
    AGENT,
    CHATBOT,
    NOT_IN_SESSION,
    QUEUEING,
    SYSTEM,
    WAITING,
    Line,
    Member,
    Session,
)
from .world import World

STAGES = {
    NOT_IN_SESSION: gettext_lazy("Not in a session"),
    CHATBOT: gettext_lazy("With the bot"),
    WAITING: gettext_lazy("Waiting for the agent to accept"),
    QUEUEING: gettext_lazy("In the queue"),
    AGENT: gettext_lazy("With an agent"),
}
STATUSES = {
    "STATUS_FREE": gettext_lazy("free"),
    "STATUS_NOT_READY": gettext_lazy("busy"),
    "STATUS_REST": gettext_lazy("on a break"),
    "STATUS_OFFLINE": gettext_lazy("offline"),
}
TIPS = {  # what Desk says between the bubbles (protocol B1.2)
    *("connectingToAgent", "connectedToAgent", "failedToConnectAgent", "queuing"),
    *("proactiveClosure", "timeoutAutoClosure"),
}
EVENTS = 10  # the last ones that are shown
NAMES = {  # for a line of the list
    "TIMImageElem": gettext_lazy("Photo"),
    "TIMSoundElem": gettext_lazy("Voice"),
    "TIMVideoFileElem": gettext_lazy("Video"),
    "TIMFileElem": gettext_lazy("File"),
    "TIMLocationElem": gettext_lazy("Location"),
    "TIMFaceElem": gettext_lazy("Emoji"),
    "TIMCustomElem": gettext_lazy("Card"),
    "TIMRelayElem": gettext_lazy("Chat history"),
}
TEMPLATES = {  # of customer-service messages, by their src
    cards.RATING: "rating",
    cards.BRANCH: "branch",
    cards.FORM: "form",
    cards.PRODUCT: "card",
    cards.ORDER: "card",
}


@dataclass
class Part:
    """One element as its template draws it."""

    kind: str
    content: dict

    @property
    def template(self) -> str:
        return f"simulator/desk/elements/_{self.kind}.html"


@dataclass
class Row:
    """One message as the template draws it."""

    line: Line
    parts: list[Part]
    time: str  # "" when it follows closely
    is_tip: bool
    selected: str
    rating: int

    @property
    def revision(self) -> str:
        """Changes whenever the row has to be drawn again."""
        return f"{self.time}{self.selected}{self.rating}"


def address(client: str, service: str) -> str:
    """The query that leads to a chat; relative, wherever the page is mounted."""
    return "?" + urlencode({"client": client, "service": service})


def thread(world: World, client: str, service: str) -> list[Row]:
    """The messages, oldest first, with a time where there was a pause."""
    rows, last = [], 0.0
    for line in world.chat(client, service)[-SHOWN:]:
        label = clock_label(world, line.sent_at) if line.sent_at - last > GAP else ""
        last = line.sent_at
        parts = [_part(world, line, element) for element in line.body]
        session = world.sessions.get(line.session_id)
        rating = session.rating if session else 0
        chosen = world.selected.get(line.msg_key, "")
        rows.append(Row(line, parts, label, _is_tip(line), chosen, rating))
    return rows


def _is_tip(line: Line) -> bool:
    try:
        marks = json.loads(line.custom or "{}")
    except ValueError:
        return False
    return line.role == SYSTEM and isinstance(marks, dict) and marks.get("messageType") in TIPS


def _part(world: World, line: Line, element: dict) -> Part:
    """An element with what its template needs to know besides."""
    content = element["MsgContent"]
    if element["MsgType"] == "TIMCustomElem":
        return _custom(world, element)
    url = content.get("Url") or content.get("VideoUrl") or ""
    if pictures := content.get("ImageInfoArray"):
        url = pictures[0]["URL"]
    near = {"url": _near(world, url), "thumb": _near(world, content.get("ThumbUrl"))}
    return Part(element["MsgType"], {**content, **near, "name": NAMES.get(element["MsgType"])})


def _custom(world: World, element: dict) -> Part:
    """A card of customer service, else some card."""
    data = elements.plugin_of(element)
    kind = TEMPLATES.get(str(data.get("src")), "")
    content = data.get("menuContent" if kind == "rating" else "content")
    if not kind or not isinstance(content, dict):
        desc = element["MsgContent"].get("Desc", "")
        return Part("other", {"name": NAMES["TIMCustomElem"], "desc": desc})
    names = {"branch": "items", "form": "items", "card": "customField", "rating": "menu"}
    near = {"url": _near(world, content.get("url")), "rows": _rows(content.get(names[kind]))}
    return Part(kind, {**content, **near})


def _rows(given: object) -> list[dict]:
    """What can be drawn of a list that somebody else has written."""
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []


def _near(world: World, url: object) -> str:
    """An own file by its relative address, as the page may be open under another name."""
    base = world.files.base_url + "/media/"
    if not isinstance(url, str):
        return ""
    if url.startswith(base):
        return "media/" + url.removeprefix(base)
    return url if url.startswith(("https://", "http://")) else ""


def preview(line: Line) -> str:
    """One line of a message for the list of users."""
    said = elements.words(line.body)
    return said or f"[{NAMES.get(line.body[0]['MsgType'], '?')}]"


def users(world: World) -> list[dict]:
    """Everybody, the latest chat first."""
    service = next(iter(world.services), "")
    rows = []
    for user_id, user in world.clients.items():
        chats = [(lines[-1], s) for (c, s), lines in world.chats.items() if c == user_id and lines]
        chats.sort(key=lambda chat: chat[0].sent_at, reverse=True)
        rows += [_user_row(world, user, s, line) for line, s in chats]
        if not chats:
            rows.append({**face(user.nickname), "address": address(user_id, service), "at": 0})
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:PEOPLE]


def _user_row(world: World, user, service: str, last: Line) -> dict:
    return {
        **face(user.nickname),
        "address": address(user.user_id, service),
        "account_name": world.services[service].name,
        "preview": preview(last),
        "time": clock_label(world, last.sent_at),
        "at": last.sent_at,
        "state": 4 if world.stage(user.user_id, service) == NOT_IN_SESSION else 0,
    }


def standing(world: World, session: Session | None) -> dict:
    """What Desk knows of a chat."""
    live = session if session and session.is_live else None
    stage = live.stage if live else NOT_IN_SESSION
    return {
        "stage": stage,
        "stage_name": STAGES[stage],
        "session": live,
        "agent": world.members.get(live.agent_id) if live else None,
        "before": world.queue().index(live) if stage == QUEUEING else 0,
        "events": [
            {**event, "clock": clock_label(world, event["EventTime"] / 1000)}
            for event in list(world.events)[: -EVENTS - 1 : -1]
        ],
    }


def offers(world: World, session: Session | None, client: str) -> dict:
    """What the user, and an agent in Desk's workbench, could do now."""
    stage = session.stage if session and session.is_live else NOT_IN_SESSION
    asks = session is not None and session.is_asking
    return {
        "can_ask_human": stage in (NOT_IN_SESSION, CHATBOT) and not asks,
        "can_leave_queue": stage == QUEUEING,
        "can_end": stage in (CHATBOT, WAITING, AGENT),
        "can_rate": bool(session and session.was_served and not session.rating),
        "can_accept": stage in (WAITING, QUEUEING),
        "can_serve": stage == AGENT,
        "is_away": world.client(client).left_at is not None,
        "members": [_member(world, member) for member in world.members.values()],
    }


def _member(world: World, member: Member) -> dict:
    return {
        "mail": member.mail,
        "name": member.name,
        "status": STATUSES[member.status],
        "load": world.load(member),
        "limit": member.limit,
    }


def headline(world: World, session: Session | None, service: str) -> str:
    """Whom the user speaks with, under the account's name."""
    if session and session.is_live:
        if session.stage == AGENT:
            return _("%(name)s serves you") % {"name": world.members[session.agent_id].name}
        return str(STAGES[session.stage])
    return _("Write to begin")
