import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from messaging.models import Account
from sessions.models import Agent


class Command(BaseCommand):
    help = "Add a user, or change one: they may serve all accounts unless --account narrows it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help="The user name to sign in with")
        parser.add_argument("--role", choices=Agent.Role.values, default=Agent.Role.AGENT)
        parser.add_argument("--display-name", default="", help="What colleagues see")
        parser.add_argument(
            "--account",
            action="append",
            default=[],
            metavar="OPEN_KFID",
            help="Serve only this account; may be given several times",
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password from standard input"
        )

    def handle(self, *args, **options) -> None:
        agent = Agent.objects.filter(username=options["name"]).first()
        is_new = agent is None
        agent = agent or Agent(username=options["name"])
        agent.role = options["role"]
        agent.is_superuser = agent.role == Agent.Role.ADMIN
        agent.display_name = options["display_name"] or agent.display_name
        agent.serves_all = not options["account"]
        accounts = self._accounts(options["account"])
        agent.set_password(self._password(agent, from_stdin=options["password_stdin"]))
        agent.save()
        agent.accounts.set(accounts)
        done = "was added" if is_new else "was changed"
        self.stdout.write(f"{agent.role} {agent.username} {done}.")

    def _accounts(self, ids: list[str]) -> list[Account]:
        accounts = list(Account.objects.filter(external_id__in=ids))
        missing = set(ids) - {account.external_id for account in accounts}
        if missing:
            raise CommandError(f"There is no account {', '.join(sorted(missing))}.")
        return accounts

    def _password(self, agent: Agent, *, from_stdin: bool) -> str:
        password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass()
        try:
            validate_password(password, agent)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
