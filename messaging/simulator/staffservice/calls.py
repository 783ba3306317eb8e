"""What the app tells the console: signed calls, in the order of each customer's words."""

import asyncio
import json
import time
from collections import defaultdict

import httpx

from messaging.backends.staffservice.crypto import signature
from messaging.simulator.samples import SAMPLES

from .world import ASKS, FILES, World

TRIES = 4
PAUSE = 0.5
BUSY = 30004


class Calls:
    """Every verb returns the console's answer; a line on the page says when there was none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._http = httpx.AsyncClient(timeout=10, trust_env=False)
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def close(self) -> None:
        await self._http.aclose()

    async def say(
        self,
        user_id: str,
        kind: str = "text",
        content: str = "",
        data: bytes | None = None,
        filename: str = "",
        by_path: bool = False,
        tag: object = None,
    ) -> dict:
        """A message of any kind. Files: `data`, or a sample; or `content` as their address."""
        shown: dict = {"content": content}
        if kind in FILES and not content:
            name, sample = SAMPLES[kind]
            file = self.world.keep_file(kind, filename or name, sample() if data is None else data)
            content, shown = self.world.address_of(file, by_path), {"media_id": file.media_id}
        body = {"MsgType": kind, "Content": content}
        return await self._tell(user_id, "message", body, (kind, shown), tag)

    async def ask_human(self, user_id: str) -> dict:
        """The button 人工; its call has no content."""
        self.world.chat(user_id).asked = True
        return await self._tell(user_id, "message", {"MsgType": ASKS}, ("ask", {}))

    async def event(self, user_id: str, name: str) -> dict:
        return await self._tell(user_id, "message", {"MsgType": f"event.{name}"})

    async def demand(self, user_id: str, content: str) -> dict:
        body = {"msgtype": "text", "content": content, "user_id": user_id}
        return await self._tell(user_id, "demand", body, ("text", {"content": content}))

    async def leave(self, user_id: str, **fields: str) -> dict:
        """A message for later: subject, content, contact, tel, email."""
        words = "\n".join(fields.values())
        return await self._tell(user_id, "leavemessage", fields, ("text", {"content": words}))

    async def _tell(
        self, user_id: str, call: str, body: dict, line: tuple | None = None, tag: object = None
    ) -> dict:
        """Show it, and say it until it is taken: the id in the Tag tells a repetition."""
        chat = self.world.chat(user_id)
        bubble = self.world.show(user_id, "customer", *line) if line else None
        body["Tag"] = {"MsgId": bubble.msgid} if bubble and tag is None else tag
        if call != "demand":
            body |= {"FromUserId": user_id, "FromUserName": chat.nickname}
            body["ServiceId"] = chat.service_id
        async with self._order[user_id]:
            answer = await self._until_taken(call, body)
        if bubble and answer.get("errcode") != 0:
            bubble.content["failed"] = str(answer.get("errmsg", ""))
        self.world.version += 1
        return answer

    async def _until_taken(self, call: str, body: dict) -> dict:
        for attempt in range(TRIES):
            answer = await self.post(call, body)
            if answer["errcode"] not in (None, BUSY):
                break
            await asyncio.sleep(PAUSE * 2**attempt)
        return answer

    async def post(self, call: str, body: dict, secret: str = "") -> dict:
        """One signed call: its answer, with errcode None when there was none."""
        world = self.world
        name = call if call == "leavemessage" else f"staffService/{call}"
        at = str(int(time.time() * 1000))
        query = {"timestamp": at, "signature": signature(world.appid, secret or world.secret, at)}
        record = {"time": world.now, "call": call, "body": body}
        try:
            response = await self._http.post(
                f"{world.door}/api/v1/{world.appid}/{name}",
                params=query,
                content=json.dumps(body, ensure_ascii=False).encode(),
                headers={"content-type": "application/json"},
            )
            record["answer"] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            record["answer"] = {"errcode": None, "errmsg": type(error).__name__}
        world.posts.append(record)
        return record["answer"]
