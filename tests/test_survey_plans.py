"""The form of a survey plan: what the platform would cut or refuse is said beside the words."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from sessions.models import Agent, SurveyPlan
from tests.factories import make_account, make_agent

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def problems(**fields):
    with pytest.raises(ValidationError) as raised:
        SurveyPlan(**fields).full_clean()
    return set(raised.value.message_dict)


def test_the_usual_words_fit():
    for language in ("", "zh", "en"):
        SurveyPlan(language=language).full_clean()


def test_words_that_are_too_long_together_are_refused_where_they_stand():
    assert problems(question_zh="很" * 342, language="zh") == {"question_zh"}
    assert problems(question_en="x" * 1000) == {"question_zh"}  # with the usual Chinese words
    assert problems(thanks_en="x" * 1025, language="en") == {"thanks_en"}
    assert problems(why_en="x" * 2049, language="en") == {"why_en"}
    SurveyPlan(question_zh="很" * 342, language="en").full_clean()  # they are not used


def test_numbers_stay_within_what_makes_sense():
    assert problems(low_mark=5, keeps=5, days_apart=366) == {"low_mark", "keeps", "days_apart"}
    assert problems(low_mark=0) == {"low_mark"}


def test_there_is_one_plan_of_an_account_and_one_of_all():
    account = make_account()
    SurveyPlan.objects.create()
    SurveyPlan.objects.create(account=account)
    assert "__all__" in problems()
    assert "account" in problems(account=account)


def test_an_admin_saves_a_plan_and_sees_the_usual_words(client):
    boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:kf_sessions_surveyplan_add")
    assert 'placeholder="Thank you"' in client.get(address).content.decode()
    given = {"scale": "stars", "least_messages": 0, "days_apart": 30, "keeps": 2, "low_mark": 3}
    assert client.post(address, given).status_code == 302
    plan = SurveyPlan.objects.get()
    assert (plan.account, plan.scale, plan.days_apart) == (None, "stars", 30)
    assert not plan.asks_on_end  # an empty box is a no
