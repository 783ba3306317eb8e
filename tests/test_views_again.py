"""A request that comes a second time: its answer was lost on the way."""

import pytest

from messaging.models import Message
from tests.factories import make_session

pytestmark = pytest.mark.django_db

MSGID = "0123456789abcdef0123456789abcdef"


def test_the_last_of_five_that_is_posted_again_was_sent(client, lin):
    client.force_login(lin)
    session = make_session(agent=lin)
    session.customer.budget_used = 4
    session.customer.save()
    sent = {"text": "the fifth", "msgid": MSGID}
    for _ in range(2):
        answer = client.post(f"/sessions/{session.pk}/reply/", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert Message.objects.filter(text="the fifth").count() == 1
