"""media/upload and media/get (protocol §6)."""

import re

from .call import Call
from .errors import Refused
from .media import MB, MediaFile, check_upload
from .web import Response

MAX_WHOLE = 20 * MB  # more only by Range


def upload(call: Call) -> dict:
    """multipart/form-data with the file in the field `media`."""
    kind = call.request.query.get("type", "")
    filename, data = _find_file(call.request.headers.get("content-type", ""), call.request.body)
    check_upload(kind, data)
    media = call.world.media.add(call.corp.corp_id, kind, filename, data, call.now)
    return {"type": kind, "media_id": media.media_id, "created_at": str(int(media.created_at))}


def get(call: Call) -> Response:
    """The file, or part of it (206); a refusal is JSON instead."""
    media_id = call.request.query.get("media_id", "")
    if not media_id:
        raise Refused(41006)
    media = call.world.media.get(call.corp.corp_id, media_id, call.now)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", call.request.headers.get("range", ""))
    if wanted:
        return _part(media, int(wanted[1]), int(wanted[2] or len(media.data) - 1))
    if len(media.data) > MAX_WHOLE:
        raise Refused(830002)
    return Response(media.data, media.content_type, headers=_headers(media))


def _part(media: MediaFile, start: int, end: int) -> Response:
    size = len(media.data)
    end = min(end, size - 1)
    if start > end:
        return Response(b"", media.content_type, 416, {"content-range": f"bytes */{size}"})
    headers = {**_headers(media), "content-range": f"bytes {start}-{end}/{size}"}
    return Response(media.data[start : end + 1], media.content_type, 206, headers)


def _headers(media: MediaFile) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{media.filename}"',
        "accept-ranges": "bytes",
    }


def _find_file(content_type: str, body: bytes) -> tuple[str, bytes]:
    """(filename, data) of the part named `media`. Cut by hand: 20 MB must not cost seconds."""
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if not content_type.startswith("multipart/form-data") or not boundary:
        raise Refused(41005)
    marker = b"\r\n--" + boundary[1].encode()
    for part in (b"\r\n" + body).split(marker)[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        names = dict(re.findall(r';\s*(\w+\*?)="?([^";\r\n]*)', head.decode(errors="replace")))
        if names.get("name") == "media" and "filename" in names:
            return names["filename"], data
    raise Refused(41005)
