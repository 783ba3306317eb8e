"""Customers' pictures: fetched through the guard, kept small, shown to those who may see them."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from messaging import pictures
from messaging.models import Customer
from tests.factories import make_account, make_agent, make_customer, make_session
from tests.pictures import picture
from tests.strangers import Stranger

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def stranger():
    running = Stranger()
    running.files["/other"] = ("image/jpeg", picture(300, 500))
    yield running
    running.stop()


@pytest.fixture
def customer(stranger):
    """Whose platform has just told where the picture lies, in our own network."""
    made = make_customer(profile_at=timezone.now())
    made.account.connection.choose(allow_private_media=True)
    made.account.connection.save()
    tell(made, f"{stranger.url}/picture")
    return made


def tell(customer: Customer, address: str) -> None:
    """As a profile that was read does it."""
    customer.refresh_from_db()
    Customer.objects.filter(pk=customer.pk).update(**pictures.wanted(customer, address))


def fetched(customer: Customer) -> Customer:
    while pictures.fetch():
        pass
    customer.refresh_from_db()
    return customer


def test_a_picture_becomes_a_small_square(customer):
    key = fetched(customer).picture
    with default_storage.open(pictures.path_of(key)) as file:
        small = Image.open(BytesIO(file.read()))
    assert (small.format, small.size) == ("WEBP", (96, 96))
    assert customer.is_changed
    assert customer.picture_due_at is None


def test_it_is_fetched_again_only_when_its_address_changes(customer, stranger):
    first = fetched(customer).picture
    tell(customer, f"{stranger.url}/picture")
    assert pictures.fetch() == 0
    tell(customer, f"{stranger.url}/other")
    assert fetched(customer).picture not in ("", first)
    assert not default_storage.exists(pictures.path_of(first))


def test_who_takes_the_picture_away_has_none(customer):
    key = fetched(customer).picture
    tell(customer, "")
    assert fetched(customer).picture == ""
    assert not default_storage.exists(pictures.path_of(key))


@pytest.mark.parametrize(
    "path", ["/page", "/page-as-picture", "/gone", "/to?http://169.254.169.254/"]
)
def test_what_is_no_picture_is_left_alone(customer, stranger, path):
    tell(customer, stranger.url + path)
    assert fetched(customer).picture == ""
    assert customer.picture_due_at is None


def test_a_picture_in_our_own_network_is_not_fetched(customer, stranger):
    customer.account.connection.choose(allow_private_media=False)
    customer.account.connection.save()
    assert fetched(customer).picture == ""
    assert not stranger.heard


def test_a_server_that_is_away_is_asked_later(customer, stranger):
    tell(customer, f"{stranger.url}/zipped")
    assert fetched(customer).picture_due_at > timezone.now()
    Customer.objects.update(profile_at="2020-01-01T00:00Z", picture_due_at=timezone.now())
    assert fetched(customer).picture_due_at is None


def test_a_picture_that_was_replaced_meanwhile_does_not_come_back(customer, stranger):
    stale = Customer.objects.select_related("account__connection").get()
    tell(customer, f"{stranger.url}/other")
    pictures._fetch_one(stale)
    customer.refresh_from_db()
    assert customer.picture == ""
    assert customer.picture_due_at


def test_the_platform_tells_it_with_the_profile(shop):
    shop.connection.choose(allow_private_media=True)
    shop.connection.save()
    shop.simulator.options(has_faces=True)
    shop.serve()
    shop.says()
    shop.work()
    assert fetched(shop.customer()).picture


# --- shown ----------------------------------------------------------------------------------------


def test_it_stands_in_row_head_and_panel_and_may_be_kept_for_good(customer, client):
    key = fetched(customer).picture
    session = make_session(customer, lin := make_agent("lin"))
    client.force_login(lin)
    address = f"/customers/{customer.pk}/picture/{key}/"
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    assert page.count(f'src="{address}"') == 3
    answer = client.get(address)
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert client.get(f"/customers/{customer.pk}/picture/{'0' * 32}/").status_code == 404


def test_others_do_not_see_it(customer, client):
    key = fetched(customer).picture
    address = f"/customers/{customer.pk}/picture/{key}/"
    assert client.get(address).status_code == 302
    client.force_login(make_agent("eve", make_account(name="Elsewhere")))
    assert client.get(address).status_code == 404


def test_who_has_none_is_known_by_initials(client):
    customer = make_customer(nickname="王芳")
    session = make_session(customer, lin := make_agent("lin"))
    client.force_login(lin)
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    assert "avatar__picture" not in page
    assert f"/customers/{customer.pk}/picture/" not in page
