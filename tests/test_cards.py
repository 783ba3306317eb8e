"""The side panel: tags, notes and the past of a customer; what others see at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Customer
from sessions import cards, intake
from sessions.models import CustomField, Remark, Session, Tag
from tests.factories import (
    make_account,
    make_agent,
    make_connection,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true"}
KIND = CustomField.Kind


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


@pytest.fixture
def mine(lin):
    return make_session(make_customer(nickname="Wang Fang"), lin)


def page(client, session) -> str:
    return client.get(f"/sessions/{session.pk}/").content.decode()


def test_tags_of_customers_are_not_those_of_sessions(client, mine):
    vip = Tag.objects.create(name="vip", scope=Tag.Scope.CUSTOMER)
    refund = Tag.objects.create(name="refund")
    address = f"/customers/{mine.customer_id}/tags/"
    client.post(address, {"add": vip.pk})
    client.post(address, {"add": refund.pk})
    assert list(mine.customer.tags.all()) == [vip]
    assert "Remove the tag vip" in page(client, mine)
    client.post(address, {"remove": vip.pk})
    assert not mine.customer.tags.exists()


def test_only_leads_make_new_tags(client, mine):
    address = f"/customers/{mine.customer_id}/tags/"
    client.post(address, {"new": "vip"})
    assert not Tag.objects.exists()
    client.force_login(make_agent("chen", role="lead"))
    client.post(address, {"new": "vip"})
    assert Tag.objects.get().scope == Tag.Scope.CUSTOMER
    assert mine.customer.tags.count() == 1


def test_pinned_notes_come_first(client, mine):
    address = f"/customers/{mine.customer_id}/notes/"
    client.post(address, {"text": "Calls at night", "is_pinned": "on"})
    client.post(address, {"text": "Likes tea"})
    assert [r.text for r in mine.customer.remarks.all()] == ["Calls at night", "Likes tea"]
    html = page(client, mine)
    assert html.index("Calls at night") < html.index("Likes tea")


def test_an_empty_note_is_asked_for_and_a_long_one_kept(client, mine):
    address = f"/customers/{mine.customer_id}/notes/"
    assert "Write the note first." in client.post(address, headers=HTMX).content.decode()
    answer = client.post(address, {"text": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()


def test_notes_are_changed_by_their_author_or_a_lead_only(client, mine):
    other = Remark.objects.create(customer=mine.customer, author=make_agent("sam"), text="Old")
    address = f"/customers/{mine.customer_id}/notes/{other.pk}/"
    assert client.post(address, {"text": "New"}).status_code == 422
    assert f'id="remark-{other.pk}"' not in page(client, mine)
    client.force_login(make_agent("chen", role="lead"))
    client.post(address, {"text": "New"})
    other.refresh_from_db()
    assert (other.text, other.changed_at is not None) == ("New", True)
    client.post(address, {"delete": "1"})
    assert not Remark.objects.exists()


def test_the_sessions_of_a_person_on_other_accounts_are_in_one_timeline(client, lin):
    shop, repair = make_account("Shop"), make_account("Repair")
    here = make_session(make_customer(shop, unionid="u1"), lin)
    there = make_ended_session(make_customer(repair, unionid="u1"))
    stranger = make_session(make_customer(repair, unionid="u2"))
    html = page(client, here)
    assert f'href="/sessions/{there.pk}/' in html.split('id="past-of-')[1]
    assert f'href="/sessions/{stranger.pk}/' not in html.split('id="past-of-')[1]
    assert "Sessions of this person" in html


def test_the_timeline_keeps_silent_about_accounts_the_agent_does_not_serve(client):
    shop, complaints = make_account("Shop"), make_account("Complaints")
    sam = make_agent("sam", shop)
    here = make_session(make_customer(shop, unionid="u1"), sam)
    there = make_ended_session(make_customer(complaints, unionid="u1"))
    assert list(cards.timeline(sam, here.customer)) == [here]
    client.force_login(sam)
    assert "Complaints" not in page(client, here)
    assert client.post(f"/customers/{there.customer_id}/notes/", {"text": "x"}).status_code == 404


def test_another_connection_may_have_the_same_unionid(lin):
    here = make_session(make_customer(make_account("Shop"), unionid="u1"), lin)
    elsewhere = make_account("Else", connection=make_connection())
    make_session(make_customer(elsewhere, unionid="u1"))
    assert list(cards.timeline(lin, here.customer)) == [here]


def test_an_ended_session_is_opened_where_it_began(client, mine):
    past = make_ended_session(mine.customer, opened_at=timezone.now() - timedelta(days=3))
    first = make_message(past, "Long ago")
    assert f'href="/sessions/{past.pk}/?at={first.pk}"' in page(client, mine)


def test_a_profile_is_asked_for_while_wecom_tells_it(client, mine):
    address = f"/customers/{mine.customer_id}/refresh/"
    assert b"The platform was asked" in client.post(address, headers=HTMX).content
    assert Customer.objects.get().profile_due_at
    past = timezone.now() - timedelta(days=3)
    Customer.objects.update(last_in_at=past, profile_due_at=None)
    assert b"only within 48 hours" in client.post(address, headers=HTMX).content
    assert Customer.objects.get().profile_due_at is None


def test_where_there_is_no_window_a_profile_may_always_be_asked_for(lin):
    past = timezone.now() - timedelta(days=3)
    assert not cards.can_refresh(make_customer(last_in_at=past))
    assert cards.can_refresh(make_customer(last_in_at=past, backend="staffservice"))


def test_the_entrance_is_said_in_words(client, mine):
    entrance = {"scene": "wx_menu", "scene_param": "order=7", "wechat_channels": {"scene": 3, "nickname": "Tea"}}  # fmt: skip
    Customer.objects.update(entrance=entrance, gender=2, rejects=True)
    html = page(client, mine)
    assert "Muted: what you send may come back" in html
    assert "Refused in WeCom" not in html
    Customer.objects.update(is_refused=True)
    assert "Refused in WeCom" in page(client, mine)
    for words in ("Link “wx_menu”", "order=7", "Channels: shop window", "Tea", "Female", "Muted"):
        assert words in html


def test_others_see_a_change_at_once(client, mine, monkeypatch, django_capture_on_commit_callbacks):
    said = []
    monkeypatch.setattr(cards.live, "is_heard", lambda group: True)
    monkeypatch.setattr(cards.live, "announce", lambda group, data: said.append((group, data)))
    field = CustomField.objects.create(name="Birthday", kind=KIND.DATE)
    with django_capture_on_commit_callbacks(execute=True):
        address = f"/customers/{mine.customer_id}/fields/{field.pk}/"
        client.post(address, {"value": "2000-01-02", "seen": 0})
    ((group, data),) = said
    assert group == f"customer-{mine.customer_id}"
    assert "Jan 2, 2000" in data["html"]["en"]
    assert "csrf" not in data["html"]["en"]


def test_a_mute_is_shown_as_soon_as_it_is_heard_of(
    mine, monkeypatch, django_capture_on_commit_callbacks
):
    pushed = []
    monkeypatch.setattr(intake.cards, "_push", lambda keys, parts: pushed.append((keys, parts)))
    mine.customer.record(
        "reject_customer_msg_switch_change", {"reject_switch": 1}, direction="event",
        origin="system", is_routed=False,
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        intake.route()
    assert pushed == [({mine.customer_id}, ("profile",))]


def test_a_page_that_was_cut_off_is_given_the_panel_anew(client, mine):
    field = CustomField.objects.create(name="Level")
    field.keep(mine.customer, "Gold", mine.agent, seen=0)
    Remark.objects.create(customer=mine.customer, author=mine.agent, text="Likes tea")
    caught_up = client.get(f"/sessions/since/?tab=all&session={mine.pk}", headers=HTMX)
    assert "Likes tea" in caught_up.content.decode()
    assert "Gold" in caught_up.content.decode()
    just_opened = client.get(f"/sessions/since/?session={mine.pk}", headers=HTMX)
    assert "Likes tea" not in just_opened.content.decode()


def test_what_nobody_hears_is_not_drawn(
    mine, monkeypatch, django_capture_on_commit_callbacks, django_assert_num_queries
):
    monkeypatch.setattr(cards.live, "is_heard", lambda group: False)
    with django_capture_on_commit_callbacks() as calls:
        cards.announce_card(mine.customer)
    with django_assert_num_queries(0):
        [call() for call in calls]


def test_the_panel_costs_the_same_however_much_it_shows(lin, mine, django_assert_num_queries):
    for number in range(12):
        CustomField.objects.create(name=f"Field {number}").keep(mine.customer, "x", lin, seen=0)
        Remark.objects.create(customer=mine.customer, author=lin, text="x")
        mine.customer.tags.create(name=f"t{number}", scope="customer")
        make_ended_session(mine.customer, agent=lin)
    session = Session.objects.for_rows().get(pk=mine.pk)
    session.is_blocked = False
    with django_assert_num_queries(4):
        found = cards.context(lin, session)
        str([form.shown for form in found["values"]]), str(found["remarks"][0].author)
    assert len(found["past"]) == 10
    assert found["has_more_past"]
