"""The control plane as a Python object, for tests that run the simulator elsewhere."""

import inspect
from collections.abc import Callable

from .control import VERBS
from .remote import Remote
from .world import World

PATHS = {verb: path for path, verb in VERBS.items()}


class Simulator(Remote):
    """Every World verb under its own name and with its own arguments, and what is below."""

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

    # ---- reading

    def transcript(self, open_kfid: str, external_userid: str) -> list[dict]:
        return self.get("transcript", open_kfid=open_kfid, external_userid=external_userid)

    def conversation(self, open_kfid: str, external_userid: str) -> dict:
        return self.get("conversation", open_kfid=open_kfid, external_userid=external_userid)

    def callbacks(self) -> list[dict]:
        """The attempts to call back so far: time, open_kfid, attempt, outcome."""
        return self.get("callbacks")

    def overview(self) -> dict:
        """Corps, accounts (with servicers), customers and options."""
        return self.get("world")

    # ---- the world's knobs

    def advance(self, seconds: float) -> float:
        return self.post("clock/advance", seconds=seconds)

    def invalidate_tokens(self, corp_id: str | None = None) -> None:
        self.post("tokens/invalidate", corp_id=corp_id)

    def statistic(self, open_kfid: str, time: float, statistic: dict, **more: str) -> None:
        """Set a day's figures; servicer_userid= for one servicer, "*" for all together."""
        self.post("statistic", open_kfid=open_kfid, time=time, statistic=statistic, **more)

    # ---- callbacks

    def verify(self, corp_id: str | None = None) -> dict:
        """Ask the callback URL to prove itself: {ok, status, body}."""
        return self.post("verify", corp_id=corp_id)
