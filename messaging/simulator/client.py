"""The control plane as a Python object, for tests that run the simulator elsewhere."""

import base64
import inspect
from collections.abc import Callable

import httpx

from .control import VERBS
from .world import World

PATHS = {verb: path for path, verb in VERBS.items()}


class Simulator:
    """Every World verb under its own name and with its own arguments, and what is below.

    `base_url` is also the API base for a connection to the simulated platform.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, timeout=30, trust_env=False)

    def __getattr__(self, verb: str) -> Callable:
        """say, enter, pick_up …: whatever World can do; its signature is World's."""
        if verb not in PATHS:
            raise AttributeError(verb)
        signature = inspect.signature(getattr(World, verb))

        def call(*args: object, **kwargs: object) -> object:
            bound = signature.bind(self, *args, **kwargs).arguments
            bound.pop("self")
            fields = bound.pop("fields", {})
            return self.post(PATHS[verb], **bound, **fields)

        return call

    def post(self, path: str, **body: object) -> object:
        """POST to /control/<path>; bytes travel as base64."""
        body = {name: _portable(value) for name, value in body.items()}
        return _result(self._http.post(f"/control/{path}", json=body))

    def get(self, path: str, **query: str) -> object:
        return _result(self._http.get(f"/control/{path}", params=query))

    def close(self) -> None:
        self._http.close()

    # ---- reading

    def transcript(self, open_kfid: str, external_userid: str) -> list[dict]:
        return self.get("transcript", open_kfid=open_kfid, external_userid=external_userid)

    def conversation(self, open_kfid: str, external_userid: str) -> dict:
        return self.get("conversation", open_kfid=open_kfid, external_userid=external_userid)

    def calls(self, api: str | None = None, errcode: int | None = None) -> list[dict]:
        """The API calls so far: time, api, method, request, errcode, ms."""
        query = {"api": api, "errcode": errcode}
        return self.get("calls", **{k: str(v) for k, v in query.items() if v is not None})

    def callbacks(self) -> list[dict]:
        """The attempts to call back so far: time, open_kfid, attempt, outcome."""
        return self.get("callbacks")

    def overview(self) -> dict:
        """Corps, accounts (with servicers), customers and options."""
        return self.get("world")

    def now(self) -> float:
        return self.get("clock")

    # ---- the world's knobs

    def advance(self, seconds: float) -> float:
        return self.post("clock/advance", seconds=seconds)

    def options(self, **values: object) -> dict:
        return self.post("options", **values)

    def fault(self, kind: str, **options: object) -> dict:
        """See faults.KINDS; options: api, count, probability, seconds, errcode, fail_type."""
        return self.post("fault", kind=kind, **options)

    def clear_faults(self) -> None:
        self.post("fault/clear")

    def invalidate_tokens(self, corp_id: str | None = None) -> None:
        self.post("tokens/invalidate", corp_id=corp_id)

    def statistic(self, open_kfid: str, time: float, statistic: dict, **more: str) -> None:
        """Set a day's figures; servicer_userid= for one servicer, "*" for all together."""
        self.post("statistic", open_kfid=open_kfid, time=time, statistic=statistic, **more)

    # ---- callbacks

    def verify(self, corp_id: str | None = None) -> dict:
        """Ask the callback URL to prove itself: {ok, status, body}."""
        return self.post("verify", corp_id=corp_id)

    def pause_callbacks(self) -> None:
        self.options(callbacks_paused=True)

    def resume_callbacks(self) -> None:
        """Also sends what was held back."""
        self.options(callbacks_paused=False)

    def settle(self) -> int:
        """Wait for callbacks under way; returns how many attempts there were in all."""
        return self.post("callbacks/settle")


def _portable(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _result(answer: httpx.Response) -> object:
    data = answer.json()
    if "error" in data:
        raise ValueError(data["error"])
    return data["result"]
