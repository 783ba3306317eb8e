"""Small files for customers who send something without saying what."""

import struct
import zlib

from .media import AMR, PNG


def picture(width: int = 96, height: int = 64) -> bytes:
    """A valid PNG: a quiet gradient."""
    rows = b"".join(
        b"\0" + b"".join(bytes((90 + x, 150 + y, 190)) for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return PNG + b"".join(_chunk(name, data) for name, data in chunks)


def voice(seconds: float = 1.0) -> bytes:
    """A valid AMR-NB recording of silence (mode 0 frames)."""
    return AMR + (b"\x04" + bytes(12)) * int(seconds * 50)


def video() -> bytes:
    """The outline of an MP4: enough for a server that looks at its type, not for a player."""
    return struct.pack(">I", 20) + b"ftypisom" + bytes(4) + b"isom" + struct.pack(">I", 8) + b"mdat"


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


SAMPLES = {
    "image": ("photo.png", picture),
    "voice": ("voice.amr", voice),
    "video": ("clip.mp4", video),
    "file": ("说明.txt", lambda: "这是一份说明。\nA short note.\n".encode()),
}
