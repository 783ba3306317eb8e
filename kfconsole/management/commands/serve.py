from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

# Daphne's server must be imported before anything else starts an event loop.
from kfconsole.server import run  # isort: skip


LOOPBACK = ("127.0.0.1", "localhost", "::1")
BEHIND_PROXY = {
    "proxy_forwarded_address_header": "X-Forwarded-For",
    "proxy_forwarded_port_header": "X-Forwarded-Port",
    "proxy_forwarded_proto_header": "X-Forwarded-Proto",
}


class Command(BaseCommand):
    help = "The site and the worker in one process; with KF_DEMO=1 simulated customers, too."
    requires_system_checks = []  # `manage.py check` has them; they cost a fifth of the start

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--proxy-headers",
            action="store_true",
            help="Believe X-Forwarded-For: only behind a proxy that sets it",
        )
        parser.add_argument("--no-migrate", action="store_true", help="Leave the database as it is")

    def handle(self, *args, **options) -> None:
        if settings.KF_DEMO and options["host"] not in LOOPBACK:
            raise CommandError("The demo's passwords are public: it is served on 127.0.0.1 only.")
        if not options["no_migrate"]:
            self._migrate()
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
        proxied = BEHIND_PROXY if options["proxy_headers"] else {}
        run(application, options["host"], options["port"], background, self._say, **proxied)

    def _migrate(self) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            first = str(error).splitlines()[0]
            raise CommandError(
                f"The database does not answer ({first}). Check DATABASE_URL."
            ) from None

    def _say(self, host: str, port: int) -> None:
        self.stdout.write(f"kfconsole is at http://{host}:{port}/  (Ctrl-C ends it)")
        if settings.KF_DEMO:
            self.stdout.write(f"The customer's phone is at http://{host}:{port}/simulator/phone/")
            self.stdout.write(f"A web chat: http://{host}:{port}/simulator/staffservice/webchat/")
            self.stdout.write(f"An app with Tencent Desk: http://{host}:{port}/simulator/desk/")
            self.stdout.write("Sign in as lin, sam, wang or admin with the password kfconsole")
        self.stdout._out.flush()
