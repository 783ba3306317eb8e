"""Files of the chats: kept here, served at an address of their own, and sent as elements."""

import base64
import secrets
import struct
from dataclasses import dataclass, field
from urllib.parse import quote

from messaging.simulator.errors import Impossible
from messaging.simulator.media import AMR, PNG, amr_seconds
from messaging.simulator.samples import SAMPLES

from . import elements

GIF, JPEG, BMP = b"GIF8", b"\xff\xd8\xff", b"BM"
FORMATS = {JPEG: 1, GIF: 2, PNG: 3, BMP: 4}
OTHER_FORMAT = 255
KINDS = ("image", "voice", "video", "file", "location", "face")


@dataclass
class StoredFile:
    file_id: str
    filename: str
    data: bytes


@dataclass
class Files:
    """By id; `base_url` is where the simulator that serves them is."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    base_url: str = ""

    def add(self, filename: str, data: bytes) -> StoredFile:
        stored = StoredFile(secrets.token_urlsafe(16), filename, data)
        self.files[stored.file_id] = stored
        return stored

    def url(self, stored: StoredFile) -> str:
        return f"{self.base_url}/media/{stored.file_id}/{quote(stored.filename)}"


def sample(files: Files, kind: str, **fields: object) -> dict:
    """An element of this kind; a file without data= is a small sample."""
    if kind == "location":
        here = {"desc": "人民广场", "latitude": 31.230416, "longitude": 121.473701}
        return elements.location(**{**here, **fields})
    if kind == "face":
        return elements.face(**{"index": 4, "data": "[TUIEmoji_Smile]", **fields})
    if kind not in SAMPLES:
        raise Impossible(f"no kind {kind}; there are: {', '.join(KINDS)}")
    name, make = SAMPLES[kind]
    data = fields.get("data")
    if isinstance(data, str):  # JSON of the control plane carries base64
        data = base64.b64decode(data)
    stored = files.add(str(fields.get("filename") or name), data if data is not None else make())
    return BUILDERS[kind](files, stored)


def _image(files: Files, stored: StoredFile) -> dict:
    width, height = _size(stored.data)
    one = {
        "Size": len(stored.data),
        "Width": width,
        "Height": height,
        "URL": files.url(stored),
    }
    known = [number for start, number in FORMATS.items() if stored.data.startswith(start)]
    content = {
        "UUID": stored.file_id,
        "ImageFormat": (known or [OTHER_FORMAT])[0],
        "ImageInfoArray": [{"Type": kind, **one} for kind in (1, 2, 3)],
    }
    return {"MsgType": "TIMImageElem", "MsgContent": content}


def _voice(files: Files, stored: StoredFile) -> dict:
    seconds = amr_seconds(stored.data) if stored.data.startswith(AMR) else 1
    content = {
        "Url": files.url(stored),
        "UUID": stored.file_id,
        "Size": len(stored.data),
        "Second": max(round(seconds), 1),
        "Download_Flag": 2,
    }
    return {"MsgType": "TIMSoundElem", "MsgContent": content}


def _file(files: Files, stored: StoredFile) -> dict:
    content = {
        "Url": files.url(stored),
        "UUID": stored.file_id,
        "FileSize": len(stored.data),
        "FileName": stored.filename,
        "Download_Flag": 2,
    }
    return {"MsgType": "TIMFileElem", "MsgContent": content}


def _video(files: Files, stored: StoredFile) -> dict:
    thumb = files.add("thumb.png", SAMPLES["image"][1]())
    width, height = _size(thumb.data)
    content = {
        "VideoUrl": files.url(stored),
        "VideoUUID": stored.file_id,
        "VideoSize": len(stored.data),
        "VideoSecond": 3,
        "VideoFormat": "mp4",
        "VideoDownloadFlag": 2,
        "ThumbUrl": files.url(thumb),
        "ThumbUUID": thumb.file_id,
        "ThumbSize": len(thumb.data),
        "ThumbWidth": width,
        "ThumbHeight": height,
        "ThumbFormat": "PNG",
        "ThumbDownloadFlag": 2,
    }
    return {"MsgType": "TIMVideoFileElem", "MsgContent": content}


BUILDERS = {"image": _image, "voice": _voice, "file": _file, "video": _video}


def _size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG; of others only that they are some."""
    if data.startswith(PNG) and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    return (640, 480)
