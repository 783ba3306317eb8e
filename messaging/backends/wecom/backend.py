"""WeCom behind the contract of messaging.backends."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from typing import IO, Any

from messaging import codes, cutting, failures, kinds
from messaging.backends import Capabilities, Download, Page, Profile, SendError, Sent
from messaging.backends.wecom import wire
from messaging.backends.wecom.client import Client
from messaging.models import Account, Connection, Message, Servicer, State
from messaging.models.statistic import ACCOUNT, CHINA, SERVICERS

PAGE = 100  # account/list: limit 1..100 (§7.1)
PROFILES = 100  # customer/batchget: 1..100 (§7.3)


class Backend:
    capabilities = Capabilities(
        has_budget=True,
        has_codes=True,
        has_pool=True,
        has_servicers=True,
        has_states=True,
        has_statistics=True,
        is_pulled=True,
        is_repeatable=True,
        kinds=kinds.SENDABLE,
        text_bytes=cutting.LIMIT,
    )

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.client = Client(connection)

    def pull(self, account: Account, cursor: str, token: str) -> Page:
        body: dict[str, Any] = {"open_kfid": account.external_id, "limit": 1000, "voice_format": 0}
        if cursor:
            body["cursor"] = cursor
        if token:
            body["token"] = token
        answer = self.client.post("kf/sync_msg", body)
        rows = answer.get("msg_list")
        if not isinstance(rows, list):
            rows = []
        read = (wire.inbound(row) for row in rows if isinstance(row, dict))
        return Page(
            rows=[row for row in read if row],
            cursor=str(answer.get("next_cursor") or cursor),
            has_more=bool(answer.get("has_more")),
        )

    def send(self, message: Message, code: str, media_id: str) -> Sent:
        body = wire.outbound(message, media_id)
        if code:
            self.client.post("kf/send_msg_on_event", {"code": code, **body})
            return Sent()
        address = {
            "touser": message.customer.external_id,
            "open_kfid": message.account.external_id,
        }
        self.client.post("kf/send_msg", {**address, **body})
        # Sending by API assigns the customer to the assistant (§4.4).
        return Sent(state=State.ASSISTANT)

    def change_state(self, message: Message) -> Sent:
        target = int(message.content["state"])
        body = {
            "open_kfid": message.account.external_id,
            "external_userid": message.customer.external_id,
            "service_state": target,
        }
        servicer = message.content.get("servicer_userid", "")
        if servicer:
            body["servicer_userid"] = servicer
        answer = self.client.post("kf/service_state/trans", body)
        kind = codes.kind_of_state(target)
        value = answer.get("msg_code")
        return Sent(
            state=target, servicer=servicer, code=(kind, str(value)) if kind and value else None
        )

    def read_state(self, account: Account, customer: str) -> tuple[int, str]:
        answer = self.client.post(
            "kf/service_state/get",
            {"open_kfid": account.external_id, "external_userid": customer},
        )
        try:
            state = State(answer.get("service_state"))
        except ValueError:
            raise SendError(failures.GARBAGE, "service_state") from None
        return int(state), str(answer.get("servicer_userid") or "")

    def profiles(self, customers: list[str]) -> Iterator[Profile]:
        """Only those who wrote in the last 48 h are answered; the others are left out (§7.3)."""
        for start in range(0, len(customers), PROFILES):
            answer = self.client.post(
                "kf/customer/batchget",
                {
                    "external_userid_list": customers[start : start + PROFILES],
                    "need_enter_session_context": 1,
                },
            )
            for row in answer.get("customer_list") or []:
                yield _profile(row)

    def download(self, media_id: str) -> AbstractContextManager[Download]:
        return self.client.download(media_id)

    def upload(self, kind: str, filename: str, file: IO[bytes], content_type: str) -> str:
        return self.client.upload(kind, filename, file, content_type)

    def list_accounts(self) -> list[Account]:
        """Read all accounts, page by page, and keep them; those gone become inactive."""
        rows: list[dict[str, Any]] = []
        while True:
            answer = self.client.post("kf/account/list", {"offset": len(rows), "limit": PAGE})
            page = answer.get("account_list") or []
            rows += page
            if len(page) < PAGE:
                break
        accounts = [self._keep_account(row) for row in rows]
        gone = self.connection.accounts.exclude(pk__in=[account.pk for account in accounts])
        gone.update(is_active=False)
        return accounts

    def _keep_account(self, row: dict[str, Any]) -> Account:
        account, _ = Account.objects.update_or_create(
            connection=self.connection,
            external_id=row["open_kfid"],
            defaults={
                "name": str(row.get("name") or ""),
                "avatar": str(row.get("avatar") or ""),
                "manage_privilege": bool(row.get("manage_privilege", True)),
                "is_active": True,
            },
        )
        return account

    def list_servicers(self, account: Account) -> list[Servicer]:
        """Who serves this account in WeCom's client; status 0 receives, 1 has stopped (§7.2)."""
        answer = self.client.get("kf/servicer/list", open_kfid=account.external_id)
        servicers = []
        for row in answer.get("servicer_list") or []:
            userid = str(row.get("userid") or "")
            if not userid:
                continue  # a department: this call does not name its members
            servicer, _ = Servicer.objects.update_or_create(
                account=account,
                external_id=userid,
                defaults={
                    "is_receiving": row.get("status", 0) == 0,
                    "is_suspended": row.get("stop_type") == 1,
                },
            )
            servicers.append(servicer)
        account.servicers.exclude(pk__in=[servicer.pk for servicer in servicers]).delete()
        return servicers

    def statistics(
        self, account: Account, first: date, last: date, servicer: str = ACCOUNT
    ) -> dict[date, dict[str, Any]]:
        """By day, what it counted; a day without figures is left out. At most 31 days (§8.1)."""
        body: dict[str, Any] = {
            "open_kfid": account.external_id,
            "start_time": _midnight(first),
            "end_time": _midnight(last),
        }
        if servicer not in (ACCOUNT, SERVICERS):
            body["servicer_userid"] = servicer
        api = "kf/get_servicer_statistic" if servicer else "kf/get_corp_statistic"
        answer = self.client.post(api, body)
        rows = answer.get("statistic_list")
        found = (_day(row) for row in rows if isinstance(row, dict)) if rows else ()
        return dict(each for each in found if each)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), CHINA).timestamp())


def _day(row: dict[str, Any]) -> tuple[date, dict[str, Any]] | None:
    figures, moment = row.get("statistic"), row.get("stat_time")
    if not isinstance(figures, dict) or not isinstance(moment, int):
        return None
    return datetime.fromtimestamp(moment, CHINA).date(), kinds.storable(figures)


def _profile(row: dict[str, Any]) -> Profile:
    row = kinds.storable(row)
    context = row.get("enter_session_context")
    return Profile(
        external_id=str(row.get("external_userid") or ""),
        nickname=str(row.get("nickname") or ""),
        avatar=str(row.get("avatar") or ""),
        gender=row.get("gender"),
        unionid=str(row.get("unionid") or ""),
        entrance=context if isinstance(context, dict) else {},
    )
