"""staffService (全媒体) behind the contract of messaging.backends: we play the contact centre.

An app tells us what its customers say (views.py), and we tell it what agents answer. It keeps no
session and no budget, and what it was told cannot be taken for untold: see `is_repeatable`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import IO

from django.utils import timezone
from django.utils.functional import classproperty

from messaging import failures, sharing
from messaging.backends import Capabilities, Download, Page, Profile, SendError, Sent
from messaging.backends.staffservice import wire
from messaging.backends.staffservice.client import Client
from messaging.models import Account, Callback, Connection, Customer, Message, Servicer, State

TEXTS = Capabilities(kinds=frozenset({"text"}))
FILES = Capabilities(kinds=frozenset({"text", *wire.MEDIA}), takes_addresses=True)


class Backend:
    @classproperty
    def capabilities(cls) -> Capabilities:
        """A file goes out as an address of ours: it must be one that others can reach."""
        return FILES if sharing.is_offered() else TEXTS

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.client = Client(connection)

    def pull(self, account: Account, cursor: str, token: str) -> Page:
        """All that waits behind our own door: it is removed when its rows are committed.

        Not from a cursor on: a row of a smaller id may become visible later, and would be passed over.
        """
        stored = Callback.objects.filter(
            connection=self.connection, open_kfid=account.external_id, body__isnull=False
        )
        base = self.connection.options.get("media_base_url", "")
        rows = [wire.inbound(callback, base) for callback in stored.order_by("pk")]
        return Page(rows=rows, cursor="", has_more=False)

    def send(self, message: Message, code: str, media_id: str) -> Sent:
        self.client.post(wire.outbound(message, media_id))
        return Sent()

    def change_state(self, message: Message) -> Sent:
        return Sent(state=State.NEW)

    def read_state(self, account: Account, customer: str) -> tuple[int, str]:
        return State.NEW, ""

    def profiles(self, customers: list[str]) -> Iterator[Profile]:
        """Names come with the messages; there is nobody to ask."""
        mine = Customer.objects.filter(
            account__connection=self.connection, external_id__in=customers
        )
        for customer in mine:
            latest = customer.messages.filter(direction="in").order_by("-id").first()
            name = (latest.raw or {}).get("FromUserName") if latest else ""
            yield Profile(customer.external_id, nickname=str(name or customer.nickname)[:120])

    def download(self, media_id: str) -> AbstractContextManager[Download]:
        return self.client.download(media_id)

    def upload(self, kind: str, filename: str, file: IO[bytes], content_type: str) -> str:
        raise SendError(failures.UPLOAD, "files are not uploaded, they are fetched from us")

    def list_accounts(self) -> list[Account]:
        """The app itself is the one account. It has no history that would have to be read."""
        account, _ = Account.objects.update_or_create(
            connection=self.connection,
            external_id=self.connection.identity,
            defaults={"is_active": True},
            create_defaults={"name": self.connection.name, "history_read_at": timezone.now()},
        )
        self.connection.accounts.exclude(pk=account.pk).update(is_active=False)
        return [account]

    def list_servicers(self, account: Account) -> list[Servicer]:
        return []
