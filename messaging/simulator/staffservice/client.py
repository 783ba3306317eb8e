"""The app's control plane as a Python object, for tests: its verbs under their own names."""

import base64
from collections.abc import Callable
from typing import Any

import httpx


class StaffSimulator:
    """`base_url` is also where the console sends: the app-url of its connection."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, timeout=30, trust_env=False)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """say, ask_human, event, demand, leave, post, customer, door, fault, transcript, calls …"""
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda **body: self.act(name, **body)

    def act(self, name: str, **body: Any) -> Any:
        if isinstance(body.get("data"), bytes):
            body["data"] = base64.b64encode(body["data"]).decode()
        answer = self._http.post(f"/control/{name}", json=body).json()
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]

    def file(self, media_id: str) -> bytes:
        return base64.b64decode(self.act("file", media_id=media_id))

    def clear_faults(self) -> None:
        self.act("fault/clear")

    def close(self) -> None:
        self._http.close()
