"""Forwarded chat histories (merged_msg): each item has a kind of its own (wecom_kf.md §3.3)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from messaging import kinds

NESTING = 5  # chat histories inside chat histories


@dataclass(frozen=True)
class MergedItem:
    """One message of a forwarded chat history."""

    kind: str
    content: dict[str, Any]
    sender: str
    sent_at: datetime | None
    is_readable: bool = True

    @property
    def template(self) -> str:
        return kinds.template_of(self.kind)


def merged_items(content: Any) -> list[MergedItem]:
    """The messages of a merged_msg, each with the kind and content to draw it with.

    `msg_content` is a JSON string of the same shapes; an item that is not is marked unreadable.
    """
    listed = content.get("item") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        return []
    depth = content.get("depth", 0)
    return [_merged_item(item, depth) for item in listed if isinstance(item, dict)]


def _merged_item(item: dict[str, Any], depth: int) -> MergedItem:
    name = str(item.get("msgtype") or "")
    body = _merged_body(name, item.get("msg_content"))
    kind = kinds.kind_of(name)
    is_too_deep = kind.name == "merged_msg" and depth >= NESTING
    content = kinds.content_of(name, body)
    if kind.name == "merged_msg":
        content["depth"] = depth + 1
    return MergedItem(
        kind=kind.name,
        content=content,
        sender=str(item.get("sender_name") or ""),
        sent_at=_moment(item.get("send_time")),
        is_readable=isinstance(body, dict)
        and not (is_too_deep or kind.is_event or kind.name == "unsupported"),
    )


def _merged_body(name: str, written: Any) -> Any:
    """{"text": {"content": …}} and {"content": …} are both about."""
    if isinstance(written, str):
        try:
            written = kinds.storable(json.loads(written))
        except (ValueError, RecursionError):
            return None
    inner = written.get(name) if isinstance(written, dict) else None
    return inner if isinstance(inner, dict) else written


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
