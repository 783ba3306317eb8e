"""What send_msg takes: every field of every message type (protocol §5.1)."""

import re
from collections.abc import Callable

from .errors import Refused
from .fields import cut, mapping, number, string
from .menus import clean_menu

TEXT_BYTES = 2048
CA_LINK = "https://work.weixin.qq.com/ca/"
Media = Callable[[str, str], None]  # (media_id, kind): raises 40007 when it is not there


def clean_message(body: dict, media: Media, on_event: bool = False) -> tuple[str, dict]:
    """(msgtype, content) as the customer will get it, or Refused."""
    msgtype = string(body, "msgtype")
    if msgtype == "msgmenu":
        return msgtype, clean_menu(mapping(body, msgtype), on_event)
    if msgtype not in READERS:
        raise Refused(40008)
    return msgtype, READERS[msgtype](mapping(body, msgtype), media)


def clean_msgid(body: dict) -> str:
    """The caller's msgid, or "" when it left the choice to us; an empty one is an error (§9.4)."""
    if "msgid" not in body:
        return ""
    msgid = string(body, "msgid", 32)
    if not re.fullmatch(r"[0-9a-zA-Z_-]+", msgid):
        raise Refused(40058, "field msgid has illegal characters")
    return msgid


def _text(body: dict, media: Media) -> dict:
    """Text past 2048 bytes is cut without a word."""
    if body.get("content") in (None, ""):
        raise Refused(44004)
    return {"content": cut(string(body, "content"), TEXT_BYTES)}


def _file(kind: str) -> Callable[[dict, Media], dict]:
    def read(body: dict, media: Media) -> dict:
        return {"media_id": _media(body, "media_id", kind, media)}

    return read


def _link(body: dict, media: Media) -> dict:
    url = string(body, "url", 2048)
    if not url.startswith(("http://", "https://")):
        raise Refused(40058, "field url must start with http or https")
    return {
        "title": cut(string(body, "title"), 128),
        "desc": cut(string(body, "desc", required=False), 512),
        "url": url,
        "thumb_media_id": _media(body, "thumb_media_id", "image", media),
    }


def _miniprogram(body: dict, media: Media) -> dict:
    pagepath = string(body, "pagepath", 1024)
    if not pagepath.partition("?")[0].endswith(".html"):
        raise Refused(40058, "field pagepath must end with .html")
    return {
        "appid": string(body, "appid", 32),
        "title": cut(string(body, "title", required=False), 64),
        "thumb_media_id": _media(body, "thumb_media_id", "image", media),
        "pagepath": pagepath,
    }


def _location(body: dict, media: Media) -> dict:
    return {
        "name": string(body, "name", required=False),
        "address": string(body, "address", required=False),
        "latitude": number(body, "latitude", 90),
        "longitude": number(body, "longitude", 180),
    }


def _ca_link(body: dict, media: Media) -> dict:
    url = string(body, "link_url", 2048)
    if not url.startswith(CA_LINK):
        raise Refused(40058, f"field link_url must start with {CA_LINK}")
    return {"link_url": url}


def _media(body: dict, name: str, kind: str, media: Media) -> str:
    media_id = string(body, name, 128)
    media(media_id, kind)
    return media_id


READERS: dict[str, Callable[[dict, Media], dict]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "file": _file("file"),
    "link": _link,
    "miniprogram": _miniprogram,
    "location": _location,
    "ca_link": _ca_link,
}
