"""Voice messages: AMR, which no browser plays, becomes AAC in an .m4a, which every one does.

WeCom sends AMR or Silk (protocol/wecom_kf.md §3.1, §6.2). ffmpeg, inside PyAV, reads AMR and knows no
Silk: that is recognised and kept as it came. AAC and not Opus, because Safari plays Opus in Ogg only
since version 18.4.
"""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer

logger = logging.getLogger(__name__)

AMR, AMR_WB, SILK = "audio/amr", "audio/amr-wb", "audio/silk"
TYPES = (AMR, AMR_WB, SILK)
PLAYABLE = "audio/mp4"
RATE = 16_000
BITS_PER_SECOND = 32_000
MAX_SECONDS = 600  # WeChat records a minute; nobody keeps us busy with more than ten


@dataclass(frozen=True)
class Played:
    data: bytes
    seconds: float


def sniff(head: bytes) -> str:
    """Which of TYPES a file is that begins with these bytes, or nothing."""
    if head.startswith(b"#!AMR-WB\n"):
        return AMR_WB
    if head.startswith(b"#!AMR\n"):
        return AMR
    # Tencent's Silk has a byte before the name.
    return SILK if b"#!SILK_V3" in head[:10] else ""


def playable(file: IO[bytes], content_type: str) -> Played | None:
    """The recording as a browser plays it; None when it cannot be read."""
    if content_type not in (AMR, AMR_WB):
        return None
    try:
        return _encode(file)
    except (av.FFmpegError, ValueError, IndexError) as error:
        logger.info("A voice message cannot be read: %s", error)
        return None


def _encode(file: IO[bytes]) -> Played | None:
    """A player finds the index at the front; ffmpeg puts it there in a file with a name only."""
    options = {"movflags": "+faststart"}
    with tempfile.NamedTemporaryFile(suffix=".m4a") as target:
        with (
            av.open(file, "r", format="amr") as recording,
            av.open(target.name, "w", format="ipod", container_options=options) as result,
        ):
            samples = _transcode(recording, result)
        return Played(target.read(), samples / RATE) if samples else None


def _transcode(recording: InputContainer, result: OutputContainer) -> int:
    stream = result.add_stream("aac", rate=RATE, layout="mono", bit_rate=BITS_PER_SECOND)
    resampler = AudioResampler(format="fltp", layout="mono", rate=RATE)
    samples = 0
    for frame in _frames(recording):
        for part in resampler.resample(frame):
            samples += part.samples
            result.mux(stream.encode(part))
        if samples > MAX_SECONDS * RATE:
            break
    result.mux(stream.encode(None))
    return samples


def _frames(recording: InputContainer) -> Iterator[AudioFrame | None]:
    """What can be decoded: a recording that breaks off is played up to there."""
    try:
        yield from recording.decode(audio=0)
    except av.FFmpegError as error:
        logger.info("A voice message breaks off: %s", error)
    yield None  # asks the resampler for what it still holds
