"""The environment, read with one clear sentence for each value that cannot be used."""

import zoneinfo
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()
DATABASES = ("sqlite3", "postgresql")


def text(name: str, default: str = "") -> str:
    return _env.str(name, default=default).strip()


def words(name: str, default: list[str]) -> list[str]:
    return _env.list(name, default=default)


def switch(name: str, default: bool = False) -> bool:
    return _env.bool(name, default=default)


def number(name: str, default: int) -> int:
    return _number(name, default, int, "a whole number")


def seconds(name: str, default: float) -> float:
    return _number(name, default, float, "a number of seconds")


def _number(name: str, default: Any, kind: type, words: str) -> Any:
    given = text(name)
    try:
        value = kind(given) if given else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {words}, not {given!r}.") from None
    if value < 0:
        raise ImproperlyConfigured(f"{name} must not be negative, but is {given}.")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder that exists after this call and can be written to."""
    path = Path(text(name) or default).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be used: {error.strerror}.") from None
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """Django's entry for a URL: sqlite:///path or postgres://user:password@host:port/name."""
    try:
        found = environ.Env.db_url_config(text(name) or default)
    except (ValueError, environ.ImproperlyConfigured):
        found = {}
    if str(found.get("ENGINE", "")).rpartition(".")[2] not in DATABASES:
        raise ImproperlyConfigured(
            f"{name} must be sqlite:///path or postgres://user:password@host:port/name."
        )
    return found


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's settings for a URL: smtp+tls://user:password@host:587."""
    given = text(name) or default
    try:
        found = environ.Env.email_url_config(given)
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        found = {}
    if not found.get("EMAIL_BACKEND") or given.startswith("smtp") and not found["EMAIL_HOST"]:
        raise ImproperlyConfigured(
            f"{name} must be smtp+tls://user:password@host:587, smtp+ssl://… or smtp://…."
        )
    return found


def zone(name: str, default: str) -> str:
    given = text(name) or default
    try:
        zoneinfo.ZoneInfo(given)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise ImproperlyConfigured(
            f"{name}: there is no time zone {given!r}; Asia/Shanghai is one."
        ) from None
    return given


def address(name: str, default: str) -> str:
    """An http(s) URL without a slash at its end."""
    given = (text(name) or default).rstrip("/")
    if not given.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with https:// or http://, not {given!r}.")
    return given
