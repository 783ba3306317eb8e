"""An answer that is held for some seconds can be taken back, and leaves in its order if it is not."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging import outbox
from messaging.budget import WINDOW
from messaging.models import Message
from sessions import drafts
from sessions.actions import Refused
from sessions.models import Session
from tests.pictures import picture
from tests.wire import outcome, reply, take_lane

pytestmark = pytest.mark.both


@pytest.fixture
def careful(lin):
    lin.hold_seconds = 5
    lin.save()
    return lin


def let_go(message):
    Message.objects.filter(pk=message.pk).update(not_before=timezone.now())


def test_nobody_waits_who_has_not_asked_for_it(shop, session, lin):
    assert reply(session, lin).not_before is None


def test_a_held_answer_leaves_when_its_time_has_come(shop, session, careful):
    message = reply(session, careful)
    shop.work()
    assert outcome(message) == "queued"
    assert shop.customer().send_at == message.not_before
    let_go(message)
    shop.work()
    assert shop.phone() == ["Where is my parcel?", "On its way"]


def test_what_comes_after_a_held_answer_waits_for_it(shop, session, careful, lin):
    first = reply(session, careful, "first")
    careful.hold_seconds = 0
    reply(session, careful, "second")
    session.end(careful)
    shop.work()
    assert shop.phone() == ["Where is my parcel?"]
    let_go(first)
    shop.work()
    assert shop.phone()[1:] == ["first", "second"]
    assert shop.platform_state() == 4


def test_taken_back_it_is_as_if_it_was_never_said(shop, session, careful):
    before = Session.objects.filter(pk=session.pk).values(
        "latest_text", "latest_at", "waiting_since", "first_reply_at", "latest_is_ours"
    )
    asked = before.get()
    message = reply(session, careful)
    assert before.get() != asked
    session.take_back(careful, message)
    assert before.get() == asked
    assert shop.customer().budget_used == 0
    shop.work()
    assert shop.phone() == ["Where is my parcel?"]


def test_those_behind_it_need_not_wait_when_it_is_taken_back(shop, session, careful):
    message = reply(session, careful, "oops")
    careful.hold_seconds = 0
    reply(session, careful, "better")
    session.take_back(careful, message)
    shop.work()
    assert shop.phone()[1:] == ["better"]


def test_what_has_left_cannot_be_taken_back(shop, session, careful):
    message = reply(session, careful)
    let_go(message)
    shop.work()
    with pytest.raises(Refused, match="left already"):
        session.take_back(careful, message)
    assert outcome(message) == "accepted"


def test_the_worker_that_was_quicker_wins(shop, session, careful):
    message = reply(session, careful)
    let_go(message)
    lane = take_lane(shop)
    assert lane._next() == message
    with pytest.raises(Refused):
        session.take_back(careful, message)
    assert shop.customer().budget_used == 1


def test_the_agent_who_was_quicker_wins(shop, session, careful):
    message = reply(session, careful)
    lane = take_lane(shop)
    session.take_back(careful, message)
    assert lane._next() is None
    assert shop.phone() == ["Where is my parcel?"]


def test_only_its_author_takes_it_back(shop, session, careful):
    from tests.factories import make_agent

    message = reply(session, careful)
    with pytest.raises(Refused):
        session.take_back(make_agent("wang"), message)


def test_a_window_that_closes_sooner_is_not_waited_for(shop, session, careful):
    soon = timezone.now() - WINDOW + timedelta(seconds=3)
    customer = shop.customer()
    type(customer).objects.filter(pk=customer.pk).update(last_in_at=soon)
    assert reply(shop.session, careful).not_before is None


def test_what_a_code_carries_is_not_held(shop, session, careful):
    session.transfer_to_pool(careful)
    shop.work()
    message = reply(shop.session, careful, "You are next")
    assert (message.code_kind, message.not_before) == ("pool", None)
    with pytest.raises(Refused):
        session.take_back(careful, message)


def test_the_customer_who_writes_meanwhile_gives_a_new_allowance(shop, session, careful):
    message = reply(session, careful)
    shop.simulator.advance(2)
    shop.says("Still there?")
    shop.work()
    assert shop.customer().budget_used == 1
    shop.session.take_back(careful, message)
    assert shop.customer().budget_used == 0


def test_undo_gives_the_words_back(client, shop, session, careful):
    client.force_login(careful)
    client.post(f"/sessions/{session.pk}/reply/", {"text": "Half a thought"})
    message = session.messages.get(direction="out")
    drafts.keep(session, careful, "and another")
    answer = client.post(
        f"/sessions/{session.pk}/take-back/",
        {"message": message.pk},
        headers={"HX-Request": "true"},
    )
    assert f'hx-target="#message-{message.pk}" hx-swap="delete"' in answer.content.decode()
    assert "Half a thought" in answer.content.decode()
    assert drafts.of(session, careful)["reply"] == "Half a thought\nand another"
    assert not session.messages.filter(direction="out").exists()


def test_undo_too_late_says_so(client, shop, session, careful):
    client.force_login(careful)
    message = reply(session, careful)
    let_go(message)
    outbox.send("worker")
    answer = client.post(f"/sessions/{session.pk}/take-back/", {"message": message.pk})
    assert answer.status_code == 422
    assert "left already" in answer.content.decode()


LINK = {"url": "https://a.example/x", "title_": "Size table", "desc": "All sizes"}
PLACE = {"name": "Our shop", "address": "Road 1", "latitude": "23.1", "longitude": "113.3"}
MENU = {"head": "Has that helped?", "first": "Yes", "second": "No", "third": "Later"}


def undone(client, message):
    address = f"/sessions/{message.session_id}/take-back/"
    return client.post(address, {"message": message.pk}, headers={"HX-Request": "true"}).content


def test_undo_gives_the_quote_back_beside_the_words(client, shop, session, careful):
    client.force_login(careful)
    asked = session.messages.get(direction="in")
    client.post(f"/sessions/{session.pk}/reply/", {"text": "On its way", "quote": asked.pk})
    page = undone(client, session.messages.get(direction="out")).decode()
    assert drafts.of(session, careful)["reply"] == "On its way"
    assert f'name="quote" value="{asked.pk}" form="composer"' in page


def test_undo_gives_a_file_back_to_the_tray(client, shop, session, careful):
    client.force_login(careful)
    chosen = SimpleUploadedFile("list.txt", b"one, two, three")
    client.post(f"/sessions/{session.pk}/reply/", {"file": [chosen]})
    page = undone(client, session.messages.get(direction="out")).decode()
    [key] = re.findall(r'name="media" value="([^"]+)">', page)
    client.post(f"/sessions/{session.pk}/reply/", {"media": [key]})
    assert session.messages.get(direction="out").media.name == "list.txt"


def built(client, session, kind, fields):
    """Sent and taken back: what the page shows then."""
    client.post(f"/sessions/{session.pk}/send/{kind}/", fields)
    return undone(client, session.messages.get(direction="out")).decode()


@pytest.mark.parametrize(("kind", "fields"), [("location", PLACE), ("msgmenu", MENU)])
def test_undo_opens_the_builder_with_all_that_was_typed(
    client, shop, session, careful, kind, fields
):
    client.force_login(careful)
    page = built(client, session, kind, fields)
    assert "<dialog" in page
    for typed in fields.values():
        assert f'value="{typed}"' in page or f">\n{typed}</textarea>" in page
    assert drafts.of(session, careful)["reply"] == ""
    assert "data-clears" not in page  # what stands in the composer is something else


def test_undo_keeps_the_picture_of_a_link(client, shop, session, careful):
    client.force_login(careful)
    thumb = SimpleUploadedFile("thumb.jpg", picture(), "image/jpeg")
    page = built(client, session, "link", LINK | {"thumb": thumb})
    [key] = re.findall(r'name="kept" value="([^"]+)"', page)
    client.post(f"/sessions/{session.pk}/send/link/", LINK | {"title_": "Sizes", "kept": key})
    message = session.messages.get(direction="out")
    assert (message.content["title"], message.media.name) == ("Sizes", "thumb.jpg")


def test_without_scripts_the_builder_is_a_page(client, shop, session, careful):
    client.force_login(careful)
    client.post(f"/sessions/{session.pk}/send/location/", PLACE)
    message = session.messages.get(direction="out")
    page = client.post(f"/sessions/{session.pk}/take-back/", {"message": message.pk})
    assert 'value="Our shop"' in page.content.decode()


def test_a_kept_picture_is_one_of_this_customer(client, shop, session, careful):
    client.force_login(careful)
    answer = client.post(f"/sessions/{session.pk}/send/link/", LINK | {"kept": "somebody-elses"})
    assert answer.status_code == 422
    assert "Attach it again" in answer.content.decode()
