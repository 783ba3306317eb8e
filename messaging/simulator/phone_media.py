"""Files of the chat for a browser: what it can show inline, voice as WAV, the rest to download."""

import io
import re
import wave
from functools import lru_cache
from urllib.parse import quote

import av

from .media import AMR, PNG, MediaFile
from .web import Response

RATE = 8000
JPEG = b"\xff\xd8\xff"


def show(media: MediaFile, wanted: str = "", raw: bool = False) -> Response:
    """The file, or the part that a Range header asks for (players want that); `raw`: as it is."""
    data, content_type = (media.data, media.content_type) if raw else _playable(media)
    headers = {"accept-ranges": "bytes", "cache-control": "private, max-age=3600"}
    if content_type == "application/octet-stream":  # never a page in our origin
        name = quote(media.filename)
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if not part or int(part[1]) >= len(data):
        return Response(data, content_type, headers=headers)
    start, end = int(part[1]), min(int(part[2] or len(data)), len(data) - 1)
    headers["content-range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(data[start : end + 1], content_type, 206, headers)


def kind_of(data: bytes) -> str:
    """What a phone would send such a file as."""
    if data.startswith((PNG, JPEG)):
        return "image"
    if data.startswith(AMR):
        return "voice"
    return "video" if data[4:8] == b"ftyp" else "file"


def _playable(media: MediaFile) -> tuple[bytes, str]:
    """By what the bytes are, not by what somebody called them."""
    data = media.data
    if data.startswith(AMR):
        return _wav(data), "audio/wav"
    if data.startswith(PNG):
        return data, "image/png"
    if data.startswith(JPEG):
        return data, "image/jpeg"
    if data[4:8] == b"ftyp":
        return data, "video/mp4"
    return data, "application/octet-stream"


@lru_cache(maxsize=32)
def _wav(amr: bytes) -> bytes:
    """AMR as WAV, which every browser plays; a broken recording is a short silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(_samples(amr) or bytes(RATE // 5))
    return out.getvalue()


def _samples(amr: bytes) -> bytes:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    try:
        with av.open(io.BytesIO(amr), format="amr") as recording:
            frames = [f for raw in recording.decode(audio=0) for f in resampler.resample(raw)]
    except av.FFmpegError:
        return b""
    return b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in frames)
