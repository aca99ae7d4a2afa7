"""Pictures that come with a file: looked through, encoded again, and named by their bytes."""

from __future__ import annotations

import hashlib
import io
import posixpath
import struct
import warnings

from PIL import Image, ImageOps

from question_bank.formats.recognise.lines import LOST_PICTURE, PICTURE, PICTURE_END
from question_bank.formats.records import MediaFile

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_600
MOST_PICTURES = 20_000
_TAKEN = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
# Parts of a JPEG that hold the picture itself; any other (EXIF, comments) makes us encode again.
_PLAIN_SEGMENTS = frozenset({0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD})


def keep_picture(data: bytes | None, name: str, media: dict[str, MediaFile]) -> str:
    """The mark for a picture, which is put into `media`; the mark of a lost one if it is none.

    What is stored was decoded to its end and written again: nothing rides along.
    """
    encoded = None if data is None or len(media) >= MOST_PICTURES else encode(data)
    if encoded is None:
        return LOST_PICTURE
    content, mime = encoded
    sha256 = hashlib.sha256(content).hexdigest()
    media.setdefault(sha256, MediaFile(content, mime, posixpath.basename(name)[:200]))
    return f"{PICTURE}{sha256}{PICTURE_END}"


def encode(data: bytes) -> tuple[bytes, str] | None:
    """The picture as PNG or JPEG, at most 1,600 pixels a side, with its media type.

    A picture that was encoded here comes back as it is, so that a second import knows it.
    None when it is no picture that can be shown.
    """
    if not data or len(data) > MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_TAKEN) as image:
                if image.width * image.height > MOST_PIXELS or not image.width * image.height:
                    return None
                photo = image.format == "JPEG"
                small = max(image.size) <= LONGEST_SIDE
                if photo and small and _is_plain(data):
                    image.load()
                    return data, "image/jpeg"
                return _encoded(image, photo)
    except Exception:  # a decoder may raise anything on bytes that were made to break it
        return None


def _encoded(image: Image.Image, photo: bool) -> tuple[bytes, str]:
    shown: Image.Image = ImageOps.exif_transpose(image)
    shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    if photo:
        shown.convert("RGB").save(out, "JPEG", quality=88, comment=b"")
        return out.getvalue(), "image/jpeg"
    if shown.mode not in ("1", "L", "RGB", "RGBA"):
        alpha = "A" in shown.mode or "transparency" in shown.info
        shown = shown.convert("RGBA" if alpha else "RGB")
    Image.frombytes(shown.mode, shown.size, shown.tobytes()).save(out, "PNG")
    return out.getvalue(), "image/png"


def _is_plain(data: bytes) -> bool:
    """Whether a JPEG holds a picture and nothing else, up to its last byte."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xDA:
            end = data.find(b"\xff\xd9", place)
            return end == len(data) - 2
        if marker not in _PLAIN_SEGMENTS:
            return False
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        place += 2 + length
    return False
