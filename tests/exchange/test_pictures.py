"""Strangers' photos: what is kept is the picture, upright and small, and nothing else of the file."""

import io

import pytest
from PIL import Image

from villagebranch.domain.errors import Refused
from villagebranch.exchange import pictures
from villagebranch.exchange.pictures import MOST_BYTES, reencode, taken


def stripes(width, height, mode="RGB"):
    """Red above, blue below."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    return image


def encoded(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(picture):
    return Image.open(io.BytesIO(picture.jpeg))


def is_red(pixel):
    return pixel[0] > 200 and pixel[2] < 60


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 3000), (1600, 1200)), ((300, 2400), (200, 1600)), ((640, 480), (640, 480))]
)
def test_photo_is_made_small_and_never_large(size, kept):
    picture = reencode(encoded(stripes(*size)))
    assert (picture.width, picture.height) == opened(picture).size == kept


def test_nothing_of_the_file_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x8825] = {1: "N", 2: (30.0, 20.0, 1.0)}
    dirty = encoded(
        stripes(64, 48), exif=exif, comment=b"secret remark", xmp=b"secret xmp", icc_profile=b"secret"
    )
    picture = reencode(dirty)
    assert dirty.count(b"secret") == 4
    assert b"secret" not in picture.jpeg
    assert not opened(picture).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photo_taken_with_the_camera_turned_comes_out_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera's left side was up
    lying = stripes(60, 40).transpose(Image.Transpose.ROTATE_90)
    picture = reencode(encoded(lying, kind, exif=exif))
    assert (picture.width, picture.height) == (60, 40)
    assert is_red(opened(picture).getpixel((30, 5)))


def test_photo_with_broken_exif_is_taken_as_it_is():
    whole = encoded(stripes(60, 40))
    broken = whole[:2] + b"\xff\xe1\x00\x0eExif\x00\x00II\x2a\x00\xff\xff" + whole[2:]
    assert reencode(broken).width == 60


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "L", "1", "CMYK"])
def test_every_mode_of_colour_becomes_a_photo(mode):
    image = stripes(2000, 100).convert(mode)
    picture = reencode(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert opened(picture).mode == "RGB"
    assert picture.width == 1600


def test_what_is_transparent_becomes_white():
    picture = reencode(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"))
    assert opened(picture).getpixel((10, 10)) == (255, 255, 255)


def test_picture_of_another_sort_is_refused_whatever_its_name():
    with pytest.raises(Refused, match=r"请选 \.jpg 或 \.png"):
        reencode(encoded(stripes(20, 20), "GIF"))


def test_heic_of_a_telephone_is_refused_with_the_way_out():
    with pytest.raises(Refused, match="HEIC"):
        reencode(b"\x00\x00\x00\x24ftypheic" + b"\x00" * 100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photo_cut_short_is_refused(kind):
    with pytest.raises(Refused, match="已损坏"):
        reencode(encoded(Image.effect_noise((200, 200), 90).convert("RGB"), kind)[:-2000])


def test_file_over_20_megabytes_is_refused():
    with pytest.raises(Refused, match="最多 20 MB"):
        reencode(b"\xff\xd8" + bytes(MOST_BYTES))


@pytest.mark.parametrize("side", [6400, 20_000])
def test_picture_over_40_megapixels_is_refused_before_it_takes_memory(side):
    small = encoded(Image.new("1", (side, side)), "PNG")
    assert len(small) < 100_000
    with pytest.raises(Refused, match="4000 万像素"):
        reencode(small)


def test_a_photo_is_decoded_in_a_process_of_its_own_to_the_same_picture():
    data = encoded(stripes(900, 600))
    assert taken(data) == reencode(data)


def test_what_is_no_photo_is_refused_by_that_process_in_the_same_words():
    with pytest.raises(Refused, match="不是照片"):
        taken(b"not a picture at all")


def test_a_process_that_takes_too_long_says_that_the_photo_is_damaged(monkeypatch):
    monkeypatch.setattr(pictures, "_SECONDS", 0.01)
    with pytest.raises(Refused, match="已损坏"):
        taken(encoded(stripes(60, 40)))
