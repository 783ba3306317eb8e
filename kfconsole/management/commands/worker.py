import asyncio
import contextlib
import signal

from django.core.management.base import BaseCommand

from kfconsole.worker import work


class Command(BaseCommand):
    help = "Pull, route and send, until stopped. Run as many as you like beside each other."

    def handle(self, *args, **options) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._run())

    async def _run(self) -> None:
        task = asyncio.ensure_future(work())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        self.stdout.write("kfconsole worker is running. Ctrl-C ends it.")
        await task
