"""Reports that are sent regularly: when they are due, once, with their owner's rights, and to whom."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F
from django.utils import timezone

from kfconsole import environment
from sessions.models import Agent, ReportSchedule, SavedReport
from sessions.models.report_schedule import PAUSES
from sessions.reports import robot as robots
from sessions.reports import sending
from sessions.reports.recurring import next_moment
from sessions.reports.telling import Told
from tests.factories import make_agent
from tests.robot import ADDRESS, KEY

pytest_plugins = ["tests.report_site", "tests.schedule_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
Problem = ReportSchedule.Problem


def send() -> int:
    return sending.send("test-worker")


def later(schedule, span: timedelta) -> None:
    """As if so much time had passed."""
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_at=F("next_at") - span)


# --- when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "after", "due", "how"),
    [
        ("daily", "2026-11-21 08:59", "2026-11-21 09:00", {}),
        ("daily", "2026-11-21 09:00", "2026-11-22 09:00", {}),
        ("weekly", "2026-11-21 10:00", "2026-11-23 09:00", {"weekday": 0}),
        ("weekly", "2026-11-23 09:00", "2026-11-30 09:00", {"weekday": 0}),
        ("monthly", "2026-01-31 09:00", "2026-02-28 09:00", {"day": 31}),
        ("monthly", "2026-02-28 09:00", "2026-03-31 09:00", {"day": 31}),
        ("monthly", "2026-12-02 09:00", "2027-01-01 09:00", {"day": 1}),
    ],
)
def test_it_is_due_on_the_clock_of_its_owner(rhythm, after, due, how):
    after, due = (datetime.fromisoformat(one).replace(tzinfo=SHANGHAI) for one in (after, due))
    assert next_moment(rhythm, time(9), SHANGHAI, after, **how) == due


def test_a_clock_that_is_changed_neither_leaves_one_out_nor_repeats_one():
    def days(begin: datetime) -> list[str]:
        found = [begin]
        while len(found) < 4:
            found.append(next_moment("daily", time(2, 30), BERLIN, found[-1]))
        return [f"{one.astimezone(BERLIN):%d %H:%M}" for one in found[1:]]

    assert days(datetime(2026, 3, 28, 0, tzinfo=UTC)) == ["28 02:30", "29 03:30", "30 02:30"]
    assert days(datetime(2026, 10, 24, 0, tzinfo=UTC)) == ["24 02:30", "25 02:30", "26 02:30"]


# --- what is sent, and how often ----------------------------------------------------------------


def test_it_goes_to_people_and_into_a_group_once(schedule, robot):
    assert send() == 1
    assert send() == 0
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.attempts, schedule.lease_owner) == ("", 0, "")
    assert schedule.next_at == schedule.due_at > timezone.now()
    (message,) = mail.outbox
    assert message.to == ["boss@example.com"]
    assert message.subject.startswith("Every morning: 20")
    assert "New sessions: " in message.body
    assert "<table" in message.alternatives[0].content
    name, data, _type = message.attachments[0]
    assert re.fullmatch(r"overview-over-time-(\d{4}-\d\d-\d\d)-\1\.xlsx", name)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    (post,) = robot.posts
    assert "period=custom&since=20" in post["markdown"]["content"]


def test_what_has_gone_is_not_repeated_when_the_rest_is_tried_again(schedule, robot):
    robot.answers = [45009]
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.attempts, schedule.is_mailed) == (Problem.BUSY, 1, True)
    assert KEY not in schedule.detail
    assert send() == 0
    later(schedule, PAUSES[0])
    assert send() == 1
    assert (len(mail.outbox), len(robot.posts)) == (1, 1)
    schedule.refresh_from_db()
    assert schedule.problem == ""


def test_it_is_given_up_after_five_tries_until_its_next_moment(schedule, robot):
    robot.answers = [-1] * 9
    for pause in [*PAUSES, None]:
        assert send() == 1
        if pause:
            later(schedule, pause)
    schedule.refresh_from_db()
    assert (schedule.attempts, schedule.problem) == (0, Problem.BUSY)
    assert schedule.next_at == schedule.due_at > timezone.now()
    assert len(robot.answers) == 4


def test_one_that_kills_its_workers_is_given_up_as_well(schedule, robot):
    ReportSchedule.objects.filter(pk=schedule.pk).update(attempts=len(PAUSES) + 1)
    assert send() == 1
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.attempts, mail.outbox) == (Problem.MADE, 0, [])
    assert schedule.next_at > timezone.now()


def test_a_robot_that_refuses_is_not_asked_again(schedule, robot):
    robot.answers = [93000]
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.attempts) == (Problem.REFUSED, 0)
    assert schedule.detail.startswith("93000")


def test_what_is_paused_while_it_is_computed_is_not_sent(schedule, robot, monkeypatch):
    compute = Told.of

    def paused(found) -> Told:
        ReportSchedule.objects.get(pk=found.pk).pause()
        return compute(found)

    monkeypatch.setattr(sending.Told, "of", paused)
    send()
    schedule.refresh_from_db()
    assert (mail.outbox, robot.posts, schedule.next_at) == ([], [], None)


def test_a_mail_server_that_is_away_does_not_keep_the_group_waiting(schedule, robot, monkeypatch):
    send_mail = mail.EmailMultiAlternatives.send
    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", away)
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.detail) == (Problem.MAIL, "nobody is there")
    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", send_mail)
    later(schedule, PAUSES[0])
    send()
    assert (len(mail.outbox), len(robot.posts)) == (1, 1)


def away(message) -> None:
    raise ConnectionRefusedError("nobody is there")


def test_what_cannot_be_computed_is_tried_again(schedule, robot, monkeypatch):
    monkeypatch.setattr(sending.Told, "of", lambda found: 1 / 0)
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, schedule.attempts, mail.outbox) == (Problem.MADE, 1, [])


def test_the_days_are_those_of_the_moment_it_was_due(schedule, lead):
    due = datetime(2026, 5, 1, 0, 10, tzinfo=lead.zone)
    ReportSchedule.objects.filter(pk=schedule.pk).update(due_at=due)
    send()
    assert mail.outbox[0].subject == "Every morning: 2026-04-30"


# --- whose rights -------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [{"is_active": False}, {"role": Agent.Role.AGENT}])
def test_an_owner_who_may_no_longer_sends_nothing(schedule, lead, robot, lost):
    Agent.objects.filter(pk=lead.pk).update(**lost)
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, mail.outbox, robot.posts) == (Problem.OWNER, [], [])
    assert schedule.next_at > timezone.now()


def test_a_report_that_is_shared_no_more_is_not_sent(schedule, saved, robot):
    SavedReport.objects.filter(pk=saved.pk).update(owner=make_agent("other"))
    send()
    schedule.refresh_from_db()
    assert (schedule.problem, mail.outbox) == (Problem.REPORT, [])


def test_a_robot_whose_key_cannot_be_read_any_more_is_told(schedule):
    ReportSchedule.objects.filter(pk=schedule.pk).update(emails=[], robot={})
    send()
    schedule.refresh_from_db()
    assert schedule.problem == Problem.NOWHERE


def test_only_accounts_that_the_owner_serves_now_are_counted(schedule, saved, lead, store):
    SavedReport.objects.filter(pk=saved.pk).update(report="accounts", query="period=year")
    Agent.objects.filter(pk=lead.pk).update(serves_all=False)
    lead.accounts.set([store])
    send()
    assert "Shop" in mail.outbox[0].body
    assert "Other" not in mail.outbox[0].body


# --- what a group reads -------------------------------------------------------------------------


def test_a_message_for_a_group_holds_what_it_can_and_always_the_link(schedule, saved):
    saved.name = "[" + "周报" * 29 + "]"
    saved.save()
    told = Told.of(ReportSchedule.objects.get())
    told = replace(told, page=replace(told.page, tiles=[*told.page.tiles] * 40))
    text = told.markdown()
    assert len(text.encode()) <= robots.MOST_BYTES < len(text.encode()) + 200
    assert text.endswith(f"({told.address})")
    assert text.startswith("### 周报")


def test_only_wecom_can_be_called():
    assert robots.key_in(f" {ADDRESS} ") == KEY
    for other in (
        ADDRESS.replace("https", "http"),
        ADDRESS.replace("weixin", "example"),
        ADDRESS.replace("qyapi", "x@qyapi"),
        ADDRESS.replace("send", "upload_media"),
        "nonsense",
        ADDRESS.partition("?")[0],
    ):
        assert robots.key_in(other) == ""


@pytest.mark.parametrize("given", ["smtp://", "nonsense", "http://mail.example.com"])
def test_an_address_of_a_mail_server_that_cannot_be_used_is_named(monkeypatch, given):
    monkeypatch.setenv("EMAIL_URL", given)
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL must be smtp\+tls"):
        environment.mail("EMAIL_URL", "consolemail://")
