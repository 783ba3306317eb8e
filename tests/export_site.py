"""Reports of which every file is made in the background, and a worker to make them step by step.

pytest_plugins = ["tests.report_site", "tests.export_site"] gives the fixtures of a module.
"""

import io
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.utils import timezone

from sessions.models import Export
from sessions.reports import exporting
from tests.report_site import YEAR

PAGE = "/reports/exports/"


@pytest.fixture
def everything_is_long(settings, monkeypatch, tmp_path):
    settings.KF_EXPORT_ROWS = -1
    settings.KF_DATA_DIR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "media")
    monkeypatch.setattr(exporting, "LONGEST_REST", 0)


def ask(client, what: str = "sessions", form: str = "csv", query: str = YEAR) -> Export:
    assert client.post(f"/reports/raw/{what}.{form}?{query}").url == PAGE
    return Export.objects.latest("pk")


def work(step=None, owner: str = "a worker") -> None:
    step = step or exporting.Exports()
    while step(owner):
        pass


def begun(monkeypatch) -> exporting.Exports:
    """A worker in the middle of a file."""
    monkeypatch.setattr(exporting, "PIECE", 2)
    monkeypatch.setattr(exporting, "SLICE", 0)
    step = exporting.Exports()
    for _turn in range(3):
        assert step("the first") == 1
    return step


def dies(export: Export) -> None:
    """The lease of whoever had it is over."""
    Export.objects.filter(pk=export.pk).update(next_at=timezone.now() - timedelta(seconds=1))


def taken(client, export: Export) -> bytes:
    return client.get(f"{PAGE}{export.pk}/file/").getvalue()


def unpacked(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        (name,) = packed.namelist()
        return packed.read(name).decode()


def stored() -> list[str]:
    return default_storage.listdir("exports")[1]


def left_over() -> list:
    return list((django_settings.KF_DATA_DIR / "making").glob("*"))
