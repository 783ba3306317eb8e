"""What is served for comparison: a bare callable, and Django as its documentation sets it up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.stock_settings")
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402

from kfconsole.handler import OneHopHandler  # noqa: E402


async def raw(scope, receive, send) -> None:
    """C: as little as an ASGI application can do."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def __getattr__(name: str):
    """`stock` and `one_hop` are made when they are served: each loads all middleware."""
    made = {"stock": get_asgi_application, "one_hop": OneHopHandler}[name]()
    globals()[name] = made
    return made
