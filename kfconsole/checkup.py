"""What `manage.py doctor` looks at: each finding says what is wrong and how it is mended."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kfconsole.demo_people import PASSWORD, PEOPLE
from messaging import accounts, failures, sharing
from messaging.backends import SendError, backend_for, capabilities_of
from messaging.backends.desk import options as desk_options
from messaging.backends.wecom.crypto import Cipher, CryptoError
from messaging.models import Account, Connection, Customer
from sessions.models import Agent

SILENT = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    what: str
    is_well: bool
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Everything, the ground first: without a database nothing else can be looked at."""
    reachable = _database()
    yield reachable
    if not reachable.is_well:
        return
    migrated = _migrations()
    yield migrated
    if not migrated.is_well:
        return
    yield from (_public_url(), _processes(), _layer(), _files(), _people(), _lanes())
    if not settings.KF_DEMO:
        yield from _left_by_the_demo()
    for connection in Connection.objects.filter(is_enabled=True):
        yield from _connection(connection)


def _database() -> Finding:
    try:
        database.ensure_connection()
    except Exception as error:
        return Finding(f"The database answers: {error}", False, "Check DATABASE_URL.")
    return Finding(f"The database answers ({database.vendor})", True)


def _migrations() -> Finding:
    executor = MigrationExecutor(database)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    what = f"{len(missing)} migrations are missing" if missing else "All migrations are applied"
    return Finding(what, not missing, "Run: manage.py migrate")


def _public_url() -> Finding:
    host = urlsplit(settings.KF_PUBLIC_URL).hostname or ""
    if host in sharing.LOCAL:
        return Finding(
            "KF_PUBLIC_URL is an address of this machine", settings.KF_DEMO,
            "Set it to the https:// address under which WeCom and your agents reach the console.",
        )  # fmt: skip
    if settings.ALLOWED_HOSTS != ["*"] and host not in settings.ALLOWED_HOSTS:
        return Finding(
            f"{host} is refused", False, f"Add it to ALLOWED_HOSTS: ALLOWED_HOSTS={host}"
        )
    return Finding(f"The console is at {settings.KF_PUBLIC_URL}", True)


def _processes() -> Finding:
    is_alone = settings.IS_SQLITE and not settings.REDIS_URL
    if is_alone or (settings.REDIS_URL and not settings.IS_SQLITE):
        return Finding("Database and Redis fit together", True)
    return Finding(
        "Only one of PostgreSQL and Redis is set", False,
        "With PostgreSQL set REDIS_URL too, or processes do not hear of each other.",
    )  # fmt: skip


def _layer() -> Finding:
    if not settings.REDIS_URL:
        return Finding("Push stays within one process", True)
    try:
        async_to_sync(get_channel_layer().group_send)("kf.doctor", {"type": "kf.doctor"})
    except Exception as error:
        return Finding(f"Redis does not answer: {error}", False, "Check REDIS_URL.")
    return Finding("Redis answers", True)


def _files() -> Finding:
    try:
        name = default_storage.save("doctor", ContentFile(b"kfconsole"))
        default_storage.delete(name)
    except Exception as error:
        return Finding(
            f"Files cannot be stored: {error}", False,
            f"Check the rights of {settings.MEDIA_ROOT}, or the S3_ settings.",
        )  # fmt: skip
    return Finding("Files can be stored", True)


def _people() -> Finding:
    count = Agent.objects.filter(is_active=True).count()
    return Finding(
        f"{count} people can sign in", count > 0, "Run: manage.py adduser NAME --role admin"
    )


def _left_by_the_demo() -> Iterator[Finding]:
    """Everybody knows this password, and an administrator is among its people."""
    names = [person[0] for person in PEOPLE]
    known = Agent.objects.filter(username__in=names, is_active=True).order_by("username")
    found = [agent.username for agent in known if agent.check_password(PASSWORD)]
    if found:
        yield Finding(
            f"{', '.join(found)} can sign in with the password of the demo", False,
            "Switch them off in the admin, or run: manage.py adduser NAME --role ROLE",
        )  # fmt: skip


