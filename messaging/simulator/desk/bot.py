"""The bot before the humans: what it answers. Knows the words alone."""

import re
from dataclasses import dataclass

from . import cards, elements

HUMAN = re.compile(r"人工|真人|human|agent|real person", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    kind: str  # messageType of the system mark (protocol B1.2)
    element: dict


def greeting() -> list[Answer]:
    menu = cards.branch("您可以直接提问，或选择：", "查询订单", "退款进度", "转人工")
    return [
        Answer("welcome", elements.text("您好，我是智能助手，请问有什么可以帮您？")),
        Answer("standardTaskFlowBranchOption", menu),
    ]


def is_for_human(said: str) -> bool:
    return bool(HUMAN.search(said))


def answer(said: str) -> list[Answer]:
    """What the bot says to this; never nothing."""
    for pattern, reply in REPLIES:
        if re.search(pattern, said, re.IGNORECASE):
            return [reply]
    return [Answer("fallback", elements.text("抱歉，我还不太明白。回复“转人工”，由客服为您解答。"))]


REPLIES = (
    ("订单号", Answer("rag", elements.text("已查到：您的包裹正在派送，预计明天送达。"))),
    (
        "退款|refund",
        Answer(
            "faq", elements.text("退款会在审核通过后 1-3 个工作日原路退回。还有疑问可以转人工。")
        ),
    ),
    (
        "订单|order",
        Answer(
            "standardTaskFlowInformationCollection",
            cards.form("请填写，以便为您查询：", "订单号", "手机号"),
        ),
    ),
    (
        "发票|invoice",
        Answer("faq", elements.text("电子发票可在“我的订单 - 申请发票”中开具。")),
    ),
    ("谢|thank", Answer("chitchat", elements.text("不客气，祝您生活愉快！"))),
    (
        "你好|您好|hello|\\bhi\\b",
        Answer("chitchat", elements.text("您好！请描述您的问题。")),
    ),
)
