from django.conf import settings
from django.http import HttpRequest

from kfconsole.demo_people import PASSWORD, PEOPLE


def console(request: HttpRequest) -> dict[str, object]:
    """What every page knows."""
    if not settings.KF_DEMO:
        return {"is_demo": False}
    return {"is_demo": True, "demo_people": PEOPLE, "demo_password": PASSWORD}
