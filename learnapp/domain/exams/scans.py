"""Scans of paper answer sheets: what may be attached, told by content, and how much of it."""

from __future__ import annotations

from learnapp.domain.core.errors import RuleBroken

# Ending -> (how such a file begins, what it is served as).
KINDS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
}
MOST_SCANS = 20  # of one answer sheet
MOST_BYTES = 10_000_000


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return name.rpartition(".")[2].lower()


def check_scan(name: str, data: bytes, there: int) -> None:
    """Raise RuleBroken("file", …): wrong_type, broken_file for one that is not what its name says,
    scan_too_large, scans_enough."""
    kind = KINDS.get(ending_of(name))
    if kind is None:
        raise RuleBroken("file", "wrong_type", allowed=" ".join(f".{each}" for each in KINDS))
    if not data.startswith(kind[0]):
        raise RuleBroken("file", "broken_file")
    if len(data) > MOST_BYTES:
        raise RuleBroken("file", "scan_too_large", most=MOST_BYTES // 1_000_000)
    if there >= MOST_SCANS:
        raise RuleBroken("file", "scans_enough", most=MOST_SCANS)
