"""Files on their way out: what the platform has forgotten is uploaded again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import media, outbox
from tests.pictures import picture
from tests.wire import outcome

pytestmark = pytest.mark.both


@pytest.mark.parametrize("errcode", [40007, 40145])
def test_a_file_that_the_platform_forgot_is_uploaded_again(shop, session, lin, errcode):
    kind, stored = media.attach(session.customer, SimpleUploadedFile("a.png", picture()))
    message = session.reply(lin, kind, {"name": stored.name})
    media.bind(stored, message)
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=errcode)
    shop.work()
    shop.work()
    if outcome(message) == "failed":
        assert outbox.retry(message)
        shop.work()
    assert outcome(message) == "accepted"
    assert len(shop.simulator.calls("media/upload")) == 2
