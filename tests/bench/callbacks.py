"""A callback acknowledged: signed, encrypted, verified, decrypted, committed, answered."""

import itertools
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from messaging.backends.wecom.crypto import Cipher, signature

from . import load
from .numbers import in_turns, medians, ratio
from .processes import inside, manage, serving
from .table import Line, line

TITLE = "Callback acknowledged (verify, decrypt, committed row), SQLite"
CORP, TOKEN = "wwcorp0000000000kf", "callbackToken"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
APPS = "tests.bench.apps"
CONNECTIONS, CROWD = 16, 2500
TURN_SECONDS = 0.7
NEWS = (
    "<xml><ToUserName><![CDATA[{corp}]]></ToUserName><CreateTime>{now}</CreateTime><MsgType>"
    "<![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token>"
    "<![CDATA[t{number}]]></Token><OpenKfId><![CDATA[wkSHOP]]></OpenKfId></xml>"
)


def measure(bench) -> Iterator[Line]:
    folder = bench.folder("callbacks")
    env = bench.environment(folder)
    manage(env, "migrate", "--verbosity", "0")
    slug = inside(env, "callbacks:connect")
    callbacks = _callbacks(f"/hooks/wecom/{slug}/", 4000 if bench.quick else 12_000)
    with (
        serving(f"{APPS}:raw", env) as raw,
        serving(f"{APPS}:stock", env) as stock,
        serving("kfconsole.asgi:application", env) as ours,
    ):
        ports = {"raw": raw.port, "stock": stock.port, "ours": ours.port}
        for port in ports.values():
            load.paced(port, callbacks, 50, 1)  # connections, caches, first imports
        yield from _throughput(bench, ports, callbacks)
        yield from _paced(bench, ports, callbacks)
        yield from _overload(bench, env, ours.port, callbacks)


def connect() -> str:
    from messaging.models import Connection

    secrets = {"secret": "s", "token": TOKEN, "aes_key": AES_KEY}
    return Connection.objects.create(name="Corp", identity=CORP, secrets=secrets).slug


def _callbacks(path: str, count: int) -> Iterator[tuple[int, bytes]]:
    """Made beforehand and used round and round; each has its number in its token."""
    cipher, now = Cipher(AES_KEY), str(int(time.time()))
    made = []
    for number in range(count):
        sealed = cipher.encrypt(NEWS.format(corp=CORP, now=now, number=number), CORP)
        sign = signature(TOKEN, now, str(number), sealed)
        query = urlencode({"msg_signature": sign, "timestamp": now, "nonce": number})
        body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        made.append((number, load.post(f"{path}?{query}", body)))
    return itertools.cycle(made)


def _throughput(bench, ports: dict[str, int], callbacks: Iterator) -> Iterator[Line]:
    def way(port: int):
        return lambda: (
            load.as_fast_as_possible(port, callbacks, CONNECTIONS, TURN_SECONDS).per_second
        )

    found = in_turns(4 if bench.quick else 9, **{k: way(p) for k, p in ports.items()})
    rates = medians(found)
    yield line("acknowledged per second", rates["ours"])
    beside = f"C {rates['raw']:,.0f}/s"
    yield line("… to C", ratio(found, "ours", "raw"), at_least=0.40, beside=beside)
    beside = f"stock {rates['stock']:,.0f}/s"
    yield line("… to a stock Django view", ratio(found, "ours", "stock"), at_least=3, beside=beside)


def _paced(bench, ports: dict[str, int], callbacks: Iterator) -> Iterator[Line]:
    seconds = 3.0 if bench.quick else 8.0
    found = {name: load.paced(port, callbacks, 200, seconds) for name, port in ports.items()}
    ours = found["ours"]
    beside = ", ".join(f"{n} {found[n].milliseconds(0.99):,.0f} ms" for n in ("raw", "stock"))
    yield line("p50 at 200/s", ours.milliseconds(0.50), " ms")
    yield line("p99 at 200/s", ours.milliseconds(0.99), " ms", at_most=30, beside=beside)


def _overload(bench, env: dict[str, str], port: int, callbacks: Iterator) -> Iterator[Line]:
    """Far more callers than can be served; afterwards every one told 200 must be found."""
    before = inside(env, "callbacks:stored")
    answers = load.as_fast_as_possible(port, callbacks, CROWD, 2.0 if bench.quick else 4.0)
    after = inside(env, "callbacks:stored")
    lost = answers.statuses[200] - (after - before)
    said = ", ".join(f"{count} × {status}" for status, count in sorted(answers.statuses.items()))
    what = f"{CROWD} callers at once: lost of those answered 200"
    yield line(what, max(0, lost), at_most=0, beside=said)
    worst = answers.milliseconds(0.99)
    yield line("… p99 (WeCom waits 5 s)", worst, " ms", at_most=5000)


def stored() -> int:
    from messaging.models import Callback

    return Callback.objects.count()
