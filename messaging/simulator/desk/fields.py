"""Reading fields of a request as strictly as Desk: 141004 with the field's name."""

from .errors import Refused


def string(body: dict, name: str, required: bool = True, most: int = 512) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value.encode(errors="replace")) > most:
        raise Refused(141004, f"{name} is no string or too long")
    if required and not value:
        raise Refused(141004, f"{name} is missing")
    return value


def integer(body: dict, name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number in low..high; `default` None means it is required."""
    value = body.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise Refused(141004, f"{name} is no integer in {low}..{high}")
    return value


def strings(body: dict, name: str) -> list[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(141004, f"{name} is no array of strings")
    return value


def flag(body: dict, name: str) -> bool:
    """A switch: 0 or 1, 0 when absent."""
    return bool(integer(body, name, 0, 1, 0))
