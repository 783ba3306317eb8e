from django.core.management.base import BaseCommand

from sessions.reports import folding


class Command(BaseCommand):
    help = "Make all that reports count anew from what happened. Reports and work go on meanwhile."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=0, metavar="SESSION",
                            help="Go on where it was interrupted")  # fmt: skip

    def handle(self, *args, **options) -> None:
        done = options["first"]
        for done in folding.rebuild(options["first"]):
            if self.stdout.isatty():
                self.stdout.write(f"\r{done:,}", ending="")
        self.stdout.write(f"\rAll sessions below {done:,} have been counted anew.")
