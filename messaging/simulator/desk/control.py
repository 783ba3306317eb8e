"""The control plane under …/control/: World verbs over HTTP, for tests in another process.

POST a JSON object of the verb's arguments; the answer is {"result": …}. A tap that is not
possible answers 409, a wrong argument 400, both {"error": …}.
"""

import json
from collections.abc import Awaitable, Callable

from messaging.simulator.control import plain
from messaging.simulator.errors import Impossible, Refused
from messaging.simulator.web import Request, json_response, read_request, write_response

from .webhooks import Webhooks
from .world import World

PREFIX = "/control/"
# The verbs of World that can be called, under their own names.
VERBS = (
    *("set_app", "set_callback", "add_service", "set_service", "add_group", "add_member"),
    *("add_client", "set_status", "reset", "advance"),
    *("enter", "say", "send", "click", "fill", "ask_human", "leave", "close_app", "open_app"),
    *("ask_rating", "rate"),
    *("accept", "agent_say", "agent_end", "agent_forward", "agent_ask_rating"),
)


class Control:
    """ASGI app."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self.world = world
        self.webhooks = webhooks
        self.posts: dict[str, Callable[[dict], object]] = {
            "fault": lambda body: world.faults.add(**body),
            "fault/clear": lambda body: world.faults.clear(),
            "options": self._options,
            "callbacks/release": lambda body: webhooks.release(),
            "callbacks/settle": self._settle,
        }
        self.gets: dict[str, Callable[[dict], object]] = {
            "world": self._overview,
            "clock": lambda query: world.clock.now(),
            "session": lambda query: world.session(query["session_id"]),
            "latest": self._latest,
            "chat": self._chat,
            "calls": self._calls,
            "callbacks": lambda query: list(world.callbacks),
            "events": lambda query: list(world.events),
        }

    async def __call__(self, scope, receive, send) -> None:
        request = await read_request(scope, receive)
        try:
            result = self._act(request)
            if isinstance(result, Awaitable):
                result = await result
            response = json_response({"result": plain(result)})
        except (Impossible, Refused) as error:
            response = json_response({"error": str(error)}, 409)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            response = json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        await write_response(send, response)

    def _act(self, request: Request) -> object:
        name = request.path.partition(PREFIX)[2].strip("/")
        self.world.tick()
        if request.method == "GET":
            return self.gets[name](request.query)
        body = json.loads(request.body or b"{}")
        self.world.version += 1
        if name in VERBS:
            return getattr(self.world, name)(**body)
        return self.posts[name](body)

    def _options(self, body: dict) -> object:
        """Change options; callbacks that are no longer paused leave at once."""
        self.world.options.set(**body)
        if not self.world.options.callbacks_paused:
            self.webhooks.release()
        return self.world.options

    async def _settle(self, body: dict) -> int:
        await self.webhooks.settle()
        return len(self.world.callbacks)

    def _latest(self, query: dict) -> object:
        service = self.world.service(query.get("service"))
        return self.world.last_session(query["client"], service.user_id)

    def _chat(self, query: dict) -> object:
        service = self.world.service(query.get("service"))
        return self.world.chat(query["client"], service.user_id)

    def _calls(self, query: dict) -> list[dict]:
        """API calls, oldest first; `api` picks one command, `errcode` one outcome."""
        calls = [c for c in self.world.calls if query.get("api") in (None, c["api"])]
        return [c for c in calls if query.get("errcode") in (None, str(c["errcode"]))]

    def _overview(self, query: dict) -> dict:
        names = ("app", "services", "groups", "members", "clients", "options")
        return {name: getattr(self.world, name) for name in names}
