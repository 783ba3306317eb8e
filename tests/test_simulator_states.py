"""Session states of the simulated platform: the matrix, its codes, and the servicer's client."""

import pytest

from messaging.simulator.errors import Impossible
from tests.simulated import ALICE, BOB, CAROL, DAVE, KF, Caller

REFUSED, ENDED = 95016, 95013
MATRIX = {  # from: errcodes of the moves to 0, 1, 2, 3, 4 (protocol §4.3, with our defaults)
    0: (REFUSED, 0, 0, 0, 0),
    1: (REFUSED, REFUSED, 0, 0, 0),
    2: (REFUSED, REFUSED, REFUSED, 0, REFUSED),
    3: (REFUSED, REFUSED, REFUSED, 0, 0),
    4: (ENDED, ENDED, ENDED, ENDED, ENDED),
}


@pytest.fixture
def api():
    caller = Caller()
    caller.world.say(KF, ALICE, content="hi")
    return caller


def state(api):
    answer = api.post("kf/service_state/get", open_kfid=KF, external_userid=ALICE)
    return answer["service_state"], answer.get("servicer_userid")


@pytest.mark.parametrize("old", MATRIX)
@pytest.mark.parametrize("new", range(5))
def test_the_matrix_of_transitions(api, old, new):
    if old:
        assert api.trans(old, servicer_userid=CAROL)["errcode"] == 0
    errcode = api.trans(new, servicer_userid=DAVE)["errcode"]
    assert errcode == MATRIX[old][new]
    expected = new if errcode == 0 else old
    assert state(api) == (expected, {(3, 0): DAVE, (3, REFUSED): CAROL}.get((expected, errcode)))


def test_unsettled_moves_can_be_switched(api):
    api.world.options.set(unsure={"0>4": False, "2>4": True})
    assert api.trans(4)["errcode"] == REFUSED
    api.trans(2)
    assert api.trans(4)["errcode"] == 0


def test_a_customer_who_never_wrote_has_no_session(api):
    body = {"open_kfid": KF, "external_userid": BOB}
    assert api.post("kf/service_state/get", **body)["service_state"] == 4
    assert api.post("kf/service_state/trans", service_state=1, **body)["errcode"] == ENDED


def test_a_session_ends_after_48_hours_of_silence(api):
    api.trans(2)
    api.wait(48 * 3600 + 1)
    assert state(api) == (4, None)


def test_a_session_goes_only_to_a_servicer_who_receives(api):
    api.world.set_receiving(KF, CAROL, False, suspended=True)
    api.world.add_servicer(KF, "erin", activated=False)
    for userid, errcode in ((CAROL, 95019), ("erin", 95014), ("nobody", 95014), ("", 40058)):
        assert api.trans(3, servicer_userid=userid)["errcode"] == errcode


def test_a_session_is_not_handed_to_who_has_it(api):
    api.trans(3, servicer_userid=CAROL)
    assert api.trans(3, servicer_userid=CAROL)["errcode"] == REFUSED


def test_the_api_emits_no_status_event(api):
    for new in (2, 3, 4):
        api.trans(new, servicer_userid=CAROL)
    assert api.events("session_status_change") == []


def test_codes_come_with_the_first_arrival_and_with_the_end(api):
    assert "msg_code" not in api.trans(1)
    assert api.trans(2)["msg_code"]
    assert api.trans(3, servicer_userid=CAROL)["msg_code"]
    assert "msg_code" not in api.trans(3, servicer_userid=DAVE)
    assert api.trans(4)["msg_code"]


def test_a_servicer_picks_up_hands_over_and_ends(api):
    world = api.world
    api.trans(2)
    assert world.pick_up(KF, ALICE, CAROL)["msg_code"]
    world.transfer(KF, ALICE, DAVE)
    assert world.end(KF, ALICE)["msg_code"]
    picked, handed, ended = api.events("session_status_change")
    assert (picked["change_type"], picked["new_servicer_userid"]) == (1, CAROL)
    assert "old_servicer_userid" not in picked
    assert (handed["old_servicer_userid"], handed["new_servicer_userid"]) == (CAROL, DAVE)
    assert "msg_code" not in handed
    assert (ended["change_type"], ended["old_servicer_userid"]) == (3, DAVE)
    assert state(api) == (4, None)


def test_a_servicer_who_writes_after_the_end_reopens_the_session(api):
    api.trans(4)
    api.world.write(KF, ALICE, CAROL, content="one more thing")
    (event,) = api.events("session_status_change")
    assert (event["change_type"], event["new_servicer_userid"]) == (4, CAROL)
    assert state(api) == (3, CAROL)


def test_a_servicer_cannot_write_into_a_session_of_somebody_else(api):
    with pytest.raises(Impossible):
        api.world.write(KF, ALICE, CAROL, content="hello")
    api.trans(3, servicer_userid=DAVE)
    with pytest.raises(Impossible):
        api.world.write(KF, ALICE, CAROL, content="hello")


def test_the_event_counts_a_status_from_one_and_the_list_from_zero(api):
    api.world.set_receiving(KF, CAROL, False, suspended=True)
    (event,) = api.events("servicer_status_change")
    assert (event["status"], event["stop_type"]) == (2, 1)
    listed = api.get("kf/servicer/list", access_token=api.token, open_kfid=KF)["servicer_list"]
    assert listed[0] == {"userid": CAROL, "status": 1, "stop_type": 1}


def test_a_servicer_recalls_only_own_messages(api):
    api.trans(3, servicer_userid=CAROL)
    msgid = api.world.write(KF, ALICE, CAROL, content="oops")
    api.world.servicer_recall(KF, ALICE, msgid)
    (event,) = api.events("servicer_recall_msg")
    assert (event["recall_msgid"], event["servicer_userid"]) == (msgid, CAROL)
    with pytest.raises(Impossible):
        api.world.recall(KF, ALICE, msgid)


def test_a_rejected_customer_reaches_nobody(api):
    api.world.reject(KF, ALICE, CAROL)
    assert api.world.say(KF, ALICE, content="hello?") is None
    api.world.reject(KF, ALICE, CAROL, rejected=False)
    assert api.world.say(KF, ALICE, content="hello?")
    switches = api.events("reject_customer_msg_switch_change")
    assert [event["reject_switch"] for event in switches] == [1, 0]
