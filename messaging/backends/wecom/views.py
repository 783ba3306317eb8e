"""The door of a WeCom connection: URL verification and callbacks (protocol/wecom_kf.md §2)."""

import time
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.utils import timezone

from messaging.backends.wecom.crypto import Cipher, CryptoError, is_signed
from messaging.hooks import Call, Refused
from messaging.models import Callback, Connection

NEWS = "kf_msg_or_event"
ACCOUNTS_CHANGED = "kf_account_auth_change"
DONE = b""


def refusal(reason: str, status: int) -> tuple[int, bytes]:
    return status, b""


class Door:
    """Checks what claims to come from WeCom. Raises Refused for everything that does not."""

    def __init__(self, connection: Connection) -> None:
        self.connection_id = connection.pk
        self.corp_id = connection.identity
        self._token = connection.secrets.get("token", "")
        try:
            self._cipher = Cipher(connection.secrets.get("aes_key", ""))
        except CryptoError:
            self._cipher = None

    def verify(self, query: Mapping[str, str]) -> bytes:
        """The plaintext of `echostr`, without quotes, mark or newline (§2.2)."""
        return self._open(query, query.get("echostr", ""))

    def read(
        self, query: Mapping[str, str], body: bytes, call: Call | None = None
    ) -> list[Callback]:
        """The rows of one event; none for events that do not concern us (§2.5, §2.6)."""
        encrypted = _text(_parse(body), "Encrypt")
        event = _parse(self._open(query, encrypted))
        name = _text(event, "Event")
        if name == NEWS:
            return [self._callback(name, _text(event, "OpenKfId"), _text(event, "Token"))]
        if name == ACCOUNTS_CHANGED:
            # Repeated nodes: which account came or went is read anew from the list.
            return [self._callback(name)]
        return []

    def _callback(self, event: str, open_kfid: str = "", token: str = "") -> Callback:
        return Callback(
            connection_id=self.connection_id,
            event=event,
            open_kfid=open_kfid[:64],
            token=token[:128],
            created_at=timezone.now(),
        )

    def _open(self, query: Mapping[str, str], encrypted: str) -> bytes:
        if self._cipher is None or not self._token:
            raise Refused("not configured")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        given = query.get("msg_signature", "")
        if not encrypted or not is_signed(given, self._token, timestamp, nonce, encrypted):
            raise Refused("signature")
        if _is_stale(timestamp):
            raise Refused("stale")
        try:
            message, receiveid = self._cipher.decrypt(encrypted)
        except CryptoError:
            raise Refused("encryption") from None
        if receiveid != self.corp_id:
            raise Refused("receiveid")
        return message


def _is_stale(timestamp: str) -> bool:
    if not settings.KF_STALE_SECONDS:
        return False
    try:
        age = abs(time.time() - int(timestamp))
    except ValueError:
        return True
    return age > settings.KF_STALE_SECONDS


def _parse(body: bytes) -> Element:
    """XML without entities or a document type."""
    try:
        return fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refused("malformed") from None


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
