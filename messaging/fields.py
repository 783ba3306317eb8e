"""Secrets at rest: a JSON field that is encrypted in the database."""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


@lru_cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    def derive(key: str) -> Fernet:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kfconsole.secrets")
        return Fernet(base64.urlsafe_b64encode(kdf.derive(key.encode())))

    return MultiFernet([derive(key) for key in keys])


def fernet() -> MultiFernet:
    """Encrypts with SECRET_KEY, decrypts with it or any of SECRET_KEY_FALLBACKS."""
    return _fernet((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


class Secrets(dict):
    """A dict that does not show its values: it may end up in a log or a traceback."""

    def __repr__(self) -> str:
        return f"<Secrets {sorted(self)}>"

    __str__ = __repr__


class SecretsField(models.TextField):
    """A dict of strings. Unreadable text (the key was changed) loads as an empty dict."""

    def from_db_value(self, value: str | None, *_: Any) -> Secrets:
        if not value:
            return Secrets()
        try:
            return Secrets(json.loads(fernet().decrypt(value.encode())))
        except InvalidToken:
            return Secrets()

    def to_python(self, value: Any) -> Secrets:
        return value if isinstance(value, Secrets) else Secrets(value or {})

    def get_prep_value(self, value: Any) -> str:
        if not value:
            return ""
        return fernet().encrypt(json.dumps(dict(value)).encode()).decode()

    def value_to_string(self, obj: models.Model) -> str:
        """Exports (dumpdata) carry no secret."""
        return ""
