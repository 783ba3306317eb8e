"""Whatever is in a body, the simulated platform answers with an errcode and does not stumble."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.simulator.api import ROUTES
from tests.simulated import ALICE, CAROL, KF, Caller

POSTS = sorted(name for name, route in ROUTES.items() if route.method == "POST" and route.body)
NAMES = (
    *("open_kfid", "external_userid", "touser", "msgid", "msgtype", "code", "cursor", "token"),
    *("limit", "offset", "service_state", "servicer_userid", "scene", "name", "media_id"),
    *("userid_list", "department_id_list", "external_userid_list", "start_time", "end_time"),
    *("text", "msgmenu", "location", "link", "image", "list", "type", "click", "content", "id"),
    *("head_content", "latitude", "longitude", "url", "title", "thumb_media_id"),
)
WORDS = (KF, ALICE, CAROL, "text", "msgmenu", "click", "image", "location", "link", "view", "")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS)
VALUES = st.recursive(
    SCALARS | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


@pytest.mark.parametrize("api", POSTS)
@settings(max_examples=12, deadline=None)
@given(body=st.dictionaries(st.sampled_from(NAMES), VALUES), aimed=st.booleans())
def test_no_body_makes_the_platform_stumble(api, body, aimed):
    if aimed:  # past the first checks
        body = {**body, "open_kfid": KF, "external_userid": ALICE, "touser": ALICE}
    caller = Caller()
    caller.world.say(KF, ALICE, content="hi")
    assert isinstance(caller.post(api, **body)["errcode"], int)
