"""Signed, encrypted callbacks to the corp's URL (protocol §2): news of a log, never its content.

Signatures carry the wall clock and not the simulated one, so that a receiver that refuses stale
timestamps still listens after a test has moved the clock.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass

import httpx

from messaging.backends.wecom.crypto import Cipher, signature

from .model import Account, Corp
from .world import World

VERIFY_SECONDS = 1.0


@dataclass
class Notice:
    corp: Corp
    open_kfid: str
    xml: str


class Callbacks:
    """Listens to a world and posts what happens; at most three attempts each."""

    def __init__(self, world: World, client: httpx.AsyncClient | None = None) -> None:
        self.world = world
        self.held: list[Notice] = []  # while paused, or without a running loop
        self._client = client
        self._tasks: set[asyncio.Task] = set()
        self._merging: set[str] = set()
        self._leave = [world.listen("log", self._on_log), world.listen("auth", self._on_auth)]

    def release(self) -> int:
        """Send what was held back; returns how many."""
        held, self.held = self.held, []
        for notice in held:
            self._start(self._deliver(notice))
        return len(held)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def verify(self, corp_id: str | None = None) -> dict:
        """Do what saving the callback settings does (protocol §2.2): GET, answered within 1 s."""
        corp, echo = self.world.corp(corp_id), str(secrets.randbits(63))
        params = _signed(corp, Cipher(corp.encoding_aes_key).encrypt(echo, corp.corp_id))
        params["echostr"] = params.pop("encrypt")
        try:
            answer = await self.client.get(corp.callback_url, params=params, timeout=VERIFY_SECONDS)
        except httpx.HTTPError as error:
            return {"ok": False, "status": None, "body": repr(error)}
        ok = answer.status_code == 200 and answer.content == echo.encode()
        return {"ok": ok, "status": answer.status_code, "body": answer.text[:500]}

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=20)
            self._client = httpx.AsyncClient(limits=limits, trust_env=False)
        return self._client

    async def close(self) -> None:
        """Stop listening, and give up what is under way."""
        while self._leave:
            self._leave.pop()()
        for task in self._tasks:
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _on_log(self, account: Account) -> None:
        wait = self.world.options.callback_coalesce
        if not wait or not _loop_runs():
            self._announce(account)
        elif account.open_kfid not in self._merging:
            self._merging.add(account.open_kfid)
            asyncio.get_running_loop().call_later(wait, self._announce, account)

    def _announce(self, account: Account) -> None:
        """kf_msg_or_event: a token for ten minutes and the account, nothing else (§2.5)."""
        self._merging.discard(account.open_kfid)
        token = account.log.issue_token(self.world.clock.now())
        fields = _tag("Token", token) + _tag("OpenKfId", account.open_kfid)
        self._post(account, "kf_msg_or_event", fields)

    def _on_auth(self, added: list[Account], removed: list[Account]) -> None:
        """kf_account_auth_change: one node per account; comes also for a lost permission (§2.6)."""
        nodes = [_tag("AuthAddOpenKfId", account.open_kfid) for account in added]
        nodes += [_tag("AuthDelOpenKfId", account.open_kfid) for account in removed]
        fields = _tag("FromUserName", "sys") + "".join(nodes)
        self._post((added + removed)[0], "kf_account_auth_change", fields)

    def _post(self, account: Account, event: str, fields: str) -> None:
        corp, faults = self.world.corps[account.corp_id], self.world.faults
        if not corp.callback_url:
            return
        if faults.take("drop_callback", event):
            self._log(account.open_kfid, 0, "dropped")
            return
        head = _tag("ToUserName", corp.corp_id) + f"<CreateTime>{self.world.now}</CreateTime>"
        xml = f"<xml>{head}{_tag('MsgType', 'event')}{_tag('Event', event)}{fields}</xml>"
        for _ in range(2 if faults.take("duplicate_callback", event) else 1):
            self._send_or_hold(Notice(corp, account.open_kfid, xml))

    def _send_or_hold(self, notice: Notice) -> None:
        if self.world.options.callbacks_paused or not _loop_runs():
            self.held.append(notice)
        else:
            self._start(self._deliver(notice))

    def _start(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, notice: Notice) -> None:
        options = self.world.options
        for attempt in range(1, options.callback_attempts + 1):
            if attempt > 1:
                await asyncio.sleep(options.callback_retry_delay)
            if await self._attempt(notice, attempt):
                return

    async def _attempt(self, notice: Notice, attempt: int) -> bool:
        """One POST. Any answer but 200 counts as none: the stricter of the two pages (§2.4)."""
        corp = notice.corp
        sealed = Cipher(corp.encoding_aes_key).encrypt(notice.xml, corp.corp_id)
        params = _signed(corp, sealed)
        body = (
            f"<xml>{_tag('ToUserName', corp.corp_id)}{_tag('Encrypt', params.pop('encrypt'))}"
            f"{_tag('AgentID', corp.agent_id)}</xml>"
        )
        try:
            answer = await self.client.post(
                corp.callback_url,
                params=params,
                content=body,
                headers={"content-type": "text/xml"},
                timeout=httpx.Timeout(self.world.options.callback_timeout, pool=None),
            )
            outcome: int | str = answer.status_code
        except httpx.HTTPError as error:
            outcome = type(error).__name__
        self._log(notice.open_kfid, attempt, outcome)
        return outcome == 200

    def _log(self, open_kfid: str, attempt: int, outcome: int | str) -> None:
        moment = self.world.clock.now()
        entry = {"time": moment, "open_kfid": open_kfid, "attempt": attempt, "outcome": outcome}
        self.world.callbacks.append(entry)


def _signed(corp: Corp, encrypt: str) -> dict[str, str]:
    """The query of a callback, with the sealed text beside it as `encrypt`."""
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    sign = signature(corp.callback_token, timestamp, nonce, encrypt)
    return {
        "msg_signature": sign,
        "timestamp": timestamp,
        "nonce": nonce,
        "encrypt": encrypt,
    }


def _tag(name: str, value: str) -> str:
    return f"<{name}><![CDATA[{value}]]></{name}>"


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
