"""Just enough HTTP over ASGI: a request read whole, an answer written whole."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .errors import Dropped

MAX_BODY = 40 * 1024 * 1024
DROP = "simulator.drop"  # scope extension of a server that can drop connections (server.py)


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    client_ip: str
    base_url: str


@dataclass
class Response:
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    errcode: int = 0  # for the log of calls


async def read_request(scope: dict, receive) -> Request:
    """The whole request; a body past MAX_BODY is cut, the API then refuses it."""
    chunks, size, more = [], 0, True
    while more:
        event = await receive()
        more = event.get("more_body", False)
        size += len(event.get("body", b""))
        if size <= MAX_BODY:
            chunks.append(event.get("body", b""))
    headers = {name.decode("latin-1").lower(): v.decode("latin-1") for name, v in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Request(
        scope["method"],
        scope["path"],
        query,
        headers,
        b"".join(chunks),
        (scope.get("client") or ("127.0.0.1", 0))[0],
        f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}",
    )


def json_response(data: object, status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False).encode(), status=status)


async def write_response(send, response: Response) -> None:
    headers = {
        "content-type": response.content_type,
        "content-length": str(len(response.body)),
        **response.headers,
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    await send({"type": "http.response.body", "body": response.body})


def garbage() -> Response:
    """What a broken proxy in between says."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return Response(page, "text/html", 502)


def drop(scope: dict) -> Response:
    """Make the server drop the connection; where it cannot, answer garbage."""
    if DROP in scope.get("extensions", {}):
        raise Dropped
    return garbage()
