"""What the page of customers needs to say."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()
RECENT = timedelta(days=7)  # after which a day says more than how long ago it was


@register.filter
def is_recent(moment: datetime) -> bool:
    return timezone.now() - moment < RECENT
