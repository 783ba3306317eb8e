"""The control plane under …/control/: what customers do, faults, and what was said, as JSON."""

import base64
import json
from dataclasses import asdict

from messaging.simulator.errors import Impossible
from messaging.simulator.web import json_response, read_request, write_response

from .calls import Calls
from .world import World

PREFIX = "/control/"
VERBS = ("say", "ask_human", "event", "demand", "leave", "post")  # of Calls


class Control:
    """ASGI app."""

    def __init__(self, world: World, calls: Calls) -> None:
        self.world, self.calls = world, calls
        self.acts = {
            "customer": lambda **body: asdict(world.add_customer(**body)),
            "door": lambda url: setattr(world, "door", url.rstrip("/")),
            "fault": lambda **body: asdict(world.faults.add(**body)),
            "fault/clear": lambda: world.faults.clear(),
            "transcript": lambda user_id: [asdict(b) for b in world.chat(user_id).transcript],
            "calls": lambda: list(world.calls),
            "posts": lambda: list(world.posts),
            "file": lambda media_id: base64.b64encode(world.media.files[media_id].data).decode(),
        }

    async def __call__(self, scope, receive, send) -> None:
        request = await read_request(scope, receive)
        name = request.path.partition(PREFIX)[2].strip("/")
        try:
            result = await self._act(name, json.loads(request.body or b"{}"))
            response = json_response({"result": result})
        except (Impossible, TypeError, ValueError, KeyError) as error:
            response = json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        await write_response(send, response)

    async def _act(self, name: str, body: dict) -> object:
        if name not in VERBS:
            return self.acts[name](**body)
        if isinstance(body.get("data"), str):
            body["data"] = base64.b64decode(body["data"])
        return await getattr(self.calls, name)(**body)
