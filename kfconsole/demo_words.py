"""What people say in the demo's history."""

import random

COLLEAGUES = (
    ("chen", "陈晨"),
    ("zhao", "赵婷"),
    ("liu", "刘畅"),
    ("zhou", "周宇"),
    ("he", "何静"),
)
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
QUESTIONS = (
    "你好，请问我的包裹到哪里了？",
    "这款耳机支持降噪吗？",
    "我想退货，怎么操作？",
    "优惠券为什么用不了？",
    "发票可以改抬头吗？",
    "什么时候发货？",
    "尺码偏大，可以换一件吗？",
    "会员积分怎么兑换？",
    "付款失败了，但是钱已经扣了",
    "麻烦帮我查一下订单",
    "Hello, where is my order?",
    "好的，谢谢",
    "还有一个问题",
    "在吗？",
)
ANSWERS = (
    "您好，正在为您查询，请稍等。",
    "您的包裹今天上午已经到达上海，预计明天送达。",
    "可以的，请在订单页面点击“申请退货”。",
    "已经为您登记，24小时内会有同事联系您。",
    "支持主动降噪，续航约30小时。",
    "优惠券需要满200元才能使用哦。",
    "发票已经重新开具，请查收邮箱。",
    "退款会在3个工作日内原路返回。",
    "Your parcel left our warehouse this morning.",
    "不客气，祝您生活愉快！",
)
# Title and text of phrases; the last is one that people do not like to get.
PHRASES = (
    ("物流查询", "您好，正在为您查询物流，请稍等。"),
    ("退货步骤", "请在订单页面点击“申请退货”，填写原因后提交即可。"),
    ("好评邀请", "亲，满意的话请给我们五星好评，再推荐三位好友即可领取优惠券哦！"),
)


def name(dice: random.Random) -> str:
    given = "".join(dice.choices(GIVEN, k=dice.choice((1, 2))))
    return dice.choice(FAMILY) + given


def question(dice: random.Random) -> str:
    return dice.choice(QUESTIONS)


def answer(dice: random.Random) -> str:
    return dice.choice(ANSWERS)
