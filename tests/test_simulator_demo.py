"""The demo's world can be connected to and spoken with."""

from messaging.backends.wecom.crypto import Cipher
from messaging.simulator import demo


def test_the_demo_has_accounts_in_both_languages_and_people_in_every_condition():
    world = demo.demo_world("http://127.0.0.1:8000/")
    corp = world.corp()
    assert corp.callback_url == "http://127.0.0.1:8000" + demo.CALLBACK_PATH
    assert Cipher(corp.encoding_aes_key).encrypt("x", corp.corp_id)
    assert {account.name for account in world.accounts.values()} >= {"售前咨询", "Global Support"}
    servicers = [s for account in world.accounts.values() for s in account.servicers.values()]
    assert {(s.status, s.stop_type) for s in servicers} == {(0, 0), (1, 0), (1, 1)}
    assert not all(member.activated for member in corp.members.values())
    for customer in world.customers:
        world.say(demo.PRESALES, customer, content="hi")
