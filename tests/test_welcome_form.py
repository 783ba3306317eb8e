"""The form of a welcome: what the platform would cut or refuse is said beside the words."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from sessions.models import Agent, Entrance, Welcome
from tests.factories import make_account, make_agent, make_connection, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def account(db):
    return make_account("Shop")


@pytest.fixture
def boss(client):
    """An admin's browser."""
    boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


def problems(account, **fields):
    with pytest.raises(ValidationError) as raised:
        Welcome(account=account, **{"text": "Hi", **fields}).full_clean()
    return set(raised.value.message_dict)


def test_bytes_are_counted_with_the_longest_name(account):
    Welcome(account=account, text="好" * 682).full_clean()
    assert problems(account, text="好" * 683) == {"text"}
    Welcome(account=account, text="好" * 650 + "{customer}").full_clean()
    assert problems(account, text="好" * 651 + "{customer}") == {"text"}


def test_above_choices_there_is_room_for_half_of_it(account):
    Welcome(account=account, text="好" * 341, choices="Yes").full_clean()
    assert problems(account, text="好" * 342, choices="Yes") == {"text"}


def test_a_menu_has_ten_choices_of_128_bytes(account):
    Welcome(account=account, text="Hi", choices="好" * 42 + "\n\n" + "x\n" * 9).full_clean()
    assert problems(account, choices="x\n" * 11) == {"choices"}
    assert problems(account, choices="好" * 43) == {"choices"}


def test_a_name_that_nobody_fills_in_is_refused(account):
    assert problems(account, text="{agent} is here") == {"text"}


def test_nothing_but_a_name_is_no_text(account):
    assert problems(account, text=" ") == problems(account, text="{customer}!") == {"text"}


def test_a_parameter_needs_its_scene_and_each_entrance_has_one_welcome(account):
    assert problems(account, scene_param="7") == {"scene_param"}
    Welcome.objects.create(account=account, text="Hi", scene="shop")
    assert problems(account, scene="shop") == {"__all__"}
    Welcome(account=account, text="Hi", scene="shop", scene_param="7").full_clean()


def test_what_is_not_known_leaves_no_gap(account):
    for text, known, unknown in (
        (
            "Hello {customer}, this is {account}.",
            "Hello Wang, this is Shop.",
            "Hello, this is Shop.",
        ),
        ("Welcome, { customer }!", "Welcome, Wang!", "Welcome!"),
        ("{customer}，您好", "Wang，您好", "您好"),
    ):
        hello = Welcome(account=account, text=text)
        assert (hello.words("Wang"), hello.words("")) == (known, unknown)


def test_only_accounts_that_have_codes_can_be_chosen(boss, account):
    desk = make_account("Desk", connection=make_connection(backend="desk"))
    page = boss.get(reverse("admin:kf_sessions_welcome_add")).content.decode()
    assert f'<option value="{account.pk}">' in page
    assert f'<option value="{desk.pk}">' not in page
    assert 'id="welcomes"' not in account_page(boss, desk)


def test_an_admin_sees_errors_beside_their_fields_and_what_was_typed(boss, account):
    address = reverse("admin:kf_sessions_welcome_add")
    given = {"account": account.pk, "is_on": "on", "text": "{name}!", "choices": "x\n" * 11}
    answer = boss.post(address, given)
    assert set(answer.context["adminform"].form.errors) == {"text", "choices"}
    assert "{name}!" in answer.content.decode()
    assert boss.post(address, given | {"text": "Hi", "choices": "Yes"}).status_code == 302
    assert Welcome.objects.get().lines == ["Yes"]


def test_the_page_of_the_account_shows_welcomes_and_why_none_was_sent(boss, account):
    assert "Nobody has come in" in account_page(boss, account)
    Welcome.objects.create(account=account, text="Hi", scene="shop", is_on=False)
    event = make_customer(account).record(
        "enter_session", {"scene": "shop"}, direction="event", origin="system"
    )
    Entrance.objects.create(event=event, account=account, at=timezone.now(), missed="late")
    page = account_page(boss, account)
    assert "switched off" in page
    assert "Wang Fang" in page
    assert page.count("a welcome can be sent for 20 seconds only") == 2  # the week, and the row


def account_page(boss, account):
    return boss.get(reverse("admin:messaging_account_change", args=[account.pk])).content.decode()
