from django.core.management.base import BaseCommand

from messaging import search
from messaging.models import Customer, Message
from sessions import known
from sessions.models import FieldValue, Remark


class Command(BaseCommand):
    help = (
        "Write the search index anew from messages, customers and notes. Search goes on meanwhile."
    )

    def handle(self, *args, **options) -> None:
        search.install()
        done = 0
        for done in search.rebuild(Message, Customer):
            if self.stdout.isatty():
                self.stdout.write(f"\r{done:,}", ending="")
        known.install()
        for _ in known.rebuild(Remark, FieldValue):
            pass
        self.stdout.write(f"\r{done:,} messages and customers can be found.")
