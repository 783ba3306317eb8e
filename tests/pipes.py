"""Pages without a browser: pipes that keep what the hub writes, and frames to write."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

from messaging.link import Frame
from messaging.live import hub
from messaging.sockets import Socket


class Pipe:
    """A way out whose reader does what the test says."""

    def __init__(self):
        self.texts, self.held, self.aborted = [], 0, False

    def buffered(self):
        return self.held

    def write(self, text):
        self.texts.append(text)

    def abort(self):
        self.aborted = True

    @property
    def messages(self):
        return [json.loads(text) for text in self.texts]


@asynccontextmanager
async def running_hub():
    """The process's hub, on this test's loop."""
    hub.start()
    yield hub
    await hub.stop()
    hub.stats.clear()


def joined(to, *groups, forward=None):
    pipe = Pipe()
    pipe.socket = Socket(pipe, forward)
    to.join(pipe.socket, *groups)
    return pipe


def frame(html="", data=None, group="customer-1"):
    return Frame(group=group, html=html, data=data)


async def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


async def settled():
    """Long enough for what was published to have arrived, had it been for us."""
    await asyncio.sleep(0.03)
