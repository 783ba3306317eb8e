"""The customer-service custom messages that Desk and its agents send (protocol B5)."""

from . import elements

SESSION_DIVIDER, RATING, RATED, BRANCH, FORM, PRODUCT, ORDER = (
    "6",
    "9",
    "10",
    "15",
    "21",
    "22",
    "28",
)
STARS = ("非常不满意", "不满意", "一般", "满意", "非常满意")
FIRST_STAR = 101  # ids of the menu, low to high


def rating(session_id: str, hours: int, until: float) -> dict:
    menu = [{"id": str(FIRST_STAR + at), "content": name} for at, name in enumerate(STARS)]
    content = {
        "head": "请对我们的服务进行评价",
        "tail": "感谢您的评价",
        "menu": menu,
        "type": 1,
        "sessionId": session_id,
        "effectiveHour": hours,
        "expireTime": int(until),
    }
    return elements.plugin(RATING, menuContent=content)


def asks_for_stars(element: dict) -> bool:
    return str(elements.plugin_of(element).get("src")) == RATING


def product(header: str, desc: str, pic: str, url: str, **fields: str) -> dict:
    content = {"header": header, "desc": desc, "pic": pic, "url": url}
    content["customField"] = [{"name": name, "value": value} for name, value in fields.items()]
    return elements.plugin(PRODUCT, content=content)


def order(header: str, desc: str, pic: str, url: str, **fields: str) -> dict:
    content = {"header": header, "desc": desc, "pic": pic, "url": url}
    content["customField"] = [{"name": name, "value": value} for name, value in fields.items()]
    return elements.plugin(ORDER, content=content)


def branch(header: str, *items: str, tail: str = "") -> dict:
    rows = [{"content": item, "desc": ""} for item in items]
    return elements.plugin(BRANCH, content={"header": header, "items": rows, "tail": tail})


def form(header: str, *items: str) -> dict:
    rows = [{"content": item, "desc": ""} for item in items]
    return elements.plugin(FORM, content={"header": header, "type": 1, "items": rows})
