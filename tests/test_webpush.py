"""Web Push: what was missed reaches the browser, encrypted, once; and only a push service is called."""

from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from django.db.models import F
from django.utils import timezone
from py_vapid import Vapid02

from messaging import guard
from sessions import notices, webpush
from sessions.models import Event, Notice, PushKey, Subscription
from sessions.wishes import Wishes
from tests.factories import make_account, make_agent, make_customer, make_session
from tests.push_service import Browser, PushService

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def service(monkeypatch):
    """In place of the one that the browser names, which is checked all the same."""
    running = PushService()
    call_instead(monkeypatch, running.url)
    yield running
    running.stop()


def call_instead(monkeypatch, url: str) -> None:
    """The same call under the same name, to a service of this machine that speaks no TLS."""
    call, port = guard.call, urlsplit(url).port

    def call_near(method: str, address: str, **how):
        host = urlsplit(address).hostname
        return call(method, f"http://{host}:{port}/", near=True, **how)

    monkeypatch.setattr(guard, "call", call_near)
    monkeypatch.setattr(guard, "look_up", lambda *asked: {ip_address("127.0.0.1")})


@pytest.fixture
def browser(client, lin):
    """Lin's, who has signed in there and allowed it."""
    client.force_login(lin)
    made = Browser()
    assert client.post("/settings/notices/browsers/", made.said).status_code == 204
    return made


def happens(agent, event: Event = Event.MESSAGE, **fields) -> Notice:
    session = make_session(make_customer(nickname="Wang Fang"), agent, latest_text="Where is it?")
    session.latest_kind = "text"
    session.save()
    notices.tell([notices.News(agent, session, event, **fields)])
    return later() or Notice.objects.latest("pk")


def later() -> None:
    """As if the moments in which a page may read it first were over."""
    Notice.objects.update(at=F("at") - webpush.GRACE)
    Subscription.objects.update(
        told_at=F("told_at") - 2 * webpush.GRACE, due_at=timezone.now() - timedelta(seconds=1)
    )


def send() -> int:
    return webpush.send("test-worker")


def test_what_was_missed_reaches_the_browser_encrypted(service, browser, lin):
    notice = happens(lin)
    assert send() == 1
    [(headers, body)] = service.posts
    assert b"Wang" not in body
    assert browser.reads(body) == {
        "key": notice.key,
        "title": "Wang Fang has written",
        "body": "Where is it?",
        "url": f"/sessions/{notice.session_id}/",
        "unread": 1,
    }
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Host"].partition(":")[0] == "push.example.com"
    assert Vapid02.verify(headers["Authorization"])
    assert f"k={PushKey.objects.get().public}" in headers["Authorization"]


def test_it_is_told_once(service, browser, lin):
    happens(lin)
    assert send() == 1
    assert send() == 0
    assert len(service.posts) == 1


def test_a_burst_is_one_message(service, browser, lin):
    for _ in range(20):
        happens(lin)
    send()
    [(_headers, body)] = service.posts
    said = browser.reads(body)
    assert said["title"] == "20 notices"
    assert len(said["body"].splitlines()) == webpush.LINES
    assert said["url"] == "/notices/"


def test_what_a_page_has_read_is_not_told(service, browser, lin):
    happens(lin)
    notices.read(lin)
    send()
    assert service.posts == []


def test_what_came_this_moment_is_left_to_the_pages(service, browser, lin):
    notices.tell([notices.News(lin, make_session(agent=lin), Event.MESSAGE)])
    assert send() == 0


def test_only_what_is_wanted_on_the_desktop_is_told(service, browser, lin):
    happens(lin, Event.BACK)
    assert send() == 1
    assert service.posts == []


def test_a_new_customer_is_told_to_who_wants_it(service, browser, lin):
    lin.wishes = {"how": {"queue": "desktop"}}
    lin.save()
    make_session()
    make_session()
    later()
    send()
    [(_headers, body)] = service.posts
    said = browser.reads(body)
    assert (said["title"], said["url"]) == ("2 new customers in the queue", "/?tab=queue")
    assert send() == 0


def test_quiet_hours_are_kept(service, browser, lin):
    now = timezone.localtime()
    hour, next_hour = now - timedelta(hours=1), now + timedelta(hours=1)
    lin.wishes = {"days": list(range(7)), "starts": f"{hour:%H:%M}", "ends": f"{next_hour:%H:%M}"}
    lin.save()
    happens(lin)
    send()
    assert service.posts == []


