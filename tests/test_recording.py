"""A voice message recorded in a browser leaves as AMR."""

import math
import struct
from io import BytesIO

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import recording, voice
from messaging.media import FileRefused

pytestmark = pytest.mark.skipif(not recording.IS_POSSIBLE, reason="this ffmpeg writes no AMR")


def recorded(seconds=1.0, container="webm", codec="libopus") -> bytes:
    """A tone, as a browser's MediaRecorder gives it."""
    target = BytesIO()
    with av.open(target, "w", format=container) as result:
        stream = result.add_stream(codec, rate=48_000, layout="mono")
        tone = b"".join(struct.pack("<h", int(8000 * math.sin(n * 0.05))) for n in range(960))
        for place in range(int(seconds * 50)):
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.rate, frame.pts = 48_000, place * 960
            frame.planes[0].update(tone)
            result.mux(stream.encode(frame))
        result.mux(stream.encode(None))
    return target.getvalue()


def test_what_a_browser_records_becomes_amr():
    file = recording.as_voice(BytesIO(recorded(2)))
    assert voice.sniff(file.read(10)) == voice.AMR
    file.seek(0)
    assert voice.playable(file, voice.AMR).seconds == pytest.approx(2, abs=0.1)


def test_more_than_a_minute_is_cut():
    file = recording.as_voice(BytesIO(recorded(61)))
    assert voice.playable(file, voice.AMR).seconds <= 60.1


@pytest.mark.parametrize("data", [b"", b"no recording", b"\x1aE\xdf\xa3" + b"x" * 50])
def test_what_is_no_recording_is_refused(data):
    with pytest.raises(FileRefused, match="cannot be read"):
        recording.as_voice(BytesIO(data))


def test_a_recording_arrives_on_the_phone(client, shop, session, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(lin)
    file = SimpleUploadedFile("Voice message.webm", recorded(), "audio/webm")
    answer = client.post(f"/sessions/{session.pk}/files/", {"file": file, "recording": "yes"})
    assert answer.json()["kind"] == "voice"
    client.post(f"/sessions/{session.pk}/reply/", {"media": answer.json()["key"]})
    shop.work()
    assert shop.phone()[-1] == "voice"
