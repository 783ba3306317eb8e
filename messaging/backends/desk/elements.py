"""MsgBody: the elements of a message in our kinds, and our kinds as elements.

Every field comes from strangers and may have any type. What is not known is "unsupported" and kept
raw by the caller.
"""

import json
from collections.abc import Callable
from typing import Any

from messaging import kinds
from messaging.backends.desk import cards

Body = dict[str, Any]
Read = tuple[str, Body]
UNKNOWN: Read = ("unsupported", {})
ORIGINAL = 1  # ImageInfoArray's Type


def read(element: Any) -> Read:
    """(kind, content) of one element."""
    if not isinstance(element, dict):
        return UNKNOWN
    content = element.get("MsgContent")
    reader = _READERS.get(str(element.get("MsgType")))
    return reader(content) if reader and isinstance(content, dict) else UNKNOWN


def write(kind: str, content: Body, session: str) -> list[Body]:
    """What we send: never more than one element, as one message of ours is one of theirs."""
    if kind == "text":
        return [_element("TIMTextElem", Text=content["content"])]
    if kind == "location":
        words = " ".join(str(content[n]) for n in ("name", "address") if content.get(n))
        place = {"Latitude": content["latitude"], "Longitude": content["longitude"]}
        return [_element("TIMLocationElem", Desc=words, **place)]
    card = cards.write(kind, content, session)
    return [_element("TIMCustomElem", Data=json.dumps(card, ensure_ascii=False))]


def _element(name: str, **content: Any) -> Body:
    return {"MsgType": name, "MsgContent": content}


def _text(content: Body) -> Read:
    words = content.get("Text")
    return ("text", {"content": words}) if isinstance(words, str) else UNKNOWN


def _face(content: Body) -> Read:
    """Index and Data are the app's own: its words are all that can be shown."""
    words = content.get("Data") or content.get("Index")
    return ("text", {"content": str(words)}) if isinstance(words, str | int) else UNKNOWN


def _location(content: Body) -> Read:
    place = {"latitude": content.get("Latitude"), "longitude": content.get("Longitude")}
    if not all(isinstance(number, int | float) for number in place.values()):
        return UNKNOWN
    return "location", place | {"name": str(content.get("Desc") or "")}


def _image(content: Body) -> Read:
    listed = content.get("ImageInfoArray")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found.sort(key=lambda one: one.get("Type") != ORIGINAL)
    return _file("image", found[0].get("URL")) if found else UNKNOWN


def _file(kind: str, url: Any, name: Any = "") -> Read:
    """Its address stands where others have an id: it is fetched from there (Backend.download)."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return UNKNOWN
    return kind, {"media_id": url} | ({"filename": str(name)} if name else {})


def _custom(content: Body) -> Read:
    try:
        data = kinds.storable(json.loads(content.get("Data") or ""))
    except (ValueError, TypeError, RecursionError):
        return UNKNOWN
    return cards.read(data) if isinstance(data, dict) else UNKNOWN


_READERS: dict[str, Callable[[Body], Read]] = {
    "TIMTextElem": _text,
    "TIMFaceElem": _face,
    "TIMLocationElem": _location,
    "TIMImageElem": _image,
    "TIMSoundElem": lambda content: _file("voice", content.get("Url")),
    "TIMVideoFileElem": lambda content: _file("video", content.get("VideoUrl")),
    "TIMFileElem": lambda content: _file("file", content.get("Url"), content.get("FileName")),
    "TIMCustomElem": _custom,
}