def test_hidden_content_stays_hidden(service, browser, lin):
    lin.wishes = {**Wishes.of(lin).kept(), "hides": True}
    lin.save()
    happens(lin)
    send()
    said = browser.reads(service.posts[0][1])
    assert (said["title"], said["body"]) == ("A customer of yours has written", "")


def test_nothing_is_told_of_an_account_that_was_taken_away(service, client):
    eve = make_agent("eve", make_account("Shop"))
    client.force_login(eve)
    client.post("/settings/notices/browsers/", Browser().said)
    make_customer(other := make_account("Other"))
    session = make_session(make_customer(other), eve)
    notices.tell([notices.News(eve, session, Event.MESSAGE)])
    later()
    send()
    assert service.posts == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service, browser, lin, status):
    service.answers = [status]
    happens(lin)
    send()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_push_service_in_trouble_is_asked_again(service, browser, lin, status):
    service.answers = [status]
    happens(lin)
    send()
    assert send() == 0  # not at once
    Subscription.objects.update(due_at=timezone.now())
    send()
    assert [browser.reads(body)["title"] for _, body in service.posts] == 2 * [
        "Wang Fang has written"
    ]
    assert Subscription.objects.get().attempts == 0


def test_what_cannot_be_told_is_given_up_and_the_browser_is_kept(service, browser, lin):
    service.answers = [500] * 9
    happens(lin)
    for _ in range(9):
        send()
        Subscription.objects.update(due_at=timezone.now())
    assert len(service.posts) == len(webpush.PAUSES) + 1
    service.answers = []
    notices.read(lin)
    happens(lin)
    send()
    assert browser.reads(service.posts[-1][1])["title"] == "Wang Fang has written"


def test_without_a_push_service_in_reach_the_worker_goes_on(monkeypatch, browser, lin):
    call_instead(monkeypatch, "http://127.0.0.1:9/")
    happens(lin)
    assert send() == 1
    assert Subscription.objects.get().attempts == 1


def test_who_signs_out_is_told_nothing_there_any_more(service, browser, client, lin):
    happens(lin)
    client.post("/logout/")
    send()
    assert service.posts == []
    assert not Subscription.objects.exists()


def test_a_browser_that_somebody_else_uses_now_is_theirs(browser, client, lin):
    wang = make_agent("wang")
    client.force_login(wang)
    client.post("/settings/notices/browsers/", browser.said)
    assert Subscription.objects.get().agent == wang


def test_the_private_key_is_not_readable_in_the_database():
    key = webpush.push_key()
    [stored] = PushKey.objects.extra(select={"raw": "secrets"}).values_list("raw", flat=True)
    assert key.secrets["vapid"] not in stored
    assert key.secrets["vapid"] not in repr(key.secrets)
    assert webpush.push_key().public == key.public


def test_a_lost_key_makes_a_new_one_and_forgets_the_browsers(browser):
    lost = webpush.push_key().public
    PushKey.objects.update(secrets={})
    assert webpush.push_key().public != lost
    assert not Subscription.objects.exists()


# --- whom a browser may name ----------------------------------------------------------------------

REFUSED = [
    "http://push.example.com/1",
    "https://push.example.com:8443/1",
    "https://user:word@push.example.com/1",
    "https://127.0.0.1/1",
    "https://[::1]/1",
    "https://[::ffff:10.0.0.1]/1",
    "https://169.254.169.254/latest",
    "https://localhost/1",
    "https://10.1.2.3/1",
    "https://2130706433/1",
    "https:///1",
    "https://[oops/1",
    "ftp://push.example.com",
    "https://push.example.com/" + 1000 * "x",
]


@pytest.mark.parametrize("endpoint", REFUSED)
def test_only_the_address_of_a_push_service_is_kept(client, lin, endpoint):
    client.force_login(lin)
    answer = client.post("/settings/notices/browsers/", Browser(endpoint).said)
    assert answer.status_code == 422
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("field", ["p256dh", "auth"])
def test_keys_that_are_none_are_refused(client, lin, field):
    client.force_login(lin)
    said = Browser().said | {field: "bm90IGEga2V5"}
    assert client.post("/settings/notices/browsers/", said).status_code == 422


def test_nobody_removes_the_browser_of_another(browser, client):
    pk = Subscription.objects.get().pk
    client.force_login(make_agent("eve"))
    assert client.post(f"/settings/notices/browsers/{pk}/").status_code == 404
