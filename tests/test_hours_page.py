"""Leads enter the hours of their accounts: what they type, what is wrong with it, who may."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from sessions import holidays
from sessions.models import Agent, Hours
from sessions.timetable import today
from tests.factories import make_account, make_agent

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TODAY = today()
WEEK = {f"day_{day}": "9-12, 13:30-18" if day < 5 else "" for day in range(7)}
KEPT = {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(5)}


@pytest.fixture
def store(db):
    return make_account("Store")


@pytest.fixture
def wang(client, store):
    """Leads Store alone."""
    wang = make_agent("wang", store, role=Agent.Role.LEAD)
    client.force_login(wang)
    return wang


def form(*days, **fields):
    told = {"since": TODAY, "time_zone": "", **WEEK, **fields}
    told |= {"days-TOTAL_FORMS": len(days) + 3, "days-INITIAL_FORMS": 0}
    for number, row in enumerate(days):
        told |= {f"days-{number}-{name}": value for name, value in zip(ROW, row, strict=False)}
    return told


ROW = ("day", "hours", "note")


def post(client, account, *days, **fields):
    return client.post(f"/settings/hours/{account.pk}/", form(*days, **fields))


def page(client, account, query=""):
    return client.get(f"/settings/hours/{account.pk}/{query}").content.decode()


# --- what is typed ------------------------------------------------------------------------------


def test_a_lead_enters_hours_and_sees_them_in_words(client, wang, store):
    new_year = date(TODAY.year + 1, 1, 1)
    answer = post(client, store, (new_year, "", "元旦"), time_zone="asia/tokyo")
    assert answer.url == f"/settings/hours/{store.pk}/"
    hours = Hours.objects.get()
    assert (hours.weekly, hours.time_zone) == (KEPT, "Asia/Tokyo")
    assert (hours.days, hours.notes) == ({f"{new_year}": []}, {f"{new_year}": "元旦"})
    listed = client.get("/settings/hours/").content.decode()
    assert "Mon–Fri 09:00–12:00, 13:30–18:00 · Sat–Sun closed" in listed
    assert f"{new_year} closed (元旦)" in listed
    assert f"Changed by Wang, {TODAY:%Y-%m-}" in listed
    assert "09:00-12:00, 13:30-18:00" in page(client, store)


def test_new_hours_leave_those_of_before_as_they_were(client, wang, store):
    Hours.objects.create(account=store, since=date(2026, 1, 1), weekly=KEPT)
    assert f'value="{TODAY}"' in page(client, store)
    post(client, store, **{"day_5": "10-14"})
    first, second = Hours.objects.order_by("since")
    assert (first.weekly, first.changed_at) == (KEPT, None)
    assert second.since == TODAY
    assert second.weekly == KEPT | {"5": [["10:00", "14:00"]]}
    post(client, store)
    assert Hours.objects.get(since=TODAY).weekly == KEPT


def test_hours_of_an_earlier_day_can_be_edited_and_deleted(client, wang, store):
    Hours.objects.create(account=store, since=date(2026, 1, 1), weekly=KEPT)
    assert 'value="2026-01-01"' in page(client, store, "?since=2026-01-01")
    delete = f"/settings/hours/{store.pk}/delete/"
    assert client.post(delete, {"since": "2026-01-02"}).status_code == 404
    assert client.post(delete, {"since": "2026-01-01"}).status_code == 302
    assert not Hours.objects.exists()


@pytest.mark.parametrize(
    ("days", "fields", "words"),
    [
        ([], {"day_0": "18:00-09:00"}, "09:00 is before 18:00"),
        ([], {"day_6": "9-12, 11-13"}, "09:00-12:00 and 11:00-13:00 overlap."),
        ([], dict.fromkeys(WEEK, ""), "No day of the week is open"),
        ([], {"time_zone": "Asia/Nowhere"}, "There is no time zone with this name."),
        ([], {"since": "tomorrow"}, "Write a day as 2026-11-01."),
        ([("tomorrow", "", "")], {}, "Write a day as 2026-11-01."),
        ([("", "9-12", "Repairs")], {}, "Tell the day."),
        ([("2027-01-01", "9-", "")], {}, "is not understood"),
        ([("2027-01-01", "", ""), ("2027-01-01", "9-12", "")], {}, "This day is there twice."),
        ([("2020-01-01", "9-12", "")], {}, "an earlier day counts with others"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    client, wang, store, days, fields, words
):
    answer = post(client, store, *days, **fields)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert shown.count(words) == 1
    assert 'aria-invalid="true"' in shown
    for value in [*fields.values(), *(value for row in days for value in row)]:
        assert f'value="{value}"' in shown or not value
    assert not Hours.objects.exists()


def test_what_somebody_else_changed_meanwhile_is_not_written_over_unseen(client, wang, store):
    seen = page(client, store).split('name="seen" value="')[1].split('"')[0]
    assert post(client, store, seen=seen).status_code == 302
    answer = post(client, store, seen=seen, day_0="10-11")
    assert "Wang has changed these hours meanwhile" in answer.content.decode()
    assert Hours.objects.get().weekly == KEPT
    seen = answer.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert post(client, store, seen=seen, day_0="10-11").status_code == 302


# --- buttons ------------------------------------------------------------------------------------


def test_tuesday_to_friday_become_like_monday(client, wang, store):
    shown = post(client, store, act="weekdays", day_0="8-10", day_5="x").content.decode()
    assert shown.count('value="8-10"') == 5
    assert 'value="x"' in shown
    assert not Hours.objects.exists()


def test_hours_are_copied_from_another_account_one_leads(client, wang, store):
    other, foreign = make_account("Other"), make_account("Foreign")
    for account in (other, foreign):
        Hours.objects.create(
            account=account, since=date(2026, 1, 1), weekly={"6": [["10:00", "11:00"]]},
            days={"2026-01-02": [], f"{TODAY}": [["12:00", "13:00"]]}, time_zone="Europe/Berlin",
        )  # fmt: skip
    wang.accounts.add(other)
    shown = post(client, store, act="copy", other=other.pk).content.decode()
    assert 'value="10:00-11:00"' in shown
    assert 'value="12:00-13:00"' in shown
    assert 'value="Europe/Berlin"' in shown
    assert 'value="2026-01-02"' not in shown
    assert "Foreign" not in shown
    answer = post(client, store, act="copy", other=foreign.pk)
    assert "Choose an account that has hours." in answer.content.decode()


def test_chinas_holidays_are_added_and_a_make_up_day_is_worked(client, wang, store):
    typed = ("2026-10-01", "9-10", "Ours")
    shown = post(client, store, typed, act="holidays", year="2026", since="2026-01-01")
    shown = shown.content.decode()
    assert shown.count('value="2026-10-01"') == 1
    with translation.override("zh-hans"):
        assert holidays.of_china(2026)[date(2026, 10, 7)] == ("国庆节", False)
    assert 'value="Ours"' in shown
    assert "2026-10-02 Fri closed (National Day)" in shown
    assert "2026-10-10 Sat 09:00–12:00, 13:30–18:00 (National Day, make-up day)" in shown


def test_of_a_year_that_was_not_decreed_nothing_is_invented(client, wang, store):
    assert holidays.of_china(2200) is None
    answer = post(client, store, act="holidays", year="2200", day_0="8-10")
    assert answer.status_code == 422
    assert "The public holidays of 2200 are not known here." in answer.content.decode()
    assert 'value="8-10"' in answer.content.decode()


@pytest.mark.parametrize("act", ["copy", "holidays", "more", "weekdays", "preview"])
@pytest.mark.parametrize("nonsense", ["", "0", "-1", "x", "9" * 20, "9" * 5000])
def test_nonsense_breaks_no_button(client, wang, store, act, nonsense):
    typed = {"act": act, "other": nonsense, "year": nonsense, "since": nonsense}
    answer = client.post(
        f"/settings/hours/{store.pk}/", form(**typed) | {"days-TOTAL_FORMS": nonsense}
    )
    assert answer.status_code in (200, 422)


def test_more_rows_are_there_when_asked_for(client, wang, store):
    shown = post(client, store, ("2027-01-01", "", ""), act="more").content.decode()
    assert shown.count('type="date" name="days-') == 1 + 8


def test_while_one_types_the_preview_says_it_in_words(client, wang, store):
    answer = client.post(
        f"/settings/hours/{store.pk}/",
        form(act="preview", day_6="25-26"),
        headers={"HX-Request": "true"},
    )
    shown = answer.content.decode()
    assert shown.startswith('<div id="preview"') or '<div id="preview"' in shown[:200]
    assert "Mon–Fri 09:00–12:00, 13:30–18:00" in shown
    assert "37.5 hours a week" in shown
    assert "Sunday: 25 is no time of day." in shown


# --- who may, and rows that came by another way ---------------------------------------------------


def test_agents_and_leads_of_other_accounts_may_not(client, wang, store):
    addresses = [f"/settings/hours/{store.pk}/{more}" for more in ("", "left/")]
    client.force_login(make_agent("lin"))
    assert client.get("/settings/hours/").status_code == 403
    other = make_agent("zhao", make_account("Other"), role=Agent.Role.LEAD)
    for agent in (Agent.objects.get(username="lin"), other):
        client.force_login(agent)
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert post(client, store).status_code == 404
        assert client.post(f"{addresses[0]}delete/").status_code == 404
    assert "Store" not in client.get("/settings/hours/").content.decode()
    client.force_login(make_agent("boss", other.accounts.get(), role=Agent.Role.ADMIN))
    assert post(client, store).status_code == 302


MALFORMED = [
    {"weekly": {"0": [["18:00", "09:00"]]}},
    {"weekly": {"7": []}},
    {"weekly": {"0": "always"}},
    {"weekly": ["09:00"]},
    {"days": {"soon": []}},
    {"days": {"2026-10-01": [["9", "25"]]}},
    {"days": {"2026-10-01": None}},
    {"notes": ["National Day"]},
    {"time_zone": "Mars/Olympus"},
    {"time_zone": "Asia"},
    {"time_zone": "../etc"},
]


@pytest.mark.parametrize("fields", MALFORMED, ids=str)
def test_a_row_that_cannot_be_read_is_named_and_breaks_no_page(client, wang, store, fields):
    hours = Hours.objects.create(account=store, since=TODAY, **fields)
    with pytest.raises(ValidationError) as raised:
        hours.full_clean()
    assert set(raised.value.message_dict) == set(fields)
    assert "These cannot be read and do not count" in page(client, store)
    assert client.get("/settings/hours/").status_code == 200
    assert post(client, store).status_code == 302
    assert Hours.objects.get().weekly == KEPT


def test_the_admin_lists_them_and_leads_to_the_same_form(client, store):
    boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    hours = Hours.objects.create(account=store, since=date(2026, 1, 1), weekly=KEPT)
    Hours.objects.create(account=store, since=date(2026, 2, 1), weekly=[])
    changelist = client.get(reverse("admin:kf_sessions_hours_changelist")).content.decode()
    assert "Mon–Fri 09:00–12:00" in changelist
    change = client.get(reverse("admin:kf_sessions_hours_change", args=[hours.pk]))
    assert change.url == f"/settings/hours/{store.pk}/?since=2026-01-01"
    assert client.get(reverse("admin:kf_sessions_hours_add")).url == "/settings/hours/"
    account = client.get(reverse("admin:messaging_account_change", args=[store.pk]))
    assert f'href="/settings/hours/{store.pk}/"' in account.content.decode()


def test_reports_in_business_time_say_which_accounts_have_none(client, wang, store):
    known = make_account("Known")
    wang.accounts.add(known)
    Hours.objects.create(account=known, since=TODAY - timedelta(days=1), weekly=KEPT)
    shown = client.get("/reports/?time=business").content.decode()
    assert "Without hours, and so always open: Store." in shown
    one = client.get(f"/reports/?time=business&account={known.pk}").content.decode()
    assert "always open: " not in one
    assert "always open: " not in client.get("/reports/").content.decode()
