"""The page of wishes: a plain form that keeps what was chosen, and says what is wrong where it is."""

import pytest

from sessions.forms_notices import WishesForm
from sessions.models import Event
from sessions.wishes import Wishes

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/notices/"


@pytest.fixture
def desk(client, lin):
    client.force_login(lin)
    return client


def form(agent, **changes) -> dict:
    said = WishesForm.initial_of(Wishes.of(agent))
    said = {name: value for name, value in said.items() if value not in (False, None)}
    return {name: value for name, value in said.items() if name not in ("how", "sounds")} | changes


def test_what_is_chosen_is_kept(desk, lin):
    chosen = form(lin, how_queue="", sound_message="knock", hides="on", days=[4, 5], volume=20)
    assert desk.post(ADDRESS, chosen).status_code == 302
    lin.refresh_from_db()
    wishes = Wishes.of(lin)
    assert not wishes.wants(Event.QUEUE)
    assert (wishes.sounds["message"], wishes.hides, wishes.volume) == ("knock", True, 20)
    assert wishes.days == {4, 5}


def test_the_page_shows_what_was_chosen(desk, lin):
    desk.post(ADDRESS, form(lin, days=[6], starts="21:30", how_rating="desktop"))
    page = desk.get(ADDRESS).content.decode()
    assert 'value="21:30"' in page
    assert 'value="6" class="pick__box" id="id_days_6" checked' in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("volume", "101"), ("starts", "25:00"), ("how_queue", "mail"), ("days", "7")],
)
def test_what_makes_no_sense_is_refused_where_it_stands(desk, lin, name, value):
    answer = desk.post(ADDRESS, form(lin, volume=30) | {name: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was saved." in page
    assert "field__error" in page
    lin.refresh_from_db()
    assert lin.wishes == {}


def test_what_was_typed_stays_in_the_form(desk, lin):
    page = desk.post(ADDRESS, form(lin, volume="999", starts="20:15")).content.decode()
    assert 'value="999"' in page
    assert 'value="20:15"' in page


def test_the_zone_of_the_quiet_hours_is_said(desk, lin):
    lin.time_zone = "Europe/Berlin"
    lin.save()
    assert "Your time zone is Europe/Berlin." in desk.get(ADDRESS).content.decode()


@pytest.mark.parametrize("address", [ADDRESS, "/notices/"])
def test_strangers_sign_in_first(client, address):
    assert client.get(address).status_code == 302
