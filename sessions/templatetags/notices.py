"""What pages have to know to tell an agent of news: static/js/notices.js goes by it."""

import json

from django import template
from django.utils import timezone

from sessions.models import Agent
from sessions.wishes import Wishes

register = template.Library()


@register.simple_tag
def rules_of(agent: Agent) -> str:
    """Quiet periods as moments, so that no page reckons with time zones."""
    wishes = Wishes.of(agent)
    periods = wishes.quiet_periods(timezone.now(), agent.zone)
    rules = {
        "how": wishes.how,
        "sounds": wishes.sounds,
        "volume": wishes.volume,
        "quiet": [[begin.timestamp(), end.timestamp()] for begin, end in periods],
    }
    return json.dumps(rules, separators=(",", ":"))
