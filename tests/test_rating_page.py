"""The page behind a survey's link, and the surveys of a system in which nothing can be clicked."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from messaging.models import Message
from sessions import surveys
from sessions.models import Notice, Session, Survey, SurveyPlan
from sessions.views import rating
from tests.factories import make_account, make_agent, make_customer, make_ended_session
from tests.staff import connected, says, work

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def survey(db):
    session = make_ended_session(make_customer(make_account(), state=4), agent=make_agent("lin"))
    return Survey.objects.create(session=session, carrier="link")


def page(survey):
    return f"/rate/{survey.key}/"


def answers(client, survey, **fields):
    return client.post(page(survey), fields)


def kept(survey):
    survey.refresh_from_db()
    return survey.rating, survey.comment


# --- the page ---------------------------------------------------------------------------------


def test_the_page_asks_without_a_sign_in_and_keeps_the_answer(client, survey):
    assert "Very satisfied" in client.get(page(survey)).content.decode()
    answer = answers(client, survey, score=4, comment="  Quick  ")
    assert (answer.status_code, kept(survey)) == (302, (4, "Quick"))
    thanks = client.get(answer["Location"]).content.decode()
    assert "Your answer was kept: 4 of 5." in thanks
    line = Message.objects.get(kind="rating")
    assert line.content == {"rating": 4, "comment": "Quick"}
    assert line.session == survey.session
    assert Session.objects.count() == 1


def test_the_last_answer_counts_and_one_sent_twice_is_one(client, survey):
    for score in (5, 5, 2):
        answers(client, survey, score=score)
    assert kept(survey) == (2, "")
    assert Message.objects.filter(kind="rating").count() == 2


def test_it_needs_no_cookie_and_sets_none(survey):
    stranger = Client(enforce_csrf_checks=True)
    assert answers(stranger, survey, score=3).status_code == 302
    assert not stranger.cookies
    assert kept(survey) == (3, "")


def test_colleagues_look_and_do_not_answer(client, survey):
    client.force_login(make_agent("wang"))
    assert "what the customer sees" in client.get(page(survey)).content.decode()
    assert answers(client, survey, score=5).status_code == 403
    assert kept(survey) == (None, "")


def test_what_is_no_choice_is_asked_again_and_the_comment_stays(client, survey):
    for score in ({}, {"score": 9}, {"score": "x"}):
        answer = answers(client, survey, comment="Kept <b>", **score)
        assert answer.status_code == 422
        assert "Kept &lt;b&gt;" in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
    assert kept(survey) == (None, "")


def test_a_link_that_nobody_gave_costs_no_query(client, survey, django_assert_num_queries):
    with django_assert_num_queries(0):
        for key in (survey.token, f"{survey.token}.x", f"{survey.key}x", "%00"):
            assert client.get(f"/rate/{key}/").status_code == 404


def test_after_its_life_the_link_is_closed(client, survey):
    Survey.objects.update(asked_at=timezone.now() - timedelta(days=7, minutes=1))
    assert client.get(page(survey)).status_code == 410
    assert answers(client, survey, score=5).status_code == 410
    assert kept(survey) == (None, "")


def test_a_link_is_not_hammered(client, survey, monkeypatch):
    monkeypatch.setattr(rating, "MOST", 3)
    assert [client.get(page(survey)).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_it_speaks_the_plans_language_or_the_readers(client, survey):
    chinese = {"HTTP_ACCEPT_LANGUAGE": "zh-CN"}
    assert "非常满意" in client.get(page(survey), **chinese).content.decode()
    assert "Very satisfied" in client.get(page(survey) + "?lang=en", **chinese).content.decode()
    SurveyPlan.objects.create(language="en", question_en="All <well>?")
    assert "All &lt;well&gt;?" in client.get(page(survey), **chinese).content.decode()


def test_it_says_nothing_to_search_engines_and_other_sites(client, survey):
    headers = client.get(page(survey)).headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_a_low_mark_on_the_page_is_told_with_its_comment(client, survey):
    lead = make_agent("lead", role="lead")
    SurveyPlan.objects.create(alerts_leads=True, reopens="queue")
    answers(client, survey, score=1, comment="Rude")
    assert Notice.objects.get(agent=lead).text == "★☆☆☆☆ Rude"
    # WeCom's session is over, so nobody could answer in a new one.
    assert Session.objects.count() == 1


# --- where nothing can be clicked -------------------------------------------------------------


@pytest.fixture
def app(monkeypatch):
    return connected(monkeypatch)


def ended(agent):
    session = says()
    session.end(agent, survey=surveys.ask)
    work()
    return session


def test_a_link_is_sent_as_text_and_opens_the_page(app, client):
    SurveyPlan.objects.create(link="no_menu", language="en")
    session = ended(make_agent("lin"))
    said = app.heard[-1]["Content"]
    assert said.startswith("How satisfied are you")
    address = said.split()[-1]
    assert address.startswith("http://127.0.0.1:8000/rate/")
    assert (
        client.post(address.removeprefix("http://127.0.0.1:8000"), {"score": 5}).status_code == 302
    )
    survey = Survey.objects.get(session=session)
    assert (survey.carrier, survey.rating) == ("link", 5)
    assert survey.sent_at


@pytest.mark.parametrize(
    ("scale", "words", "score"), [("three", "差", 1), ("stars", "★★★★", 4), ("five", "满意", 4)]
)
def test_words_of_the_scale_answer_too(app, scale, words, score):
    SurveyPlan.objects.create(scale=scale)
    ended(make_agent("lin"))
    says(words)
    assert Survey.objects.get().rating == score
    assert Session.objects.count() == 1


def test_words_of_another_scale_are_a_new_question(app):
    SurveyPlan.objects.create(scale="three")
    ended(make_agent("lin"))
    says("5")
    assert Survey.objects.get().rating is None
    assert Session.objects.count() == 2


def test_the_reason_for_a_low_mark_is_asked_where_nothing_is_limited(app):
    SurveyPlan.objects.create(asks_why=True, spends=False)
    ended(make_agent("lin"))
    says("1")
    assert "10 分钟" in app.heard[-1]["Content"]
    says("It was late")
    assert Survey.objects.get().comment == "It was late"
    assert Session.objects.count() == 1


def test_a_number_is_no_answer_where_nobody_was_asked(app):
    SurveyPlan.objects.create(asks_on_end=False)
    ended(make_agent("lin"))
    assert app.heard == []
    says("5")
    assert Session.objects.count() == 2
