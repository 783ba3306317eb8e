from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messaging")

    def ready(self) -> None:
        post_migrate.connect(install_search, sender=self)


def install_search(**options) -> None:
    """A migration that rebuilds a table of SQLite's drops its triggers: they are put back."""
    from messaging import search  # not above: apps are loaded before models

    search.mend()
