"""A photo of 12 megapixels made small: ours beside Pillow's LANCZOS and the bare decoding of the file."""

import io
import math
import random

from measure import compare
from PIL import Image, ImageChops, ImageStat

from villagebranch.exchange.pictures import LONGEST_SIDE, reencode, shrunk

WIDTH, HEIGHT = 4000, 3000
QUALITY = 85


def photo() -> bytes:
    """Draw what a telephone sees of a village: soft areas, edges, fine grain."""
    chance = random.Random(7)
    image = Image.new("RGB", (WIDTH // 4, HEIGHT // 4))
    for _ in range(900):
        x, y, side = chance.randrange(WIDTH // 4), chance.randrange(HEIGHT // 4), chance.randrange(8, 160)
        colour = tuple(chance.randrange(256) for _ in "rgb")
        image.paste(colour, (x, y, x + side, y + side // 2))
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((WIDTH, HEIGHT), 12).convert("RGB")
    return encoded(Image.blend(image, grain, 0.08), 92)


def encoded(image: Image.Image, quality: int = QUALITY) -> bytes:
    """Return the image as a JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def decode(data: bytes) -> Image.Image:
    """Decode the whole file."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def lanczos(data: bytes) -> Image.Image:
    """Shrink as carefully as Pillow can."""
    return decode(data).resize((LONGEST_SIDE, LONGEST_SIDE * HEIGHT // WIDTH), Image.Resampling.LANCZOS)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    return 10 * math.log10(255**2 * one.width * one.height * 3 / sum(squares))


def main() -> None:
    """Print the cost of each and how like the best one ours looks."""
    data = photo()
    compare(
        f"photo of {WIDTH * HEIGHT // 10**6} megapixels to {LONGEST_SIDE} pixels",
        lambda: reencode(data),
        {"decoding alone": lambda: decode(data), "LANCZOS": lambda: encoded(lanczos(data))},
    )
    with Image.open(io.BytesIO(data)) as image:
        ours = shrunk(image)
    print(f"  likeness to LANCZOS {likeness(ours, lanczos(data)):.1f} dB before the new JPEG is written")


if __name__ == "__main__":
    main()
