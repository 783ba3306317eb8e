"""The control plane under …/control/: World verbs over HTTP, for tests in another process.

POST a JSON object of the verb's arguments; the answer is {"result": …}. A tap that is not
possible answers 409, a wrong argument 400, both {"error": …}.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import fields, is_dataclass

from .callbacks import Callbacks
from .errors import Impossible, Refused
from .stats import day_start
from .web import Request, json_response, read_request, write_response
from .world import World

PREFIX = "/control/"
HIDDEN = ("log", "msgids", "transcript")  # too long for an answer

# path -> the verb of World it calls with the body's members as arguments
VERBS = {
    "corp": "add_corp",
    "callback": "set_callback",
    "account": "add_account",
    "account/authorise": "authorise",
    "account/delete": "delete_account",
    "member": "add_member",
    "servicer": "add_servicer",
    "customer": "add_customer",
    "customer/enter": "enter",
    "customer/open_link": "open_link",
    "customer/say": "say",
    "customer/click": "click",
    "customer/recall": "recall",
    "customer/block": "block",
    "servicer/pick_up": "pick_up",
    "servicer/transfer": "transfer",
    "servicer/end": "end",
    "servicer/write": "write",
    "servicer/recall": "servicer_recall",
    "servicer/receiving": "set_receiving",
    "servicer/reject": "reject",
    "message/fail": "fail_message",
    "reset": "reset",
}


class Control:
    """ASGI app."""

    def __init__(self, world: World, callbacks: Callbacks) -> None:
        self.world = world
        self.callbacks = callbacks
        self.posts: dict[str, Callable[[dict], object]] = {
            "fault": lambda body: world.faults.add(**body),
            "fault/clear": lambda body: world.faults.clear(),
            "clock/advance": lambda body: world.clock.advance(body["seconds"]),
            "options": self._options,
            "tokens/invalidate": lambda body: world.tokens.invalidate(body.get("corp_id")),
            "statistic": self._statistic,
            "callbacks/release": lambda body: callbacks.release(),
            "callbacks/settle": self._settle,
            "verify": lambda body: callbacks.verify(body.get("corp_id")),
        }
        self.gets: dict[str, Callable[[dict], object]] = {
            "world": self._overview,
            "clock": lambda query: world.clock.now(),
            "conversation": lambda query: world.conversation(**query),
            "transcript": lambda query: world.transcript(**query),
            "calls": self._calls,
            "callbacks": lambda query: list(world.callbacks),
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
        if request.method == "GET":
            return self.gets[name](request.query)
        body = json.loads(request.body or b"{}")
        self.world.version += 1
        if name in VERBS:
            return getattr(self.world, VERBS[name])(**body)
        return self.posts[name](body)

    def _options(self, body: dict) -> object:
        """Change options; callbacks that are no longer paused leave at once."""
        self.world.options.set(**body)
        if not self.world.options.callbacks_paused:
            self.callbacks.release()
        return self.world.options

    async def _settle(self, body: dict) -> int:
        await self.callbacks.settle()
        return len(self.world.callbacks)

    def _statistic(self, body: dict) -> None:
        """Set one day's figures: servicer_userid absent for the account, "*" for all servicers."""
        day = day_start(body["time"])
        key = (body["open_kfid"], day, body.get("servicer_userid", ""))
        self.world.stats.given[key] = body["statistic"]

    def _calls(self, query: dict) -> list[dict]:
        """API calls, oldest first; `api` picks one call, `errcode` one outcome."""
        calls = [c for c in self.world.calls if query.get("api") in (None, c["api"])]
        return [c for c in calls if query.get("errcode") in (None, str(c["errcode"]))]

    def _overview(self, query: dict) -> dict:
        names = ("corps", "accounts", "customers", "options")
        return {name: getattr(self.world, name) for name in names}


def plain(value: object) -> object:
    """Records, sets and dictionaries as JSON can carry them."""
    if is_dataclass(value) and not isinstance(value, type):
        shown = [field.name for field in fields(value) if field.name not in HIDDEN]
        return {name: plain(getattr(value, name)) for name in shown}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value
