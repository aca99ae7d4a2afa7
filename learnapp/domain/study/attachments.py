"""What may go along with a reading: kinds, known by content, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken

MOST_ATTACHMENTS = 10  # of one reading
MOST_BYTES = 50_000_000
MOST_TRANSCRIPT = 20_000  # characters


class AttachmentKind(StrEnum):
    """How an attachment is shown."""

    PDF = "pdf"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True)
class FileKind:
    """A kind of file: how it is shown, and what it is served as."""

    shown: AttachmentKind
    media_type: str


KINDS = {
    "pdf": FileKind(AttachmentKind.PDF, "application/pdf"),
    "mp3": FileKind(AttachmentKind.AUDIO, "audio/mpeg"),
    "m4a": FileKind(AttachmentKind.AUDIO, "audio/mp4"),
    "mp4": FileKind(AttachmentKind.VIDEO, "video/mp4"),
    "webm": FileKind(AttachmentKind.VIDEO, "video/webm"),
}


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return name.rpartition(".")[2].lower()


def _is(ending: str, data: bytes) -> bool:
    """Whether the bytes begin as a file of that ending does."""
    match ending:
        case "pdf":
            return data.startswith(b"%PDF-")
        case "mp3":
            frame = len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2
            return data.startswith(b"ID3") or frame
        case "webm":
            return data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64]
    return data[4:8] == b"ftyp"


def check_attachment(name: str, data: bytes, there: int) -> FileKind:
    """The file's kind. Raises RuleBroken("file", …): wrong_type, broken_file for one that is not
    what its name says, attachment_too_large, attachments_enough."""
    kind = KINDS.get(ending_of(name))
    if kind is None:
        raise RuleBroken("file", "wrong_type", allowed=" ".join(f".{each}" for each in KINDS))
    if not _is(ending_of(name), data):
        raise RuleBroken("file", "broken_file")
    if len(data) > MOST_BYTES:
        raise RuleBroken("file", "attachment_too_large", most=MOST_BYTES // 1_000_000)
    if there >= MOST_ATTACHMENTS:
        raise RuleBroken("file", "attachments_enough", most=MOST_ATTACHMENTS)
    return kind
