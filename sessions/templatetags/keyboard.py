"""What the templates of keys need to say."""

import json

from django import template

from sessions import keyboard
from sessions.models import Agent

register = template.Library()
register.filter("spell", keyboard.spell)


@register.filter
def keyboard_data(agent: Agent) -> str:
    """The table with this agent's keys, for static/js/commands.js."""
    return json.dumps(keyboard.as_data(agent), ensure_ascii=False, separators=(",", ":"))
