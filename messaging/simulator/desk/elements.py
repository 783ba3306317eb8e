"""MsgBody: its elements, as strictly as the IM server reads them (protocol B3)."""

import json
from math import isfinite

from .errors import Refused

WORD, NUMBER = (str,), (int, float)
# Element -> its fields, and whether they have to be there.
SHAPES: dict[str, dict[str, tuple[tuple[type, ...], bool]]] = {
    "TIMTextElem": {"Text": (WORD, True)},
    "TIMLocationElem": {
        "Desc": (WORD, False),
        "Latitude": (NUMBER, True),
        "Longitude": (NUMBER, True),
    },
    "TIMFaceElem": {"Index": (NUMBER, True), "Data": (WORD, False)},
    "TIMCustomElem": {
        "Data": (WORD, True),
        "Desc": (WORD, False),
        "Ext": (WORD, False),
        "Sound": (WORD, False),
    },
    "TIMSoundElem": {
        "Url": (WORD, True),
        "UUID": (WORD, True),
        "Size": (NUMBER, True),
        "Second": (NUMBER, True),
        "Download_Flag": (NUMBER, True),
    },
    "TIMImageElem": {
        "UUID": (WORD, True),
        "ImageFormat": (NUMBER, True),
        "ImageInfoArray": ((list,), True),
    },
    "TIMFileElem": {
        "Url": (WORD, True),
        "UUID": (WORD, True),
        "FileSize": (NUMBER, True),
        "FileName": (WORD, True),
        "Download_Flag": (NUMBER, True),
    },
    "TIMVideoFileElem": {
        **dict.fromkeys(("VideoUrl", "VideoUUID", "VideoFormat"), (WORD, True)),
        **dict.fromkeys(("ThumbUrl", "ThumbUUID", "ThumbFormat"), (WORD, True)),
        **dict.fromkeys(("VideoSize", "VideoSecond", "VideoDownloadFlag"), (NUMBER, True)),
        **dict.fromkeys(("ThumbSize", "ThumbWidth", "ThumbHeight"), (NUMBER, True)),
        "ThumbDownloadFlag": (NUMBER, True),
    },
    "TIMRelayElem": {},  # listed in newer pages without its fields
}
PICTURE = {"Type": NUMBER, "Size": NUMBER, "Width": NUMBER, "Height": NUMBER, "URL": WORD}
FLAGS = ("Download_Flag", "VideoDownloadFlag", "ThumbDownloadFlag")
MARK = "customerServicePlugin"


def check_body(body: object, most_bytes: int) -> list[dict]:
    """The elements, or 90002, 90007, 93000."""
    if not isinstance(body, list):
        raise Refused(90007)
    if not body:
        raise Refused(90002, "MsgBody is empty")
    for element in body:
        _check_element(element)
    if sum(element["MsgType"] == "TIMCustomElem" for element in body) > 1:
        raise Refused(90002, "at most one TIMCustomElem in a message")
    if _size(body) > most_bytes:
        raise Refused(93000)
    return body


def _size(body: list[dict]) -> int:
    try:
        return len(json.dumps(body, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError) as error:
        raise Refused(90002, "not a message that could travel") from error


def _check_element(element: object) -> None:
    if not isinstance(element, dict):
        raise Refused(90002, "an element is not an object")
    kind, content = element.get("MsgType"), element.get("MsgContent")
    if not isinstance(kind, str) or kind not in SHAPES:
        raise Refused(90002, "unknown MsgType")
    if not isinstance(content, dict):
        raise Refused(90002, "MsgContent is not an object")
    for name, (types, required) in SHAPES[kind].items():
        if name in content or required:
            _check_field(content, name, types)
    if any(content.get(name, 2) != 2 for name in FLAGS):
        raise Refused(90002, "a download flag has to be 2")
    for picture in content.get("ImageInfoArray", ()) if kind == "TIMImageElem" else ():
        _check_picture(picture)


def _check_picture(picture: object) -> None:
    if not isinstance(picture, dict):
        raise Refused(90002, "ImageInfoArray holds something else than objects")
    for name, types in PICTURE.items():
        _check_field(picture, name, types)


def _check_field(content: dict, name: str, types: tuple[type, ...]) -> None:
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, types):
        raise Refused(90002, f"{name} is missing or of another type")
    if value == "" and name == "Text" or types is NUMBER and not isfinite(value):
        raise Refused(90002, f"{name} says nothing")


def text(words: str) -> dict:
    return {"MsgType": "TIMTextElem", "MsgContent": {"Text": words}}


def location(desc: str, latitude: float, longitude: float) -> dict:
    content = {"Desc": desc, "Latitude": latitude, "Longitude": longitude}
    return {"MsgType": "TIMLocationElem", "MsgContent": content}


def face(index: int, data: str = "") -> dict:
    return {"MsgType": "TIMFaceElem", "MsgContent": {"Index": index, "Data": data}}


def custom(data: dict | str) -> dict:
    """A custom element; a dictionary becomes the JSON in a string that it carries."""
    words = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return {"MsgType": "TIMCustomElem", "MsgContent": {"Data": words}}


def plugin(src: int | str, **payload: object) -> dict:
    """A customer-service custom message: `src` says what it is (protocol B5)."""
    return custom({MARK: 0, "src": str(src), **payload})


def plugin_of(element: dict) -> dict:
    """What a customer-service custom message carries, {} for every other element."""
    if element["MsgType"] != "TIMCustomElem":
        return {}
    try:
        data = json.loads(element["MsgContent"]["Data"])
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) and data.get(MARK) == 0 else {}


def words(body: list[dict]) -> str:
    """The texts of a message."""
    return "\n".join(e["MsgContent"]["Text"] for e in body if e["MsgType"] == "TIMTextElem")


def mark(**marks: str) -> str:
    """CloudCustomData as Desk itself fills it in: JSON in a string (protocol B1.2)."""
    return json.dumps({name: value for name, value in marks.items() if value}, ensure_ascii=False)
