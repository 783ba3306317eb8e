from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """Django's own app has the label `sessions`: run `makemigrations kf_sessions`."""

    name = "sessions"
    label = "kf_sessions"
    verbose_name = _("Desk")

    def ready(self) -> None:
        import_module("sessions.rights")  # not above: apps are loaded before models
        import_module("sessions.reports.keeping")
        post_migrate.connect(import_module("sessions.known").mend, sender=self)
