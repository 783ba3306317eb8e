"""Whatever agents, customers and servicers do: a button that was offered never earns a refusal."""

from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messaging import accounts
from messaging.models import Customer
from sessions import surveys
from sessions.actions import Action
from sessions.models import Session
from tests.factories import make_agent
from tests.wire import SHOP

FORBIDDEN = {95013, 95016, 95018, 95001, 95002}
_numbers = count(1)


class Walk:
    """One new customer of the shop, and everything that can happen to them."""

    def __init__(self, shop, draw):
        self.shop, self.draw = shop, draw
        self.who = f"wmWALK{next(_numbers)}"
        shop.simulator.add_customer("Walker", self.who)
        self.seen = len(shop.simulator.calls())
        self.lin = make_agent(f"lin{self.who}")
        shop.says("hello", who=self.who)
        shop.work()

    def refusals(self):
        """What the platform refused; sends by code carry no address, so all of them count."""
        return [
            (call["api"], call["errcode"], call["request"])
            for call in self.shop.simulator.calls()[self.seen :]
            if call["errcode"] in FORBIDDEN
        ]

    def step(self):
        self.draw(st.sampled_from([self.customer, self.servicer, self.agent, self.agent]))()

    def customer(self):
        menus = [
            bubble
            for bubble in self.shop.simulator.transcript(SHOP, self.who)
            if bubble["msgtype"] == "msgmenu"
        ]
        if menus and self.draw(st.booleans()):
            item = menus[-1]["content"]["list"][0]["click"]["id"]
            self.shop.simulator.click(SHOP, self.who, menus[-1]["msgid"], item)
        else:
            self.shop.says("and?", who=self.who)

    def servicer(self):
        """Carol does what WeCom's client offers her; not while something of ours is on its way."""
        self.shop.work()
        state = self.shop.platform_state(self.who)
        if state == 2:
            self.shop.simulator.pick_up(SHOP, self.who, "carol")
        elif state == 3:
            verb = self.draw(st.sampled_from(["write", "end"]))
            if verb == "write":
                holder = self.shop.simulator.conversation(SHOP, self.who)["servicer_userid"]
                self.shop.simulator.write(SHOP, self.who, holder, "text", content="hi")
            else:
                self.shop.simulator.end(SHOP, self.who)
        elif state == 4 and self.draw(st.booleans()):
            self.shop.simulator.write(SHOP, self.who, "carol", "text", content="again")

    def agent(self):
        """Lin, whose page is up to date, presses one or more of the buttons she sees."""
        self.shop.work()
        session = Session.objects.filter(customer__external_id=self.who).order_by("-id").first()
        for _ in range(self.draw(st.integers(1, 3))):
            session.refresh_from_db()
            session.customer = Customer.objects.get(pk=session.customer_id)
            offered = [action for action, verdict in session.actions().items() if verdict]
            if not offered:
                return
            self.press(session, self.draw(st.sampled_from(sorted(offered))))
            session = Session.objects.get(pk=session.pk)

    def press(self, session, action):
        if action == Action.ACCEPT:
            session.accept(self.lin)
        elif action == Action.REPLY:
            session.reply(self.lin, "text", {"content": "well"})
        elif action == Action.TRANSFER_AGENT:
            session.transfer_to_agent(self.lin, self.lin)
        elif action == Action.TRANSFER_POOL:
            session.transfer_to_pool(self.lin)
        elif action == Action.TRANSFER_SERVICER:
            free = session.account.servicers.exclude(external_id=session.customer.servicer)
            if free.exists():
                session.transfer_to_servicer(free[0], self.lin)
        elif action == Action.END:
            session.end(self.lin, survey=surveys.ask)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_an_offered_button_never_earns_a_refusal(shop, data):
    shop.simulator.options(unsure={"0>4": True, "1>4": True})
    if not shop.account.servicers.filter(external_id="dave").exists():
        shop.simulator.add_servicer(SHOP, "dave", "Dave")
        accounts.refresh(shop.connection)
    walk = Walk(shop, data.draw)
    for _ in range(data.draw(st.integers(3, 12))):
        walk.step()
    shop.work()
    assert walk.refusals() == []
