"""Tags, priority, snooze, read marks and pins: each a row in the thread, seen by all at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import live
from messaging.models import State
from sessions import snoozing
from sessions.actions import Refused
from sessions.models import Pin, Session, Tag
from sessions.waking import Closing, wake
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lin(client, lin):
    client.force_login(lin)
    return lin


@pytest.fixture
def mine(lin):
    return make_session(make_customer(nickname="Wang Fang"), lin)


@pytest.fixture
def refund():
    return Tag.objects.create(name="refund")


def last_event(session):
    return session.messages.filter(direction="event").latest("id")


def test_tags_are_put_on_and_taken_off_in_one_step(client, mine, refund):
    vip = Tag.objects.create(name="vip")
    mine.tags.add(refund)
    client.post(f"/sessions/{mine.pk}/tags/", {"tags": [vip.pk]})
    assert list(mine.tags.all()) == [vip]
    event = last_event(mine)
    assert event.content == {"added": ["vip"], "removed": ["refund"]}
    assert (
        "Lin added vip and removed refund" in client.get(f"/sessions/{mine.pk}/").content.decode()
    )


def test_tags_that_a_colleague_puts_on_meanwhile_stay(client, mine, refund):
    vip, bug = (Tag.objects.create(name=name) for name in ("vip", "bug"))
    mine.tags.add(refund)
    page = client.get(f"/sessions/{mine.pk}/tags/").content.decode()
    assert f'name="had" value="{refund.pk}"' in page
    mine.tags.set([bug])  # a colleague, while the dialog is open
    client.post(f"/sessions/{mine.pk}/tags/", {"had": refund.pk, "tags": [refund.pk, vip.pk]})
    assert {tag.name for tag in mine.tags.all()} == {"bug", "vip"}


def test_saving_the_same_tags_says_nothing(client, mine, refund):
    mine.tags.add(refund)
    client.post(f"/sessions/{mine.pk}/tags/", {"tags": [refund.pk]})
    assert not mine.messages.exists()


def test_a_tag_for_customers_is_none_for_sessions(client, mine):
    gold = Tag.objects.create(name="gold", scope=Tag.Scope.CUSTOMER)
    answer = client.post(f"/sessions/{mine.pk}/tags/", {"tags": [gold.pk]}, headers=HTMX)
    assert answer.status_code == 422
    assert not mine.tags.exists()


def test_what_is_over_can_still_be_tagged_but_not_snoozed(client, lin, refund):
    over = make_ended_session()
    client.post(f"/sessions/{over.pk}/tags/", {"tags": [refund.pk]})
    assert over.tags.get() == refund
    answer = client.post(f"/sessions/{over.pk}/snooze/", {"wake": "hour"}, headers=HTMX)
    assert answer.status_code == 422
    assert "The session has ended." in answer.content.decode()


def test_a_priority_has_words_and_a_row_in_the_thread(client, mine):
    client.post(f"/sessions/{mine.pk}/priority/", {"level": "2"})
    mine.refresh_from_db()
    assert mine.priority == 2
    page = client.get(f"/sessions/{mine.pk}/").content.decode()
    assert "Lin made this urgent" in page
    assert "Urgent" in page
    client.post(f"/sessions/{mine.pk}/priority/", {"level": "2"})
    assert mine.messages.count() == 1


def test_a_snoozed_session_leaves_the_lists_until_its_time(client, lin, mine):
    client.post(f"/sessions/{mine.pk}/snooze/", {"wake": "hour"})
    assert "Wang Fang" not in client.get("/?tab=mine").content.decode()
    assert "Wang Fang" in client.get("/?tab=snoozed").content.decode()
    assert wake() == 0
    Session.objects.update(snoozed_until=timezone.now())
    assert wake() == 1
    assert "Wang Fang" in client.get("/?tab=mine").content.decode()
    assert last_event(mine).content == {"by": "time"}
    assert wake() == 0


def test_the_customers_message_wakes_it_at_once(shop, session, lin):
    session.snooze(timezone.now() + timedelta(hours=1), lin)
    shop.says("Hello?")
    shop.work()
    assert shop.session.snoozed_until is None


def test_an_agent_may_wake_it_and_an_end_does(client, lin, mine):
    mine.snooze(timezone.now() + timedelta(hours=1), lin)
    client.post(f"/sessions/{mine.pk}/wake/")
    mine.refresh_from_db()
    assert mine.snoozed_until is None
    mine.snooze(timezone.now() + timedelta(hours=1), lin)
    mine.end(lin)
    assert mine.snoozed_until is None


def test_a_moment_past_the_windows_close_is_asked_for_twice(client, lin, mine):
    late = timezone.localtime(timezone.now() + timedelta(hours=60))
    asked = {"wake": "at", "at": late.strftime("%Y-%m-%dT%H:%M")}
    answer = client.post(f"/sessions/{mine.pk}/snooze/", asked, headers=HTMX)
    assert answer.status_code == 422
    assert "The window is closed by then" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.snoozed_until is None
    client.post(f"/sessions/{mine.pk}/snooze/", asked | {"anyway": "1"}, headers=HTMX)
    mine.refresh_from_db()
    assert mine.snoozed_until == late.replace(second=0, microsecond=0)


@pytest.mark.parametrize("asked", [{}, {"wake": "at"}, {"wake": "soon"}, {"wake": "at", "at": "x"}])
def test_a_snooze_needs_a_moment_to_come(client, mine, asked):
    past = {"wake": "at", "at": "2001-01-01T10:00"}
    for each in (asked, past):
        answer = client.post(f"/sessions/{mine.pk}/snooze/", each, headers=HTMX)
        assert "ask-title" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.snoozed_until is None
    with pytest.raises(Refused):
        mine.snooze(timezone.now(), mine.agent)


def test_choices_say_which_of_them_come_too_late():
    now = timezone.now()
    found = {each.name: each for each in snoozing.choices(now + timedelta(hours=2), now)}
    assert not found["hour"].is_late
    assert found["three"].is_late
    assert found["window"].until == now + timedelta(hours=1)
    assert [each.until for each in found.values()] == sorted(each.until for each in found.values())


def test_marked_as_unread_it_counts_again(client, lin, mine):
    client.post(f"/sessions/{mine.pk}/unread/", headers=HTMX)
    mine.refresh_from_db()
    assert mine.unread == 1


def test_pins_are_each_agents_own(client, lin, mine):
    answer = client.post(f"/sessions/{mine.pk}/pin/", headers=HTMX).content.decode()
    assert f'data-pins="{mine.pk}"' in answer
    assert Pin.objects.get().agent == lin
    assert f'data-pins="{mine.pk}"' in client.get("/").content.decode()
    client.post(f"/sessions/{mine.pk}/pin/")
    assert not Pin.objects.exists()


def test_an_answer_about_another_session_leaves_the_open_thread_alone(client, mine):
    answer = client.post(f"/sessions/{mine.pk}/priority/", {"level": "1"}, headers=HTMX)
    html = answer.content.decode()
    assert f"#pane[data-customer='{mine.customer_id}'] #messages" in html
    assert "#pane[data-session=" in html


@pytest.mark.parametrize("name", ["menu", "tags", "priority", "snooze"])
def test_each_question_works_as_a_page_and_as_a_dialog(client, lin, mine, refund, name):
    page = client.get(f"/sessions/{mine.pk}/{name}/", {"tab": "mine", "unread": "1"})
    assert "<html" in page.content.decode()
    assert 'name="unread" value="1"' in page.content.decode() or name == "menu"
    dialog = client.get(f"/sessions/{mine.pk}/{name}/", headers=HTMX).content.decode()
    assert dialog.lstrip().startswith("<dialog")


@pytest.mark.parametrize("name", ["menu", "tags", "priority", "snooze", "wake", "unread", "pin"])
def test_nobody_sorts_what_they_may_not_see(client, name):
    foreign = make_session(make_customer(make_account("Other")))
    client.force_login(make_agent("mei", make_account("Shop")))
    for ask in (client.get, client.post):
        assert ask(f"/sessions/{foreign.pk}/{name}/").status_code in (404, 405)


def test_a_row_shows_two_tags_and_how_many_more(client, lin, mine):
    mine.tags.set(Tag.objects.create(name=name, hue=3) for name in ("bug", "refund", "vip"))
    page = client.get("/").content.decode()
    assert 'class="tag hue--3">bug<' in page
    assert ">+1<" in page


def test_a_window_that_comes_near_its_end_is_announced_once(
    lin, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(live, "is_heard", lambda group: group.startswith("account"))
    monkeypatch.setattr(live, "announce", lambda group, data=None: told.append(data["session"]))
    near, far = (make_session(_wrote(hours)) for hours in (42.001, 30))
    make_message(near, sent_at=near.customer.last_in_at)
    make_message(far, sent_at=far.customer.last_in_at)
    step = Closing()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            step()
    assert told == [near.pk]


def _wrote(hours: float):
    return make_customer(last_in_at=timezone.now() - timedelta(hours=hours), state=State.NEW)
