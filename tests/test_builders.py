"""Links, mini programs, places and menus: within the platform's limits, or said what is wrong."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import Media
from tests.factories import make_session
from tests.pictures import picture

LINK = {"url": "https://a.example/x", "title_": "Size table", "desc": "All sizes"}
MINI = {"appid": "wx1234567890abcdef", "title_": "Order", "pagepath": "pages/order.html?id=1"}
PLACE = {"name": "Our shop", "address": "Road 1", "latitude": "23.1", "longitude": "113.3"}
MENU = {"head": "Has that helped?", "first": "Yes", "second": "No", "third": ""}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(client, lin):
    client.force_login(lin)
    return client


def thumb(name="thumb.jpg"):
    return SimpleUploadedFile(name, picture(), "image/jpeg")


def send(desk, session, kind, **fields):
    return desk.post(f"/sessions/{session.pk}/send/{kind}/", fields)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("link", LINK | {"thumb": thumb}),
        ("miniprogram", MINI | {"thumb": thumb}),
        ("location", PLACE),
        ("msgmenu", MENU),
    ],
)
def test_each_kind_arrives_on_the_phone(desk, shop, session, kind, fields):
    fields = {name: value() if callable(value) else value for name, value in fields.items()}
    assert send(desk, session, kind, **fields).status_code == 302
    shop.work()
    message = session.messages.get(direction="out")
    assert (message.kind, message.status) == (kind, "accepted")
    assert shop.phone()[-1] == kind
    assert shop.customer().budget_used == 1


def test_a_menus_click_comes_back_as_a_message(desk, shop, session):
    send(desk, session, "msgmenu", **MENU)
    items = session.messages.get(direction="out").content["list"]
    assert [item["click"]["content"] for item in items] == ["Yes", "No"]
    assert len({item["click"]["id"] for item in items}) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "fields", "problem"),
    [
        ("link", LINK | {"url": "javascript:alert(1)"}, "valid URL"),
        ("link", LINK | {"title_": "长" * 43}, "At most 128 bytes; this has 129."),
        ("link", LINK, "required"),
        ("miniprogram", MINI | {"pagepath": "pages/order?x=.html"}, "must end in .html"),
        ("location", PLACE | {"latitude": "91"}, "less than or equal to 90"),
        ("msgmenu", MENU | {"first": ""}, "required"),
        ("msgmenu", MENU | {"second": "长" * 43}, "At most 128 bytes"),
        ("msgmenu", MENU | {"head": "x" * 1025}, "At most 1024 bytes"),
    ],
)
def test_what_the_platform_would_refuse_or_cut_is_said_before(desk, lin, kind, fields, problem):
    session = make_session(agent=lin)
    answer = send(desk, session, kind, **fields)
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not session.messages.exists()


@pytest.mark.django_db
def test_a_thumb_that_is_no_picture_is_refused_and_not_kept(desk, lin):
    session = make_session(agent=lin)
    fake = SimpleUploadedFile("thumb.jpg", b"no picture at all", "image/jpeg")
    answer = send(desk, session, "link", **LINK, thumb=fake)
    assert answer.status_code == 422
    assert "must be a JPG or PNG" in answer.content.decode()
    assert not Media.objects.exists()


@pytest.mark.django_db
def test_what_is_written_already_becomes_the_question(desk, lin):
    session = make_session(agent=lin)
    page = desk.get(f"/sessions/{session.pk}/send/msgmenu/", {"text": "Is it red?"})
    assert "Is it red?</textarea>" in page.content.decode()


@pytest.mark.django_db
def test_unknown_kinds_are_not_there(desk, lin):
    session = make_session(agent=lin)
    assert desk.get(f"/sessions/{session.pk}/send/hologram/").status_code == 404


@pytest.mark.django_db
def test_the_last_message_says_so_and_offers_a_question(desk, lin):
    session = make_session(agent=lin)
    assert "last message until" not in desk.get(f"/sessions/{session.pk}/").content.decode()
    session.customer.budget_used = 4
    session.customer.save()
    page = desk.get(f"/sessions/{session.pk}/").content.decode()
    assert "last message until" in page
    assert f"/sessions/{session.pk}/send/msgmenu/" in page
