"""Markup kept: what was drawn of a row serves again for as long as all it was drawn from is the same.

A page of fifty rows costs more in templates than in queries, and most of them were drawn before. The
key is all that is loaded with the row, so there is nothing to invalidate. What a template shows beyond
that must be said: as a further argument, or by `seconds` if it is the time. Who looks must not matter.
Each process keeps its own.
"""

import time
from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from messaging.models import Account

MOST = 3000
QUIET = {"_state", "_prefetched_objects_cache", "raw"}  # `raw` is the platform's, and stays
PLAIN = str | int | float | date | None
_markup: dict[tuple, SafeString] = {}


def draw(
    template: str, name: str, row: models.Model, *, seconds: int = 0, **more: PLAIN
) -> SafeString:
    """The template with this row, under this name, in the language and time zone of the moment.

    `seconds` is for how long it may serve at most, where it depends on the time.
    """
    place = translation.get_language(), timezone.get_current_timezone_name()
    turn = int(time.monotonic() / seconds) if seconds else 0
    key = (template, row.pk, *place, *more.values(), turn, hash(facts_of(row)))
    found = _markup.get(key)
    if found is None:
        found = render_to_string(template, {name: row, **more})
        if len(_markup) >= MOST:
            _markup.clear()
        _markup[key] = found
    return found


def forget() -> None:
    """For tests and measurements."""
    _markup.clear()


def facts_of(row: models.Model) -> tuple:
    """The row's values, and those of the rows that were loaded with it."""
    others = row._state.fields_cache.items()
    return _own(row), tuple((name, _beside(other)) for name, other in others)


def _own(row: models.Model) -> tuple:
    return tuple(_fact(value) for name, value in row.__dict__.items() if name not in QUIET)


def _beside(other: models.Model | None) -> tuple | None:
    """Of people, and of the account, whose row changes with each pull, only what they are called."""
    if other is None:
        return None
    if isinstance(other, Account | AbstractBaseUser):
        return other.pk, str(other), _fact(getattr(other, "names_of_servicers", None))
    return _own(other)


def _fact(value: Any) -> Any:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, models.Model):
        return value.pk, str(value)
    if isinstance(value, Collection) and not isinstance(value, dict):
        return tuple(map(_fact, value))
    return repr(value)
