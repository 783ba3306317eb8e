"""The contract that every backend keeps: the same words and the same files in each folder.

What a backend cannot do is missing from its capabilities, and the screen does not offer it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Protocol

from messaging import failures

if TYPE_CHECKING:
    from messaging.models import Account, Connection, Message


class SendError(Exception):
    """The other side refused, or could not be reached. `failure` says what is to be done."""

    family = "errcode"

    def __init__(self, code: int, text: str = "", *, may_have_arrived: bool = False) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.may_have_arrived = may_have_arrived

    @property
    def failure(self) -> failures.Failure:
        return failures.of(self.family, self.code, self.text)

    @property
    def permanent(self) -> bool:
        return self.failure.cure not in (failures.Cure.RETRY, failures.Cure.TOKEN)


@dataclass(frozen=True)
class Capabilities:
    """What the screen may offer, and what the machinery has to mind.

    `has_budget`: only so many messages within a window of time. `has_states`: the platform keeps a
    session of its own, which is ended there too. `has_transcripts`: what was said in one can be read
    again. `is_pulled`: news is fetched; otherwise it was sent to our door. `is_repeatable`: a send
    whose answer was lost may be made again without a double; elsewhere for `repeat_seconds` after it
    was queued, while the platform knows it again. `writes_beside`: agents may write whoever has the
    session at the platform. `has_statistics`: the platform counts by itself, and tells what it
    counted. `takes_addresses`: a file is not uploaded, it is fetched from us (sharing.py).
    """

    has_budget: bool = False
    has_codes: bool = False
    has_pool: bool = False
    has_servicers: bool = False
    has_states: bool = False
    has_statistics: bool = False
    has_transcripts: bool = False
    is_pulled: bool = False
    is_repeatable: bool = False
    repeat_seconds: int = 0
    takes_addresses: bool = False
    writes_beside: bool = False
    kinds: frozenset[str] = frozenset({"text"})
    text_bytes: int = 20_000  # of one text message; this where the platform names no limit


@dataclass
class Inbound:
    """One row that came in, in the words of kinds.py.

    `customer` is the platform's id, empty for what concerns the account alone. `state`, with
    `state_servicer`, is the state that the platform says it has now. `codes` are (kind, value).
    """

    msgid: str
    kind: str
    direction: str
    origin: str
    sent_at: datetime
    customer: str = ""
    servicer: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] | None = None
    state: int | None = None
    state_servicer: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    # Where the platform gives its sessions ids (platform_sessions.py), and counts finer than seconds.
    session: str = ""
    is_end: bool = False
    is_exact: bool = False


@dataclass(frozen=True)
class Page:
    """One page of news and where the next one begins."""

    rows: list[Inbound]
    cursor: str
    has_more: bool


@dataclass(frozen=True)
class Sent:
    """What the platform said to a send or a transition: a new state, and a code it gave."""

    state: int | None = None
    servicer: str = ""
    code: tuple[str, str] | None = None


@dataclass(frozen=True)
class Profile:
    external_id: str
    nickname: str = ""
    avatar: str = ""
    gender: int | None = None
    unionid: str = ""
    entrance: dict[str, Any] = field(default_factory=dict)


class Download(Protocol):
    """A file on its way: of an httpx.Response, what is asked of it."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def iter_bytes(self, size: int) -> Iterator[bytes]: ...


class Backend(Protocol):
    """One connection's other side. Every call may raise SendError; none touches a transcript."""

    connection: Connection
    capabilities: Capabilities

    def pull(self, account: Account, cursor: str, token: str) -> Page: ...

    def send(self, message: Message, code: str, media_id: str) -> Sent: ...

    def change_state(self, message: Message) -> Sent: ...

    def read_state(self, account: Account, customer: str) -> tuple[int, str]: ...

    def profiles(self, customers: list[str]) -> Iterator[Profile]: ...

    def download(self, media_id: str) -> AbstractContextManager[Download]: ...

    def upload(self, kind: str, filename: str, file: IO[bytes], content_type: str) -> str: ...

    def list_accounts(self) -> list[Account]: ...

    def statistics(
        self, account: Account, first: date, last: date, servicer: str = ""
    ) -> dict[date, dict[str, Any]]: ...


@lru_cache
def _backend_class(name: str) -> type[Backend]:
    return import_module(f"messaging.backends.{name}.backend").Backend


def backend_for(connection: Connection) -> Backend:
    """The backend that serves a connection."""
    return _backend_class(connection.backend)(connection)


def capabilities_of(name: str) -> Capabilities:
    return _backend_class(name).capabilities


def with_budget() -> list[str]:
    """The backends whose customers can be written to for a time only."""
    return _able("has_budget")


def with_statistics() -> list[str]:
    return _able("has_statistics")


def _able(capability: str) -> list[str]:
    from messaging.models import Connection

    names = Connection.Backend.values
    return [name for name in names if getattr(capabilities_of(name), capability)]
