"""The admin: transcripts are looked at, failures sent again, agents made."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from messaging import failures, live
from messaging.models import (
    Account,
    Code,
    Connection,
    Customer,
    Media,
    Message,
    Refusal,
    Statistic,
)
from sessions.models import (
    AccountRules,
    Agent,
    CustomField,
    Hours,
    Phrase,
    SavedView,
    Session,
    Survey,
    SurveyPlan,
    Tag,
    Team,
    Welcome,
)
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_message,
    make_phrase,
    make_session,
    make_team,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LOOKED_AT = [Customer, Message, Media, Code, Refusal, Session, Statistic, Survey]
ALL = [
    Connection,
    Account,
    AccountRules,
    Agent,
    Phrase,
    Team,
    Tag,
    CustomField,
    SavedView,
    SurveyPlan,
    Welcome,
    *LOOKED_AT,
]


@pytest.fixture
def boss(client):
    """An admin's browser."""
    client.boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(client.boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def session(db):
    return make_session(make_customer(make_account()), make_agent("lin"))


@pytest.fixture
def rows(session):
    """One row of everything."""
    message = make_message(session, "Hello")
    customer, now = session.customer, timezone.now()
    Tag.objects.create(name="refund")
    CustomField.objects.create(name="Level", kind="one", choices="gold")
    SavedView.objects.create(owner=session.agent, name="Mine", query="tab=mine")
    Media.objects.create(
        account=session.account, customer=customer, message=message, key="k", kind="image",
        status="wanted", due_at=now,
    )  # fmt: skip
    Code.objects.create(
        customer=customer, kind="pool", value="the-code", received_at=now, expires_at=now
    )
    Refusal.objects.create(slug="abc", reason="signature", count=3, last_at=now)
    Statistic.objects.create(
        account=Account.objects.get(), day=now.date(), figures={"session_cnt": 7}, read_at=now
    )
    Survey.objects.create(session=session, rating=5)
    make_phrase(make_team())
    AccountRules.objects.create(account=session.account)
    SurveyPlan.objects.create(account=session.account)
    Welcome.objects.create(account=session.account, text="Hello")


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Agent.Role.AGENT, Agent.Role.LEAD])
def test_agents_and_leads_have_no_admin(client, role):
    client.force_login(
        make_agent("wei", role=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    for url in (reverse("admin:index"), reverse("health")):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_every_list_and_every_row_opens(boss, rows, model):
    found = model.objects.first()
    assert boss.get(address(model)).status_code == 200
    assert boss.get(address(model), {"q": "x"}).status_code == 200
    assert boss.get(address(model, "change", found.pk)).status_code == 200


@pytest.mark.parametrize("model", LOOKED_AT, ids=lambda model: model.__name__)
def test_what_the_machinery_writes_is_looked_at_only(boss, rows, model):
    found = model.objects.first()
    assert boss.get(address(model, "add")).status_code == 403
    assert boss.post(address(model, "change", found.pk), {}).status_code == 403
    assert boss.post(address(model, "delete", found.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Connection, Account, Agent], ids=lambda model: model.__name__)
def test_what_would_take_transcripts_along_is_not_deleted(boss, rows, model):
    found = model.objects.first()
    assert boss.post(address(model, "delete", found.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=found.pk).exists()


def test_a_list_costs_the_same_for_one_row_and_for_many(
    boss, session, django_assert_max_num_queries
):
    for model in (Message, Customer, Session):
        for number in range(8):
            make_message(make_session(make_customer()), f"Row {number}")
        with django_assert_max_num_queries(9):
            boss.get(address(model))


def test_the_value_of_a_code_is_nowhere(boss, rows):
    for page in (address(Code), address(Code, "change", Code.objects.get().pk)):
        assert b"the-code" not in boss.get(page).content


# --- messages -----------------------------------------------------------------------------------


@pytest.fixture
def woken(monkeypatch):
    steps = []
    monkeypatch.setattr(live, "wake", steps.append)
    return steps


def send_again(boss, *messages):
    chosen = [message.pk for message in messages]
    action = {"action": "retry", "_selected_action": chosen}
    return boss.post(address(Message), action, follow=True).content.decode()


def failed(session, **kw):
    kw = {"failure_type": "errcode", "failure_code": failures.NETWORK, "status": "failed", **kw}
    return make_message(session, "Hi", ours=True, **kw)


def test_a_failed_message_is_queued_again_under_its_id(boss, session, woken):
    message = failed(session)
    assert "1 message is queued again" in send_again(boss, message)
    again = Message.objects.get()
    assert (again.status, again.msgid, again.failure) == ("queued", message.msgid, None)
    assert Customer.objects.get().send_at
    assert "outbox" in woken


def test_what_was_accepted_before_it_failed_gets_a_new_id(boss, session, woken):
    message = failed(session, failure_type="fail_type", failure_code=13)
    send_again(boss, message)
    assert Message.objects.get().msgid != message.msgid


def test_what_did_not_fail_is_left_alone(boss, session, woken):
    there = make_message(session, "Hi", ours=True)
    by_code = failed(session, code_kind="end")
    moved = failed(session, kind="transfer", direction="event", content={"to": "pool", "state": 2})
    assert "0 messages are queued" in send_again(boss, there, by_code, moved)
    assert not Message.objects.filter(status="queued").exists()


# --- agents -------------------------------------------------------------------------------------


def test_an_admin_made_here_may_do_what_admins_do(boss):
    password = "correct-horse-battery"
    boss.post(address(Agent, "add"), {
        "username": "mei", "display_name": "Mei", "role": "admin", "usable_password": "true",
        "password1": password, "password2": password,
    })  # fmt: skip
    made = Agent.objects.get(username="mei")
    assert (made.is_superuser, made.is_staff) == (True, True)


def change_agent(boss, agent, **changed):
    values = {"username": agent.username, "display_name": "Wei", "role": "agent", "theme": "dark",
              "is_active": "on", "serves_all": "on", **changed}  # fmt: skip
    return boss.post(address(Agent, "change", agent.pk), values)


def test_an_agent_gets_language_zone_and_accounts(boss):
    shop, other = make_account("Shop"), make_account("Other")
    agent = make_agent("wei")
    change_agent(
        boss, agent, language="zh-hans", time_zone="Asia/Tokyo", accounts=[shop.pk], serves_all=""
    )
    agent.refresh_from_db()
    assert (agent.language, agent.time_zone, agent.serves_all) == ("zh-hans", "Asia/Tokyo", False)
    assert list(agent.visible_accounts()) == [shop]
    assert other not in agent.visible_accounts()


def test_a_time_zone_that_is_none_is_refused(boss):
    response = change_agent(boss, make_agent("wei"), time_zone="Shanghai")
    assert "time_zone" in response.context["adminform"].errors


def test_nobody_takes_the_admins_role_from_themselves(boss):
    change_agent(boss, boss.boss, is_active="")
    boss.boss.refresh_from_db()
    assert (boss.boss.role, boss.boss.is_active, boss.boss.is_superuser) == ("admin", True, True)


def test_every_model_of_ours_that_admins_need_is_there():
    registered = {model for model in admin.site._registry if model.__module__.startswith(
        ("messaging", "sessions"))}  # fmt: skip
    assert registered == {*ALL, Hours}  # whose rows open in a form of ours: test_hours_page.py


def test_a_list_without_choices_is_no_field(boss):
    data = {"name": "Level", "kind": "one", "choices": "", "hint": "", "position": "0"}
    response = boss.post("/admin/kf_sessions/customfield/add/", data)
    assert "choices" in response.context["adminform"].errors
    boss.post("/admin/kf_sessions/customfield/add/", data | {"choices": "gold\n red \n\ngold"})
    assert CustomField.objects.get().options == ["gold", "red"]
