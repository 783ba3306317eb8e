"""Reading fields of a request body as strictly as the platform: 40058 with the field's name."""

from typing import Any

from .errors import Refused


def string(body: dict, name: str, most: int | None = None, required: bool = True) -> str:
    """A string of 1..`most` UTF-8 bytes, or "" when it is optional and absent."""
    value = body.get(name)
    if value is None and not required:
        return ""
    if value is None or (required and value == ""):
        raise Refused(40058, f"field {name} unexpected empty string")
    if not isinstance(value, str):
        raise Refused(40058, f"field {name} expect type string")
    if most is not None and len(value.encode()) > most:
        raise Refused(40058, f"field {name} exceed max length {most}")
    return value


def integer(body: dict, name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number in low..high; `default` None means it is required."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(40058, f"field {name} expect type uint32")
    if not low <= value <= high:
        raise Refused(40058, f"field {name} out of range")
    return value


def number(body: dict, name: str, bound: float) -> float:
    """A required number in ±bound."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(40058, f"field {name} expect type float")
    if not -bound <= value <= bound:
        raise Refused(40058, f"field {name} out of range")
    return value


def strings(body: dict, name: str, most: int) -> list[str]:
    """An optional list of up to `most` strings."""
    value = _items(body, name, most)
    if not all(isinstance(item, str) for item in value):
        raise Refused(40058, f"field {name} expect type string")
    return value


def integers(body: dict, name: str, most: int) -> list[int]:
    """An optional list of up to `most` numbers."""
    value = _items(body, name, most)
    if not all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        raise Refused(40058, f"field {name} expect type uint32")
    return value


def mapping(body: dict, name: str) -> dict:
    """A required object."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise Refused(40058, f"field {name} expect type object")
    return value


def cut(text: str, most: int) -> str:
    """The first `most` bytes of a text, without half a character."""
    return text.encode()[:most].decode(errors="ignore")


def _items(body: dict, name: str, most: int) -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list):
        raise Refused(40058, f"field {name} expect type array")
    if len(value) > most:
        raise Refused(40058, f"field {name} exceed max size {most}")
    return value
