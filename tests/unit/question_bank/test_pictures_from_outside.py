"""Pictures of files from outside: only what is seen comes in, small enough to be shown, and once."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from question_bank.formats.packages import pictures
from question_bank.formats.packages.pictures import encode, keep_picture
from question_bank.formats.recognise.lines import LOST_PICTURE
from question_bank.formats.records import MediaFile

RED, BLUE = (255, 0, 0), (0, 0, 255)
_ORIENTATION, _DESCRIPTION = 0x0112, 0x010E


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The picture as a file of this format."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def halves(width: int = 40, height: int = 20) -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def taken(data: bytes) -> tuple[bytes, str, Image.Image]:
    """What is made of a picture that is taken: its bytes, media type, and the picture."""
    found = encode(data)
    assert found is not None
    content, mime = found
    image = Image.open(io.BytesIO(content))
    image.load()
    assert mime == Image.MIME[image.format or ""]
    return content, mime, image


@pytest.mark.parametrize("form", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_drawing_of_any_format_comes_in_as_png_with_its_colours(form: str) -> None:
    _, mime, image = taken(saved(halves(), form))
    assert (mime, image.size) == ("image/png", (40, 20))
    assert image.convert("RGB").getpixel((5, 5)) == RED
    assert image.convert("RGB").getpixel((35, 5)) == BLUE


def test_a_plain_photo_comes_back_byte_for_byte_and_so_does_all_that_was_encoded_here() -> None:
    photo = saved(halves(), "JPEG")
    assert encode(photo) == (photo, "image/jpeg")
    for data in (saved(halves(), "PNG"), saved(halves(2000, 10), "JPEG")):
        content, mime, _ = taken(data)
        assert encode(content) == (content, mime)


def test_a_photo_is_turned_upright_and_loses_what_it_says_of_its_place_and_maker() -> None:
    about = Image.Exif()
    about[_ORIENTATION] = 6  # to be turned by a quarter, clockwise
    about[_DESCRIPTION] = "宋沐阳的手机".encode().decode("latin-1")
    content, mime, image = taken(saved(halves(), "JPEG", exif=about, quality=95))
    assert mime == "image/jpeg" and image.size == (20, 40) and not image.getexif()
    assert b"Exif" not in content
    top, bottom = image.getpixel((10, 5)), image.getpixel((10, 35))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]


def test_what_rides_along_behind_a_photo_stays_outside() -> None:
    data = saved(halves(), "JPEG") + b"PK\x03\x04<script>rider</script>\xff\xd9"
    content, mime, _ = taken(data)
    assert b"rider" not in content and mime == "image/jpeg"


def test_what_rides_along_with_a_drawing_stays_outside() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>rider</script>")
    data = saved(halves(), "PNG", pnginfo=notes)
    content, _, image = taken(data + b"rider")
    assert b"rider" in data and b"rider" not in content and "Comment" not in image.info


def test_a_picture_larger_than_a_page_is_made_smaller_in_its_own_proportions() -> None:
    _, _, wide = taken(saved(halves(3200, 400), "PNG"))
    _, mime, high = taken(saved(halves(100, 2000), "JPEG"))
    assert (wide.size, high.size, mime) == ((1600, 200), (80, 1600), "image/jpeg")


def test_what_was_transparent_stays_so_whatever_the_colours_are_stored_as() -> None:
    clear = Image.new("P", (4, 4), 0)
    clear.putpalette([*RED, *BLUE])
    clear.putpixel((3, 3), 1)
    _, _, image = taken(saved(clear, "PNG", transparency=0))
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0)) == (*RED, 0) and image.getpixel((3, 3)) == (*BLUE, 255)
    _, _, grey = taken(saved(Image.new("LA", (4, 4), (90, 0)), "PNG"))
    assert grey.mode == "RGBA" and grey.getpixel((0, 0)) == (90, 90, 90, 0)


def test_a_print_of_four_colours_can_be_shown_on_a_screen() -> None:
    _, mime, image = taken(saved(Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "TIFF"))
    assert (mime, image.mode, image.getpixel((1, 1))) == ("image/png", "RGB", RED)


def declared(width: int, height: int) -> bytes:
    """A black and white PNG of this size; whole, as far as one is taken at all."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = part(b"IDAT", zlib.compress(bytes(min((width // 8 + 1) * height, 8_000_000))))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + pixels + part(b"IEND", b"")


NOISE = random.Random(5).randbytes(3 * 64 * 64)
NO_PICTURE = {
    "nothing": b"",
    "text": "图略".encode(),
    "a drawing that may hold scripts": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "more pixels than are read": declared(6400, 6400),
    "so many pixels that the decoder refuses": declared(60_000, 60_000),
    "a drawing broken off": saved(Image.frombytes("RGB", (64, 64), NOISE), "PNG")[:3000],
    "a photo broken off": saved(Image.frombytes("RGB", (64, 64), NOISE), "JPEG")[:1500],
    "more bytes than are read": saved(halves(), "PNG") + b"\0" * pictures.MOST_BYTES,
}


@pytest.mark.parametrize("kind", NO_PICTURE)
def test_what_cannot_be_shown_is_a_lost_picture_and_nothing_of_it_comes_in(kind: str) -> None:
    media: dict[str, MediaFile] = {}
    assert encode(NO_PICTURE[kind]) is None
    assert keep_picture(NO_PICTURE[kind], "图.png", media) == LOST_PICTURE and media == {}


def test_a_picture_comes_in_once_under_the_name_of_its_file_alone() -> None:
    media: dict[str, MediaFile] = {}
    first = keep_picture(saved(halves(), "PNG"), "word/media/图1.png", media)
    again = keep_picture(saved(halves(), "BMP"), "../../etc/other.bmp", media)
    other = keep_picture(saved(halves(8, 8), "PNG"), "../../etc/passwd", media)
    assert first == again != other and LOST_PICTURE not in (first, other)
    assert [each.name for each in media.values()] == ["图1.png", "passwd"]
    assert all(sha256 in first + other for sha256 in media)


def test_a_file_of_more_pictures_than_are_taken_loses_those_beyond() -> None:
    few = MediaFile(b"", "image/png", "")
    media = {str(n): few for n in range(pictures.MOST_PICTURES - 1)}
    assert keep_picture(saved(halves(), "PNG"), "a.png", media) != LOST_PICTURE
    assert keep_picture(saved(halves(8, 8), "PNG"), "b.png", media) == LOST_PICTURE
    assert len(media) == pictures.MOST_PICTURES


def test_a_picture_that_is_named_and_missing_is_lost() -> None:
    assert keep_picture(None, "a.png", {}) == LOST_PICTURE


def test_a_comment_does_not_ride_along():
    content, _, _ = taken(saved(halves(), "JPEG", comment=b"rider"))
    assert b"rider" not in content
