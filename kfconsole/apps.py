from django.apps import AppConfig
from django.conf import settings

from kfconsole import logs


class KfconsoleConfig(AppConfig):
    name = "kfconsole"

    def ready(self) -> None:
        logs.configure(settings.KF_LOG, settings.KF_LOG_LEVEL)
