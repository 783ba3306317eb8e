"""Raw rows that are made in the background: whole, once, whatever happens to their worker."""

import errno
import io
import tracemalloc

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from sessions.models import Export, Notice, SessionFact
from sessions.models.export import KEPT, MOST_ATTEMPTS, forget_old
from sessions.reports import exporting, raw
from tests.export_site import PAGE, ask, begun, dies, left_over, stored, taken, unpacked, work
from tests.factories import make_messages
from tests.report_site import YEAR, reading
from tests.test_report_tables import csv_rows, xlsx_rows

pytest_plugins = ["tests.report_site", "tests.export_site"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both,
    pytest.mark.usefixtures("everything_is_long"),
]
Status, Problem = Export.Status, Export.Problem


def say_something() -> None:
    for fact in SessionFact.objects.order_by("pk")[:5]:
        make_messages(fact.session, 7)


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", raw.RAW)
def test_the_file_has_the_rows_of_the_one_that_is_streamed(
    client, lead, settings, what, monkeypatch
):
    say_something()
    monkeypatch.setattr(raw, "CHUNK", 3)
    monkeypatch.setattr(raw, "PIECE", 4)
    made = [ask(client, what, form) for form in ("csv", "xlsx")]
    work()
    settings.KF_EXPORT_ROWS = 10**6
    streamed = client.post(f"/reports/raw/{what}.csv?{YEAR}").getvalue().decode()
    assert len(csv_rows(streamed)) > 10
    assert unpacked(taken(client, made[0])) == streamed
    sheet = xlsx_rows(taken(client, made[1]), raw.columns_of(what))
    assert sheet == csv_rows(streamed)
    for export in made:
        export.refresh_from_db()
        assert (export.status, export.rows_done) == (Status.READY, len(sheet) - 1)
    assert left_over() == []


def test_rows_of_one_moment_are_neither_lost_nor_doubled(lead, monkeypatch):
    SessionFact.objects.update(opened_at="2026-03-02T04:00Z")
    monkeypatch.setattr(raw, "CHUNK", 3)
    found = [row[0] for row in raw.rows_of("sessions", reading(lead))]
    assert sorted(found) == sorted(SessionFact.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_ten_times_as_many_rows_take_no_more_memory(client, lead, form, monkeypatch):
    monkeypatch.setattr(raw, "PIECE", 10)
    monkeypatch.setattr(exporting, "PIECE", 10)
    session = SessionFact.objects.latest("opened_at").session

    def peak(rows: int) -> int:
        make_messages(session, rows)
        ask(client, "messages", form)
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # what is loaded at first need
    few = peak(50)
    assert peak(500) < few * 1.3, few


# --- the worker -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_a_dead_worker_began_is_made_anew_and_once(client, lead, monkeypatch, form):
    export = ask(client, form=form)
    begun(monkeypatch)
    export.refresh_from_db()
    assert export.status == Status.RUNNING
    assert 0 < export.rows_done < SessionFact.objects.count()
    work()
    assert Export.objects.get().lease_owner == "the first"
    dies(export)
    work()
    export.refresh_from_db()
    assert (export.status, export.attempts) == (Status.READY, 2)
    assert export.rows_done == SessionFact.objects.count()
    assert stored() == [export.key]
    assert left_over() == []


def test_who_was_too_slow_leaves_it_to_who_took_over(client, lead, monkeypatch):
    export = ask(client)
    slow = begun(monkeypatch)
    dies(export)
    work()
    work(slow, "the first")
    export.refresh_from_db()
    assert export.status == Status.READY
    assert stored() == [export.key]
    assert len(csv_rows(unpacked(taken(client, export)))) == 1 + SessionFact.objects.count()
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_what_is_cancelled_or_deleted_stops_at_once(client, lead, monkeypatch, verb):
    export = ask(client)
    step = begun(monkeypatch)
    client.post(f"{PAGE}{export.pk}/{verb}/")
    assert step("the first") == 1
    assert step("the first") == 0
    assert left_over() == []
    assert not Export.objects.exclude(status=Status.CANCELLED).exists()
    if verb == "cancel":
        client.post(f"{PAGE}{export.pk}/retry/")
        work()
        assert Export.objects.get().status == Status.READY


def fails(*_arguments, **_more) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("place", ["disk", "storage"])
def test_a_full_disk_is_told_in_a_sentence_and_can_be_tried_again(client, lead, place, monkeypatch):
    export = ask(client)
    with monkeypatch.context() as full:
        if place == "disk":
            full.setattr(exporting.ZippedLines, "add", fails)
        else:
            full.setattr(FileSystemStorage, "save", fails)
        work()
    export.refresh_from_db()
    assert (export.status, export.problem) == (Status.FAILED, Problem.STORED)
    assert left_over() == []
    assert "the disk is full" in client.get(PAGE).content.decode()
    assert "Your file could not be made" in client.get("/notices/").content.decode()
    client.post(f"{PAGE}{export.pk}/retry/")
    work()
    export.refresh_from_db()
    assert (export.status, export.problem) == (Status.READY, "")
    assert "Your file is ready" in client.get("/notices/").content.decode()


def test_what_cannot_be_read_is_tried_three_times(client, lead, monkeypatch):
    export = ask(client)
    monkeypatch.setattr(raw, "_tags", lambda sessions: 1 / 0)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        work()
        export.refresh_from_db()
        assert export.attempts == attempt
        if export.is_going:
            dies(export)
    assert (export.status, export.problem) == (Status.FAILED, Problem.MADE)


def test_one_that_kills_its_workers_is_given_up(client, lead, monkeypatch):
    export = ask(client)
    for _attempt in range(MOST_ATTEMPTS):
        begun(monkeypatch)
        dies(export)
    work()
    export.refresh_from_db()
    assert (export.status, export.problem) == (Status.FAILED, Problem.DIED)


def test_files_and_rows_go_after_a_week(client, lead):
    old, new = ask(client), ask(client, form="xlsx")
    work()
    Export.objects.filter(pk=old.pk).update(created_at=timezone.now() - KEPT)
    default_storage.save("exports/nobodys", io.BytesIO(b"left by a dead worker"))
    forget_old()
    assert list(Export.objects.all()) == [new]
    new.refresh_from_db()
    assert stored() == [new.key]
