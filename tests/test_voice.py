"""Recordings that no browser plays become such that every one does."""

import random
from io import BytesIO

import av
import pytest

from messaging import files, voice
from messaging.simulator import samples


def noise(seconds: float) -> bytes:
    """AMR-NB at its best mode, 12.2 kbit/s, with whatever sounds come of it."""
    rng = random.Random(7)
    frames = (b"\x3c" + rng.randbytes(31) for _ in range(int(seconds * 50)))
    return b"#!AMR\n" + b"".join(frames)


def wideband(seconds: float) -> bytes:
    return b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * int(seconds * 50)


def decoded(data: bytes):
    """Codec, rate and length in seconds of what a browser would get."""
    with av.open(BytesIO(data)) as file:
        stream = file.streams.audio[0]
        samples_ = sum(frame.samples for frame in file.decode(audio=0))
        return stream.codec_context.name, stream.rate, samples_ / stream.rate


@pytest.mark.parametrize(
    ("recording", "kind"),
    [
        (samples.voice(3), voice.AMR),
        (noise(3), voice.AMR),
        (wideband(3), voice.AMR_WB),
    ],
)
def test_amr_becomes_aac_of_the_same_length(recording, kind):
    played = voice.playable(BytesIO(recording), voice.sniff(recording))
    codec, rate, seconds = decoded(played.data)
    assert voice.sniff(recording) == kind
    assert (codec, rate) == ("aac", voice.RATE)
    assert played.seconds == pytest.approx(3, abs=0.1)
    assert seconds == pytest.approx(3, abs=0.2)


def test_the_index_stands_before_the_sound_so_that_playing_starts_at_once():
    data = voice.playable(BytesIO(noise(2)), voice.AMR).data
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_minute_takes_less_room_than_a_picture():
    assert len(voice.playable(BytesIO(noise(60)), voice.AMR).data) < 400_000


def test_a_recording_that_breaks_off_is_played_up_to_there():
    played = voice.playable(BytesIO(noise(3)[:-20]), voice.AMR)
    assert played.seconds == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("recording", [b"#!AMR\n", b"#!AMR\n" + b"\xff" * 9, b"#!AMR-WB\n\0", b""])
def test_what_cannot_be_read_is_not_played(recording):
    played = voice.playable(BytesIO(recording), voice.AMR)
    assert played is None or played.seconds < 1


def test_nobody_keeps_us_busy_with_an_hour_of_silence():
    hour = samples.voice(3600)
    assert voice.playable(BytesIO(hour), voice.AMR).seconds < voice.MAX_SECONDS + 5


@pytest.mark.parametrize("silk", [b"\x02#!SILK_V3", b"#!SILK_V3"])
def test_silk_is_recognised_and_said_to_be_unplayable(silk):
    facts = files.examine(BytesIO(silk + bytes(50)), 60)
    assert facts.content_type == voice.SILK
    assert facts.playable is None
