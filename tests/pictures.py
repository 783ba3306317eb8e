"""Pictures for tests, of the size and format that a test is about."""

from io import BytesIO

from PIL import Image


def picture(width=200, height=100, kind="JPEG", **options) -> bytes:
    """Noise: it does not compress, so that its size in bytes follows its size in pixels."""
    data = BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(data, kind, **options)
    return data.getvalue()
