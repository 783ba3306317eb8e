"""Fields of customers: what each type holds, what it refuses, and who is told of whom."""

import pytest

from sessions import cards
from sessions.models import CustomField, FieldValue
from tests.factories import make_account, make_agent, make_customer, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true"}
KIND = CustomField.Kind


@pytest.fixture
def mine(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return make_session(make_customer(nickname="Wang Fang"), lin)


def page(client, session) -> str:
    return client.get(f"/sessions/{session.pk}/").content.decode()


def save(client, session, field, value, seen=0, **headers):
    address = f"/customers/{session.customer_id}/fields/{field.pk}/"
    return client.post(address, {"value": value, "seen": seen}, **headers)


def kept(session, field):
    return FieldValue.objects.get(customer=session.customer, field=field).value


@pytest.mark.parametrize(
    ("kind", "typed", "value", "shown"),
    [
        (KIND.TEXT, " VIP ", "VIP", "VIP"),
        (KIND.LONG, "a\nb", "a\nb", "a\nb"),
        (KIND.NUMBER, "12.50", "12.5", "12.5"),
        (KIND.NUMBER, "1000000", "1000000", "1000000"),
        (KIND.DATE, "2026-11-01", "2026-11-01", "Nov 1, 2026"),
        (KIND.YES_NO, "False", False, "No"),
        (KIND.ONE, "gold", "gold", "gold"),
        (KIND.SEVERAL, ["gold", "red"], ["gold", "red"], "gold, red"),
        (KIND.LINK, "example.com/1", "https://example.com/1", "https://example.com/1"),
    ],
)
def test_a_field_keeps_what_its_type_can_hold(client, mine, kind, typed, value, shown):
    field = CustomField.objects.create(name="Level", kind=kind, choices="gold\nred")
    assert save(client, mine, field, typed).status_code == 302
    assert kept(mine, field) == value
    assert cards.context(mine.agent, mine)["values"][0].shown == shown


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (KIND.NUMBER, "many"),
        (KIND.DATE, "soon"),
        (KIND.ONE, "green"),
        (KIND.LINK, "javascript:alert(1)"),
        (KIND.TEXT, "x" * 201),
    ],
)
def test_what_a_field_cannot_hold_stays_in_its_form(client, mine, kind, typed):
    field = CustomField.objects.create(name="Level", kind=kind, choices="gold\nred")
    answer = save(client, mine, field, typed, headers=HTMX)
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert b'<details class="value__edit" open>' in answer.content
    if kind != KIND.ONE:
        assert typed in answer.content.decode()
    assert not FieldValue.objects.exists()
    whole = save(client, mine, field, typed)
    assert whole.status_code == 422
    assert b"field__error" in whole.content


def test_a_field_can_be_emptied(client, mine):
    field = CustomField.objects.create(name="Level")
    save(client, mine, field, "gold")
    save(client, mine, field, "", seen=1)
    assert kept(mine, field) is None
    assert "Add…" in page(client, mine)


def test_the_later_of_two_agents_is_told(client, mine):
    field = CustomField.objects.create(name="Level")
    field.keep(mine.customer, "gold", make_agent("sam"), seen=0)
    answer = save(client, mine, field, "red", headers=HTMX)
    assert "Sam has changed this to “gold” meanwhile" in answer.content.decode()
    assert 'value="red"' in answer.content.decode()
    assert kept(mine, field) == "gold"
    assert 'name="seen" value="1"' in answer.content.decode()
    assert save(client, mine, field, "red", seen=1, headers=HTMX).status_code == 200
    assert kept(mine, field) == "red"


def test_to_say_the_same_is_no_conflict(client, mine):
    field = CustomField.objects.create(name="Level")
    field.keep(mine.customer, "gold", make_agent("sam"), seen=0)
    assert save(client, mine, field, "gold", headers=HTMX).status_code == 200


def test_fields_are_of_all_accounts_or_of_some(mine):
    everywhere = CustomField.objects.create(name="Level")
    here = CustomField.objects.create(name="Size", position=1)
    there = CustomField.objects.create(name="Colour")
    here.accounts.add(mine.account)
    there.accounts.add(make_account("Other"))
    assert list(cards.fields_of(mine.customer)) == [everywhere, here]


def test_a_list_that_lost_a_choice_still_shows_it(client, mine):
    field = CustomField.objects.create(name="Level", kind=KIND.ONE, choices="gold\nred")
    field.keep(mine.customer, "red", mine.agent, seen=0)
    CustomField.objects.update(choices="gold")
    assert '<option value="red" selected>' in page(client, mine)
