from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

# Daphne's server must be imported before anything else starts an event loop.
from kfconsole.server import run  # isort: skip


class Command(BaseCommand):
    help = "The site and the worker in one process; with KF_DEMO=1 simulated customers, too."
    requires_system_checks = ["kfconsole"]

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-migrate", action="store_true", help="Leave the database as it is")

    def handle(self, *args, **options) -> None:
        if not options["no_migrate"]:
            call_command("migrate", verbosity=0, interactive=False)
        from kfconsole.asgi import application
        from kfconsole.worker import work

        background = [work]
        if settings.KF_DEMO:
            from kfconsole.demo import Demo, seed

            address = f"http://127.0.0.1:{options['port']}"
            seed(address)
            demo = Demo(address)
            application = demo.beside(application)
            background.append(demo.live)
        run(application, options["host"], options["port"], background, ready=self._say)

    def _say(self, host: str, port: int) -> None:
        self.stdout.write(f"kfconsole is at http://{host}:{port}/  (Ctrl-C ends it)")
        if settings.KF_DEMO:
            self.stdout.write(f"The customer's phone is at http://{host}:{port}/simulator/phone/")
            self.stdout.write("Sign in as lin, sam, wang or admin with the password kfconsole")
        self.stdout._out.flush()
