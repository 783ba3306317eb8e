"""The worker's step that makes files of raw rows: a second of it at a time, and half of that at rest.

What is made lies in a folder of this machine until it is whole. Then it goes into the storage, under
a key that only this try has. A worker that dies leaves a lease behind; the next one begins anew.
"""

import logging
import shutil
import time
from collections.abc import Callable
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from xlsxwriter.exceptions import XlsxWriterException

from messaging import files, leases
from sessions import notices
from sessions.models import Export
from sessions.models.export import MOST_ATTEMPTS
from sessions.reports import raw
from sessions.reports.asking import Asked
from sessions.reports.reading import Reading
from sessions.reports.tables import Column, Lines, Sheets

logger = logging.getLogger(__name__)
Status, Problem = Export.Status, Export.Problem
SLICE = 1.0  # seconds until it says how far it is
PIECE = 100  # rows between two rests
LONGEST_REST = 0.1  # seconds
# What has no steps may take longer than a lease: closing a sheet, and storing it far away.
ROWS_CLOSED_PER_SECOND, BYTES_STORED_PER_SECOND = 10_000, 1_000_000


class Exports:
    """One object for each worker: it goes on with what it has begun."""

    def __init__(self) -> None:
        self.making: Making | None = None

    def __call__(self, owner: str) -> int:
        making, self.making = self.making or begin(owner), None
        if making is None:
            return 0
        if making.go_on():
            self.making = making
        return 1


def begin(owner: str) -> "Making | None":
    due = Export.objects.going().filter(next_at__lte=timezone.now()).order_by("next_at")
    taken = leases.claim(due, owner, field="next_at")
    held = Export.objects.filter(pk__in=taken, lease_owner=owner).select_related("agent").first()
    if held is None:
        return None
    if not (held.agent.is_active and held.agent.is_lead):
        held.finish(Status.FAILED, problem=Problem.RIGHTS)
    elif held.attempts >= MOST_ATTEMPTS:
        end(held, Status.FAILED, problem=Problem.DIED)
    elif held.note(
        status=Status.RUNNING, attempts=held.attempts + 1, rows_done=0, key=files.new_key()
    ):
        return Making(held)
    return None


class Made(File):
    """Moved and not copied, where the storage is a folder of this machine."""

    def temporary_file_path(self) -> str:
        return self.file.name


class NotStored(Exception):
    """The storage did not take it."""


class Making:
    def __init__(self, export: Export) -> None:
        self.export = export
        self.folder = Path(settings.KF_DATA_DIR) / "making" / export.key
        self.accounts: set[int] = set()
        self.done, self.file = 0, None

    def go_on(self) -> bool:
        """For a moment; False when there is nothing left to do, for whatever reason."""
        export, goes_on = self.export, False
        try:
            with translation.override(export.language), timezone.override(export.place):
                goes_on = self._step()
        except (OSError, NotStored, XlsxWriterException):
            logger.exception("export %s could not be written", export.pk)
            end(export, Status.FAILED, problem=Problem.STORED)
        except Exception:
            logger.exception("export %s could not be made", export.pk)
            if export.attempts < MOST_ATTEMPTS:
                export.put_off()
            else:
                end(export, Status.FAILED, problem=Problem.MADE)
        finally:
            if not goes_on:
                shutil.rmtree(self.folder, ignore_errors=True)
        return goes_on

    def _step(self) -> bool:
        if self.file is None:
            return self._start()
        until = time.monotonic() + SLICE
        while True:
            began = time.monotonic()
            some = list(islice(self.rows, PIECE))
            for row in some:
                self.file.add(row)
            self.done += len(some)
            if len(some) < PIECE:
                self._finish()
                return False
            if began >= until:
                return self.export.note(rows_done=self.done)
            time.sleep(min(time.monotonic() - began, LONGEST_REST))  # messages come first

    def _start(self) -> bool:
        export = self.export
        sweep(self.folder.parent)
        self.folder.mkdir(parents=True)
        asked = Asked.parse(QueryDict(export.query), export.place)
        reading, columns = Reading(export.agent, asked), raw.columns_of(export.what)
        self.rows = raw.rows_of(export.what, reading, self.accounts)
        self.file = SINKS[export.form](self.folder, export, columns)
        return True

    def _finish(self) -> None:
        export, made = self.export, self.file
        if not export.note(hold=self.done / ROWS_CLOSED_PER_SECOND, rows_done=self.done):
            return
        made.close()
        size = made.path.stat().st_size
        if not export.note(hold=size / BYTES_STORED_PER_SECOND):
            return
        try:
            with made.path.open("rb") as whole:
                export.file.save(export.key, Made(whole), save=False)
        except Exception as error:
            raise NotStored from error
        told = {"size": size, "accounts": sorted(self.accounts)}
        if end(export, Status.READY, file=export.file.name, **told):
            logger.info("export %s is ready: %s rows for %s", export.pk, self.done, export.agent)
        else:
            export.file.storage.delete(export.file.name)


def end(export: Export, status: str, **values: Any) -> bool:
    """Whose it is, is told so: they have gone on with something else meanwhile."""
    with transaction.atomic():
        is_ended = export.finish(status, **values)
        if is_ended:
            notices.tell_export(export)
    return is_ended


def sweep(folder: Path) -> None:
    """What workers left that died: the keys of those that live are in their rows."""
    left = [path for path in folder.glob("*") if path.is_dir()]
    known = set(Export.objects.going().values_list("key", flat=True))
    for path in left:
        if path.name not in known:
            shutil.rmtree(path, ignore_errors=True)


# --- what rows are written to ---------------------------------------------------------------------


class ZippedLines:
    """A CSV of this size is packed: to a tenth, mostly."""

    def __init__(self, folder: Path, export: Export, columns: list[Column]) -> None:
        self.path, self.lines = folder / "made", Lines(columns)
        self.zip = ZipFile(self.path, "w", ZIP_DEFLATED)
        packed = self.zip.open(export.name.removesuffix(".zip"), "w", force_zip64=True)
        self.out = TextIOWrapper(packed, "utf-8", newline="")
        self.out.write(self.lines.head)

    def add(self, row: list[Any]) -> None:
        self.out.write(self.lines.of(row))

    def close(self) -> None:
        self.out.close()
        self.zip.close()


class Book(Sheets):
    def __init__(self, folder: Path, export: Export, columns: list[Column]) -> None:
        self.path = folder / "made"
        super().__init__(str(self.path), export.get_what_display(), columns, str(folder))


SINKS: dict[str, Callable[[Path, Export, list[Column]], Any]] = {
    Export.Form.CSV: ZippedLines,
    Export.Form.XLSX: Book,
}
