"""HTTP load from this process: keep-alive connections, bounded in number and in time."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .numbers import percentile

ANSWER_SECONDS = 30.0


@dataclass
class Answers:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: list[int] = field(default_factory=list)  # numbers of the requests answered 200

    @property
    def per_second(self) -> float:
        return self.statuses[200] / self.seconds

    def milliseconds(self, share: float) -> float:
        return percentile(self.latencies, share) * 1000

    def add(self, number: int, status: int, latency: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(latency)
        if status == 200:
            self.accepted.append(number)


class Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.buffer = b""
        self.answer: asyncio.Future[int] | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[int]:
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if mark and len(body) >= _length(head):
            self.buffer = b""
            if self.answer and not self.answer.done():
                self.answer.set_result(int(head[9:12]))

    def connection_lost(self, error) -> None:
        if self.answer and not self.answer.done():
            self.answer.set_result(0)


def _length(head: bytes) -> int:
    _, mark, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if mark else 0


def post(path: str, body: bytes, content_type: str = "text/xml") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def as_fast_as_possible(port: int, requests: Iterator, connections: int, seconds: float) -> Answers:
    """Each connection asks again as soon as it was answered. `requests` yields (number, bytes)."""
    return asyncio.run(_closed(port, requests, connections, seconds))


def paced(port: int, requests: Iterator, rate: float, seconds: float) -> Answers:
    """So many per second, whatever the server does; a late answer counts from when it was due."""
    return asyncio.run(_open(port, requests, rate, seconds))


async def connect(port: int) -> Line:
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(Line, "127.0.0.1", port))[1]


async def _closed(port: int, requests: Iterator, connections: int, seconds: float) -> Answers:
    answers = Answers()
    lines = [await connect(port) for _ in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*(_again(line, requests, answers, began + seconds) for line in lines))
    answers.seconds = time.perf_counter() - began
    return answers


async def _again(line: Line, requests: Iterator, answers: Answers, until: float) -> None:
    while time.perf_counter() < until:
        number, request = next(requests, (0, b""))
        if not request:
            break
        asked = time.perf_counter()
        status = await asyncio.wait_for(line.ask(request), ANSWER_SECONDS)
        answers.add(number, status, time.perf_counter() - asked)
        if not status:
            break
    line.transport.close()


async def _open(port: int, requests: Iterator, rate: float, seconds: float) -> Answers:
    answers, free = Answers(), [await connect(port) for _ in range(10)]
    began = time.perf_counter()
    tasks = []
    for turn in range(int(rate * seconds)):
        due = began + turn / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        number, request = next(requests)
        tasks.append(asyncio.create_task(_once(port, free, number, request, due, answers)))
    await asyncio.wait_for(asyncio.gather(*tasks), ANSWER_SECONDS)
    answers.seconds = time.perf_counter() - began
    for line in free:
        line.transport.close()
    return answers


async def _once(
    port: int, free: list[Line], number: int, request: bytes, due: float, answers: Answers
):
    line = free.pop() if free else await connect(port)
    status = await line.ask(request)
    answers.add(number, status, time.perf_counter() - due)
    free.append(line)
