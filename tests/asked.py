"""A survey in the simulated shop: asked by ending a session, answered by a thumb."""

from messaging.models import Message
from sessions import surveys
from sessions.models import Survey, SurveyPlan
from tests.wire import ALICE, SHOP


def plan(**fields):
    return SurveyPlan.objects.create(**fields)


def end(shop, session, agent, ask=surveys.ask):
    session.end(agent, survey=ask)
    shop.work()
    return Survey.objects.get(session=session)


def menus(shop):
    return [b for b in shop.simulator.transcript(SHOP, ALICE) if b["msgtype"] == "msgmenu"]


def click(shop, score):
    """What the customer's thumb does on the latest menu."""
    menu = menus(shop)[-1]
    ids = [item["click"]["id"] for item in menu["content"]["list"]]
    shop.simulator.advance(2)
    chosen = next(each for each in ids if each.endswith(f"_{score}"))
    shop.simulator.click(SHOP, ALICE, menu["msgid"], chosen)
    shop.work()


def writes(shop, words):
    shop.simulator.advance(2)
    shop.says(words)
    shop.work()


def lines(kind="rating"):
    return [row.content for row in Message.objects.filter(kind=kind).order_by("id")]