def _lanes() -> Finding:
    late = Customer.objects.filter(send_at__lt=timezone.now() - timedelta(minutes=1)).count()
    return Finding(
        f"{late} customers wait for what was sent to them" if late else "Nothing waits to be sent",
        not late,
        "No worker is running: start manage.py serve, or manage.py worker.",
    )


def _connection(connection: Connection) -> Iterator[Finding]:
    name = connection.name
    problem = _credentials(connection)
    if problem:
        yield Finding(
            f"{name}: {problem}", False,
            "Enter the connection's secrets again; was SECRET_KEY changed?",
        )  # fmt: skip
        return
    try:
        found = accounts.refresh(connection)
        if connection.backend == Connection.Backend.DESK:
            backend_for(connection).check()
    except SendError as error:
        failure = error.failure
        remedy = f"{failure.remedy} ({error.code} {error.text})"
        yield Finding(f"{name}: {failure.sentence}", False, remedy)
        return
    if connection.backend == Connection.Backend.DESK:
        yield from _desk(connection, found)
        return
    yield Finding(f"{name}: the API answers, {len(found)} accounts", bool(found),
                  "Assign at least one account to the app in WeCom admin.")  # fmt: skip
    yield from _files_of(connection)
    for account in found:
        yield _account(name, account)


def _files_of(connection: Connection) -> Iterator[Finding]:
    """Where files go out as addresses, others must reach us; where they come as paths, we them."""
    if connection.backend != Connection.Backend.STAFFSERVICE:
        return
    name, base = connection.name, connection.options.get("media_base_url")
    if not sharing.is_offered():
        yield Finding(f"{name}: agents send texts only, as no app can fetch files here", True)
    if connection.options.get("allow_private_media"):
        yield Finding(f"{name}: files may be fetched from the own network, as was chosen", True)
    if not base and connection.fault_code == failures.NO_MEDIA_BASE:
        yield Finding(
            f"{name}: the app sends paths of files, and nobody has said where they lie", False,
            "Run manage.py connect again with --media-base, or enter it in the admin.",
        )  # fmt: skip


def _desk(connection: Connection, found: list[Account]) -> Iterator[Finding]:
    name = connection.name
    yield Finding(f"{name}: the API answers, {len(found)} accounts have been heard of", True)
    how = desk_options.signing(connection.options, connection.secrets.get("token", ""))
    is_guarded = how == desk_options.REQUIRED or bool(connection.options.get("sources"))
    yield Finding(
        f"{name}: signatures of callbacks are {how.replace('_', ' ')}", is_guarded,
        "Set a token in the chat console and on the connection, or enter the source addresses: "
        "whoever knows the callback address can write in your customers' names.",
    )  # fmt: skip
    for account in found:
        yield _account(name, account)


def _credentials(connection: Connection) -> str:
    """What is missing before anything can be signed or opened."""
    if connection.backend == Connection.Backend.DESK and not connection.options.get("admin"):
        return "no administrator account"
    if not capabilities_of(connection.backend).is_pulled:
        return "" if connection.secrets.get("secret") else "no secret"
    try:
        Cipher(connection.secrets.get("aes_key", ""))
    except CryptoError as error:
        return str(error)
    return ""


def _account(name: str, account: Account) -> Finding:
    account.refresh_from_db()
    what = f"{name}: {account}"
    if not account.manage_privilege:
        return Finding(
            f"{what} is not assigned to the app", False,
            "WeCom admin → WeChat Customer Service → “Manage accounts by API”.",
        )  # fmt: skip
    if account.error_code is not None:
        return Finding(
            f"{what}: last pull failed ({account.error_code})", False, account.error_text
        )
    if account.pulled_at is None or account.pulled_at < timezone.now() - SILENT:
        return Finding(f"{what} is not being read", False, "No worker is running.")
    return Finding(f"{what} is read", True)


def unknown_settings() -> list[str]:
    """Variables that look like ours and are none: mostly a letter too many."""
    known = {name for name in dir(settings) if name.startswith("KF_")}
    return sorted(name for name in os.environ if name.startswith("KF_") and name not in known)
