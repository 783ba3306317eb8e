"""Who may ask for raw rows, see how far they are, take them, and is told of them."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from messaging import live
from sessions import notices
from sessions.models import Agent, Export, SessionFact
from sessions.models.export import MOST_WAITING, forget_old
from tests.export_site import PAGE, ask, stored, taken, unpacked, work
from tests.factories import make_account, make_agent
from tests.report_site import YEAR

pytest_plugins = ["tests.report_site", "tests.export_site"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both,
    pytest.mark.usefixtures("everything_is_long"),
]
Status, Problem = Export.Status, Export.Problem


# --- who asks -------------------------------------------------------------------------------------


def test_an_address_alone_makes_nothing_and_offers_it(client, lead):
    page = client.get(f"/reports/raw/messages.xlsx?{YEAR}").content.decode()
    assert "Messages for Excel" in page
    assert "Make the file" in page
    assert not Export.objects.exists()


def test_few_rows_are_answered_at_once(client, lead, settings):
    settings.KF_EXPORT_ROWS = SessionFact.objects.count()
    assert client.post(f"/reports/raw/sessions.csv?{YEAR}").streaming
    settings.KF_EXPORT_ROWS -= 1
    ask(client)


def test_what_is_asked_twice_is_made_once(client, lead):
    assert ask(client) == ask(client)
    work()
    assert ask(client) != Export.objects.earliest("pk")


def test_five_may_wait_for_one_person(client, lead):
    for month in range(1, MOST_WAITING + 1):
        ask(client, query=f"period=custom&since=2026-{month:02}-01&until=2026-{month:02}-20")
    last = ask(client, query="period=custom&since=2026-09-01&until=2026-09-20")
    assert Export.objects.count() == MOST_WAITING
    page = client.get(PAGE).content.decode()
    assert "Five files of yours are being made." in page
    last.cancel()
    ask(client, query="period=custom&since=2026-09-01&until=2026-09-20")
    client.post(f"{PAGE}{last.pk}/retry/")
    last.refresh_from_db()
    assert last.status == Status.CANCELLED


def test_agents_have_no_exports_and_leads_their_own(client, lead):
    export = ask(client)
    work()
    for other, status in ((make_agent("sam"), 302), (make_agent("eve", role=Agent.Role.LEAD), 200)):
        client.force_login(other)
        answer = client.get(PAGE)
        assert answer.status_code == status
        assert export.name not in answer.content.decode()
        assert client.get(f"{PAGE}{export.pk}/file/").status_code == 404
        assert client.post(f"{PAGE}{export.pk}/delete/").status_code == 404
    client.force_login(make_agent("root", role=Agent.Role.ADMIN))
    assert "Wang" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{export.pk}/file/").status_code == 404
    assert client.post(f"{PAGE}{export.pk}/delete/").url == PAGE
    forget_old()
    assert stored() == []


@pytest.mark.parametrize("lost", [{"is_active": False}, {"role": Agent.Role.AGENT}])
def test_who_may_no_longer_gets_nothing_made(client, lead, lost):
    export = ask(client)
    Agent.objects.filter(pk=lead.pk).update(**lost)
    work()
    export.refresh_from_db()
    assert (export.status, export.problem) == (Status.FAILED, Problem.RIGHTS)


def test_rows_of_an_account_that_was_lost_are_not_given_out(client, lead, store):
    export = ask(client)
    work()
    export.refresh_from_db()
    assert len(export.accounts) == 2
    Agent.objects.filter(pk=lead.pk).update(serves_all=False)
    lead.accounts.set([store])
    assert client.get(f"{PAGE}{export.pk}/file/").url == PAGE
    page = client.get(PAGE).content.decode()
    assert "an account that you no longer serve" in page
    assert f"{PAGE}{export.pk}/file/" not in page
    lead.accounts.set([*export.accounts, make_account("Third")])
    assert client.get(f"{PAGE}{export.pk}/file/").streaming


def test_only_accounts_that_are_served_when_it_runs_are_in_it(client, lead, store):
    export = ask(client)
    Agent.objects.filter(pk=lead.pk).update(serves_all=False)
    lead.accounts.set([store])
    work()
    text = unpacked(taken(client, export))
    assert "Shop" in text
    assert "Other" not in text


def test_it_is_in_the_language_and_zone_it_was_asked_in(client, lead):
    lead.language, lead.time_zone = "zh-hans", "America/New_York"
    lead.save()
    export = ask(client)
    Agent.objects.filter(pk=lead.pk).update(language="en", time_zone="")
    work()
    assert (export.language, export.zone) == ("zh-hans", "America/New_York")
    assert "客服账号" in unpacked(taken(client, export)).partition("\n")[0]


def test_days_that_move_on_are_those_of_the_moment_it_was_asked(client, lead):
    export = ask(client, query="period=month&tag=1")
    today = timezone.localdate(timezone=lead.zone)
    first = today - timedelta(days=29)
    assert export.query == f"period=custom&since={first}&until={today}&tag=1"
    assert export.name == f"sessions-{first}-{today}.csv.zip"


def test_a_file_that_is_gone_is_told(client, lead):
    export = ask(client)
    work()
    export.refresh_from_db()
    default_storage.delete(export.file.name)
    assert client.get(f"{PAGE}{export.pk}/file/").url == PAGE
    assert "no longer there" in client.get(PAGE).content.decode()


# --- told -----------------------------------------------------------------------------------------


def test_its_owner_is_told_when_it_is_ready_until_they_look(client, lead):
    lead.serves_all = False
    lead.save()
    lead.accounts.set(SessionFact.objects.values_list("account", flat=True).distinct())
    export = ask(client)
    work()
    assert notices.unread(lead) == 1
    listed = client.get("/notices/").content.decode()
    assert "Your file is ready" in listed
    assert f'href="{PAGE}"' in listed
    assert export.name in listed
    client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "section#exports"})
    assert notices.unread(lead) == 1
    client.get(PAGE)
    assert notices.unread(lead) == 0


def test_a_page_that_is_open_hears_of_it(
    client, lead, monkeypatch, django_capture_on_commit_callbacks
):
    pushed = []
    monkeypatch.setattr(live, "is_heard", lambda group: True)
    monkeypatch.setattr(live, "announce", lambda group, data: pushed.append((group, data)))
    ask(client)
    with django_capture_on_commit_callbacks(execute=True):
        work()
    [(group, data)] = pushed
    assert (group, data["unread"]) == (f"user-{lead.pk}", 1)
    assert "Your file is ready" in data["html"]["en"]
    assert f'href="{PAGE}"' in data["html"]["en"]
    assert "data-session" not in data["html"]["en"]
