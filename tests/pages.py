"""What pages of the simulators need in a browser: an event loop of their own, and static files."""

import asyncio
import mimetypes
import threading
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"


async def static(scope, receive, send):
    path = STATIC / scope["path"].partition("/static/")[2]
    data, kind = path.read_bytes(), mimetypes.guess_type(path)[0] or ""
    head = [(b"content-type", kind.encode()), (b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": data})


@pytest.fixture
def loop():
    """An event loop in a thread of its own: the world's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    asyncio.run_coroutine_threadsafe(end_of_all(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


async def end_of_all():
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
