import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging import accounts, rescue
from messaging.backends import SendError
from messaging.backends.desk import options as desk_options
from messaging.backends.wecom.crypto import Cipher, CryptoError
from messaging.models import Account, Connection
from messaging.pieces import http_url


class Command(BaseCommand):
    help = "Make or update a connection, list its accounts, print the address for callbacks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        backends = parser.add_subparsers(dest="backend", required=True, metavar="BACKEND")
        wecom = backends.add_parser("wecom", help="A WeCom corp and one of its apps")
        wecom.add_argument("--name", required=True, help="How the console calls it")
        wecom.add_argument("--corp-id", required=True, help="Enterprise id: ww…")
        wecom.add_argument(
            "--secret", required=True, help="The app's secret; - reads it from standard input"
        )
        wecom.add_argument("--token", required=True, help="Token of the app's API reception")
        wecom.add_argument("--aes-key", required=True, help="EncodingAESKey: 43 characters")
        wecom.add_argument("--api-base", default="", help="Another address than WeCom's own")
        wecom.add_argument("--json", action="store_true", help="Print JSON for scripts")
        staff = backends.add_parser("staffservice", help="An app that speaks staffService (全媒体)")
        staff.add_argument("--name", required=True, help="How the console calls it")
        staff.add_argument("--app-id", required=True, help="The appid that stands in the address")
        staff.add_argument(
            "--app-secret", required=True, help="The appsecret; - reads it from standard input"
        )
        staff.add_argument(
            "--app-url", required=True, help="We send to <this>/staffService/message"
        )
        staff.add_argument(
            "--media-base", default="", help="Where files lie of which it sends a path"
        )
        staff.add_argument(
            "--allow-private-media", action="store_true", help="Files may lie in the own network"
        )
        staff.add_argument(
            "--stale-seconds", type=int, help="How far a call's timestamp may be from now"
        )
        staff.add_argument("--json", action="store_true", help="Print JSON for scripts")
        desk = backends.add_parser("desk", help="An app of Tencent Cloud Desk (智能客服)")
        desk.add_argument("--name", required=True, help="How the console calls it")
        desk.add_argument("--sdk-app-id", required=True, help="SDKAppID: a number")
        desk.add_argument("--admin", required=True, help="An administrator account of the app")
        desk.add_argument(
            "--secret-key", required=True, help="The app's key; - reads it from standard input"
        )
        desk.add_argument("--callback-token", default="", help="Token of the app's callbacks")
        desk.add_argument(
            "--signing", choices=desk_options.SIGNING,
            help="Of callbacks; without it: required where there is a token, else off",
        )  # fmt: skip
        desk.add_argument(
            "--source",
            action="append",
            default=[],
            help="Take callbacks only from here; repeatable",
        )
        desk.add_argument("--group", type=int, help="Who serves when no linked agent is there")
        desk.add_argument(
            "--region",
            choices=sorted(desk_options.REGIONS),
            help="Where the app is, if not in China",
        )
        desk.add_argument("--api-base", default="", help="Another address than the region's")
        desk.add_argument("--json", action="store_true", help="Print JSON for scripts")

    def handle(self, *args, **options) -> None:
        make = {"wecom": self._wecom, "staffservice": self._staffservice, "desk": self._desk}
        connection = make[options["backend"]](options)
        problem = ""
        try:
            accounts.refresh(connection)
        except SendError as error:
            problem = f"{error.failure.sentence} {error.failure.remedy} ({error.code} {error.text})"
        found = list(connection.accounts.filter(is_active=True).prefetch_related("servicers"))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(connection, found, problem), ensure_ascii=False))
        else:
            self._print(connection, found)
        if problem:
            raise CommandError(
                f"The connection was saved, but its accounts could not be read: {problem}"
            )

    def _wecom(self, options: dict) -> Connection:
        try:
            Cipher(options["aes_key"])
        except CryptoError as error:
            raise CommandError(f"--aes-key: {error}.") from error
        secrets = {
            "secret": self._secret(options["secret"]),
            "token": options["token"],
            "aes_key": options["aes_key"],
        }
        return self._keep(
            options["name"], "wecom", options["corp_id"], options["api_base"], secrets
        )

    def _staffservice(self, options: dict) -> Connection:
        if not http_url(options["app_url"]):
            raise CommandError("--app-url: an address begins with https:// or http://.")
        secrets = {"secret": self._secret(options["app_secret"])}
        if not secrets["secret"]:
            raise CommandError("--app-secret: it is empty, and whoever wants could sign.")
        if options["media_base"] and not http_url(options["media_base"]):
            raise CommandError("--media-base: an address begins with https:// or http://.")
        chosen = {
            "media_base_url": options["media_base"],
            "allow_private_media": options["allow_private_media"],
            "stale_seconds": options["stale_seconds"],
        }
        return self._keep(
            options["name"],
            "staffservice",
            options["app_id"],
            options["app_url"],
            secrets,
            **chosen,
        )

    def _desk(self, options: dict) -> Connection:
        given = {name: options[name] for name in ("admin", "signing", "group")}
        given["sources"] = options["source"] or None
        secrets = {
            "secret": self._secret(options["secret_key"]),
            "token": options["callback_token"],
        }
        for problem in desk_options.problems(options["sdk_app_id"], given, secrets):
            raise CommandError(problem)
        base = options["api_base"] or desk_options.REGIONS.get(options["region"], "")
        return self._keep(options["name"], "desk", options["sdk_app_id"], base, secrets, **given)

    @staticmethod
    def _keep(
        name: str, backend: str, identity: str, api_base: str, secrets: dict, **chosen: Any
    ) -> Connection:
        connection = Connection.objects.filter(name=name).first() or Connection(name=name)
        if connection.pk and connection.backend != backend:
            raise CommandError(f"--name: {name} is a connection of another kind.")
        connection.backend, connection.identity = backend, identity.strip()
        connection.api_base, connection.secrets = api_base, secrets
        connection.choose(**chosen)
        connection.forget_token()
        connection.fault_code, connection.fault_text, connection.fault_at = None, "", None
        connection.save()
        if connection.options:
            rescue.want_again(connection)
        return connection

    @staticmethod
    def _secret(given: str) -> str:
        """From standard input it does not stay in the shell's history."""
        return sys.stdin.readline().strip() if given == "-" else given

    def _print(self, connection: Connection, found: list[Account]) -> None:
        self.stdout.write(f"{connection.name}: {len(found)} accounts")
        for account in found:
            managed = "" if account.manage_privilege else "  (not assigned to this app)"
            self.stdout.write(f"  {account.external_id}  {account.name}{managed}")
            names = ", ".join(servicer.external_id for servicer in account.servicers.all())
            if names:
                self.stdout.write(f"    servicers: {names}")
        self.stdout.write(_ENTER[connection.backend])
        self.stdout.write(f"  {settings.KF_PUBLIC_URL}{connection.callback_path}")


_ENTER = {
    "wecom": "Enter this as the URL of the app's API reception (接收消息):",
    "desk": "Enter this under 设置 > 开发者设置, and as the address of routing by your own server:",
    "staffservice": "The app sends to this address, with its own path behind it: api/v1/<appid>/…",
}


def _as_json(connection: Connection, found: list[Account], problem: str) -> dict:
    return {
        "connection": connection.pk,
        "callback_path": connection.callback_path,
        "accounts": [
            {
                "id": account.pk,
                "open_kfid": account.external_id,
                "name": account.name,
                "manage_privilege": account.manage_privilege,
                "servicers": [servicer.external_id for servicer in account.servicers.all()],
            }
            for account in found
        ],
        **({"error": problem} if problem else {}),
    }
