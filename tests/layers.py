"""A channel layer for tests of what happens between processes."""

import asyncio


class Layer:
    """A layer in this process that does what the test says to the next message."""

    def __init__(self):
        self.queues, self.drop, self.fails, self.swallows = {}, 0, None, False

    async def new_channel(self):
        if self.fails:
            raise self.fails
        return f"channel-{len(self.queues)}"

    async def group_add(self, group, channel):
        self.queues[channel] = asyncio.Queue()

    async def group_send(self, group, message):
        if self.fails:
            raise self.fails
        if self.drop:
            self.drop -= 1
            return
        for queue in self.queues.values():
            queue.put_nowait(message)

    async def receive(self, channel):
        try:
            return await self.queues[channel].get()
        except asyncio.CancelledError:
            if not self.swallows:
                raise
            self.swallows = False
            return {"from": "another", "seq": 1, "frames": [], "wakes": []}
