"""The control plane as a Python object, for tests that run the simulator elsewhere."""

import inspect
from collections.abc import Callable

from messaging.simulator.remote import Remote

from .control import VERBS
from .world import World


class Desk(Remote):
    """Every World verb under its own name and with its own arguments, and what is below."""

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

    # ---- reading

    def session(self, session_id: str) -> dict:
        return self.get("session", session_id=session_id)

    def latest(self, client: str, service: str | None = None) -> dict | None:
        """The last session of a user, over or not."""
        return self.get("latest", client=client, service=service)

    def chat(self, client: str, service: str | None = None) -> list[dict]:
        """What the user sees, oldest first."""
        return self.get("chat", client=client, service=service)

    def callbacks(self) -> list[dict]:
        """The attempts to call back: time, event, session_id, request_id, attempt, outcome."""
        return self.get("callbacks")

    def events(self) -> list[dict]:
        """What there was to call back about, as sent, whether it arrived or not."""
        return self.get("events")

    def overview(self) -> dict:
        """App, accounts, groups, members, users and options."""
        return self.get("world")
