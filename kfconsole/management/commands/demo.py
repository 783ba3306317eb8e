import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kfconsole import demo_history
from kfconsole.demo import seed
from messaging.models import Connection, Customer


class Command(BaseCommand):
    help = "Fill the demo's database with a year of plausible days; `serve` then goes on with it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--history", action="store_true", required=True)
        parser.add_argument("--messages", type=int, default=100_000)

    def handle(self, *args, **options) -> None:
        if not settings.KF_DEMO:
            raise CommandError("Set KF_DEMO=1: invented customers are nothing for a real console.")
        if Customer.objects.filter(external_id__startswith=demo_history.MARK).exists():
            raise CommandError("There is a history already.")
        if not Connection.objects.filter(slug="demo").exists():  # one that runs keeps its address
            seed("http://127.0.0.1:8000")
        began, done = time.monotonic(), 0
        for done in demo_history.write(options["messages"]):
            if self.stdout.isatty():
                self.stdout.write(f"\r{done:,}", ending="")
        self.stdout.write(f"\r{done:,} messages in {time.monotonic() - began:.0f} s")
        self.stdout.write("Run `reindex` to find them by search.")
