"""Push: what has been committed is announced, and every page that watches hears it.

    announce("customer-12", html)      in a view or a worker step, beside the write
    wake("outbox")                     there is work for a worker step

Both wait for the commit, return at once and never raise: a page that missed something asks again
when it reconnects, and a worker sweeps every few seconds. Push is a hint; the rows are the truth.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.db import transaction

from .bus import Wakes
from .hub import Hub
from .link import Frame

hub = Hub()


def announce(group: str, html: str = "", data: dict[str, Any] | None = None) -> None:
    """Send a rendered fragment and/or a few facts to all who watch `group`, after the commit.

    group  a DOM-like name: `account-3`, `customer-12`, `user-7`
    html   `<hx-upsert …>` / `<hx-partial …>` elements, the same for every viewer
    data   small and JSON: consumers filter by it, the page's scripts may read it
    """
    frame = Frame(group=group, html=html, data=data)
    transaction.on_commit(lambda: hub.publish(frame))


def is_heard(group: str) -> bool:
    """Is it worth drawing for this group? Ask after the commit, from any thread."""
    return hub.is_heard(group)


def wake(step: str) -> None:
    """Tell the workers, after the commit, that `step` has something to do."""
    transaction.on_commit(lambda: hub.publish(step=step))


def wakes() -> Wakes:
    """For a worker: `hints = wakes()`, then `await hints.wait(3)` gives the steps asked for."""
    return hub.wakes()


def attached(application: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap an ASGI application so that the hub runs on whichever loop serves it.

    Works under any server, with or without the lifespan protocol: starting a running hub is free.
    """

    async def with_hub(scope, receive, send) -> None:
        hub.start()
        if scope["type"] != "lifespan":
            return await application(scope, receive, send)
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    return with_hub
