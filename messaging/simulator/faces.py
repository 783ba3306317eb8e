"""Pictures that customers might have chosen: drawn from their ids, at …/faces/<id>.png."""

import colorsys
import io
import zlib
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from .model import Customer
from .web import Request, Response, read_request, write_response

PREFIX = "/faces/"
SIDE = 132  # as WeChat's
OVER = 3  # drawn larger, for smooth edges
NONE_IN = 5  # one customer in so many has no picture


def address_of(request: Request, customer: Customer) -> str:
    """Beside the API that was asked; empty for those who have none."""
    if zlib.crc32(customer.external_userid.encode()) % NONE_IN == 0:
        return ""
    mounted = request.path.partition("/cgi-bin/")[0]
    return f"{request.base_url}{mounted}{PREFIX}{customer.external_userid}.png"


async def face(scope: dict, receive, send) -> None:
    request = await read_request(scope, receive)
    name = request.path.partition(PREFIX)[2].removesuffix(".png")
    await write_response(send, Response(drawn(name), "image/png"))


def drawn(name: str) -> bytes:
    random = Random(name)
    motif = random.choice((_hills, _sea, _person, _person, _flower))
    picture = motif(random).filter(ImageFilter.GaussianBlur(1)).resize((SIDE, SIDE))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _colour(hue: float, strength: float, light: float) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue % 1, light, strength))


def _sky(top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    side = SIDE * OVER
    mask = Image.linear_gradient("L").resize((side, side))
    return Image.composite(
        Image.new("RGB", mask.size, bottom), Image.new("RGB", mask.size, top), mask
    )


def _hills(random: Random) -> Image.Image:
    hue, side = random.random(), SIDE * OVER
    picture = _sky(_colour(hue, 0.5, 0.62), _colour(hue + 0.1, 0.7, 0.86))
    draw = ImageDraw.Draw(picture)
    x, y, r = random.randint(80, 300), random.randint(70, 150), random.randint(26, 46)
    draw.ellipse((x - r, y - r, x + r, y + r), _colour(0.12, 0.9, 0.82))
    for layer in range(3):
        top = side * (0.52 + 0.15 * layer)
        points = [(x, top + random.randint(-50, 30)) for x in range(-60, side + 120, 90)]
        colour = _colour(hue + 0.28 + 0.03 * layer, 0.35, 0.48 - 0.11 * layer)
        draw.polygon([(-60, side), *points, (side + 120, side)], colour)
    return picture


def _sea(random: Random) -> Image.Image:
    side, hue = SIDE * OVER, random.uniform(0.02, 0.12)
    picture = _sky(_colour(hue + 0.6, 0.5, 0.6), _colour(hue, 0.8, 0.8))
    draw = ImageDraw.Draw(picture)
    horizon = side * random.uniform(0.5, 0.65)
    x, r = random.randint(110, 290), 44
    draw.ellipse((x - r, horizon - r, x + r, horizon + r), _colour(hue, 0.95, 0.7))
    for band in range(6):
        top = horizon + band * 22
        draw.rectangle((0, top, side, side), _colour(0.56 + band / 150, 0.45, 0.55 - band * 0.04))
    return picture


def _person(random: Random) -> Image.Image:
    side, middle = SIDE * OVER, SIDE * OVER // 2
    hue = random.random()
    picture = _sky(_colour(hue, 0.45, 0.78), _colour(hue + 0.06, 0.4, 0.66))
    draw = ImageDraw.Draw(picture)
    skin = _colour(0.07, 0.5, random.uniform(0.68, 0.82))
    hair = _colour(random.uniform(0.02, 0.1), random.uniform(0.1, 0.5), random.uniform(0.1, 0.3))
    is_long = random.random() < 0.5
    draw.ellipse((middle - 92, 78, middle + 92, 270 + 60 * is_long), hair)
    if is_long:
        draw.rectangle((middle - 92, 180, middle + 92, 310), hair)
    draw.ellipse((middle - 150, 288, middle + 150, side + 160), _colour(hue + 0.45, 0.4, 0.45))
    draw.rectangle((middle - 30, 240, middle + 30, 320), skin)
    draw.ellipse((middle - 70, 104, middle + 70, 268), skin)
    draw.pieslice((middle - 84, 78, middle + 84, 236), 180, 360, hair)
    return picture


def _flower(random: Random) -> Image.Image:
    middle, hue = SIDE * OVER // 2, random.random()
    picture = _sky(_colour(0.33, 0.3, 0.5), _colour(0.38, 0.35, 0.3))
    petal = Image.new("RGBA", picture.size)
    ImageDraw.Draw(petal).ellipse((middle - 46, 26, middle + 46, middle), _colour(hue, 0.75, 0.72))
    count = random.choice((5, 6, 8))
    for turn in range(count):
        turned = petal.rotate(360 / count * turn)
        picture.paste(turned, mask=turned)
    ImageDraw.Draw(picture).ellipse(
        (middle - 46, middle - 46, middle + 46, middle + 46), _colour(0.13, 0.9, 0.6)
    )
    return picture
