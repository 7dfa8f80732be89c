"""Photos from strangers' files: what is kept is a new JPEG with nothing of the file but its picture.

No place, time or camera goes with it (EXIF, XMP and comments are left behind), and no file decides how much memory it
takes: only JPEG and PNG are opened, by their content, and only after their size was read from the header.
"""

import io
import marshal
import struct
import warnings
from contextlib import suppress
from dataclasses import dataclass

from PIL import ExifTags, Image, UnidentifiedImageError

from villagebranch.domain.errors import Refused
from villagebranch.exchange import aside

MOST_BYTES = 20 << 20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_600
_QUALITY = 85


@dataclass(frozen=True)
class Picture:
    """A JPEG of at most `LONGEST_SIDE` pixels a side, upright."""

    jpeg: bytes
    width: int
    height: int


def taken(data: bytes) -> Picture:
    """Return what `reencode` makes of a stranger's file, decoded in a process of its own. Raises `Refused`."""
    if len(data) > MOST_BYTES:
        raise Refused(_TOO_MANY_BYTES.format(len(data) / (1 << 20)))
    answer = aside.ask("picture_child", [], _SECONDS, data)
    if answer is None:
        raise Refused(_DAMAGED)
    sentence, jpeg, width, height = marshal.loads(answer)
    if sentence:
        raise Refused(sentence)
    return Picture(jpeg, width, height)


def reencode(data: bytes) -> Picture:
    """Return the picture in a stranger's file; raise `Refused` for what is no photo, damaged or too big."""
    if len(data) > MOST_BYTES:
        raise Refused(_TOO_MANY_BYTES.format(len(data) / (1 << 20)))
    if data[4:12] in _HEIC:
        raise Refused(
            "这是苹果手机的 HEIC 照片，请用微信发给自己再存下来，或在手机设置里把相机格式改为「兼容性最佳」"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of broken EXIF, which is left behind anyway
            return _made_anew(data)
    except UnidentifiedImageError:
        raise Refused("这个文件不是照片，请选 .jpg 或 .png 文件") from None
    except Image.DecompressionBombError:
        raise Refused(_TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Refused(_DAMAGED) from None


_SECONDS = 20
_DAMAGED = "照片文件已损坏，请换一张，或从手机重新传一次"
_TOO_MANY_BYTES = "照片文件有 {:.0f} MB，最多 20 MB，请先在手机或看图软件里缩小"
_TOO_MANY_PIXELS = "照片超过 4000 万像素，请先在手机或看图软件里缩小"
_HEIC = {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"}


def _made_anew(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(_TOO_MANY_PIXELS)
        turn = _turn(image)
        small = _on_white(shrunk(image))
    plain = small if turn is None else small.transpose(turn)
    plain.info.clear()  # or Pillow would write a comment into the new file
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY)
    return Picture(out.getvalue(), plain.width, plain.height)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return what sets the picture upright; one whose EXIF is broken is taken as it is."""
    with suppress(OSError, ValueError, TypeError, SyntaxError, struct.error):
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return None


def shrunk(image: Image.Image) -> Image.Image:
    """Return the picture at most `LONGEST_SIDE` long; a JPEG is decoded at half or a quarter where that suffices."""
    scale = LONGEST_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image.draft("RGB", size)
    if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.resize(size, Image.Resampling.BILINEAR) if scale < 1 else image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet
