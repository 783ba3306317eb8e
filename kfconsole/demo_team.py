"""What the demo's team has put in order: a team, the words for its sessions, and phrases."""

from sessions.models import Agent, Phrase, Tag, Team

TEAM = "客服一组 Front desk"
TAGS = (("退款 Refund", 6), ("物流 Delivery", 7), ("投诉 Complaint", 3), ("售前 Before sale", 0))
PHRASES = (
    ("您好 Welcome", "您好{customer}，我是{agent}，很高兴为您服务。请问有什么可以帮您？"),
    ("查单号 Order number", "请把订单号发给我，我马上为您查询。"),
    ("稍等 One moment", "正在为您核实，请稍等几分钟。"),
    ("Hello in English", "Hello {customer}, this is {agent}. How can I help you?"),
    ("Delivery time", "Your parcel left on {day} and should reach you within three days."),
)


def put_in_order() -> None:
    """Unless there is a team already."""
    if Team.objects.exists():
        return
    team = Team.objects.create(name=TEAM)
    team.agents.set(Agent.objects.filter(username__in=("lin", "sam", "wang")))
    Tag.objects.bulk_create((Tag(name=name, hue=hue) for name, hue in TAGS), ignore_conflicts=True)
    for title, body in PHRASES:
        phrase = Phrase(title=title, body=body)
        phrase.give_to(team)
        phrase.save()
