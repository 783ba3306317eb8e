"""What every simulator's control plane takes, as a Python object; the verbs are its own client's."""

import base64
from typing import Any

import httpx


class Remote:
    """`base_url` is also the API base for a connection to the simulated platform."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, timeout=30, trust_env=False)

    def post(self, path: str, **body: object) -> Any:
        """POST to /control/<path>; bytes travel as base64."""
        body = {name: _portable(value) for name, value in body.items()}
        return _result(self._http.post(f"/control/{path}", json=body))

    def get(self, path: str, **query: object) -> Any:
        query = {name: str(value) for name, value in query.items() if value is not None}
        return _result(self._http.get(f"/control/{path}", params=query))

    def close(self) -> None:
        self._http.close()

    # ---- reading

    def calls(self, api: str | None = None, errcode: int | None = None) -> list[dict]:
        """The API calls so far: time, api, method, request, errcode, ms."""
        return self.get("calls", api=api, errcode=errcode)

    def now(self) -> float:
        return self.get("clock")

    # ---- the world's knobs

    def options(self, **values: object) -> dict:
        return self.post("options", **values)

    def fault(self, kind: str, **options: object) -> dict:
        """See faults.KINDS; options: api, count, probability, seconds, errcode, fail_type."""
        return self.post("fault", kind=kind, **options)

    def clear_faults(self) -> None:
        self.post("fault/clear")

    # ---- callbacks

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


def _result(answer: httpx.Response) -> Any:
    data = answer.json()
    if "error" in data:
        raise ValueError(data["error"])
    return data["result"]
