"""The control plane as a Python object, for tests that run the simulator elsewhere."""

import base64
import inspect
from collections.abc import Callable

import httpx

from .control import VERBS
from .world import World


class Desk:
    """Every World verb under its own name and with its own arguments, and what is below.

    `base_url` is also the API base for a connection to the simulated platform.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, timeout=30, trust_env=False)

    def __getattr__(self, verb: str) -> Callable:
        """say, accept, rate …: whatever World can do; its signature is World's."""
        if verb not in VERBS:
            raise AttributeError(verb)
        signature = inspect.signature(getattr(World, verb))

        def call(*args: object, **kwargs: object) -> object:
            bound = signature.bind(self, *args, **kwargs).arguments
            bound.pop("self")
            more = {**bound.pop("fields", {}), **bound.pop("settings", {})}
            return self.post(verb, **bound, **more)

        return call

    def post(self, path: str, **body: object) -> object:
        """POST to /control/<path>; bytes travel as base64."""
        body = {name: _portable(value) for name, value in body.items()}
        return _result(self._http.post(f"/control/{path}", json=body))

    def get(self, path: str, **query: str | None) -> object:
        query = {name: str(value) for name, value in query.items() if value is not None}
        return _result(self._http.get(f"/control/{path}", params=query))

    def close(self) -> None:
        self._http.close()

    # ---- reading

    def session(self, session_id: str) -> dict:
        return self.get("session", session_id=session_id)

    def latest(self, client: str, service: str | None = None) -> dict | None:
        """The last session of a user, over or not."""
        return self.get("latest", client=client, service=service)

    def chat(self, client: str, service: str | None = None) -> list[dict]:
        """What the user sees, oldest first."""
        return self.get("chat", client=client, service=service)

    def calls(self, api: str | None = None, errcode: int | None = None) -> list[dict]:
        """The API calls so far: time, api, method, request, errcode, ms."""
        return self.get("calls", api=api, errcode=errcode)

    def callbacks(self) -> list[dict]:
        """The attempts to call back: time, event, session_id, request_id, attempt, outcome."""
        return self.get("callbacks")

    def events(self) -> list[dict]:
        """What there was to call back about, as sent, whether it arrived or not."""
        return self.get("events")

    def overview(self) -> dict:
        """App, accounts, groups, members, users and options."""
        return self.get("world")

    def now(self) -> float:
        return self.get("clock")

    # ---- the world's knobs

    def options(self, **values: object) -> dict:
        return self.post("options", **values)

    def fault(self, kind: str, **options: object) -> dict:
        """See faults.KINDS; options: api, count, probability, seconds, errcode."""
        return self.post("fault", kind=kind, **options)

    def clear_faults(self) -> None:
        self.post("fault/clear")

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
