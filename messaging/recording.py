"""A browser's recording as AMR, the one kind of voice that can be sent (protocol/wecom_kf.md §6.1).

ffmpeg inside PyAV writes AMR with opencore-amr; where a build has none, recording is not offered.
"""

from io import BytesIO
from itertools import chain
from typing import IO

import av
from av.audio.resampler import AudioResampler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from messaging.media import VOICE_SECONDS, FileRefused

CODEC = "libopencore_amrnb"
RATE, FRAME, BITS_PER_SECOND = 8000, 160, 12_200
IS_POSSIBLE = CODEC in av.codecs_available


def as_voice(recorded: IO[bytes]) -> SimpleUploadedFile:
    """What a browser has recorded, as a file that goes out as a voice message."""
    try:
        data = encode(recorded)
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise FileRefused(_("The recording cannot be read.")) from error
    return SimpleUploadedFile("voice.amr", data, "audio/amr")


def encode(recorded: IO[bytes]) -> bytes:
    """At most a minute of it: the platform takes no more."""
    target = BytesIO()
    with av.open(recorded, "r") as source, av.open(target, "w", format="amr") as result:
        stream = result.add_stream(CODEC, rate=RATE, layout="mono", bit_rate=BITS_PER_SECOND)
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
        samples = 0
        for frame in chain(source.decode(audio=0), (None,)):  # None: what the resampler still holds
            for part in resampler.resample(frame):
                samples += part.samples
                if samples <= VOICE_SECONDS * RATE:
                    result.mux(stream.encode(part))
        result.mux(stream.encode(None))
    return target.getvalue()
