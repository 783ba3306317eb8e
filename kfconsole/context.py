from django.conf import settings
from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, object]:
    """What every page knows."""
    return {"is_demo": settings.KF_DEMO}
