"""The page of what is sent regularly: what a lead types, what is wrong with it, and who sees it."""

import pytest

from sessions.models import Agent, ReportSchedule
from tests.factories import make_agent
from tests.robot import ADDRESS, KEY

pytest_plugins = ["tests.report_site", "tests.schedule_site"]
OTHER = KEY[::-1]
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def add(client, saved, **fields):
    told = {"report": saved.pk, "rhythm": "weekly", "weekday": 2, "day": 1, "at": "09:30"}
    told |= {"emails": "a@example.com，b@example.com", "robot": ADDRESS} | fields
    return client.post("/reports/schedules/", {f"schedule-{n}": v for n, v in told.items()})


def test_a_lead_makes_one_pauses_it_and_deletes_it(client, lead, saved):
    assert add(client, saved).url == "/reports/saved/"
    made = ReportSchedule.objects.get()
    assert made.emails == ["a@example.com", "b@example.com"]
    assert made.robot == {"key": KEY}
    assert f"{made.next_at.astimezone(lead.zone):%w %H:%M}" == "3 09:30"
    page = client.get("/reports/saved/").content.decode()
    assert "a@example.com, b@example.com" in page
    assert KEY not in page
    assert KEY[-4:] in page
    client.post(f"/reports/schedules/{made.pk}/pause/")
    assert "Paused" in client.get("/reports/saved/").content.decode()
    client.post(f"/reports/schedules/{made.pk}/resume/")
    made.refresh_from_db()
    assert made.next_at
    client.post(f"/reports/schedules/{made.pk}/delete/")
    assert not ReportSchedule.objects.exists()


def edit(client, schedule, **fields):
    told = {"report": schedule.report_id, "rhythm": "daily", "weekday": 0, "day": 1, "at": "08:00"}
    told |= {"emails": "boss@example.com", "robot": ""} | fields
    return client.post(
        f"/reports/schedules/{schedule.pk}/", {f"schedule-{n}": v for n, v in told.items()}
    )


def test_it_is_edited_in_the_same_form_and_its_robot_is_kept(client, lead, schedule):
    page = client.get(f"/reports/schedules/{schedule.pk}/").content.decode()
    assert 'value="boss@example.com"' in page
    assert f"Leave it empty to keep …{KEY[-4:]}." in page
    assert KEY not in page
    ReportSchedule.objects.update(problem="mail", detail="550", attempts=2)
    assert edit(client, schedule, emails="a@example.com").url == "/reports/saved/"
    schedule.refresh_from_db()
    assert (schedule.emails, schedule.robot) == (["a@example.com"], {"key": KEY})
    assert (schedule.problem, schedule.detail, schedule.attempts) == ("", "", 0)
    assert f"{schedule.next_at.astimezone(lead.zone):%H:%M}" == "08:00"


def test_its_robot_is_taken_away_or_replaced(client, lead, schedule):
    edit(client, schedule, robot=ADDRESS.replace(KEY, OTHER))
    schedule.refresh_from_db()
    assert schedule.robot == {"key": OTHER}
    edit(client, schedule, drop_robot="on")
    schedule.refresh_from_db()
    assert schedule.robot == {}
    answer = edit(client, schedule, emails="")
    assert "Tell an e-mail address or a group robot." in answer.content.decode()


def test_what_is_wrong_with_a_change_stands_at_its_field_and_changes_nothing(
    client, lead, schedule
):
    answer = edit(client, schedule, emails="nobody", at="10:00")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Not an e-mail address: nobody" in page
    assert 'value="nobody"' in page
    assert page.count('<form id="schedule-form"') == 1
    before = schedule.at
    schedule.refresh_from_db()
    assert (schedule.emails, schedule.at) == (["boss@example.com"], before)


def test_what_is_paused_stays_so_when_it_is_edited(client, lead, schedule):
    schedule.pause()
    edit(client, schedule)
    schedule.refresh_from_db()
    assert (schedule.is_paused, schedule.next_at) == (True, None)


def test_an_administrator_edits_it_for_its_owner(client, lead, schedule):
    client.force_login(make_agent("root", role=Agent.Role.ADMIN))
    edit(client, schedule, emails="a@example.com")
    schedule.refresh_from_db()
    assert (schedule.owner, schedule.emails) == (lead, ["a@example.com"])
    client.force_login(make_agent("other", role=Agent.Role.LEAD))
    assert edit(client, schedule, emails="b@example.com").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"emails": "nobody"}, "Not an e-mail address: nobody"),
        ({"emails": "", "robot": ""}, "Tell an e-mail address or a group robot."),
        ({"robot": "https://example.com/?key=1"}, "It begins with https://qyapi"),
        ({"rhythm": "monthly", "day": "32"}, "less than or equal to 31"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, lead, saved, fields, words):
    answer = add(client, saved, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ReportSchedule.objects.exists()


def test_a_day_that_is_not_asked_for_is_not_wrong(client, lead, saved):
    assert add(client, saved, day="").url == "/reports/saved/"


def test_fixed_days_are_not_sent_again_and_again(client, lead, saved):
    saved.query = "period=custom&since=2026-01-01&until=2026-01-31"
    saved.save()
    assert "fixed days" in add(client, saved).content.decode()


def test_agents_have_none_and_leads_have_their_own(client, schedule, saved):
    send_now = f"/reports/schedules/{schedule.pk}/send/"
    for other in (make_agent("sam"), make_agent("other", role=Agent.Role.LEAD)):
        client.force_login(other)
        assert client.post(send_now).status_code == 404
    client.force_login(make_agent("ada"))
    assert add(client, saved).url == "/reports/saved/"
    assert ReportSchedule.objects.count() == 1
    assert "Sent regularly" not in client.get("/reports/saved/").content.decode()
    client.force_login(make_agent("root", role=Agent.Role.ADMIN))
    assert client.post(send_now).url == "/reports/saved/"
