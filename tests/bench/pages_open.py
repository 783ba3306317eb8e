"""`python -m tests.bench.pages_open PORT COOKIE COUNT`: so many open pages, until stdin closes."""

import asyncio
import gc
import sys

from .sockets import Crowd


async def stay(port: int, cookie: str, count: int) -> None:
    crowd = Crowd(port, "/live/", cookie, '{"watch":{"list":"tab=all"}}', reads=False)
    await crowd.gather(count, with_a_slow_one=False)
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    crowd.close()


if __name__ == "__main__":
    gc.disable()
    asyncio.run(stay(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
